"""Tallies: how many of some documents have each month, unit, collection and code.

The primary entrypoints are `Profiles` and `Tally`. Documents that agree in month, unit and collection share a
profile; there are far fewer profiles than documents, so one count of them serves three facets.
"""

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from searchsvc.engines.whoosh.columns import Columns, ValueLists
from searchsvc.engines.whoosh.matches import Matches

Counts = NDArray[np.int64]


class Profiles:
    """The profile of each document of a generation, and what each profile stands for."""

    def __init__(self, columns: Columns) -> None:
        self.columns = columns
        units, collections = columns.units, columns.collections
        keys = columns.month_places * units.rows + units.row_of
        distinct, profile_of = np.unique(keys * collections.rows + collections.row_of, return_inverse=True)
        self.profile_of = profile_of
        self.collections = distinct % max(1, collections.rows)
        rest = distinct // max(1, collections.rows)
        self.units, self.months = rest % max(1, units.rows), rest // max(1, units.rows)


class Tally:
    """Counts the documents of `matches`, each facet when it is first asked for."""

    def __init__(self, profiles: Profiles, matches: Matches) -> None:
        self._profiles = profiles
        self._documents = matches.numbers

    @cached_property
    def _counts(self) -> NDArray[np.int64]:
        profiles = self._profiles
        return np.bincount(profiles.profile_of[self._documents], minlength=len(profiles.months))

    @cached_property
    def months(self) -> Counts:
        """How many were published in each month from the first of the generation on."""
        return _summed(self._profiles.months, self._counts, 1)[1:]

    def units(self) -> Counts:
        """How many are of each unit, its children's included."""
        lists = self._profiles.columns.units
        return lists.counts(_summed(self._profiles.units, self._counts, lists.rows))

    def collections(self) -> Counts:
        """How many are of each collection."""
        lists = self._profiles.columns.collections
        return lists.counts(_summed(self._profiles.collections, self._counts, lists.rows))

    def codes(self) -> Counts:
        """How many cite each document code."""
        lists: ValueLists = self._profiles.columns.codes
        return lists.counts(np.bincount(lists.row_of[self._documents], minlength=lists.rows))


def _summed(places: NDArray[np.int64], counts: Counts, size: int) -> Counts:
    return np.bincount(places, counts, size).astype(np.int64)
