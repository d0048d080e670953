"""Postings: the live documents of a term in all segments, read from their arrays and kept a while.

The primary entrypoint is `PostingSource`. Deleted documents are left out, so document frequencies and scores
are those of the live documents, the same after an update as after a rebuild.
"""

import heapq
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

import numpy as np
from numpy.typing import NDArray

from searchsvc.engines.whoosh.field_arrays import FieldArrays
from searchsvc.engines.whoosh.keeping import Kept
from searchsvc.engines.whoosh.packing import starts_of
from searchsvc.engines.whoosh.segment_arrays import SegmentArrays

CACHE_BYTES = 32 * 2**20
"""Decoded postings kept per generation; what was not asked for longest goes first."""


@dataclass(frozen=True, slots=True)
class Postings:
    """The live documents of one term, ascending, with its frequency in each."""

    numbers: NDArray[np.int64]
    frequencies: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.numbers)


EMPTY = Postings(np.empty(0, np.int64), np.empty(0, np.int32))


@dataclass(frozen=True, slots=True)
class _Found:
    """A term in one segment, whose documents count from `base` until before `end`."""

    base: int
    end: int
    field: FieldArrays
    number: int


class PostingSource:
    """Reads the postings of one opened generation; threads may share it."""

    def __init__(self, segments: Sequence[SegmentArrays], live: NDArray[np.bool_]) -> None:
        self._segments = segments
        bounds = starts_of(np.array([segment.documents for segment in segments], np.int64)).tolist()
        self._bounds = list(pairwise(bounds))
        self._live = live
        self._all_live = bool(live.all())
        self._fields: dict[str, list[tuple[int, int, FieldArrays]]] = {}
        self._kept: Kept[tuple[str, str], Postings] = Kept(CACHE_BYTES)

    def postings(self, field: str, term: str) -> Postings:
        """Return the postings of `term`; empty if no document has it."""
        key = (field, term)
        found = self._kept.get(key)
        if found is None:
            found = self._read(self._find(field, term))
            self._kept.put(key, found, found.numbers.nbytes + found.frequencies.nbytes)
        return found

    def count(self, field: str, term: str) -> int:
        """Return how many documents have `term`."""
        if not self._all_live:
            return len(self.postings(field, term))
        return sum(each.field.count(each.number) for each in self._find(field, term))

    def positions(
        self, field: str, term: str, numbers: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return each occurrence of `term` in the documents `numbers`, which all have it, ascending.

        An occurrence is the place of its document in `numbers`, and its position there.
        """
        places, positions = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
        for each in self._find(field, term):
            first, last = np.searchsorted(numbers, [each.base, each.end]).tolist()
            if first < last:
                counts, found = each.field.positions_in(each.number, numbers[first:last] - each.base)
                places.append(np.repeat(np.arange(first, last), counts))
                positions.append(found)
        return np.concatenate(places), np.concatenate(positions)

    def vocabulary(self, field: str, prefix: str = "") -> Iterator[tuple[str, int]]:
        """Yield each term of `field` that starts with `prefix`, in order, and how many documents have it."""
        start = prefix.encode("utf-8", "surrogatepass")
        runs = [_terms_from(each, start) for *_, each in self._arrays_of(field)]
        for term, found in groupby(heapq.merge(*runs), key=lambda entry: entry[0]):
            text = term.decode()
            count = sum(count for _, count in found)
            if not self._all_live:
                count = self.count(field, text)
            if count:
                yield text, count

    def sample(self, field: str, count: int) -> list[str]:
        """Return some terms of `field`, at most `count` of each segment."""
        fields = [arrays for *_, arrays in self._arrays_of(field)]
        chosen = (
            (each, random.sample(range(len(each.terms)), min(count, len(each.terms)))) for each in fields
        )
        return [each.terms[number].decode() for each, numbers in chosen for number in numbers]

    def _arrays_of(self, field: str) -> list[tuple[int, int, FieldArrays]]:
        found = self._fields.get(field)
        if found is None:
            pairs = zip(self._bounds, self._segments, strict=True)
            found = [(*bounds, arrays) for bounds, each in pairs if (arrays := each.field(field)) is not None]
            self._fields[field] = found
        return found

    def _find(self, field: str, term: str) -> list[_Found]:
        text = term.encode("utf-8", "surrogatepass")
        places = ((base, end, arrays, arrays.find(text)) for base, end, arrays in self._arrays_of(field))
        return [
            _Found(base, end, arrays, number) for base, end, arrays, number in places if number is not None
        ]

    def _read(self, found: Sequence[_Found]) -> Postings:
        if not found:
            return EMPTY
        numbers = [each.field.documents(each.number) + each.base for each in found]
        frequencies = [each.field.frequencies(each.number) for each in found]
        postings = (
            Postings(numbers[0], frequencies[0])
            if len(found) == 1
            else Postings(np.concatenate(numbers), np.concatenate(frequencies))
        )
        if self._all_live:
            return postings
        live = self._live[postings.numbers]
        return Postings(postings.numbers[live], postings.frequencies[live])


def _terms_from(field: FieldArrays, prefix: bytes) -> Iterator[tuple[bytes, int]]:
    for number in range(field.terms.lower_bound(prefix), len(field.terms)):
        term = field.terms[number]
        if not term.startswith(prefix):
            return
        yield term, field.count(number)
