"""Tallies: how many of some documents have each month, unit, collection and code.

The primary entrypoints are `Profiles`, made once per generation, and `Tally`, made for what is counted.
"""

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from searchsvc.engines.whoosh.columns import Columns, ValueLists
from searchsvc.engines.whoosh.matches import Documents, Few, Many, Mask, Matches
from searchsvc.engines.whoosh.packing import starts_of

Counts = NDArray[np.int64]

_FIRST_CODES = 256
"""So many codes, the most cited of all, are counted first."""

_LISTED = 1_000
"""Up to so many citations are sorted to be counted; more are counted by code."""


class Keys:
    """A small number per document, `of`, and how many live documents have each, `totals`."""

    def __init__(self, of: NDArray[np.int64], size: int, live: Mask) -> None:
        self.of = of
        self.totals = np.bincount(of[live], minlength=size)


class Citations:
    """The live documents that cite each code, of the most cited code first.

    Those of the code `codes[c]` are `documents[starts[c]:starts[c + 1]]`.
    """

    def __init__(self, lists: ValueLists, live: Mask) -> None:
        documents, cited = lists.of_documents(np.flatnonzero(live))
        by_code = cited.argsort(kind="stable")
        counts = np.bincount(cited, minlength=len(lists.names))
        self.codes = (-counts).argsort(kind="stable")
        rank = np.empty(len(counts), np.int64)
        rank[self.codes] = np.arange(len(counts))
        self.documents = documents[by_code][rank[cited[by_code]].argsort(kind="stable")]
        self.starts = starts_of(counts[self.codes])

    def most_cited_in(self, mask: Mask, limit: int) -> tuple[Counts, Counts]:
        """Return the codes that may be among the `limit` most cited in `mask`, and how many there cite each.

        A code is left out where all its documents together are fewer than those of the last of them.
        """
        upto = _FIRST_CODES
        while True:
            upto = min(upto, len(self.codes))
            last = int(self.starts[upto])
            running = np.zeros(last + 1, np.int32)
            np.cumsum(mask[self.documents[:last]], out=running[1:])
            counts = np.diff(running[self.starts[: upto + 1]])
            if upto == len(self.codes):
                return self.codes, counts
            least = np.partition(counts, -limit)[-limit] if 0 < limit <= upto else 0
            if self.starts[upto + 1] - self.starts[upto] < least:
                return self.codes[:upto], counts
            upto *= 4


class Profiles:
    """What facets count, for each document of a generation."""

    def __init__(self, columns: Columns) -> None:
        self.columns = columns

    @cached_property
    def periods(self) -> Keys:
        """Month and collection together: the month's place times the rows of collections, plus the row."""
        rows = max(1, self.columns.collections.rows)
        places = self.columns.month_places
        months = int(places.max(initial=0)) + 1
        return Keys(places * rows + self.columns.collections.row_of, months * rows, self.columns.live)

    @cached_property
    def units(self) -> Keys:
        """The row of units."""
        return Keys(self.columns.units.row_of, self.columns.units.rows, self.columns.live)

    @cached_property
    def citations(self) -> Citations:
        """The documents of each code."""
        return Citations(self.columns.codes, self.columns.live)


class Tally:
    """Counts the documents of `matches`, each facet when it is first asked for."""

    def __init__(self, profiles: Profiles, matches: Matches) -> None:
        self._profiles = profiles
        self._matches = matches

    @cached_property
    def _rest(self) -> Documents | None:
        """The live documents that are not counted, where they are fewer."""
        matches, live = self._matches, self._profiles.columns.live
        if isinstance(matches, Few) or 2 * matches.count <= len(live):
            return None
        return np.flatnonzero(live & ~matches.mask)

    @cached_property
    def _fewer(self) -> Documents:
        return self._matches.numbers if self._rest is None else self._rest

    def _counts(self, keys: Keys) -> Counts:
        counts = np.bincount(keys.of[self._fewer], minlength=len(keys.totals))
        return counts if self._rest is None else keys.totals - counts

    @cached_property
    def _periods(self) -> Counts:
        """For each month (0 for undated documents) how many are of each row of collections."""
        return self._counts(self._profiles.periods).reshape(
            -1, max(1, self._profiles.columns.collections.rows)
        )

    @property
    def months(self) -> Counts:
        """How many were published in each month from the first of the generation on."""
        counts: Counts = self._periods.sum(axis=1)[1:]
        return counts

    def units(self) -> Counts:
        """How many are of each unit, its children's included."""
        return self._profiles.columns.units.counts(self._counts(self._profiles.units))

    def collections(self) -> Counts:
        """How many are of each collection."""
        lists = self._profiles.columns.collections
        return lists.counts(self._periods.sum(axis=0)[: lists.rows])

    def codes(self, limit: int) -> tuple[Counts, Counts]:
        """Return the codes that may be among the `limit` most cited, and how many cite each."""
        if isinstance(self._matches, Many):
            return self._profiles.citations.most_cited_in(self._matches.mask, limit)
        lists = self._profiles.columns.codes
        cited = lists.of_documents(self._matches.numbers)[1]
        if len(cited) <= _LISTED:
            codes, counts = np.unique(cited, return_counts=True)
            return codes, counts
        return np.arange(len(lists.names)), np.bincount(cited, minlength=len(lists.names))
