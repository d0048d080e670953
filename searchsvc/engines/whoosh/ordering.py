"""Order: which documents stand on a page. The primary entrypoint is `page_of`."""

import numpy as np
from numpy.typing import NDArray

from searchsvc.engines.whoosh.columns import Columns
from searchsvc.engines.whoosh.combining import Matches
from searchsvc.queries import Sort

SCORE_DECIMALS = 6
"""Scores that agree to so many decimals tie; so the order does not hang on the order of a sum."""

MAX_PAGE = 10_000
"""At most so many hits are returned at once, whatever `limit` says."""

FEW = 1_000
"""So many candidates of a page are ordered by their ids alone; for more all ids are ranked once."""

BLOCK = 64

Places = NDArray[np.int64]


def page_of(matches: Matches, columns: Columns, sort: Sort, window: slice) -> Matches:
    """Return the documents in `window`, in order, with their scores rounded.

    By relevance where nothing scores (everything, or only exclusions), the newest come first.
    """
    if sort is Sort.RELEVANCE and matches.scores.any():
        # Rounding brings no candidate further than one unit of the last decimal.
        candidates = _smallest(-matches.scores, window.stop, slack=10.0**-SCORE_DECIMALS)
        key: NDArray[np.float64] | NDArray[np.int64] = -np.round(matches.scores[candidates], SCORE_DECIMALS)
    else:
        key = _age(matches, columns, sort)
        candidates = _smallest(key, window.stop, slack=0)
        key = key[candidates]
    numbers = matches.numbers[candidates]
    order = _ordered(key, numbers, columns)[window]
    scores = np.round(matches.scores[candidates[order]], SCORE_DECIMALS)
    return Matches(numbers[order], scores)


def window_of(offset: int, limit: int) -> slice:
    """Return the part of all hits that is asked for; negative numbers ask for nothing more than none."""
    start = max(0, offset)
    return slice(start, start + min(max(0, limit), MAX_PAGE))


def _age(matches: Matches, columns: Columns, sort: Sort) -> NDArray[np.int64]:
    published = columns.published[matches.numbers]
    key = published if sort is Sort.OLDEST else -published
    # The greatest of all, so that undated articles stand last in both directions.
    return np.where(columns.dated[matches.numbers], key, np.iinfo(np.int64).max)


def _smallest(key: NDArray[np.float64] | NDArray[np.int64], count: int, slack: float) -> Places:
    """Return the places of the `count` smallest keys, and of those at most `slack` above the last of them."""
    if not 0 < count < len(key):
        return np.arange(len(key))
    blocks = len(key) // BLOCK
    # The smallest of each block are some of the keys: the last place among them is not before the real one.
    smallest = key[: blocks * BLOCK].reshape(blocks, BLOCK).min(axis=1) if blocks > count else key
    bound = np.partition(smallest, count - 1)[count - 1]
    places = np.flatnonzero(key <= bound + slack if slack else key <= bound)
    if smallest is key or len(places) <= 4 * count:
        return places
    bound = np.partition(key[places], count - 1)[count - 1]
    kept: Places = places[key[places] <= (bound + slack if slack else bound)]
    return kept


def _ordered(
    key: NDArray[np.float64] | NDArray[np.int64], numbers: NDArray[np.int64], columns: Columns
) -> Places:
    """Return the places in the order of `key`, ties by article id."""
    if len(numbers) > FEW:
        return np.lexsort((columns.rank[numbers], key))
    order = np.argsort(key, kind="stable")
    ordered = key[order]
    if not (ordered[1:] == ordered[:-1]).any():
        return order
    ids = [columns.id_of(number) for number in numbers.tolist()]
    ranks = np.empty(len(ids), np.int64)
    ranks[sorted(range(len(ids)), key=ids.__getitem__)] = np.arange(len(ids))
    return np.lexsort((ranks, key))
