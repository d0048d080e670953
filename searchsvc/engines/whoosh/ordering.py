"""Order: which documents stand on a page. The primary entrypoint is `page_of`."""

import numpy as np
from numpy.typing import NDArray

from searchsvc.engines.whoosh.columns import Columns
from searchsvc.queries import Sort

SCORE_DECIMALS = 6
"""Scores that agree to so many decimals tie; so the order does not hang on the order of a sum."""

MAX_PAGE = 10_000
"""At most so many hits are returned at once, whatever `limit` says."""


def page_of(
    numbers: NDArray[np.int64], scores: NDArray[np.float64], columns: Columns, sort: Sort, window: slice
) -> NDArray[np.int64]:
    """Return the places in `numbers` (document numbers) of the hits in `window`, in order.

    By relevance where nothing scores (everything, or only exclusions), the newest come first.
    """
    rank = columns.rank[numbers]
    if sort is Sort.RELEVANCE and scores.any():
        return _smallest(-scores, rank, window)
    published = columns.published[numbers]
    dated = columns.dated[numbers]
    key = published if sort is Sort.OLDEST else -published
    # The greatest of all, so that undated articles stand last in both directions.
    return _smallest(np.where(dated, key, np.iinfo(np.int64).max), rank, window)


def window_of(offset: int, limit: int) -> slice:
    """Return the part of all hits that is asked for; negative numbers ask for nothing more than none."""
    start = max(0, offset)
    return slice(start, start + min(max(0, limit), MAX_PAGE))


def _smallest(
    key: NDArray[np.float64] | NDArray[np.int64], rank: NDArray[np.int64], window: slice
) -> NDArray[np.int64]:
    """Return the places of the `window` of smallest keys, equal keys by rank."""
    places = np.arange(len(key))
    if 0 < window.stop < len(key):
        bound = np.partition(key, window.stop - 1)[window.stop - 1]
        places = places[key <= bound]
    order = np.lexsort((rank[places], key[places]))
    return places[order[window]]
