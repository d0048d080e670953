"""Filters: which of the matching documents each filter lets through.

The primary entrypoint is `Filtering`. The filters stay apart because each facet leaves its own one out.
"""

from collections.abc import Iterator
from datetime import date, datetime

import numpy as np
from numpy.typing import NDArray

from searchsvc.articles import VIETNAM_TIME
from searchsvc.engines.whoosh.columns import Columns, ValueLists
from searchsvc.engines.whoosh.combining import Documents
from searchsvc.queries import DateRange, FacetName, Filters

Mask = NDArray[np.bool_]

_PUBLISHED, _UNITS, _CODES, _COLLECTIONS = "published", "units", "codes", "collections"
REPLACED_BY = {
    FacetName.YEAR: _PUBLISHED,
    FacetName.MONTH: _PUBLISHED,
    FacetName.UNIT: _UNITS,
    FacetName.COLLECTION: _COLLECTIONS,
}
"""The filter that choosing in a facet replaces; codes add up."""


class Filtering:
    """The filters in force, applied to the matching documents `numbers` and to no others."""

    def __init__(self, filters: Filters, columns: Columns, numbers: Documents) -> None:
        """An unknown unit, code or collection lets nothing through."""
        self._numbers = numbers
        self._masks = dict(_masks(filters, columns, numbers))
        self._documents: dict[str | None, Documents] = {}

    def mask(self, without: FacetName | None = None) -> Mask | None:
        """Return which documents pass all filters but the one that `without` replaces; None if all do."""
        left_out = REPLACED_BY.get(without) if without else None
        masks = [mask for name, mask in self._masks.items() if name != left_out]
        return np.logical_and.reduce(masks) if masks else None

    def documents(self, facet: FacetName) -> Documents:
        """Return the documents that `facet` counts: the same array for facets that count the same ones."""
        replaced = REPLACED_BY.get(facet)
        key = replaced if replaced in self._masks else None
        if key not in self._documents:
            mask = self.mask(facet)
            self._documents[key] = self._numbers if mask is None else self._numbers[mask]
        return self._documents[key]


def _masks(filters: Filters, columns: Columns, numbers: Documents) -> Iterator[tuple[str, Mask]]:
    if filters.published:
        yield _PUBLISHED, _within(filters.published, columns.published[numbers], columns.dated[numbers])
    if filters.units:
        yield _UNITS, _any_of(filters.units, columns.units, numbers)
    if filters.codes:
        yield _CODES, _all_of(filters.codes, columns.codes, numbers)
    if filters.collections:
        yield _COLLECTIONS, _any_of(filters.collections, columns.collections, numbers)


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


def _any_of(names: tuple[str, ...], lists: ValueLists, numbers: Documents) -> Mask:
    rows = np.logical_or.reduce([lists.rows_having(name) for name in names])
    mask: Mask = rows[lists.row_of[numbers]]
    return mask


def _all_of(names: tuple[str, ...], lists: ValueLists, numbers: Documents) -> Mask:
    rows = np.logical_and.reduce([lists.rows_having(name) for name in names])
    mask: Mask = rows[lists.row_of[numbers]]
    return mask
