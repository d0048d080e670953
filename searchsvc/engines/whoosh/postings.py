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
from searchsvc.engines.whoosh.frequency_rows import FrequencyRow
from searchsvc.engines.whoosh.matches import Documents, Mask, Rough, are_few, places_in
from searchsvc.engines.whoosh.packing import starts_of
from searchsvc.engines.whoosh.segment_arrays import SegmentArrays
from searchsvc.keeping import Kept

Frequencies = NDArray[np.unsignedinteger[Any]]

KEPT_ROWS = 240
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
    """The frequency in every document of one term that many live ones have; 0 where it is not.

    It lies in pieces, each with the number of its first document: those of the segments, or one.
    """

    __slots__ = ("_pieces", "_size", "count", "nbytes")

    def __init__(
        self, pieces: Sequence[tuple[int, FrequencyRow]], size: int, count: int, nbytes: int
    ) -> None:
        """`nbytes` is how many bytes of memory it takes that no other process shares."""
        self._pieces = pieces
        self._size = size
        self.count = count
        self.nbytes = nbytes

    @property
    def numbers(self) -> Documents:
        """The numbers of the documents that have the term, ascending."""
        return np.flatnonzero(self.mask())

    def mask(self) -> Mask:
        """Return which documents have the term."""
        mask = np.zeros(self._size, bool)
        for base, piece in self._pieces:
            piece.mask_into(mask[base : base + len(piece.clipped)])
        return mask

    def weighted(self, weight: float) -> Rough:
        """Return the frequency in every document times `weight`, in single precision."""
        found = np.zeros(self._size, np.float32)
        for base, piece in self._pieces:
            piece.weighted_into(weight, found[base : base + len(piece.clipped)])
        return found

    def frequencies_in(self, wanted: Documents, size: int) -> Frequencies:
        """Return the frequency in each of the ascending `wanted`; `size` is the number of all documents."""
        found: Frequencies = np.zeros(len(wanted), np.uint32)
        for base, piece in self._pieces:
            first, last = wanted.searchsorted((base, base + len(piece.clipped))).tolist()
            found[first:last] = piece.at(wanted[first:last] - base)
        return found


def _cache_bytes(documents: int) -> int:
    least, most = _CACHE_BYTES
    return min(max(least, KEPT_ROWS * documents), most)


def in_fitting_form(numbers: Documents, frequencies: Frequencies, size: int) -> Postings | Row:
    """Return the postings as a list or a row, as suits their number; `size` is that of all documents."""
    if are_few(len(numbers), size):
        return Postings(numbers, frequencies)
    row = FrequencyRow.of(numbers, frequencies, size)
    return Row([(0, row)], size, len(numbers), row.nbytes)


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
        count = sum(each.field.count(each.number) for each in found)
        if self._all_live and not are_few(count, self.size):
            return self._row(found, count)
        numbers = np.concatenate([each.field.documents(each.number) + each.base for each in found])
        frequencies = np.concatenate([each.field.frequencies(each.number) for each in found])
        if not self._all_live:
            live = self._live[numbers]
            numbers, frequencies = numbers[live], frequencies[live]
        return in_fitting_form(numbers, frequencies, self.size)

    def _row(self, found: Sequence[_Found], count: int) -> Row:
        """Return the row of `count` documents, none of them deleted; its pieces mapped where they can be."""
        pieces, nbytes = [], 0
        for each in found:
            piece = each.field.row(each.number)
            if piece is None:
                documents = each.field.documents(each.number)
                frequencies = each.field.frequencies(each.number)
                piece = FrequencyRow.of(documents, frequencies, each.end - each.base)
                nbytes += piece.nbytes
            pieces.append((each.base, piece))
        return Row(pieces, self.size, count, nbytes)


def _terms_from(field: FieldArrays, prefix: bytes) -> Iterator[tuple[bytes, int]]:
    for number in range(field.terms.lower_bound(prefix), len(field.terms)):
        term = field.terms[number]
        if not term.startswith(prefix):
            return
        yield term, field.count(number)
