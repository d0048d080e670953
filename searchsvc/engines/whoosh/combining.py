"""Matches, and how those of several clauses become one.

The primary entrypoints are `Matches`, `in_all`, `at_least`, `best`, `preferring` and `without`. Each works
in one of two ways, whichever is less: over an array with a place for every document, or by sorting.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Documents = NDArray[np.int64]
Scores = NDArray[np.float64]

SPARSE = 12
"""Below one in so many documents, sorting is less work than an array of all documents."""


@dataclass(frozen=True, slots=True)
class Matches:
    """Document numbers, ascending, and the score of each."""

    numbers: Documents
    scores: Scores

    @classmethod
    def none(cls) -> "Matches":
        """Return no matches."""
        return cls(np.empty(0, np.int64), np.empty(0, np.float64))

    def score_of(self, number: int) -> float | None:
        """Return the score of one document, or None if it is not among them."""
        place = int(np.searchsorted(self.numbers, number))
        found = place < len(self.numbers) and self.numbers[place] == number
        return float(self.scores[place]) if found else None

    def times(self, factor: float) -> "Matches":
        """Return the same documents with scores multiplied."""
        return self if factor == 1.0 else Matches(self.numbers, self.scores * factor)


def places_in(
    numbers: Documents, wanted: Documents, size: int
) -> tuple[NDArray[np.integer], NDArray[np.bool_]]:
    """Return for each of `wanted` its place in `numbers`, and whether it is there. Both ascend."""
    if not len(numbers):
        return np.zeros(len(wanted), np.int64), np.zeros(len(wanted), bool)
    if len(wanted) * SPARSE < len(numbers):
        places: NDArray[np.integer] = np.minimum(np.searchsorted(numbers, wanted), len(numbers) - 1)
    else:
        place_of = np.zeros(size, np.int32)
        place_of[numbers] = np.arange(len(numbers), dtype=np.int32)
        places = place_of[wanted]
    return places, numbers[places] == wanted


def both(numbers: Documents, others: Documents, size: int) -> Documents:
    """Return the documents that are among both; `others` are more."""
    return numbers[places_in(others, numbers, size)[1]]


def in_all(found: Sequence[Matches], size: int) -> Matches:
    """Return the documents that are in all of `found`, at least one, with the sum of their scores."""
    fewest, *others = sorted(found, key=lambda matches: len(matches.numbers))
    numbers, scores = fewest.numbers, fewest.scores
    for other in others:
        if len(numbers) * SPARSE < len(other.numbers) or not _all_positive(other):
            places, there = places_in(other.numbers, numbers, size)
            extra = other.scores[places[there]]
        else:
            score_of = np.zeros(size)
            score_of[other.numbers] = other.scores
            extra = score_of[numbers]
            there = extra > 0
            extra = extra[there]
        numbers, scores = numbers[there], scores[there] + extra
    return Matches(numbers, scores)


def _all_positive(matches: Matches) -> bool:
    return bool(len(matches.scores)) and bool(matches.scores.min() > 0)


def at_least(found: Sequence[Matches], least: int, size: int) -> Matches:
    """Return the documents that are in at least `least` of `found`, with the sum of their scores."""
    found = [matches for matches in found if len(matches.numbers)]
    if len(found) < least or not found:
        return Matches.none()
    if len(found) == 1:
        return found[0]
    if _are_few(found, size):
        return _at_least_sorted(found, least)
    numbers = np.concatenate([matches.numbers for matches in found])
    total = _totals(found, size)
    if least > 1:
        kept = np.flatnonzero(np.bincount(numbers, minlength=size) >= least)
    elif all(_all_positive(matches) for matches in found):
        kept = np.flatnonzero(total > 0)
    else:
        matched = np.zeros(size, bool)
        matched[numbers] = True
        kept = np.flatnonzero(matched)
    return Matches(kept, total[kept])


def best(found: Sequence[Matches], tie: float, size: int) -> Matches:
    """Return the documents of any of `found`, with their best score and `tie` times the others."""
    found = [matches for matches in found if len(matches.numbers)]
    if len(found) <= 1:
        return found[0] if found else Matches.none()
    if _are_few(found, size):
        return _best_sorted(found, tie)
    top = np.full(size, -np.inf)
    for matches in found:
        top[matches.numbers] = np.maximum(top[matches.numbers], matches.scores)
    numbers = np.flatnonzero(top > -np.inf)
    scores = top[numbers]
    if tie:
        scores += tie * (_totals(found, size)[numbers] - scores)
    return Matches(numbers, scores)


def preferring(required: Matches, optional: Matches, size: int) -> Matches:
    """Return the `required` ones, with the scores of `optional` added where it matches too."""
    places, there = places_in(optional.numbers, required.numbers, size)
    if not there.any():
        return required
    return Matches(required.numbers, required.scores + np.where(there, optional.scores[places], 0.0))


def without(wanted: Matches, unwanted: Matches, size: int) -> Matches:
    """Return those of `wanted` that are not in `unwanted`."""
    kept = ~places_in(unwanted.numbers, wanted.numbers, size)[1]
    return Matches(wanted.numbers[kept], wanted.scores[kept])


def _are_few(found: Sequence[Matches], size: int) -> bool:
    return sum(len(matches.numbers) for matches in found) * SPARSE < size


def _totals(found: Sequence[Matches], size: int) -> Scores:
    numbers = np.concatenate([matches.numbers for matches in found])
    scores = np.concatenate([matches.scores for matches in found])
    return np.bincount(numbers, scores, size).astype(np.float64, copy=False)


def _sorted(found: Sequence[Matches]) -> tuple[Documents, Scores, NDArray[np.int64]]:
    """Return the numbers and scores of all `found` by number, and where each number begins."""
    numbers = np.concatenate([matches.numbers for matches in found])
    order = np.argsort(numbers, kind="stable")
    numbers = numbers[order]
    scores = np.concatenate([matches.scores for matches in found])[order]
    new = np.ones(len(numbers), bool)
    new[1:] = numbers[1:] != numbers[:-1]
    return numbers, scores, np.flatnonzero(new)


def _at_least_sorted(found: Sequence[Matches], least: int) -> Matches:
    numbers, scores, firsts = _sorted(found)
    total = np.add.reduceat(scores, firsts)
    if least == 1:
        return Matches(numbers[firsts], total)
    kept = np.diff(firsts, append=len(numbers)) >= least
    return Matches(numbers[firsts][kept], total[kept])


def _best_sorted(found: Sequence[Matches], tie: float) -> Matches:
    numbers, scores, firsts = _sorted(found)
    top = np.maximum.reduceat(scores, firsts)
    if tie:
        top += tie * (np.add.reduceat(scores, firsts) - top)
    return Matches(numbers[firsts], top)
