"""Facets: for each value the number of articles that choosing it gives.

The primary entrypoint is `count_facets`; the rules stand in `queries.EngineQuery`.
"""

from collections.abc import Callable, Iterable

import numpy as np
from numpy.typing import NDArray

from searchsvc.engines.whoosh.columns import Columns, ValueLists
from searchsvc.engines.whoosh.filtering import Filtering
from searchsvc.engines.whoosh.tallies import Profiles, Tally
from searchsvc.queries import FacetName
from searchsvc.results import FacetCount


def count_facets(
    names: Iterable[FacetName], filtering: Filtering, profiles: Profiles, limit: int
) -> dict[FacetName, tuple[FacetCount, ...]]:
    """Return the counts of each facet of `names`; most frequent first, then by value; years and months
    newest first."""
    tallies: dict[int, Tally] = {}
    found = {}
    for name in names:
        counted = filtering.counted(name)
        if id(counted) not in tallies:
            tallies[id(counted)] = Tally(profiles, counted)
        tally = tallies[id(counted)]
        found[name] = _count(name, tally, profiles.columns, limit)
    return found


def _count(name: FacetName, tally: Tally, columns: Columns, limit: int) -> tuple[FacetCount, ...]:
    match name:
        case FacetName.YEAR:
            return _years(tally.months, columns.first_month)
        case FacetName.MONTH:
            return _periods(tally.months, columns.first_month, _month_of)
        case FacetName.UNIT:
            return _most_frequent(columns.units, tally.units(), limit)
        case FacetName.CODE:
            return _most_frequent(columns.codes, tally.codes(), limit)
        case FacetName.COLLECTION:
            return _most_frequent(columns.collections, tally.collections(), limit)


def _most_frequent(lists: ValueLists, counts: NDArray[np.int64], limit: int) -> tuple[FacetCount, ...]:
    present = np.flatnonzero(counts)
    if 0 < limit < len(present):
        # Keep all that tie with the last place, so that the names decide among them.
        least = np.partition(counts[present], -limit)[-limit]
        present = present[counts[present] >= least]
    found = sorted((-int(counts[number]), lists.names[number]) for number in present)
    return tuple(FacetCount(value, -count) for count, value in found[: max(0, limit)])


def _years(counts: NDArray[np.int64], first_month: int) -> tuple[FacetCount, ...]:
    years = (np.arange(len(counts)) + first_month) // 12
    first = first_month // 12
    by_year = np.bincount(years - first, counts).astype(np.int64) if len(counts) else counts
    return _periods(by_year, first, _year_of)


def _periods(counts: NDArray[np.int64], first: int, name_of: Callable[[int], str]) -> tuple[FacetCount, ...]:
    """Return the counts of years or months, numbered from `first` on since 1970, newest first."""
    present = np.flatnonzero(counts)[::-1].tolist()
    return tuple(FacetCount(name_of(first + place), int(counts[place])) for place in present)


def _year_of(years: int) -> str:
    return str(1970 + years)


def _month_of(months: int) -> str:
    return f"{1970 + months // 12:04d}-{months % 12 + 1:02d}"
