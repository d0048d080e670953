"""Order: which documents stand on a page. The primary entrypoint is `page_of`."""

import numpy as np
from numpy.typing import NDArray

from searchsvc.engines.whoosh.columns import Columns, DateOrder
from searchsvc.engines.whoosh.matches import NONE, Documents, Few, Mask, Matches, Rough
from searchsvc.queries import Sort

SCORE_DECIMALS = 6
"""Scores that agree to so many decimals tie; so the order does not hang on the order of a sum."""

MAX_PAGE = 10_000
"""At most so many hits are returned at once, whatever `limit` says."""

FEW = 1_000
"""So many candidates of a page are ordered by their ids alone; for more all ids are ranked once."""

STRIPES = 64
"""The scores of all documents are looked at in so many stripes, of which the best at each place is kept."""

BLOCK = 64

_STEP = 256
"""Documents looked at at once, newest first, until a page is full."""

Places = NDArray[np.int64]
Keys = NDArray[np.float64] | NDArray[np.int64]


def page_of(matches: Matches, columns: Columns, sort: Sort, window: slice) -> Few:
    """Return the documents in `window`, in order, with their scores rounded.

    By relevance where nothing scores (everything, or only exclusions), the newest come first.
    """
    if window.stop <= window.start or not matches.count:
        return NONE
    if sort is Sort.RELEVANCE:
        page = _by_score(matches, columns, window)
        if page is not None:
            return page
    return _by_date(matches, columns, sort, window)


def window_of(offset: int, limit: int) -> slice:
    """Return the part of all hits that is asked for; negative numbers ask for nothing more than none."""
    start = max(0, offset)
    return slice(start, start + min(max(0, limit), MAX_PAGE))


def _by_score(matches: Matches, columns: Columns, window: slice) -> Few | None:
    """Return the page by relevance, or None if nothing scores."""
    if isinstance(matches, Few):
        candidates = matches
    else:
        rough = matches.rough()
        numbers = _best(rough, window.stop, matches.terms)
        if numbers is None:
            numbers = matches.numbers
        candidates = Few(numbers, matches.scores(numbers))
    scores = candidates.scores
    if not scores.any():
        return None
    # Rounding brings no candidate further than one unit of the last decimal.
    places = _smallest(-scores, window.stop, slack=10.0**-SCORE_DECIMALS)
    if places is not None:
        candidates = Few(candidates.numbers[places], scores[places])
    rounded = candidates.scores.round(SCORE_DECIMALS)
    order = _ordered(-rounded, candidates.numbers, columns)[window]
    return Few(candidates.numbers[order], rounded[order])


def _best(rough: Rough, count: int, terms: int) -> Documents | None:
    """Return the documents that may be the best `count`; None if those may be all that match.

    A rough score is the sum of so many `terms`, each of them rounded.
    """
    stripe = len(rough) // STRIPES
    if stripe <= count:
        return None
    # The best at each place of all stripes are some of the scores: the last of them that
    # counts is not better than the real one.
    best = rough[: stripe * STRIPES].reshape(STRIPES, stripe).max(axis=0)
    best.partition(stripe - count)
    bound = float(best[stripe - count])
    error = float(best.max()) * (terms + 4) * 2.0 * float(np.finfo(np.float32).eps)
    least = bound - error - 10.0**-SCORE_DECIMALS
    return np.flatnonzero(rough >= np.float32(least)) if least > 0 else None


def _by_date(matches: Matches, columns: Columns, sort: Sort, window: slice) -> Few:
    dates = columns.oldest_first if sort is Sort.OLDEST else columns.newest_first
    numbers = matches.numbers if isinstance(matches, Few) else _first(matches.mask, dates, window.stop)
    places = _smallest(dates.key[numbers], window.stop, slack=0)
    if places is not None:
        numbers = numbers[places]
    numbers = numbers[_ordered(dates.key[numbers], numbers, columns)[window]]
    ascending = np.sort(numbers)
    scores = matches.at(ascending, len(columns.live))[1][ascending.searchsorted(numbers)]
    return Few(numbers, scores.round(SCORE_DECIMALS))


def _first(mask: Mask, dates: DateOrder, count: int) -> Documents:
    """Return the first `count` documents of `mask` in the order of `dates`, and what ties with the last."""
    found: list[Documents] = []
    start, step, many = 0, _STEP, 0
    while start < len(dates.order) and many < count:
        part = dates.order[start : start + step]
        found.append(part[mask[part]])
        many += len(found[-1])
        start, step = start + step, 2 * step
    numbers = np.concatenate(found)
    if many < count:
        return numbers
    stop = int(dates.keys.searchsorted(dates.key[numbers[count - 1]], side="right"))
    tied = dates.order[start:stop]
    return np.concatenate([numbers, tied[mask[tied]]]) if stop > start else numbers


def _smallest(key: Keys, count: int, slack: float) -> Places | None:
    """Return the places of the `count` smallest keys, and of those at most `slack` above the last of them.

    None stands for all.
    """
    if count >= len(key):
        return None
    blocks = len(key) // BLOCK
    # The smallest of each block are some of the keys: the last place among them is not before the real one.
    smallest = key[: blocks * BLOCK].reshape(BLOCK, blocks).min(axis=0) if blocks > count else key
    bound = np.partition(smallest, count - 1)[count - 1]
    places = np.flatnonzero(key <= bound + slack if slack else key <= bound)
    if smallest is key or len(places) <= 4 * count:
        return places
    bound = np.partition(key[places], count - 1)[count - 1]
    kept: Places = places[key[places] <= (bound + slack if slack else bound)]
    return kept


def _ordered(key: Keys, numbers: Documents, columns: Columns) -> Places:
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
