"""How the matches of several clauses become one.

The primary entrypoints are `in_all`, `at_least`, `best`, `preferring` and `without`. `size` is the number of
all documents, the deleted ones too.
"""

from collections.abc import Sequence
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from searchsvc.engines.whoosh.matches import (
    NONE,
    BestOf,
    Documents,
    Few,
    Many,
    Mask,
    Matches,
    Scores,
    Summed,
    are_few,
    fitting,
    masked,
)


def in_all(found: Sequence[Matches], size: int) -> Matches:
    """Return the documents that are in all of `found`, at least one, with the sum of their scores."""
    if len(found) == 1:
        return found[0]
    # A mask may have fewer documents than a list of numbers has.
    fewest, *others = sorted(found, key=lambda each: (isinstance(each, Many), each.count))
    if isinstance(fewest, Many):
        masks = [each.mask for each in found if isinstance(each, Many)]
        return fitting(Summed(found, reduce(np.logical_and, masks), whole=False))
    numbers, scores = fewest.numbers, fewest.scores
    for other in others:
        there, extra = other.at(numbers, size)
        scores = scores + extra
        if not there.all():
            numbers, scores = numbers[there], scores[there]
    return Few(numbers, scores)


def at_least(found: Sequence[Matches], least: int, size: int) -> Matches:
    """Return the documents that are in at least `least` of `found`, with the sum of their scores."""
    found = [matches for matches in found if matches.count]
    if len(found) < least or not found:
        return NONE
    if len(found) == 1:
        return found[0]
    few = _few(found, size)
    if few is not None:
        return _at_least_sorted(few, least)
    if least == 1:
        return Summed(found, _any(found, size), whole=True)
    times = np.zeros(size, np.min_scalar_type(len(found)))
    for matches in found:
        if isinstance(matches, Few):
            times[matches.numbers] += 1
        else:
            times += matches.mask
    return fitting(Summed(found, times >= least, whole=False))


def best(found: Sequence[Matches], tie: float, size: int) -> Matches:
    """Return the documents of any of `found`, with their best score and `tie` times the others."""
    found = [matches for matches in found if matches.count]
    if len(found) <= 1:
        return found[0] if found else NONE
    few = _few(found, size)
    return BestOf(found, _any(found, size), tie) if few is None else _best_sorted(few, tie)


def preferring(required: Matches, optional: Matches, size: int) -> Matches:
    """Return the `required` ones, with the scores of `optional` added where it matches too."""
    if not optional.count:
        return required
    if isinstance(required, Few):
        return Few(required.numbers, required.scores + optional.at(required.numbers, size)[1])
    return Summed((required, optional), required.mask, whole=False)


def without(wanted: Matches, unwanted: Matches, size: int) -> Matches:
    """Return those of `wanted` that are not in `unwanted`."""
    if isinstance(wanted, Few):
        return wanted.kept(~unwanted.has(wanted.numbers, size))
    return masked(wanted, wanted.mask & ~_any((unwanted,), size))


def _any(found: Sequence[Matches], size: int) -> Mask:
    """Return which documents any of `found` has."""
    mask = np.zeros(size, bool)
    for matches in found:
        if isinstance(matches, Few):
            mask[matches.numbers] = True
        else:
            mask |= matches.mask
    return mask


def _few(found: Sequence[Matches], size: int) -> list[Few] | None:
    """Return `found` if it is little together, else None."""
    few = [matches for matches in found if isinstance(matches, Few)]
    little = len(few) == len(found) and are_few(sum(each.count for each in few), size)
    return few if little else None


def _sorted(found: Sequence[Few]) -> tuple[Documents, Scores, NDArray[np.int64]]:
    """Return the numbers and scores of all `found` by number, and where each number begins."""
    numbers = np.concatenate([matches.numbers for matches in found])
    order = numbers.argsort(kind="stable")
    numbers = numbers[order]
    scores = np.concatenate([matches.scores for matches in found])[order]
    new = np.empty(len(numbers), bool)
    new[0] = True
    np.not_equal(numbers[1:], numbers[:-1], out=new[1:])
    return numbers, scores, new.nonzero()[0]


def _at_least_sorted(found: Sequence[Few], least: int) -> Few:
    numbers, scores, firsts = _sorted(found)
    total = np.add.reduceat(scores, firsts)
    if least == 1:
        return Few(numbers[firsts], total)
    kept = np.diff(firsts, append=len(numbers)) >= least
    return Few(numbers[firsts][kept], total[kept])


def _best_sorted(found: Sequence[Few], tie: float) -> Few:
    numbers, scores, firsts = _sorted(found)
    top = np.maximum.reduceat(scores, firsts)
    if tie:
        top += tie * (np.add.reduceat(scores, firsts) - top)
    return Few(numbers[firsts], top)
