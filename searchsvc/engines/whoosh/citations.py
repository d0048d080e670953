"""Citations: how many documents cite each code. The primary entrypoint is `Citations`."""

import numpy as np

from searchsvc.engines.whoosh.columns import ValueLists
from searchsvc.engines.whoosh.groups import Counts, Groups, Numbers, names_of
from searchsvc.engines.whoosh.matches import Documents, Few, Mask, Matches
from searchsvc.engines.whoosh.packing import places_of, starts_of

_CAUTION = 0.85
"""Codes are taken for so much rarer among what matches than they are among all documents."""

_SORTED = 1_500
"""Up to so many citations are sorted to be counted; more are counted by code."""

_SAMPLE = 256
"""So many codes, the most cited of all, tell how often the last of the first is cited at least."""


class Citations:
    """The codes that each live document cites, and the documents that cite each code."""

    def __init__(self, lists: ValueLists, live: Mask) -> None:
        self.names = names_of(lists.names)
        self._size = len(live)
        documents = np.flatnonzero(live)
        cited, many = lists.of_documents(documents)
        counts = np.zeros(self._size, np.int64)
        counts[documents] = many
        # Of document d, those in `cited[starts[d]:starts[d + 1]]`.
        self._cited, self._starts = cited.astype(np.int32), starts_of(counts).astype(np.int32)
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
        # A code is left out where all its documents together are fewer than those of the last of the first.
        upto = self._likely(limit, matches.count / self._size) if self._size else 0
        counts = self._groups.counts(matches.mask, upto)
        needed = self._cited_by(_least(counts, limit))
        if needed > upto:
            upto, counts = needed, self._groups.counts(matches.mask, needed)
        return self._codes[:upto], counts

    def listed(self, documents: Documents, most: int) -> list[int] | None:
        """Return the codes that `documents` cite, one for each citation; None for more than `most`."""
        firsts = self._starts.take(documents).tolist()
        ends = self._starts.take(documents + 1).tolist()
        if sum(ends) - sum(firsts) > most:
            return None
        found: list[int] = []
        for first, end in zip(firsts, ends, strict=True):
            if first < end:
                found += self._cited[first:end].tolist()
        return found

    def _cited_in(self, documents: Documents) -> Numbers:
        firsts = self._starts.take(documents)
        return self._cited.take(places_of(firsts, self._starts.take(documents + 1) - firsts))

    def _counted(self, cited: Numbers, limit: int) -> tuple[Numbers, Counts]:
        if len(cited) <= _SORTED:
            return _runs(cited)
        counts = np.bincount(cited, minlength=len(self.names))
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
