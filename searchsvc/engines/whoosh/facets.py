"""Facets: for each value the number of articles that choosing it gives.

The primary entrypoint is `count_facets`; the rules stand in `queries.EngineQuery`.
"""

from collections.abc import Iterable, Sequence

import numpy as np

from searchsvc.engines.whoosh.columns import Columns, ValueLists
from searchsvc.engines.whoosh.filtering import Filtering
from searchsvc.engines.whoosh.tallies import Counts, Profiles, Tally
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
            return _periods(tally.months, columns.month_names)
        case FacetName.UNIT:
            return _most_frequent(columns.units, *_numbered(tally.units()), limit)
        case FacetName.CODE:
            return _most_frequent(columns.codes, *tally.codes(limit), limit)
        case FacetName.COLLECTION:
            return _most_frequent(columns.collections, *_numbered(tally.collections()), limit)


def _numbered(counts: Counts) -> tuple[Counts, Counts]:
    return np.arange(len(counts)), counts


def _most_frequent(lists: ValueLists, numbers: Counts, counts: Counts, limit: int) -> tuple[FacetCount, ...]:
    """Return the most frequent of the values `numbers`, whose `counts` are given."""
    if 0 < limit < len(counts):
        # Keep all that tie with the last place, so that the names decide among them.
        least = max(1, int(np.partition(counts, -limit)[-limit]))
        present = np.flatnonzero(counts >= least)
    else:
        present = np.flatnonzero(counts)
    names = (lists.names[number] for number in numbers[present].tolist())
    found = sorted(zip((-counts[present]).tolist(), names, strict=True))
    return tuple(FacetCount(name, -count) for count, name in found[: max(0, limit)])


def _years(counts: Counts, first_month: int) -> tuple[FacetCount, ...]:
    # Months of the first year before the first month have no place of their own.
    months = np.concatenate([np.zeros(first_month % 12, np.int64), counts])
    by_year = np.add.reduceat(months, np.arange(0, len(months), 12)) if len(counts) else counts
    return _periods(by_year, [str(1970 + first_month // 12 + place) for place in range(len(by_year))])


def _periods(counts: Counts, names: Sequence[str]) -> tuple[FacetCount, ...]:
    """Return the counts of the years or months that have `names`, newest first."""
    present = np.flatnonzero(counts)[::-1]
    return tuple(map(FacetCount, [names[place] for place in present.tolist()], counts[present].tolist()))
