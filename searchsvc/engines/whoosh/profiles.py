"""Profiles: what facets count, for each document of a generation. The primary entrypoint is `Profiles`.

A document has a small number that stands for its unit with those above it, its collection and its year
together: far fewer combinations occur than are possible. So documents are counted once for three facets.
Months are counted apart, and so are codes (`citations.py`). All is made with the first search that needs it.
"""

from collections.abc import Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from searchsvc.engines.whoosh.citations import Citations
from searchsvc.engines.whoosh.columns import Columns, ValueLists
from searchsvc.engines.whoosh.groups import Counts, Sums, names_of
from searchsvc.engines.whoosh.matches import Documents, Mask

Rows = NDArray[np.int64]


class Keys:
    """A small number per document, `of`; it stands for the key `distinct[number]`."""

    def __init__(self, keys: Rows, live: Mask) -> None:
        self.distinct, of = np.unique(keys, return_inverse=True)
        self.of = of.astype(np.min_scalar_type(len(self.distinct)))
        self.totals = np.bincount(of[live], minlength=len(self.distinct))
        """How many live documents have each number."""

    def counts(self, documents: Documents) -> Counts:
        """Return how many of `documents` have each number."""
        return np.bincount(self.of.take(documents), minlength=len(self.distinct))


class Values:
    """The values of a facet, as numbers into `names`, of each of some rows.

    The row `rows[p]` of `size` has the value `values[p]`, for each place p.
    """

    def __init__(self, names: Sequence[str], rows: Rows, values: Rows, size: int) -> None:
        self.names = names_of(names)
        self.sums = Sums(values, rows)
        self.of: list[tuple[int, ...]] = [() for _ in range(size)]
        for row, value in zip(rows.tolist(), values.tolist(), strict=True):
            self.of[row] += (value,)


class Dimension:
    """What a facet counts: the values of a document, which follow from its number in `keys`.

    Those of the number n are the values of the row `rows[n]`. Each row is that of some number.
    """

    def __init__(self, keys: Keys, rows: Rows, values: Values) -> None:
        self.keys, self.names = keys, values.names
        self.labels: list[str] = self.names.take(values.sums.values).tolist()
        """The names of the values that any document has, in order."""
        self.values_of = [values.of[row] for row in rows.tolist()]
        self._rows, self._values = Sums(rows, np.arange(len(rows))), values.sums

    def counts(self, counts: Counts) -> Counts:
        """Return how many documents have each value of `labels`, where each number has so many."""
        return self._values.of(self._rows.of(counts))


class Profiles:
    """What facets count in one generation; threads may share it."""

    def __init__(self, columns: Columns) -> None:
        self.columns = columns

    @property
    def units(self) -> Dimension:
        """The unit of each document and those above it."""
        return self._joint[0]

    @property
    def collections(self) -> Dimension:
        """The collection of each document."""
        return self._joint[1]

    @property
    def years(self) -> Dimension:
        """The year of publication of each document; none if it is undated."""
        return self._joint[2]

    @cached_property
    def months(self) -> Dimension:
        """The month of publication of each document; none if it is undated."""
        keys = Keys(self.columns.month_places, self.columns.live)
        rows = np.arange(len(keys.distinct))
        return Dimension(keys, rows, _periods(self.columns.month_names, keys.distinct))

    @cached_property
    def citations(self) -> Citations:
        """The documents of each code."""
        return Citations(self.columns.codes, self.columns.live)

    @cached_property
    def _joint(self) -> tuple[Dimension, Dimension, Dimension]:
        first, months = divmod(self.columns.first_month, 12)
        places = self.columns.month_places
        # As of months, 0 stands for undated documents and 1 for the first year.
        years = np.where(places > 0, (places - 1 + months) // 12 + 1, 0)
        names = [str(1970 + first + year) for year in range(int(years.max(initial=0)))]
        units, collections = self.columns.units, self.columns.collections
        many_years, many_units = len(names) + 1, max(1, units.rows)
        periods = collections.row_of * many_years + years
        keys = Keys(periods * many_units + units.row_of, self.columns.live)
        # Collections and years are summed up over the period, their pair: of those there are few.
        periods, period_of = np.unique(keys.distinct // many_units, return_inverse=True)
        rows, unit_of = np.unique(keys.distinct % many_units, return_inverse=True)
        return (
            Dimension(keys, unit_of, _listed(units, rows)),
            Dimension(keys, period_of, _listed(collections, periods // many_years)),
            Dimension(keys, period_of, _periods(names, periods % many_years)),
        )


def _listed(lists: ValueLists, rows: Rows) -> Values:
    """Return the values of `lists` that each of `rows` has."""
    values, counts = lists.of_rows(rows)
    return Values(lists.names, np.arange(len(rows)).repeat(counts), values, len(rows))


def _periods(names: Sequence[str], places: Rows) -> Values:
    """Return the values of the years or months at `places`; 0 stands for none, 1 for the first."""
    rows = np.flatnonzero(places)
    return Values(names, rows, places[rows] - 1, len(places))
