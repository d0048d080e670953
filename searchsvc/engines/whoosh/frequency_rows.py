"""Rows: the frequency in every document of a term that many documents have, a byte each, read where it lies.

The primary entrypoints are `FrequencyRow`, `Rows` (the rows of one field of a segment) and `RowPacker`. A row
is the list of the term's documents as well, so that a term is kept in one form or the other.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from searchsvc.engines.whoosh.packing import Exceptions, starts_of

ROW_SHARE = 4
"""A term that one in so many documents has, or more, is kept as a row: about as long as the list would be."""

BLOCK = 256
"""Documents whose frequencies are added up together to find a place in the list of all occurrences."""

MOST = 255
"""Stands for a frequency that is not less; those are listed apart."""

Array = NDArray[Any]


@dataclass(frozen=True, slots=True)
class FrequencyRow:
    """The frequency in each document, at most MOST; the true ones of those that have MOST are `great`."""

    clipped: NDArray[np.uint8]
    great: Exceptions

    @classmethod
    def of(cls, documents: Array, frequencies: Array, size: int) -> "FrequencyRow":
        """Return the row of the ascending `documents`, of `size` in all."""
        clipped = np.zeros(size, np.uint8)
        clipped[documents] = np.minimum(frequencies, MOST)
        great = frequencies >= MOST
        return cls(
            clipped, Exceptions(documents[great].astype(np.uint32), frequencies[great].astype(np.uint32))
        )

    @property
    def nbytes(self) -> int:
        """How many bytes it takes."""
        return self.clipped.nbytes + self.great.places.nbytes + self.great.values.nbytes

    def documents(self) -> NDArray[np.int64]:
        """Return the documents that have the term, ascending."""
        return np.flatnonzero(self.clipped)

    def exact(self) -> NDArray[np.uint32]:
        """Return the frequency in every document."""
        whole = self.clipped.astype(np.uint32)
        whole[self.great.places] = self.great.values
        return whole

    def at(self, wanted: NDArray[np.int64]) -> NDArray[np.unsignedinteger[Any]]:
        """Return the frequency in each of `wanted`."""
        found: NDArray[np.unsignedinteger[Any]] = self.clipped[wanted]
        if len(self.great.places):
            clipped = np.flatnonzero(found == MOST)
            found = found.astype(np.uint32)
            found[clipped] = self.great.values[self.great.places.searchsorted(wanted[clipped])]
        return found

    def before(self, wanted: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return how often the term comes in all documents before each of `wanted`."""
        if len(wanted) * BLOCK >= len(self.clipped):
            all_before: NDArray[np.int64] = starts_of(self.exact().astype(np.int64))[wanted]
            return all_before
        found = self._clipped_before(wanted)
        if len(self.great.places):
            more = starts_of(self.great.values.astype(np.int64) - MOST)
            found += more[self.great.places.searchsorted(wanted)]
        return found

    def _clipped_before(self, wanted: NDArray[np.int64]) -> NDArray[np.int64]:
        blocks = len(self.clipped) // BLOCK
        sums = self.clipped[: blocks * BLOCK].reshape(blocks, BLOCK).sum(axis=1, dtype=np.int64)
        block, inside = np.divmod(wanted, BLOCK)
        # Of its own block what comes before each; the places behind, perhaps beyond the end, do not count.
        columns = np.arange(BLOCK)
        own = self.clipped.take((block * BLOCK)[:, None] + columns, mode="clip")
        own[columns >= inside[:, None]] = 0
        found: NDArray[np.int64] = starts_of(sums)[block] + own.sum(axis=1, dtype=np.int64)
        return found

    def mask_into(self, out: NDArray[np.bool_]) -> None:
        """Write into `out` which documents have the term."""
        np.greater(self.clipped, 0, out=out)

    def weighted_into(self, weight: float, out: NDArray[np.float32]) -> None:
        """Write into `out` the frequency in every document times `weight`."""
        np.multiply(self.clipped, np.float32(weight), out=out, dtype=np.float32)
        if len(self.great.places):
            out[self.great.places] = self.great.values * np.float32(weight)


class Rows:
    """The rows of one field of a segment, mapped; `part` gives the arrays that `RowPacker` made."""

    def __init__(self, part: Callable[[str], Array]) -> None:
        self._place_of = {term: place for place, term in enumerate(part("row_terms").tolist())}
        rows = part("rows")
        self._rows = rows.reshape(len(self._place_of), -1) if self._place_of else rows
        self._starts = part("row_great_starts").tolist()
        self._places, self._values = part("row_great_at"), part("row_great")

    def row(self, term: int) -> FrequencyRow | None:
        """Return the row of the term of this number, or None if it has none."""
        place = self._place_of.get(term)
        if place is None:
            return None
        great = slice(self._starts[place], self._starts[place + 1])
        return FrequencyRow(self._rows[place], Exceptions(self._places[great], self._values[great]))

    def terms_within(self, first: int, last: int) -> list[int]:
        """Return the terms from `first` until before `last` that have a row, ascending."""
        return [term for term in self._place_of if first <= term < last]


class RowPacker:
    """Makes rows of the terms of one field of a segment of `size` documents, a run of terms at a time."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._terms = 0
        self._chosen: list[int] = []
        self._rows: list[FrequencyRow] = []

    def add(self, documents: Array, frequencies: Array, counts: NDArray[np.int64]) -> list[int]:
        """Add the terms with `counts` postings each; return which of them have become rows."""
        starts = starts_of(counts)
        chosen: list[int] = np.flatnonzero(counts * ROW_SHARE >= self._size).tolist() if self._size else []
        for term in chosen:
            postings = slice(starts[term], starts[term + 1])
            self._rows.append(FrequencyRow.of(documents[postings], frequencies[postings], self._size))
        self._chosen += [self._terms + term for term in chosen]
        self._terms += len(counts)
        return chosen

    def arrays(self) -> dict[str, Array]:
        """Return what belongs into the file, by the names that `Rows` reads."""
        great = [row.great for row in self._rows]
        return {
            "row_terms": np.array(self._chosen, np.uint32),
            "rows": np.concatenate([np.empty(0, np.uint8), *(row.clipped for row in self._rows)]),
            "row_great_starts": starts_of(np.array([len(each.places) for each in great], np.int64)),
            "row_great_at": np.concatenate([np.empty(0, np.uint32), *(each.places for each in great)]),
            "row_great": np.concatenate([np.empty(0, np.uint32), *(each.values for each in great)]),
        }
