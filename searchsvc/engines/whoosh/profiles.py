"""Profiles: what facets count, for each document of a generation. The primary entrypoint is `Profiles`.

A document has two small numbers: its *unit key*, which stands for a unit and those above it, and its
*period key*, which stands for a month and a collection. Each is counted once and gives one or several facets;
codes are counted apart (`citations.py`). All is made with the first search that asks for it.
"""

from collections.abc import Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from searchsvc.engines.whoosh.citations import Citations
from searchsvc.engines.whoosh.columns import Columns, ValueLists
from searchsvc.engines.whoosh.groups import Counts, Groups, Sums
from searchsvc.engines.whoosh.matches import Few, Matches


class Keys:
    """A small number per document, `of`; it stands for the key `distinct[number]`."""

    def __init__(self, keys: NDArray[np.int64]) -> None:
        self.distinct, of = np.unique(keys, return_inverse=True)
        self.of = of.astype(np.min_scalar_type(len(self.distinct)))

    @cached_property
    def _groups(self) -> Groups:
        return Groups.of(self.of, len(self.distinct))

    def counts(self, matches: Matches) -> Counts:
        """Return how many of `matches` have each number."""
        if isinstance(matches, Few):
            return np.bincount(self.of.take(matches.numbers), minlength=len(self.distinct))
        return self._groups.counts(matches.mask)


class Dimension:
    """What a facet counts: values, as numbers into `names`, that follow from the number of a document in `keys`.

    The number `numbers[p]` has the value `values[p]`, for each place p.
    """

    def __init__(
        self, names: Sequence[str], keys: Keys, numbers: NDArray[np.int64], values: NDArray[np.int64]
    ) -> None:
        self.names, self.keys = names, keys
        self.sums = Sums(values, numbers)
        self.values_of: list[tuple[int, ...]] = [() for _ in keys.distinct]
        """The values of each number in `keys`."""
        for number, value in zip(numbers.tolist(), values.tolist(), strict=True):
            self.values_of[number] += (value,)


class Profiles:
    """What facets count in one generation; threads may share it."""

    def __init__(self, columns: Columns) -> None:
        self.columns = columns

    @cached_property
    def units(self) -> Dimension:
        """The unit of each document and those above it."""
        return _of_lists(self.columns.units, Keys(self.columns.units.row_of))

    @cached_property
    def collections(self) -> Dimension:
        """The collection of each document."""
        return _of_lists(self.columns.collections, self._periods, self._rows)

    @cached_property
    def months(self) -> Dimension:
        """The month of publication of each document; none if it is undated."""
        dated, places = self._dated
        return Dimension(self.columns.month_names, self._periods, dated, places)

    @cached_property
    def years(self) -> Dimension:
        """The year of publication of each document; none if it is undated."""
        dated, places = self._dated
        first, months = divmod(self.columns.first_month, 12)
        years = (places + months) // 12
        names = [str(1970 + first + year) for year in range(int(years.max(initial=-1)) + 1)]
        return Dimension(names, self._periods, dated, years)

    @cached_property
    def citations(self) -> Citations:
        """The documents of each code."""
        return Citations(self.columns.codes, self.columns.live)

    @cached_property
    def _rows(self) -> int:
        return max(1, self.columns.collections.rows)

    @cached_property
    def _periods(self) -> Keys:
        return Keys(self.columns.month_places * self._rows + self.columns.collections.row_of)

    @property
    def _dated(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The period keys that have a month, and the place of each one's month."""
        places = self._periods.distinct // self._rows
        dated = np.flatnonzero(places)
        return dated, places[dated] - 1


def _of_lists(lists: ValueLists, keys: Keys, rows: int | None = None) -> Dimension:
    """Return the values of `lists`, where a key is the number of a row, or that modulo `rows`."""
    values, counts = lists.of_rows(keys.distinct % (rows or max(1, lists.rows)))
    return Dimension(lists.names, keys, np.arange(len(counts)).repeat(counts), values)
