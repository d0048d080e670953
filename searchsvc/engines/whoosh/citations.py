"""Citations: how many documents cite each code. The primary entrypoint is `Citations`."""

import numpy as np

from searchsvc.engines.whoosh.columns import ValueLists
from searchsvc.engines.whoosh.groups import Counts, Groups, Numbers, names_of
from searchsvc.engines.whoosh.matches import Documents, Few, Mask, Matches
from searchsvc.engines.whoosh.packing import places_of, starts_of

_SORTED = 8_000
"""Up to so many citations are sorted to be counted; more are counted by code."""


class Citations:
    """The codes that each document cites, and the live documents that cite each code."""

    def __init__(self, lists: ValueLists, live: Mask) -> None:
        self.names = names_of(lists.names)
        # The row r of `lists` has `many[r]` codes, in `cited` from `starts[r]` on. Small, to stay in reach.
        self._row_of = lists.row_of.astype(np.min_scalar_type(lists.rows))
        self._starts, self._many = lists.starts[:-1].astype(np.int32), np.diff(lists.starts).astype(np.int32)
        self._cited = lists.numbers.astype(np.int32)
        documents = np.flatnonzero(live)
        cited, many = lists.of_documents(documents)
        totals = np.bincount(cited, minlength=len(lists.names))
        most_cited = (-totals).argsort(kind="stable")
        rank = np.empty(len(totals), np.int64)
        rank[most_cited] = np.arange(len(totals))
        self._codes = most_cited[: np.count_nonzero(totals)]
        # The most cited code first.
        self._groups = Groups(
            documents.repeat(many)[rank[cited].argsort(kind="stable")], starts_of(totals[self._codes])
        )
        self._rarity = -self._groups.totals

    def most_cited_in(self, matches: Matches, limit: int) -> tuple[Numbers, Counts]:
        """Return the codes that may be among the `limit` most cited in `matches`, and how many cite each."""
        if isinstance(matches, Few):
            return self._counted(self._cited_in(matches.numbers), limit)
        mask, upto = matches.mask, min(2 * limit, len(self._codes))
        counts = self._groups.counts(mask, 0, upto)
        # All other codes have fewer documents, even in all, than those of the last of the first.
        needed = int(self._rarity.searchsorted(-_least(counts, limit), side="right"))
        if needed > upto:
            counts = np.concatenate([counts, self._groups.counts(mask, upto, needed)])
        return self._codes[: len(counts)], counts

    def listed(self, documents: Documents, most: int) -> list[int] | None:
        """Return the codes that `documents` cite, one for each citation; None for more than `most`."""
        rows = self._row_of.take(documents)
        many = self._many.take(rows).tolist()
        total = sum(many)
        if not 0 < total <= most:
            return None if total else []
        found: list[int] = []
        for first, count in zip(self._starts.take(rows).tolist(), many, strict=True):
            if count:
                found += self._cited[first : first + count].tolist()
        return found

    def _cited_in(self, documents: Documents) -> Numbers:
        """Return the codes that `documents` cite, one for each citation."""
        rows = self._row_of.take(documents)
        return self._cited.take(places_of(self._starts.take(rows), self._many.take(rows)))

    def _counted(self, cited: Numbers, limit: int) -> tuple[Numbers, Counts]:
        if len(cited) <= _SORTED:
            return _runs(cited)
        counts = np.bincount(cited, minlength=len(self.names))
        codes = np.flatnonzero(counts >= _least(counts.take(self._codes[: 2 * limit]), limit))
        return codes, counts.take(codes)


def _runs(cited: Numbers) -> tuple[Numbers, Counts]:
    """Return the distinct numbers of `cited`, which it sorts, and how often each occurs."""
    cited.sort()
    bounds = np.ones(len(cited) + 1, bool)
    np.not_equal(cited[1:], cited[:-1], out=bounds[1:-1])
    places = np.flatnonzero(bounds)
    firsts = places[:-1]
    return cited.take(firsts), places[1:] - firsts


def _least(counts: Counts, limit: int) -> int:
    """Return how often a code of the `limit` most cited is cited at least, if some of all have `counts`."""
    return max(1, int(np.partition(counts, -limit)[-limit])) if limit <= len(counts) else 1
