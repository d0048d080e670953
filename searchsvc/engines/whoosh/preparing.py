"""Documents to postings: all the analysis of indexing, in this process or in several.

The primary entrypoint is `Preparation.prepare`. A prepared document holds the keyword arguments of Whoosh's
`add_document`; making it touches no index, so another process can make it.
"""

import multiprocessing
import os
import signal
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from itertools import islice
from multiprocessing.pool import AsyncResult, Pool
from types import TracebackType
from typing import Any, NamedTuple

from searchsvc.analysis import pipelines
from searchsvc.analysis.tokens import Token
from searchsvc.articles import VIETNAM_TIME
from searchsvc.engines.base import IndexDocument
from searchsvc.engines.whoosh import schema
from searchsvc.fields import CODE_FIELDS, FIELD_BY_NAME, field_name
from searchsvc.processes import without_interrupts

ALONE = 200
"""So many documents are prepared before it pays to start other processes."""

BATCH = 25
IN_FLIGHT_PER_PROCESS = 3

_POSITIONS = schema.PackedPositions()


class Prepared(NamedTuple):
    """One document, ready for Whoosh: its article id and the arguments of `add_document`."""

    id: str
    values: dict[str, Any]


def prepare(document: IndexDocument) -> Prepared:
    """Return the postings and columns of `document`."""
    values: dict[str, Any] = {
        schema.ID: document.id,
        schema.VERSION: document.version,
        schema.PUBLISHED: epoch_seconds(document.published),
        schema.UNIT_PATH: schema.SEPARATOR.join(document.unit_path).encode(),
        schema.CODES: schema.SEPARATOR.join(dict.fromkeys(document.codes)).encode(),
        schema.COLLECTION: document.collection.encode(),
    }
    for name, keys in zip(CODE_FIELDS, (document.code_keys, document.leading_code_keys), strict=True):
        if keys:
            values[name] = counts_of(keys)
    for part, text in document.texts.items():
        for layer, tokens in pipelines.analyze_all(text, document.joins.get(part)).items():
            if tokens:
                field = FIELD_BY_NAME[field_name(part, layer)]
                values[field.name] = (
                    postings_of(tokens) if field.positions else counts_of(token.text for token in tokens)
                )
                values[schema.length_column(field.name)] = len(tokens)
    return Prepared(document.id, values)


def counts_of(terms: Iterable[str]) -> list[schema.Posting]:
    """Return one posting per distinct term of `terms`, without positions."""
    return [(term.encode(), count, float(count), b"") for term, count in Counter(terms).items()]


def postings_of(tokens: Sequence[Token]) -> list[schema.Posting]:
    """Return one posting per distinct term of `tokens`."""
    positions: dict[str, list[int]] = {}
    for token in tokens:
        positions.setdefault(token.text, []).append(token.position)
    encode = _POSITIONS.encode
    return [
        (text.encode(), len(places), float(len(places)), encode(places)) for text, places in positions.items()
    ]


def epoch_seconds(published: datetime | None) -> int:
    """Return the instant in seconds since 1970 UTC, or UNDATED; without a zone it is Vietnam's time."""
    if published is None:
        return schema.UNDATED
    aware = published if published.tzinfo else published.replace(tzinfo=VIETNAM_TIME)
    return int(aware.timestamp() // 1)


class Preparation(AbstractContextManager["Preparation"]):
    """Prepares documents; starts other processes only when there are many. 0 processes means all cores."""

    def __init__(self, processes: int) -> None:
        self._processes = processes or os.cpu_count() or 1
        self._seen = 0
        self._pool: Pool | None = None

    def prepare(self, documents: Iterable[IndexDocument]) -> Iterator[Prepared]:
        """Yield each document prepared, in order."""
        remaining = iter(documents)
        alone = ALONE if self._processes > 1 else None
        if self._pool is None:
            few = remaining if alone is None else islice(remaining, max(0, alone - self._seen))
            for document in few:
                self._seen += 1
                yield prepare(document)
        yield from self._prepare_elsewhere(remaining)

    def _prepare_elsewhere(self, documents: Iterator[IndexDocument]) -> Iterator[Prepared]:
        waiting: deque[AsyncResult[list[Prepared]]] = deque()
        while batch := list(islice(documents, BATCH)):
            waiting.append(self._started_pool().apply_async(_prepare_batch, (batch,)))
            if len(waiting) >= self._processes * IN_FLIGHT_PER_PROCESS:
                yield from waiting.popleft().get()
        for result in waiting:
            yield from result.get()

    def _started_pool(self) -> Pool:
        if self._pool is None:
            # Spawned, not forked: a forked child would inherit the writer's lock and keep it after a kill.
            with without_interrupts():
                self._pool = multiprocessing.get_context("spawn").Pool(self._processes, _leave_interrupts)
        return self._pool

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._pool is not None:
            self._pool.terminate()
            self._pool.join()
            self._pool = None


def _leave_interrupts() -> None:
    # Ctrl-C reaches every process of the terminal; the parent handles it and ends the others.
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _prepare_batch(documents: list[IndexDocument]) -> list[Prepared]:
    return [prepare(document) for document in documents]
