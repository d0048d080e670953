"""One field of a segment: its terms, and where the postings of each lie among the packed arrays.

The primary entrypoints are `FieldArrays` (reads, one term at a time or a run of terms at once) and
`FieldPacker` (writes, a run of terms at a time).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from searchsvc.engines.whoosh.frequency_rows import FrequencyRow, RowPacker, Rows
from searchsvc.engines.whoosh.packing import (
    MANY,
    Exceptions,
    lengths_of,
    pack_documents,
    pack_frequencies,
    pack_positions,
    places_of,
    starts_of,
    unpack_documents,
    unpack_frequencies,
    unpack_many_documents,
    unpack_positions,
    width_for,
)
from searchsvc.engines.whoosh.vocabulary import PairTerms, TextTerms

Array = NDArray[Any]
PAIRS = "pairs"
WIDTH = "width"


class Arrays(Protocol):
    """Named arrays: a mapped file, or a dict of them in memory."""

    def __contains__(self, name: object) -> bool: ...

    def __getitem__(self, name: str) -> Array: ...


@dataclass(frozen=True, slots=True)
class Postings:
    """Postings of several terms, one term after the other.

    `counts` says how many documents each term has; `documents` ascend within a term. `positions`, of a
    field that keeps them, are those of each posting, ascending, one posting after the other.
    """

    counts: NDArray[np.int64]
    documents: NDArray[np.int64]
    frequencies: NDArray[np.int64]
    positions: NDArray[np.int64] | None

    def occurrences(self) -> NDArray[np.int64]:
        """Return how often each term comes in all its documents."""
        total = np.zeros(len(self.frequencies) + 1, np.int64)
        np.cumsum(self.frequencies, out=total[1:])
        return np.diff(total[starts_of(self.counts)])


class FieldArrays:
    """Reads one field of a segment; `facts` are those of its file."""

    def __init__(self, name: str, arrays: Arrays, facts: Mapping[str, Any]) -> None:
        def part(part: str) -> Array:
            return arrays[f"{name}.{part}"]

        self.name = name
        self.width: int = facts[WIDTH]
        self.starts = part("starts")
        self._bytes = part("bytes")
        self._starts_view, self._bytes_view = self.starts.data, self._bytes.data
        self._documents, self._frequencies = part("documents"), part("frequencies")
        self._many = Exceptions(part("many_at"), part("many"))
        self._rows = Rows(part)
        self.has_positions = f"{name}.positions" in arrays
        if self.has_positions:
            self.occurrences = part("occurrences")
            self._positions = part("positions")
            self._upper = Exceptions(part("upper_at"), part("upper"))
        self.terms = _terms(name, arrays, facts)

    def find(self, term: bytes) -> int | None:
        """Return the number of `term`, or None."""
        return self.terms.find(term)

    def count(self, number: int) -> int:
        """Return how many documents the term has, the deleted ones too."""
        return int(self._starts_view[number + 1] - self._starts_view[number])

    def row(self, number: int) -> FrequencyRow | None:
        """Return the frequency of the term in every document where it is kept so, mapped; else None."""
        return self._rows.row(number)

    def documents(self, number: int) -> NDArray[np.int64]:
        """Return the documents of the term, ascending."""
        row = self.row(number)
        if row is not None:
            return row.documents()
        packed = self._documents[self._bytes_view[number] : self._bytes_view[number + 1]]
        return unpack_documents(packed, self.count(number), self.width)

    def frequencies(self, number: int) -> NDArray[np.unsignedinteger[Any]]:
        """Return how often the term comes in each of its documents."""
        start, stop = self._starts_view[number], self._starts_view[number + 1]
        return unpack_frequencies(self._frequencies, self._many, start, stop)

    def positions(self, number: int) -> NDArray[np.int64]:
        """Return the positions of the term in all its documents, one document after the other."""
        start, stop = self.occurrences[number : number + 2].tolist()
        return unpack_positions(self._positions, self._upper, start, stop)

    def positions_in(
        self, number: int, documents: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return how often the term comes in each of `documents`, and where. They all have it."""
        row = self.row(number)
        if row is None:
            frequencies: Array = self.frequencies(number)
            places = self.documents(number).searchsorted(documents)
            counts = frequencies[places].astype(np.int64)
            before = frequencies.cumsum(dtype=np.int64)[places] - counts
        else:
            counts, before = row.at(documents).astype(np.int64), row.before(documents)
        occurrences = places_of(before + int(self.occurrences[number]), counts)
        return counts, self._upper.added_to(self._positions[occurrences], occurrences)

    def run(self, first: int, last: int) -> Postings:
        """Return the postings of the terms from `first` until before `last`."""
        counts = lengths_of(self.starts[first : last + 1])
        sizes = lengths_of(self._bytes[first : last + 1])
        start, stop = int(self.starts[first]), int(self.starts[last])
        packed = self._documents[int(self._bytes[first]) : int(self._bytes[last])]
        positions = None
        if self.has_positions:
            bounds = int(self.occurrences[first]), int(self.occurrences[last])
            positions = unpack_positions(self._positions, self._upper, *bounds)
        return Postings(
            counts,
            self._documents_of_run(first, packed, counts, sizes),
            unpack_frequencies(self._frequencies, self._many, start, stop).astype(np.int64),
            positions,
        )

    def _documents_of_run(self, first: int, packed: Array, counts: Array, sizes: Array) -> NDArray[np.int64]:
        """Return the documents of the terms from `first` on with `counts` postings in `sizes` bytes each."""
        rows = self._rows.terms_within(first, first + len(counts))
        if not rows:
            return unpack_many_documents(packed, counts, sizes, self.width)
        in_row = np.zeros(len(counts), bool)
        in_row[np.array(rows) - first] = True
        documents = np.empty(int(counts.sum()), np.int64)
        postings_in_row = np.repeat(in_row, counts)
        documents[postings_in_row] = np.concatenate([self.documents(number) for number in rows])
        documents[~postings_in_row] = unpack_many_documents(
            packed, counts[~in_row], sizes[~in_row], self.width
        )
        return documents


