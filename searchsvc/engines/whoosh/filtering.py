"""Filters: which of the matching documents each filter lets through.

The primary entrypoint is `Filtering`. The filters stay apart because each facet leaves its own one out.
"""

from collections.abc import Iterator
from datetime import date, datetime
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from searchsvc.articles import VIETNAM_TIME
from searchsvc.engines.whoosh.columns import Columns, ValueLists
from searchsvc.engines.whoosh.matches import Documents, Many, Mask, Matches
from searchsvc.queries import DateRange, FacetName, Filters

_PUBLISHED, _UNITS, _CODES, _COLLECTIONS = "published", "units", "codes", "collections"
REPLACED_BY = {
    FacetName.YEAR: _PUBLISHED,
    FacetName.MONTH: _PUBLISHED,
    FacetName.UNIT: _UNITS,
    FacetName.COLLECTION: _COLLECTIONS,
}
"""The filter that choosing in a facet replaces; codes add up."""


Places = Documents | slice
"""Documents whose values are looked at: chosen ones, or all."""


class Filtering:
    """The filters in force, applied to what matches.

    A mask has a place for each document of the matches: for every one there is where they are `Many`.
    """

    def __init__(self, filters: Filters, columns: Columns, matches: Matches) -> None:
        """An unknown unit, code or collection lets nothing through."""
        self._matches = matches
        places = slice(None) if isinstance(matches, Many) else matches.numbers
        self._masks = dict(_masks(filters, columns, places)) if filters else {}
        self._kept: dict[str | None, Matches] = {}

    def kept(self) -> Matches:
        """Return the matches that pass all filters."""
        return self._without(None)

    def counted(self, facet: FacetName) -> Matches:
        """Return what `facet` counts: the same object for facets that count the same documents."""
        replaced = REPLACED_BY.get(facet)
        return self._without(replaced if replaced in self._masks else None)

    def _without(self, left_out: str | None) -> Matches:
        if left_out not in self._kept:
            masks = [mask for name, mask in self._masks.items() if name != left_out]
            passing = self._matches.kept(reduce(np.logical_and, masks)) if masks else self._matches
            self._kept[left_out] = passing
        return self._kept[left_out]


def _masks(filters: Filters, columns: Columns, places: Places) -> Iterator[tuple[str, Mask]]:
    if filters.published:
        yield _PUBLISHED, _within(filters.published, columns.published[places], columns.dated[places])
    if filters.units:
        yield _UNITS, _any_of(filters.units, columns.units, places)
    if filters.codes:
        yield _CODES, _all_of(filters.codes, columns.codes, places)
    if filters.collections:
        yield _COLLECTIONS, _any_of(filters.collections, columns.collections, places)


def _within(days: DateRange, published: NDArray[np.int64], dated: Mask) -> Mask:
    mask = dated
    if days.first is not None:
        mask = mask & (published >= _start_of(days.first))
    if days.last is not None:
        mask = mask & (published < _start_of(days.last) + 86_400)
    return mask


def _start_of(day: date) -> int:
    epoch = datetime(1970, 1, 1, tzinfo=VIETNAM_TIME)
    # The difference of two days, not timestamp(): that fails for the first day of year 1 in Vietnam.
    return (day - epoch.date()).days * 86_400 + int(epoch.timestamp())


def _any_of(names: tuple[str, ...], lists: ValueLists, places: Places) -> Mask:
    rows = np.logical_or.reduce([lists.rows_having(name) for name in names])
    mask: Mask = rows[lists.row_of[places]]
    return mask


def _all_of(names: tuple[str, ...], lists: ValueLists, places: Places) -> Mask:
    rows = np.logical_and.reduce([lists.rows_having(name) for name in names])
    mask: Mask = rows[lists.row_of[places]]
    return mask
