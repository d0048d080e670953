"""Postings: the documents of a term as numpy arrays, decoded through Whoosh's matchers and kept a while.

The primary entrypoint is `PostingSource`. Deleted documents are left out, so document frequencies and scores
are those of the live documents, the same after an update as after a rebuild.
"""

import threading
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh.codec.whoosh3 import W3LeafMatcher
from whoosh.matching import Matcher
from whoosh.matching.wrappers import FilterMatcher
from whoosh.reading import SegmentReader, TermNotFound

from searchsvc.engines.whoosh.schema import GAPS, WIDE

CACHE_BYTES = 48 * 2**20
"""Decoded postings kept per generation; what was not asked for longest goes first."""

LONGEST_TERM = 32_000
"""Whoosh's term index cannot hold a longer key, so no document has such a term."""


@dataclass(frozen=True, slots=True)
class Postings:
    """The live documents of one term, ascending, with its frequency in each."""

    numbers: NDArray[np.int64]
    frequencies: NDArray[np.float64]
    encoded: tuple[bytes, ...] | None = None

    def __len__(self) -> int:
        return len(self.numbers)

    @property
    def size(self) -> int:
        """Bytes in memory, roughly."""
        encoded = sum(len(value) + 40 for value in self.encoded) if self.encoded else 0
        return self.numbers.nbytes + self.frequencies.nbytes + encoded + 200

    def positions(self, chosen: NDArray[np.bool_]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the place in `numbers[chosen]` and the position of each occurrence there, ascending."""
        if self.encoded is None:
            raise ValueError("these postings were read without positions")
        lists = [self.encoded[place] for place in np.flatnonzero(chosen)]
        gaps = np.frombuffer(b"".join(lists), GAPS)
        counts = np.array([len(value) // 2 for value in lists], np.int64)
        total = gaps.cumsum(dtype=np.int64)
        starts = counts.cumsum() - counts
        before = np.where(starts > 0, total[starts - 1], 0) if len(starts) else starts
        is_position = gaps != WIDE
        places = np.repeat(np.arange(len(lists)), counts)
        return places[is_position], (total - np.repeat(before, counts))[is_position]


EMPTY = Postings(np.empty(0, np.int64), np.empty(0, np.float64), ())


class PostingSource:
    """Reads the postings of one opened generation, one thread at a time: Whoosh seeks in shared files."""

    def __init__(self, readers: Sequence[SegmentReader], live: NDArray[np.bool_]) -> None:
        self._readers = readers
        self._live = live
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[str, str, bool], Postings] = OrderedDict()
        self._kept_bytes = 0
        self._vocabularies: dict[str, tuple[list[str], list[int]]] = {}

    def postings(self, field: str, term: str, *, positions: bool = False) -> Postings:
        """Return the postings of `term`; empty if no document has it."""
        key = (field, term, positions)
        with self._lock:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
                return found
            found = self._read(field, term, positions)
            self._keep(key, found)
            return found

    def vocabulary(self, field: str) -> tuple[list[str], list[int]]:
        """Return all terms of `field` in order, and the number of live documents of each."""
        with self._lock:
            if field not in self._vocabularies:
                self._vocabularies[field] = self._read_vocabulary(field)
            return self._vocabularies[field]

    def _keep(self, key: tuple[str, str, bool], postings: Postings) -> None:
        self._kept[key] = postings
        self._kept_bytes += postings.size
        while self._kept_bytes > CACHE_BYTES and len(self._kept) > 1:
            self._kept_bytes -= self._kept.popitem(last=False)[1].size

    def _read(self, field: str, term: str, positions: bool) -> Postings:
        text = term.encode("utf-8", "surrogatepass")
        if not text or len(text) > LONGEST_TERM:
            return EMPTY
        numbers: list[NDArray[np.int64]] = []
        frequencies: list[NDArray[np.float64]] = []
        encoded: list[bytes] = []
        base = 0
        for reader in self._readers:
            for block_numbers, weights, values in _blocks(reader, field, text, positions):
                numbers.append(np.array(block_numbers, np.int64) + base)
                frequencies.append(np.array(weights, np.float64))
                encoded.extend(values)
            base += reader.doc_count_all()
        if not numbers:
            return EMPTY
        return self._only_live(np.concatenate(numbers), np.concatenate(frequencies), encoded, positions)

    def _only_live(
        self,
        numbers: NDArray[np.int64],
        frequencies: NDArray[np.float64],
        encoded: list[bytes],
        positions: bool,
    ) -> Postings:
        live = self._live[numbers]
        if not live.all():
            numbers, frequencies = numbers[live], frequencies[live]
            encoded = [value for value, kept in zip(encoded, live, strict=False) if kept]
        return Postings(numbers, frequencies, tuple(encoded) if positions else None)

    def _read_vocabulary(self, field: str) -> tuple[list[str], list[int]]:
        counts: dict[str, int] = {}
        deletions = False
        for reader in self._readers:
            deletions = deletions or reader.has_deletions()
            for (name, term), info in reader.iter_from(field, b""):
                if name != field:
                    break
                text = term.decode()
                counts[text] = counts.get(text, 0) + int(info.doc_frequency())
        if deletions:
            # Whoosh counts deleted documents until it merges their segment away.
            counts = {term: len(self._read(field, term, positions=False)) for term in counts}
        terms = sorted(term for term, count in counts.items() if count)
        return terms, [counts[term] for term in terms]


Block = tuple[Sequence[int], Sequence[float], Sequence[bytes]]


def _blocks(reader: SegmentReader, field: str, term: bytes, positions: bool) -> Iterator[Block]:
    """Yield document numbers, weights and encoded positions, as many as lie together."""
    try:
        matcher = reader.postings(field, term)
    except TermNotFound:
        return
    if isinstance(matcher, FilterMatcher):
        matcher = matcher.child  # it skips the deleted documents one by one; `_only_live` does it at once
    if isinstance(matcher, W3LeafMatcher):
        yield from _stored_blocks(matcher, positions)
    else:
        yield _one_by_one(matcher, positions)


def _stored_blocks(matcher: Any, positions: bool) -> Iterator[Block]:
    # id(), weight() and value() decode a whole block; taking it over is ten times as fast as asking each.
    while matcher.is_active():
        matcher.id()
        matcher.weight()
        values: Sequence[bytes] = ()
        if positions:
            matcher.value()
            values = matcher._values
        yield matcher._ids, matcher._weights, values
        matcher._next_block()


def _one_by_one(matcher: Matcher, positions: bool) -> Block:
    numbers: list[int] = []
    weights: list[float] = []
    values: list[bytes] = []
    while matcher.is_active():
        numbers.append(matcher.id())
        weights.append(matcher.weight())
        if positions:
            values.append(matcher.value())
        matcher.next()
    return numbers, weights, values
