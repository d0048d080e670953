"""Our array writer over the one field that the peers have: the same tokens in, an index with positions out.

It is only built: what is asked is the service's own index, which holds this field among all its others.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from pathlib import Path

import numpy as np

from benchmarks.engines.prepared import FIELD, DocumentFacts, Prepared
from benchmarks.engines.systems.contract import Searcher, System
from searchsvc.engines.whoosh import schema
from searchsvc.engines.whoosh.compacting import MOST_DOCUMENTS
from searchsvc.engines.whoosh.document_arrays import Lists, Numbers, Texts
from searchsvc.engines.whoosh.heap import keep_freed_memory
from searchsvc.engines.whoosh.inverting import Tokens
from searchsvc.engines.whoosh.part_fields import pack, vocabulary
from searchsvc.engines.whoosh.segment_arrays import ColumnsBuilder, writing_postings
from searchsvc.engines.whoosh.stretches import Stretches

BATCH = 2_000
YEAR = "year"


class OurField(System):
    """Segments of our codec with that field and the columns of facts; a thread writes one while the next is
    read, where there is more than one core."""

    name = "ours-field"
    about = "ours: that one field"

    def build(self, prepared: Prepared, folder: Path, threads: int) -> None:
        """Number the tokens, invert them, and write."""
        keep_freed_memory()  # as the engine does
        lines, facts = prepared.tokens(), prepared.facts()
        with ThreadPoolExecutor(1) as pool:
            writing: Future[None] | None = None
            for number in range(-(-prepared.counts["documents"] // MOST_DOCUMENTS)):
                segment = _Segment(lines, list(islice(facts, MOST_DOCUMENTS)))
                if writing is not None:
                    writing.result()
                writing = pool.submit(segment.write, folder / str(number))
                if threads == 1:
                    writing.result()
            if writing is not None:
                writing.result()

    def open(self, folder: Path) -> Searcher:
        """Raise: the service's own index is asked."""
        raise NotImplementedError("the service's own index is asked")


class _Segment:
    """The documents of one segment, read."""

    def __init__(self, lines: Iterator[str], facts: Sequence[DocumentFacts]) -> None:
        self._facts = facts
        self._stretches = Stretches()
        self._batches = [
            self._read(list(islice(lines, min(BATCH, len(facts) - start))), start)
            for start in range(0, len(facts), BATCH)
        ]

    def _read(self, lines: Sequence[str], start: int) -> Tokens:
        numbers, bounds = self._stretches.numbers([line.encode() for line in lines])
        counts = np.diff(bounds)
        documents = np.repeat(np.arange(start, start + len(lines), dtype=np.uint32), counts)
        positions = np.arange(len(numbers), dtype=np.uint32) - np.repeat(
            bounds[:-1].astype(np.uint32), counts
        )
        return Tokens(numbers - np.uint32(1), documents, positions)

    def write(self, base: Path) -> None:
        """Write the files."""
        spelt = self._stretches.take_new()
        terms, table = vocabulary(spelt, np.ones(len(spelt), bool))

        def source() -> Iterator[Tokens]:
            return (tokens._replace(terms=table[tokens.terms]) for tokens in self._batches)

        _, packed, lengths = pack(source, len(terms), len(self._facts))
        with writing_postings(base, len(self._facts)) as writer:
            writer.add(FIELD, terms, packed)
        columns = ColumnsBuilder(len(self._facts))
        columns.add_lengths(FIELD, lengths)
        columns.add(schema.ID, Texts.of(one.id.encode() for one in self._facts))
        columns.add(schema.PUBLISHED, Numbers(np.array([one.published for one in self._facts])))
        columns.add(YEAR, Numbers(np.array([one.year for one in self._facts])))
        columns.add(schema.COLLECTION, Lists.of([[one.collection.encode()] for one in self._facts]))
        for name, lists in (
            (schema.UNIT_PATH, [one.unit_path for one in self._facts]),
            (schema.CODES, [one.codes for one in self._facts]),
        ):
            columns.add(name, Lists.of([[each.encode() for each in names] for names in lists]))
        columns.write(base)
