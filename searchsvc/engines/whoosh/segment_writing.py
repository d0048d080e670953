"""Gathered documents to the files of one segment. The primary entrypoint is `write_segment`."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from functools import partial
from itertools import chain
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from searchsvc.articles import PARTS, VIETNAM_TIME
from searchsvc.engines.base import IndexDocument
from searchsvc.engines.whoosh import schema
from searchsvc.engines.whoosh.document_arrays import Column, Lists, Numbers, Texts
from searchsvc.engines.whoosh.gathering import Batch, Gatherer
from searchsvc.engines.whoosh.inverting import Tokens
from searchsvc.engines.whoosh.part_fields import Field, PartFields, pack, vocabulary
from searchsvc.engines.whoosh.segment_arrays import ColumnsBuilder, writing_postings
from searchsvc.fields import CODE_FIELDS, CODES_FIELD

Mask = NDArray[np.bool_]
Job = Callable[[], Field]


def write_segment(
    base: Path, batches: Sequence[Batch], live: Sequence[Mask], gatherer: Gatherer, threads: int
) -> int:
    """Write the `live` documents of `batches`, which `gatherer` made, as one segment; return how many.

    The documents keep their order. The files are the same whatever the number of threads. Raises OSError.
    """
    documents = [
        document
        for batch, mask in zip(batches, live, strict=True)
        for document, is_live in zip(batch.documents, mask.tolist(), strict=True)
        if is_live
    ]
    columns = ColumnsBuilder(len(documents))
    for name, column in _columns(documents).items():
        columns.add(name, column)
    jobs = chain(_text_jobs(batches, live, gatherer), _code_jobs(documents))
    with writing_postings(base, len(documents)) as writer:
        for field in _done(jobs, threads):
            if len(field.terms):
                writer.add(field.name, field.terms, field.packed, parts=field.parts)
                if field.lengths is not None:
                    columns.add_lengths(field.name, field.lengths)
    columns.write(base)
    return len(documents)


def _done(jobs: Iterable[Job], threads: int) -> Iterator[Field]:
    """Yield what each of `jobs` makes, in order, with few of them waiting to be taken."""
    if threads == 1:
        for job in jobs:
            yield job()
        return
    waiting: deque[Future[Field]] = deque()
    with ThreadPoolExecutor(threads) as pool:
        for job in jobs:
            waiting.append(pool.submit(job))
            if len(waiting) > threads:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _text_jobs(batches: Sequence[Batch], live: Sequence[Mask], gatherer: Gatherer) -> Iterator[Job]:
    bases = np.cumsum([0, *map(np.count_nonzero, live)])
    numbers = [
        (np.cumsum(mask) - 1 + base).astype(np.uint32) for mask, base in zip(live, bases, strict=False)
    ]
    for part in PARTS:
        rows = [
            (found if mask.all() else found.of_live(mask), own)
            for batch, mask, own in zip(batches, live, numbers, strict=True)
            if (found := batch.rows.get(part)) is not None
        ]
        if rows:
            fields = PartFields(part, rows, int(bases[-1]), gatherer)
            yield from (fields.exact, fields.folded, fields.pairs, fields.words)


def _code_jobs(documents: Sequence[IndexDocument]) -> Iterator[Job]:
    for name in CODE_FIELDS:
        yield partial(_codes, name, documents)


def _codes(name: str, documents: Sequence[IndexDocument]) -> Field:
    lists = [
        document.code_keys if name == CODES_FIELD else document.leading_code_keys for document in documents
    ]
    spelt = [key.encode() for keys in lists for key in keys]
    terms, numbers = vocabulary(spelt, np.ones(len(spelt), bool))
    of = np.repeat(np.arange(len(lists), dtype=np.uint32), [*map(len, lists)])
    _, packed, _ = pack(lambda: iter([Tokens(numbers, of, None)]), len(terms), len(documents))
    return Field(name, terms, packed, None)


def _columns(documents: Sequence[IndexDocument]) -> dict[str, Column]:
    return {
        schema.ID: Texts.of(document.id.encode() for document in documents),
        schema.VERSION: Numbers(np.array([document.version for document in documents], np.uint32)),
        schema.PUBLISHED: Numbers(
            np.array([epoch_seconds(document.published) for document in documents], np.int64)
        ),
        schema.UNIT_PATH: Lists.of([_encoded(document.unit_path) for document in documents]),
        schema.CODES: Lists.of([_encoded(document.codes) for document in documents]),
        schema.COLLECTION: Lists.of([_encoded((document.collection,)) for document in documents]),
    }


def _encoded(names: Iterable[str]) -> list[bytes]:
    return [name.encode() for name in dict.fromkeys(names)]


def epoch_seconds(published: datetime | None) -> int:
    """Return the instant in seconds since 1970 UTC, or UNDATED; without a zone it is Vietnam's time."""
    if published is None:
        return schema.UNDATED
    aware = published if published.tzinfo else published.replace(tzinfo=VIETNAM_TIME)
    return int(aware.timestamp() // 1)
