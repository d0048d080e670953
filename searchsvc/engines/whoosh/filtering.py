"""Filters: which of the matching documents each filter lets through.

The primary entrypoints are `FilterMasks` and `Filtering`. The filters stay apart because each facet leaves
its own one out.
"""

from collections.abc import Iterator
from datetime import date, datetime
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from searchsvc.articles import VIETNAM_TIME
from searchsvc.engines.whoosh.columns import Columns, ValueLists
from searchsvc.engines.whoosh.matches import Documents, Few, Mask, Matches
from searchsvc.keeping import Kept
from searchsvc.queries import DateRange, FacetName, Filters

_PUBLISHED, _UNITS, _CODES, _COLLECTIONS = "published", "units", "codes", "collections"
REPLACED_BY = {
    FacetName.YEAR: _PUBLISHED,
    FacetName.MONTH: _PUBLISHED,
    FacetName.UNIT: _UNITS,
    FacetName.COLLECTION: _COLLECTIONS,
}
"""The filter that choosing in a facet replaces; codes add up."""


CACHE_BYTES = 4 * 2**20
"""Masks kept per generation: a person follows the same filters from page to page."""

Places = Documents | slice
"""Documents whose values are looked at: chosen ones, or all."""


Value = DateRange | tuple[str, ...]


class FilterMasks:
    """Which documents of one generation each filter lets through; threads may share it."""

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        self._kept: Kept[tuple[str, Value], Mask] = Kept(CACHE_BYTES)

    def mask(self, name: str, value: Value, matches: Matches) -> Mask:
        """Return which of the documents of `matches` pass; which of all documents where they are `Many`."""
        whole = self._kept.get((name, value))
        if isinstance(matches, Few):
            return (
                _mask(name, value, self._columns, matches.numbers)
                if whole is None
                else whole[matches.numbers]
            )
        if whole is None:
            whole = _mask(name, value, self._columns, slice(None))
            self._kept.put((name, value), whole, whole.nbytes)
        return whole


class Filtering:
    """The filters in force, applied to what matches."""

    def __init__(self, filters: Filters, masks: FilterMasks, matches: Matches) -> None:
        """An unknown unit, code or collection lets nothing through."""
        self._matches = matches
        self._masks = {name: masks.mask(name, value, matches) for name, value in _in_force(filters)}
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


def _in_force(filters: Filters) -> Iterator[tuple[str, Value]]:
    if filters.published:
        yield _PUBLISHED, filters.published
    if filters.units:
        yield _UNITS, filters.units
    if filters.codes:
        yield _CODES, filters.codes
    if filters.collections:
        yield _COLLECTIONS, filters.collections


def _mask(name: str, value: Value, columns: Columns, places: Places) -> Mask:
    if isinstance(value, DateRange):
        return _within(value, columns.published[places], columns.dated[places])
    if name == _CODES:
        return _all_of(value, columns.codes, places)
    return _any_of(value, columns.units if name == _UNITS else columns.collections, places)


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
