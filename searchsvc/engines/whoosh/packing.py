"""How postings lie in a file: a byte or two a document, half a byte a frequency, two bytes a position.

The primary entrypoints are `pack_documents`, `pack_frequencies`, `pack_positions` and their counterparts.
They work on the postings of many terms at once, one term after the other.

*Documents*: the gap to the document before in one byte, 255 standing for "255 further on, and no document";
where that is not shorter (rare terms), the document's number itself. Which of the two it is the length tells.
Terms that many documents have are rows instead (`frequency_rows.py`).
*Frequencies*: 1 to 14 in half a byte; 15 stands for a greater one, listed apart.
*Positions*: the lower 16 bits; the upper bits of the few greater ones are listed apart.
"""

from bisect import bisect_left
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

ESCAPE = 255
MANY = 15
WIDTHS: dict[int, type[np.unsignedinteger]] = {2: np.uint16, 4: np.uint32}


def width_for(documents: int) -> int:
    """Return how many bytes hold the number of a document where there are so many."""
    return 2 if documents <= 1 << 16 else 4


def starts_of(counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return where the rows of lengths `counts` start when they lie one after the other, and the end."""
    starts = np.zeros(len(counts) + 1, np.int64)
    np.cumsum(counts, out=starts[1:])
    return starts


def places_of(
    firsts: NDArray[np.signedinteger[Any]], counts: NDArray[np.signedinteger[Any]]
) -> NDArray[np.int64]:
    """Return the places of rows that start at `firsts` and are `counts` long, one row after the other."""
    ends = counts.cumsum()
    return np.repeat(firsts - ends + counts, counts) + np.arange(int(ends[-1]) if len(ends) else 0)


def lengths_of(starts: NDArray[np.unsignedinteger[Any]]) -> NDArray[np.int64]:
    """Return how long the rows are that start at `starts`, the last of which is the end."""
    whole = starts.astype(np.int64)
    return whole[1:] - whole[:-1]


def pack_documents(
    documents: NDArray[np.int64], counts: NDArray[np.int64], width: int
) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Return the packed documents of terms with `counts` postings each, and the bytes each term takes."""
    if not len(documents):
        return np.empty(0, np.uint8), np.zeros(len(counts), np.int64)
    firsts = starts_of(counts)[:-1][counts > 0]
    gaps = np.diff(documents, prepend=0)
    gaps[firsts] = documents[firsts]
    escapes = gaps // ESCAPE
    sizes = np.zeros(len(counts), np.int64)
    sizes[counts > 0] = np.add.reduceat(escapes + 1, firsts)
    plain = sizes >= width * counts
    sizes[plain] = width * counts[plain]
    plain_postings = np.repeat(plain, counts)
    ends = np.cumsum(np.where(plain_postings, width, escapes + 1))
    packed = np.full(int(ends[-1]), ESCAPE, np.uint8)
    packed[ends[~plain_postings] - 1] = (gaps % ESCAPE)[~plain_postings]
    whole = documents[plain_postings]
    for byte in range(width):
        packed[ends[plain_postings] - width + byte] = (whole >> (8 * byte)) & 0xFF
    return packed, sizes


def unpack_documents(packed: NDArray[np.uint8], count: int, width: int) -> NDArray[np.int64]:
    """Return the documents of one term with `count` postings, ascending."""
    if len(packed) == count * width:
        return packed.view(WIDTHS[width]).astype(np.int64)
    total = packed.cumsum(dtype=np.int64)
    return total if len(packed) == count else total[packed != ESCAPE]


def unpack_many_documents(
    packed: NDArray[np.uint8], counts: NDArray[np.int64], sizes: NDArray[np.int64], width: int
) -> NDArray[np.int64]:
    """Return the documents of terms with `counts` postings in `sizes` bytes each."""
    documents = np.empty(int(counts.sum()), np.int64)
    plain = sizes == width * counts
    plain_bytes, plain_postings = np.repeat(plain, sizes), np.repeat(plain, counts)
    documents[plain_postings] = np.ascontiguousarray(packed[plain_bytes]).view(WIDTHS[width])
    gaps = packed[~plain_bytes]
    if len(gaps):
        total = gaps.cumsum(dtype=np.int64)
        firsts = starts_of(sizes[~plain])[:-1]
        before = np.repeat(total[firsts] - gaps[firsts], sizes[~plain])
        documents[~plain_postings] = (total - before)[gaps != ESCAPE]
    return documents


@dataclass(frozen=True, slots=True)
class Exceptions:
    """Values that do not fit where they belong: `values[i]` is that of place `places[i]`; ascending."""

    places: NDArray[np.uint32]
    values: NDArray[np.uint32]

    @classmethod
    def of(cls, chosen: NDArray[np.bool_], values: NDArray[np.int64]) -> "Exceptions":
        """Return the `chosen` ones of `values`."""
        return cls(np.flatnonzero(chosen).astype(np.uint32), values[chosen].astype(np.uint32))

    def within(self, start: int, stop: int) -> tuple[NDArray[np.int64], NDArray[np.uint32]]:
        """Return the places between `start` and `stop`, counted from `start`, and their values."""
        if not len(self.places):
            return np.empty(0, np.int64), self.values
        view = self.places.data
        first = bisect_left(view, start)
        last = bisect_left(view, stop, first)
        return self.places[first:last].astype(np.int64) - start, self.values[first:last]

    def added_to(self, lower: NDArray[np.uint16], places: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return `lower`, the lower 16 bits of the values at the ascending `places`, with the upper bits."""
        whole = lower.astype(np.int64)
        if not len(places):
            return whole
        start = int(places[0])
        # Hardly any stretch has some, so not each of its places is looked for.
        offsets, values = self.within(start, int(places[-1]) + 1)
        if len(offsets):
            found = np.minimum(np.searchsorted(places, offsets + start), len(places) - 1)
            there = places[found] == offsets + start
            whole[found[there]] += values[there].astype(np.int64) << 16
        return whole


def pack_frequencies(clipped: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return two frequencies a byte, the first in the lower half; `clipped` has MANY for any greater one."""
    if len(clipped) % 2:
        clipped = np.append(clipped, np.zeros(1, np.uint8))
    return clipped[::2] | (clipped[1::2] << np.uint8(4))


def unpack_frequencies(
    packed: NDArray[np.uint8], many: Exceptions, start: int, stop: int
) -> NDArray[np.unsignedinteger[Any]]:
    """Return the frequencies of the postings `start` to `stop`, a byte each if that is enough for all."""
    first = start // 2
    pairs = packed[first : (stop + 1) // 2]
    halves: NDArray[np.unsignedinteger[Any]] = np.empty(2 * len(pairs), np.uint8)
    np.bitwise_and(pairs, MANY, out=halves[::2])
    np.right_shift(pairs, 4, out=halves[1::2])
    frequencies = halves[start - 2 * first : stop - 2 * first]
    places, values = many.within(start, stop)
    if len(places):
        frequencies = frequencies.astype(np.min_scalar_type(int(values.max())), copy=False)
        frequencies[places] = values
    return frequencies


def pack_positions(positions: NDArray[np.int64]) -> tuple[NDArray[np.uint16], Exceptions]:
    """Return the lower 16 bits of each position, and the upper bits of those that have any."""
    upper = positions >> 16
    return (positions & 0xFFFF).astype(np.uint16), Exceptions.of(upper > 0, upper)


def unpack_positions(
    packed: NDArray[np.uint16], upper: Exceptions, start: int, stop: int
) -> NDArray[np.int64]:
    """Return the positions of the occurrences `start` to `stop`."""
    positions = packed[start:stop].astype(np.int64)
    places, values = upper.within(start, stop)
    positions[places] += values.astype(np.int64) << 16
    return positions
