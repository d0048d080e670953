"""Matches: the documents that a clause matches, and their scores, in the form that is less work.

The primary entrypoints are `Few` and `Many`. A clause that few documents match is their numbers with a score
each. One that many match is a mask over all documents; its scores are worked out when they are asked for:
*rough* ones of all documents at once in single precision, good enough to tell which may stand on a page, and
those of chosen documents in double precision, which are shown and decide the order. No score is negative.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Documents = NDArray[np.int64]
Mask = NDArray[np.bool_]
Scores = NDArray[np.float64]
Rough = NDArray[np.float32]

SPARSE = 12
"""Below one in so many documents, numbers are less work than a mask of all documents."""

_LOOKED_UP = 500
"""Up to so many numbers are looked up one by one; more are found by their places among all documents."""


def are_few(count: int, size: int) -> bool:
    """Return whether so many documents of `size` are fewer than a mask is worth."""
    return count * SPARSE < size


class Few:
    """Document numbers, ascending, and the score of each."""

    __slots__ = ("numbers", "scores")

    def __init__(self, numbers: Documents, scores: Scores) -> None:
        self.numbers = numbers
        self.scores = scores

    @property
    def count(self) -> int:
        """How many documents there are."""
        return len(self.numbers)

    @property
    def nbytes(self) -> int:
        """How many bytes of memory it takes."""
        return self.numbers.nbytes + self.scores.nbytes

    def has(self, wanted: Documents, size: int) -> Mask:
        """Return which of the ascending `wanted` are among them; `size` is the number of all documents."""
        return places_in(self.numbers, wanted, size)[1]

    def at(self, wanted: Documents, size: int) -> tuple[Mask, Scores]:
        """Return which of the ascending `wanted` are among them, and the score of each, 0 for the others."""
        if not len(self.numbers):
            return np.zeros(len(wanted), bool), np.zeros(len(wanted))
        places, there = places_in(self.numbers, wanted, size)
        return there, self.scores[places] * there

    def kept(self, mask: Mask) -> "Few":
        """Return those that the mask, which has a place for each of them, lets through."""
        return Few(self.numbers[mask], self.scores[mask])

    def times(self, factor: float) -> "Few":
        """Return the same documents with scores multiplied."""
        return self if factor == 1.0 else Few(self.numbers, self.scores * factor)

    def few(self) -> "Few":
        """Return itself."""
        return self


NONE = Few(np.empty(0, np.int64), np.empty(0))


class Many(ABC):
    """Documents as a mask; `terms` says of how many roundings a rough score is the sum, at most."""

    mask: Mask
    terms: int

    @cached_property
    def count(self) -> int:
        """How many documents there are."""
        return int(np.count_nonzero(self.mask))

    @property
    def numbers(self) -> Documents:
        """The numbers of the documents, ascending."""
        return np.flatnonzero(self.mask)

    @property
    def nbytes(self) -> int:
        """How many bytes of memory it takes, but for what it is made of."""
        return self.mask.nbytes

    @abstractmethod
    def rough(self) -> Rough:
        """Return the score of every document, 0 where none matches; the caller must not change it."""

    @abstractmethod
    def scores(self, wanted: Documents) -> Scores:
        """Return the scores of the ascending `wanted`; means nothing where one does not match."""

    def has(self, wanted: Documents, size: int) -> Mask:
        """Return which of `wanted` are among them."""
        found: Mask = self.mask[wanted]
        return found

    def at(self, wanted: Documents, size: int) -> tuple[Mask, Scores]:
        """Return which of the ascending `wanted` are among them, and the score of each, 0 for the others."""
        there = self.has(wanted, size)
        return there, self.scores(wanted) * there

    def kept(self, mask: Mask) -> "Matches":
        """Return those that the mask, which has a place for every document, lets through."""
        return masked(self, self.mask & mask)

    def times(self, factor: float) -> "Many":
        """Return the same documents with scores multiplied."""
        return self if factor == 1.0 else Scaled(self, factor)

    def few(self) -> Few:
        """Return the documents with their scores."""
        numbers = self.numbers
        return Few(numbers, self.scores(numbers))


Matches = Few | Many


class Scaled(Many):
    """Documents of `inner` with scores multiplied by `factor`."""

    def __init__(self, inner: Many, factor: float) -> None:
        self.mask, self.terms = inner.mask, inner.terms + 1
        self._inner, self._factor = inner, factor

    def rough(self) -> Rough:
        return self._inner.rough() * np.float32(self._factor)

    def scores(self, wanted: Documents) -> Scores:
        return self._inner.scores(wanted) * self._factor


class Unscored(Many):
    """Documents that all score 0."""

    terms = 0

    def __init__(self, mask: Mask) -> None:
        self.mask = mask

    def rough(self) -> Rough:
        return np.zeros(len(self.mask), np.float32)

    def scores(self, wanted: Documents) -> Scores:
        return np.zeros(len(wanted))


class Narrowed(Many):
    """The documents `mask` of `inner`, with its scores."""

    def __init__(self, inner: Many, mask: Mask) -> None:
        self.mask, self.terms = mask, inner.terms
        self._inner = inner

    def rough(self) -> Rough:
        return self._inner.rough() * self.mask

    def scores(self, wanted: Documents) -> Scores:
        return self._inner.scores(wanted)


class Summed(Many):
    """Documents with the sum of what each of `parts` scores them; `whole` if `mask` is that of all parts."""

    def __init__(self, parts: Sequence[Matches], mask: Mask, *, whole: bool) -> None:
        self.mask = mask
        self.terms = sum(terms_of(part) + 1 for part in parts)
        self._parts, self._whole = parts, whole

    def rough(self) -> Rough:
        total = np.zeros(len(self.mask), np.float32)
        for part in self._parts:
            add_rough(part, total)
        return total if self._whole else np.multiply(total, self.mask, out=total)

    def scores(self, wanted: Documents) -> Scores:
        total = np.zeros(len(wanted))
        for part in self._parts:
            total += part.at(wanted, len(self.mask))[1]
        return total


class BestOf(Many):
    """Documents of any of `parts`, with the best score and `tie` times the others."""

    def __init__(self, parts: Sequence[Matches], mask: Mask, tie: float) -> None:
        self.mask = mask
        self.terms = sum(terms_of(part) + 3 for part in parts)
        self._parts, self._tie = parts, tie

    def rough(self) -> Rough:
        top = np.zeros(len(self.mask), np.float32)
        for part in self._parts:
            if isinstance(part, Few):
                top[part.numbers] = np.maximum(top[part.numbers], part.scores)
            else:
                np.maximum(top, part.rough(), out=top)
        if self._tie:
            total = np.zeros(len(self.mask), np.float32)
            for part in self._parts:
                add_rough(part, total)
            top += np.float32(self._tie) * (total - top)
        return top

    def scores(self, wanted: Documents) -> Scores:
        rows = np.array([part.at(wanted, len(self.mask))[1] for part in self._parts])
        top: Scores = rows.max(axis=0)
        return top + self._tie * (rows.sum(axis=0) - top) if self._tie else top


def terms_of(matches: Matches) -> int:
    """Return of how many roundings a rough score of `matches` is the sum."""
    return 1 if isinstance(matches, Few) else matches.terms


def add_rough(matches: Matches, total: Rough) -> None:
    """Add the scores of `matches` to `total`, which has a place for every document."""
    if isinstance(matches, Few):
        total[matches.numbers] += matches.scores
    else:
        total += matches.rough()


def masked(inner: Many, mask: Mask) -> Matches:
    """Return the documents `mask` of `inner`, in the form that suits their number."""
    return fitting(Narrowed(inner, mask))


def fitting(matches: Many) -> Matches:
    """Return `matches` in the form that suits their number."""
    return matches.few() if are_few(matches.count, len(matches.mask)) else matches


def places_in(numbers: Documents, wanted: Documents, size: int) -> tuple[NDArray[np.integer], Mask]:
    """Return for each of `wanted` its place in `numbers`, and whether it is there. Both ascend."""
    if not len(numbers):
        return np.zeros(len(wanted), np.int64), np.zeros(len(wanted), bool)
    if len(wanted) <= _LOOKED_UP or are_few(len(wanted), len(numbers)):
        places: NDArray[np.integer] = numbers.searchsorted(wanted)
        places[places == len(numbers)] = 0
    else:
        place_of = np.zeros(size, np.int32)
        place_of[numbers] = np.arange(len(numbers), dtype=np.int32)
        places = place_of[wanted]
    return places, numbers[places] == wanted