def _terms(name: str, arrays: Arrays, facts: Mapping[str, Any]) -> TextTerms | PairTerms:
    parts = facts[PAIRS].get(name)
    if parts is None:
        return TextTerms(arrays[f"{name}.text"], arrays[f"{name}.ends"])
    of = TextTerms(arrays[f"{parts}.text"], arrays[f"{parts}.ends"])
    return PairTerms(arrays[f"{name}.keys"], of, arrays[f"{parts}.ranks"])


class FieldPacker:
    """Packs the postings of one field, a run of terms at a time, so that only the packed ones pile up."""

    def __init__(self, documents: int, *, positions: bool) -> None:
        """`documents` is the number of those of the segment."""
        self._width = width_for(documents)
        self._has_positions = positions
        self._rows = RowPacker(documents)
        self._counts: list[Array] = []
        self._sizes: list[Array] = []
        self._documents: list[Array] = []
        self._frequencies: list[Array] = []
        self._many: list[Array] = []
        self._occurrences: list[Array] = []
        self._positions: list[Array] = []
        self._upper: list[Exceptions] = []

    def add(self, postings: Postings) -> None:
        """Add the postings of the terms that follow; each has at least one."""
        in_row = self._rows.add(postings.documents, postings.frequencies, postings.counts)
        packed, sizes = self._packed_lists(postings, in_row)
        self._counts.append(postings.counts.astype(np.uint32))
        self._sizes.append(sizes)
        self._documents.append(packed)
        # Clipped to a byte; the greater ones stand, in order, in `many` anyway.
        self._frequencies.append(np.minimum(postings.frequencies, MANY).astype(np.uint8))
        self._many.append(postings.frequencies[postings.frequencies >= MANY].astype(np.uint32))
        if self._has_positions and postings.positions is not None:
            self._occurrences.append(postings.occurrences())
            positions, upper = pack_positions(postings.positions)
            self._positions.append(positions)
            self._upper.append(upper)

    def _packed_lists(self, postings: Postings, in_row: list[int]) -> tuple[Array, Array]:
        """Return the documents of the terms that are not `in_row`, packed, and the bytes of every term."""
        if not in_row:
            return pack_documents(postings.documents, postings.counts, self._width)
        counts = postings.counts.copy()
        counts[in_row] = 0
        listed = np.ones(len(counts), bool)
        listed[in_row] = False
        documents = postings.documents[np.repeat(listed, postings.counts)]
        return pack_documents(documents, counts, self._width)

    def arrays(self) -> dict[str, Array]:
        """Return what belongs into the file, by the names that `FieldArrays` reads."""
        clipped = _joined(self._frequencies, np.uint8)
        found = {
            "starts": _narrow(starts_of(_joined(self._counts, np.uint32).astype(np.int64))),
            "bytes": _narrow(starts_of(_joined(self._sizes, np.int64))),
            "documents": _joined(self._documents, np.uint8),
            "frequencies": pack_frequencies(clipped),
            "many_at": np.flatnonzero(clipped == MANY).astype(np.uint32),
            "many": _joined(self._many, np.uint32),
        } | self._rows.arrays()
        if self._has_positions:
            found |= {
                "occurrences": _narrow(starts_of(_joined(self._occurrences, np.int64))),
                "positions": _joined(self._positions, np.uint16),
                **self._upper_arrays(),
            }
        return found

    def _upper_arrays(self) -> dict[str, Array]:
        places, before = [], 0
        for upper, positions in zip(self._upper, self._positions, strict=True):
            places.append(upper.places + np.uint32(before))
            before += len(positions)
        values = [upper.values for upper in self._upper]
        return {"upper_at": _joined(places, np.uint32), "upper": _joined(values, np.uint32)}


def _joined(arrays: list[Array], kind: type[np.generic]) -> Array:
    return np.concatenate(arrays) if arrays else np.empty(0, kind)


def _narrow(starts: NDArray[np.int64]) -> Array:
    return starts.astype(np.uint32 if starts[-1] < 1 << 32 else np.uint64)
