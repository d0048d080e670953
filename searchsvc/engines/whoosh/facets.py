"""Facets: for each value the number of articles that choosing it gives.

The primary entrypoint is `count_facets`; the rules stand in `queries.EngineQuery`.
"""

from collections.abc import Callable, Iterable

import numpy as np
from numpy.typing import NDArray

from searchsvc.engines.whoosh.columns import Columns, ValueLists
from searchsvc.engines.whoosh.filtering import Mask, Masks
from searchsvc.queries import FacetName
from searchsvc.results import FacetCount


def count_facets(
    names: Iterable[FacetName], matched: Mask, masks: Masks, columns: Columns, limit: int
) -> dict[FacetName, tuple[FacetCount, ...]]:
    """Return the counts of each facet of `names`; most frequent first, then by value; years and months
    newest first."""
    return {name: _count(name, masks.apply(matched, without=name), columns, limit) for name in names}


def _count(name: FacetName, mask: Mask, columns: Columns, limit: int) -> tuple[FacetCount, ...]:
    match name:
        case FacetName.YEAR:
            return _periods(columns.month[mask & columns.dated] // 12, _year_of)
        case FacetName.MONTH:
            return _periods(columns.month[mask & columns.dated], _month_of)
        case FacetName.UNIT:
            return _most_frequent(columns.units, mask, limit)
        case FacetName.CODE:
            return _most_frequent(columns.codes, mask, limit)
        case FacetName.COLLECTION:
            return _most_frequent(columns.collections, mask, limit)


def _most_frequent(lists: ValueLists, mask: Mask, limit: int) -> tuple[FacetCount, ...]:
    counts = lists.counts(mask)
    present = np.flatnonzero(counts)
    if 0 < limit < len(present):
        # Keep all that tie with the last place, so that the names decide among them.
        least = np.partition(counts[present], -limit)[-limit]
        present = present[counts[present] >= least]
    found = sorted((-int(counts[number]), lists.names[number]) for number in present)
    return tuple(FacetCount(value, -count) for count, value in found[: max(0, limit)])


def _periods(numbers: NDArray[np.int64], name_of: Callable[[int], str]) -> tuple[FacetCount, ...]:
    """Return the counts of years or months, numbered as in `Columns.month`, newest first."""
    if not len(numbers):
        return ()
    earliest = int(numbers.min())
    counts = np.bincount(numbers - earliest)
    present = np.flatnonzero(counts)[::-1]
    return tuple(FacetCount(name_of(earliest + int(place)), int(counts[place])) for place in present)


def _year_of(years: int) -> str:
    return str(1970 + years)


def _month_of(months: int) -> str:
    return f"{1970 + months // 12:04d}-{months % 12 + 1:02d}"
