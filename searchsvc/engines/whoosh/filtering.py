"""Filters to masks: which documents each filter lets through.

The primary entrypoint is `Masks`. The masks stay apart because each facet leaves its own filter out.
"""

from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
from numpy.typing import NDArray

from searchsvc.articles import VIETNAM_TIME
from searchsvc.engines.whoosh.columns import Columns, ValueLists
from searchsvc.queries import DateRange, FacetName, Filters

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Masks:
    """One mask per filter in force; None where nothing is filtered."""

    published: Mask | None
    units: Mask | None
    codes: Mask | None
    collections: Mask | None

    def apply(self, matched: Mask, *, without: FacetName | None = None) -> Mask:
        """Return `matched` narrowed by all filters but the one that choosing in facet `without` replaces."""
        replaced = (
            {
                FacetName.YEAR: self.published,
                FacetName.MONTH: self.published,
                FacetName.UNIT: self.units,
                FacetName.COLLECTION: self.collections,
            }.get(without)
            if without
            else None
        )
        result = matched
        for mask in (self.published, self.units, self.codes, self.collections):
            if mask is not None and mask is not replaced:
                result = result & mask
        return result


def masks_for(filters: Filters, columns: Columns) -> Masks:
    """Return the masks of `filters`; an unknown unit, code or collection lets nothing through."""
    return Masks(
        published=_published(filters.published, columns) if filters.published else None,
        units=_any_of(filters.units, columns.units) if filters.units else None,
        codes=_all_of(filters.codes, columns.codes) if filters.codes else None,
        collections=_any_of(filters.collections, columns.collections) if filters.collections else None,
    )


def _published(days: DateRange, columns: Columns) -> Mask:
    mask = columns.dated
    if days.first is not None:
        mask = mask & (columns.published >= _start_of(days.first))
    if days.last is not None:
        mask = mask & (columns.published < _start_of(days.last) + 86_400)
    return mask


def _start_of(day: date) -> int:
    epoch = datetime(1970, 1, 1, tzinfo=VIETNAM_TIME)
    # The difference of two days, not timestamp(): that fails for the first day of year 1 in Vietnam.
    return (day - epoch.date()).days * 86_400 + int(epoch.timestamp())


def _any_of(names: tuple[str, ...], lists: ValueLists) -> Mask:
    mask: Mask = np.logical_or.reduce([lists.having(name) for name in names])
    return mask


def _all_of(names: tuple[str, ...], lists: ValueLists) -> Mask:
    mask: Mask = np.logical_and.reduce([lists.having(name) for name in names])
    return mask
