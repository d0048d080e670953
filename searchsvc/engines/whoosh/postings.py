"""Postings: the live documents of a term in all segments, read from their arrays and kept a while.

The primary entrypoint is `PostingSource`. The postings of a term are a list (`Postings`) or, where many
documents have it, a row with a place for every document (`Row`). Deleted documents are left out, so document
frequencies and scores are those of the live documents, the same after an update as after a rebuild.
"""

import heapq
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from searchsvc.engines.whoosh.field_arrays import FieldArrays
from searchsvc.engines.whoosh.keeping import Kept
from searchsvc.engines.whoosh.matches import Documents, are_few, places_in
from searchsvc.engines.whoosh.packing import starts_of
from searchsvc.engines.whoosh.segment_arrays import SegmentArrays

Frequencies = NDArray[np.unsignedinteger[Any]]

KEPT_ROWS = 360
"""Decoded postings kept per generation, in rows of a byte a document; what was not asked for longest goes
first."""

_CACHE_BYTES = 8 * 2**20, 512 * 2**20
"""At least and at most, whatever the number of documents."""

PLACES_CACHE_BYTES = 2 * 2**20
"""Places of terms kept per generation: a phrase asks for each of its terms several times."""

_PLACE_BYTES = 200


class Postings:
    """The live documents of one term that few have, ascending, with its frequency in each."""

    __slots__ = ("frequencies", "numbers")

    def __init__(self, numbers: Documents, frequencies: Frequencies) -> None:
        self.numbers = numbers
        self.frequencies = frequencies

    @property
    def count(self) -> int:
        """How many documents have the term."""
        return len(self.numbers)

    @property
    def nbytes(self) -> int:
        """How many bytes of memory it takes."""
        return self.numbers.nbytes + self.frequencies.nbytes

    def frequencies_in(self, wanted: Documents, size: int) -> Frequencies:
        """Return the frequency in each of the ascending `wanted`; `size` is the number of all documents."""
        if not len(self.numbers):
            return np.zeros(len(wanted), np.uint8)
        places, there = places_in(self.numbers, wanted, size)
        found: Frequencies = self.frequencies[places] * there
        return found


class Row:
    """The frequency in every document of one term that many have; 0 where it is not, or is deleted."""

    __slots__ = ("count", "frequencies")

    def __init__(self, frequencies: Frequencies, count: int) -> None:
        self.frequencies = frequencies
        self.count = count

    @property
    def numbers(self) -> Documents:
        """The numbers of the documents that have the term, ascending."""
        return np.flatnonzero(self.frequencies)

    @property
    def nbytes(self) -> int:
        """How many bytes of memory it takes."""
        return self.frequencies.nbytes

    def frequencies_in(self, wanted: Documents, size: int) -> Frequencies:
        """Return the frequency in each of `wanted`."""
        return self.frequencies[wanted]


def _cache_bytes(documents: int) -> int:
    least, most = _CACHE_BYTES
    return min(max(least, KEPT_ROWS * documents), most)


def in_fitting_form(numbers: Documents, frequencies: Frequencies, size: int) -> Postings | Row:
    """Return the postings as a list or a row, as suits their number; `size` is that of all documents."""
    if are_few(len(numbers), size):
        return Postings(numbers, frequencies)
    row = np.zeros(size, frequencies.dtype)
    row[numbers] = frequencies
    return Row(row, len(numbers))


EMPTY = Postings(np.empty(0, np.int64), np.empty(0, np.uint8))


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
        self._kept: Kept[tuple[str, str], Postings | Row] = Kept(_cache_bytes(len(live)))
        self._places: Kept[tuple[str, str], list[_Found]] = Kept(PLACES_CACHE_BYTES)

    @property
    def size(self) -> int:
        """The number of all documents, the deleted ones too."""
        return len(self._live)

    def postings(self, field: str, term: str) -> Postings | Row:
        """Return the postings of `term`; empty if no document has it."""
        key = (field, term)
        found = self._kept.get(key)
        if found is None:
            found = self._read(self._find(field, term))
            self._kept.put(key, found, found.nbytes)
        return found

    def count(self, field: str, term: str) -> int:
        """Return how many documents have `term`."""
        if not self._all_live:
            return self.postings(field, term).count
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
        found = self._places.get((field, term))
        if found is None:
            text = term.encode("utf-8", "surrogatepass")
            found = [
                _Found(base, end, arrays, number)
                for base, end, arrays in self._arrays_of(field)
                if (number := arrays.find(text)) is not None
            ]
            self._places.put((field, term), found, _PLACE_BYTES * len(found))
        return found

    def _read(self, found: Sequence[_Found]) -> Postings | Row:
        if not found:
            return EMPTY
        if not are_few(sum(each.field.count(each.number) for each in found), self.size):
            return self._read_row(found)
        numbers = np.concatenate([each.field.documents(each.number) + each.base for each in found])
        frequencies = np.concatenate([each.field.frequencies(each.number) for each in found])
        if self._all_live:
            return Postings(numbers, frequencies)
        live = self._live[numbers]
        return Postings(numbers[live], frequencies[live])

    def _read_row(self, found: Sequence[_Found]) -> Row:
        lists = [each.field.frequencies(each.number) for each in found]
        row = np.zeros(self.size, np.result_type(*lists))
        for each, frequencies in zip(found, lists, strict=True):
            row[each.base : each.end][each.field.documents(each.number)] = frequencies
        if self._all_live:
            return Row(row, sum(map(len, lists)))
        row *= self._live
        return Row(row, int(np.count_nonzero(row)))


def _terms_from(field: FieldArrays, prefix: bytes) -> Iterator[tuple[bytes, int]]:
    for number in range(field.terms.lower_bound(prefix), len(field.terms)):
        term = field.terms[number]
        if not term.startswith(prefix):
            return
        yield term, field.count(number)
