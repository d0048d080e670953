"""Citations: how many documents cite each code. The primary entrypoint is `Citations`."""

import numpy as np

from searchsvc.engines.whoosh.columns import ValueLists
from searchsvc.engines.whoosh.groups import Counts, Groups
from searchsvc.engines.whoosh.matches import Documents, Few, Mask, Matches
from searchsvc.engines.whoosh.packing import starts_of

_CAUTION = 0.85
"""Codes are taken for so much rarer among what matches than they are among all documents."""

_SPARSE = 16
"""Below one citation in so many codes, sorting them is less work than a count for every code."""

_SAMPLE = 256
"""So many codes, the most cited of all, tell how often the last of the first is cited at least."""


class Citations:
    """The live documents that cite each code, the most cited code first."""

    def __init__(self, lists: ValueLists, live: Mask) -> None:
        self._lists, self._size = lists, len(live)
        documents = np.flatnonzero(live)
        cited, counts = lists.of_documents(documents)
        totals = np.bincount(cited, minlength=len(lists.names))
        most_cited = (-totals).argsort(kind="stable")
        rank = np.empty(len(totals), np.int64)
        rank[most_cited] = np.arange(len(totals))
        order = rank[cited].argsort(kind="stable")
        self._codes = most_cited[: np.count_nonzero(totals)]
        self._groups = Groups(documents.repeat(counts)[order], starts_of(totals[self._codes]))
        self._rarity = -self._groups.totals

    def most_cited_in(self, matches: Matches, limit: int) -> tuple[Counts, Counts]:
        """Return the codes that may be among the `limit` most cited in `matches`, and how many cite each."""
        if isinstance(matches, Few):
            return self._counted(self.cited_in(matches.numbers), limit)
        # A code is left out where all its documents together are fewer than those of the last of the first.
        upto = self._likely(limit, matches.count / self._size) if self._size else 0
        counts = self._groups.counts(matches.mask, upto)
        needed = self._cited_by(_least(counts, limit))
        if needed > upto:
            upto, counts = needed, self._groups.counts(matches.mask, needed)
        return self._codes[:upto], counts

    def cited_in(self, documents: Documents) -> Counts:
        """Return the codes that `documents` cite, once for each citation."""
        return self._lists.of_documents(documents)[0]

    def _counted(self, cited: Counts, limit: int) -> tuple[Counts, Counts]:
        if len(cited) * _SPARSE < len(self._lists.names):
            codes, counts = np.unique(cited, return_counts=True)
            return codes, counts
        counts = np.bincount(cited, minlength=len(self._lists.names))
        codes = np.flatnonzero(counts >= _least(counts.take(self._codes[:_SAMPLE]), limit))
        return codes, counts.take(codes)

    def _likely(self, limit: int, share: float) -> int:
        """Return how many codes to count first, where this `share` of all documents matches."""
        if limit >= len(self._codes):
            return len(self._codes)
        expected = int(self._groups.totals[limit - 1] * share * _CAUTION)
        return max(limit, self._cited_by(max(1, expected)))

    def _cited_by(self, least: int) -> int:
        """Return how many codes are cited by at least so many documents."""
        return int(self._rarity.searchsorted(-least, side="right"))


def _least(counts: Counts, limit: int) -> int:
    """Return how often a code is cited at least that is among the `limit` most cited, if some have `counts`."""
    return max(1, int(np.partition(counts, -limit)[-limit])) if limit <= len(counts) else 1
