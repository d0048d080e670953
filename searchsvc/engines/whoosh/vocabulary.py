"""The terms of one field of a segment, sorted by their bytes and numbered in that order.

The primary entrypoints are `TextTerms`, which holds the bytes, `PairTerms`, which holds pairs of numbers
into the terms of another field, and `merged`. A field of neighbouring syllables has many times as many terms
as there are syllables, most of them once; as numbers they take a third of the room and merge as arrays.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from searchsvc.analysis.compounds import JOINT
from searchsvc.engines.whoosh.sorting import distinct

_JOINT = JOINT.encode()
_HALF = np.uint64(32)
_LOW = np.uint64(0xFFFFFFFF)

_SAMPLED = 64

Numbers = NDArray[np.int64]


class Terms(Protocol):
    """Terms in order; `find` gives the number of one, `lower_bound` the first that is not smaller."""

    def __len__(self) -> int: ...

    def __getitem__(self, number: int) -> bytes: ...

    def lower_bound(self, term: bytes) -> int: ...

    def find(self, term: bytes) -> int | None: ...


def find(terms: Terms, term: bytes) -> int | None:
    """Return the number of `term`, or None if it is not among `terms`."""
    number = terms.lower_bound(term)
    return number if number < len(terms) and terms[number] == term else None


class TextTerms:
    """Terms as one row of bytes and the end of each."""

    def __init__(self, text: NDArray[np.uint8], ends: NDArray[np.uint32]) -> None:
        self.text = text
        self.ends = ends
        self._view = text.data
        self._ends = ends.data

    @classmethod
    def of(cls, terms: Sequence[bytes]) -> "TextTerms":
        """Return `terms`, which are sorted."""
        ends = np.fromiter(map(len, terms), np.int64, len(terms)).cumsum().astype(np.uint32)
        return cls(np.frombuffer(b"".join(terms), np.uint8), ends)

    def __len__(self) -> int:
        return len(self.ends)

    def __getitem__(self, number: int) -> bytes:
        start = self._ends[number - 1] if number else 0
        return bytes(self._view[start : self._ends[number]])

    def __iter__(self) -> Iterator[bytes]:
        data, start = self.text.tobytes(), 0
        for end in self.ends.tolist():
            yield data[start:end]
            start = end

    def lower_bound(self, term: bytes) -> int:
        """Return the number of the first term that is not smaller than `term`."""
        sampled = bisect_left(self._sample, term)
        first = max(0, sampled - 1) * _SAMPLED
        return bisect_left(self, term, first, min(sampled * _SAMPLED, len(self)))

    def find(self, term: bytes) -> int | None:
        """Return the number of `term`, or None."""
        return find(self, term)

    @cached_property
    def _sample(self) -> list[bytes]:
        """Every so many-th term: comparing objects takes a tenth of cutting terms out of the row."""
        return [self[number] for number in range(0, len(self), _SAMPLED)]

    @cached_property
    def joint_ranks(self) -> NDArray[np.uint32]:
        """For each term its place if the terms were sorted with the joint of compounds behind them."""
        joined = [term + _JOINT for term in self]
        ranks = np.empty(len(joined), np.uint32)
        ranks[sorted(range(len(joined)), key=joined.__getitem__)] = np.arange(len(joined), dtype=np.uint32)
        return ranks


class PairTerms:
    """Two terms of `parts` with the joint between them, as numbers that sort as their bytes do.

    A key holds, in its upper half, the first term's place among the terms with the joint behind them (so
    '1_' comes after '10_', though '1' comes before '10'), in the lower half the number of the second.
    """

    def __init__(self, keys: NDArray[np.uint64], parts: TextTerms, ranks: NDArray[np.uint32]) -> None:
        self.keys = keys
        self.parts = parts
        self.ranks = ranks

    @classmethod
    def key_of(cls, first: Numbers, second: Numbers, ranks: NDArray[np.uint32]) -> NDArray[np.uint64]:
        """Return the keys of pairs of numbers into the terms that `ranks` belong to."""
        return cls.key(ranks[first].astype(np.uint64), second.astype(np.uint64))

    @staticmethod
    def key(ranks: NDArray[np.uint64], seconds: NDArray[np.uint64]) -> NDArray[np.uint64]:
        """Return the keys of pairs, given the first terms' places with the joint and the second's numbers."""
        keys: NDArray[np.uint64] = (ranks << _HALF) | seconds
        return keys

    @cached_property
    def _number_of_rank(self) -> NDArray[np.int64]:
        numbers = np.empty(len(self.ranks), np.int64)
        numbers[self.ranks] = np.arange(len(self.ranks))
        return numbers

    def __len__(self) -> int:
        return len(self.keys)

    def __getitem__(self, number: int) -> bytes:
        key = int(self.keys[number])
        return self.parts[int(self._number_of_rank[key >> 32])] + _JOINT + self.parts[key & 0xFFFFFFFF]

    def __iter__(self) -> Iterator[bytes]:
        parts = list(self.parts)
        first, second = self.halves()
        for one, two in zip(first.tolist(), second.tolist(), strict=True):
            yield parts[one] + _JOINT + parts[two]

    def halves(self) -> tuple[Numbers, Numbers]:
        """Return the numbers of the first and of the second term of every pair."""
        first = self._number_of_rank[(self.keys >> _HALF).astype(np.int64)]
        return first, (self.keys & _LOW).astype(np.int64)

    def lower_bound(self, term: bytes) -> int:
        """Return the number of the first pair that is not smaller than `term`."""
        return bisect_left(self, term)

    def find(self, term: bytes) -> int | None:
        """Return the number of the pair `term`, or None."""
        first, joint, second = term.partition(_JOINT)
        one, two = self.parts.find(first), self.parts.find(second)
        if not joint or one is None or two is None:
            return None
        key = (int(self.ranks[one]) << 32) | two
        place = int(self.keys.searchsorted(np.uint64(key)))
        return place if place < len(self.keys) and int(self.keys[place]) == key else None


Chosen = NDArray[np.bool_] | None
"""Which terms of a source go into the merged ones; None for all."""


def merged(sources: Sequence[tuple[TextTerms, Chosen]]) -> tuple[TextTerms, list[Numbers]]:
    """Return the chosen terms of all `sources`, and for each source the new numbers of its terms.

    The new number of a term that was not chosen means nothing, but keeps the order.
    """
    lists = [
        list(terms) if chosen is None else [term for term, kept in zip(terms, chosen, strict=True) if kept]
        for terms, chosen in sources
    ]
    union = sorted(set().union(*lists))
    number_of = dict(zip(union, range(len(union)), strict=True))
    maps = []
    for (source, chosen), terms in zip(sources, lists, strict=True):
        numbers = np.fromiter(map(number_of.__getitem__, terms), np.int64, len(terms))
        maps.append(_spread(numbers, chosen, len(source)))
    return TextTerms.of(union), maps


def merged_pairs(
    sources: Sequence[tuple[PairTerms, Chosen]], parts: TextTerms, part_maps: Sequence[Numbers]
) -> tuple[PairTerms, list[Numbers]]:
    """Return the chosen pairs of all `sources` over the merged `parts`, and the new numbers of each source's.

    `part_maps` gives the new numbers of the terms that each source's pairs are made of.
    """
    ranks = parts.joint_ranks
    keys = []
    for (source, chosen), numbers in zip(sources, part_maps, strict=True):
        first, second = source.halves()
        if chosen is not None:
            first, second = first[chosen], second[chosen]
        keys.append(PairTerms.key_of(numbers[first], numbers[second], ranks))
    union = distinct(np.concatenate(keys)) if keys else np.empty(0, np.uint64)
    maps = [
        _spread(np.searchsorted(union, each), chosen, len(source))
        for each, (source, chosen) in zip(keys, sources, strict=True)
    ]
    return PairTerms(union, parts, ranks), maps


def _spread(numbers: Numbers, chosen: Chosen, count: int) -> Numbers:
    if chosen is None:
        return numbers
    spread = np.zeros(count, np.int64)
    spread[chosen] = numbers
    return np.maximum.accumulate(spread) if count else spread
