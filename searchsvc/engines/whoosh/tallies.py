"""Tallies: the values of a facet that some documents have, with their counts. The primary entrypoint is `Tally`.

What few documents match is counted in Python, where calls of numpy would take longer than the work.
"""

from collections import Counter
from collections.abc import Sequence
from itertools import chain
from operator import itemgetter

import numpy as np

from searchsvc.engines.whoosh.groups import Counts
from searchsvc.engines.whoosh.matches import Few, Matches
from searchsvc.engines.whoosh.profiles import Dimension, Keys, Profiles
from searchsvc.results import FacetCount

SHORT = 100
"""Up to so many values are counted in Python."""

_first, _second = itemgetter(0), itemgetter(1)


class Tally:
    """Counts the documents of `matches` for one facet after the other."""

    def __init__(self, profiles: Profiles, matches: Matches) -> None:
        self._profiles = profiles
        self._matches = matches
        self._few = matches if isinstance(matches, Few) and matches.count <= SHORT else None
        self._numbers: dict[Keys, list[int]] = {}
        self._counts: dict[Keys, Counts] = {}

    def most_frequent(self, dimension: Dimension, limit: int) -> tuple[FacetCount, ...]:
        """Return the `limit` most frequent values, then by name."""
        if self._few is not None:
            return _first_of(self._listed(dimension, self._few), dimension.names, limit)
        counts = dimension.sums.of(self._counted(dimension.keys))
        return _first_in(dimension.sums.values, counts, dimension.names, limit)

    def newest_first(self, dimension: Dimension) -> tuple[FacetCount, ...]:
        """Return all years or months, the last one first."""
        if self._few is not None:
            return _named_pairs(
                sorted(self._listed(dimension, self._few).items(), reverse=True), dimension.names
            )
        counts = dimension.sums.of(self._counted(dimension.keys))
        present = np.flatnonzero(counts)[::-1]
        return _named(dimension.sums.values[present], counts[present], dimension.names)

    def most_cited(self, limit: int) -> tuple[FacetCount, ...]:
        """Return the `limit` codes that most documents cite, then by name."""
        citations, names = self._profiles.citations, self._profiles.columns.codes.names
        if self._few is not None:
            cited = citations.cited_in(self._few.numbers)
            if len(cited) <= SHORT:
                return _first_of(Counter(cited.tolist()), names, limit)
        return _first_in(*citations.most_cited_in(self._matches, limit), names, limit)

    def _listed(self, dimension: Dimension, few: Few) -> Counter[int]:
        numbers = self._numbers.get(dimension.keys)
        if numbers is None:
            numbers = self._numbers[dimension.keys] = dimension.keys.of.take(few.numbers).tolist()
        return Counter(chain.from_iterable(map(dimension.values_of.__getitem__, numbers)))

    def _counted(self, keys: Keys) -> Counts:
        counts = self._counts.get(keys)
        if counts is None:
            counts = self._counts[keys] = keys.counts(self._matches)
        return counts


def _first_of(counts: Counter[int], names: Sequence[str], limit: int) -> tuple[FacetCount, ...]:
    pairs = sorted(counts.items())
    pairs.sort(key=_second, reverse=True)
    return _named_pairs(pairs[:limit], names)


def _first_in(values: Counts, counts: Counts, names: Sequence[str], limit: int) -> tuple[FacetCount, ...]:
    # One number to sort by: the frequent first, and of equally frequent ones what comes first by name.
    keys = values - counts * len(names)
    keys.sort()
    keys = keys[: min(limit, int(keys.searchsorted(0)))]
    found = keys % len(names)
    return _named(found, (found - keys) // len(names), names)


def _named(values: Counts, counts: Counts, names: Sequence[str]) -> tuple[FacetCount, ...]:
    return tuple(map(FacetCount, map(names.__getitem__, values.tolist()), counts.tolist()))


def _named_pairs(pairs: Sequence[tuple[int, int]], names: Sequence[str]) -> tuple[FacetCount, ...]:
    return tuple(map(FacetCount, map(names.__getitem__, map(_first, pairs)), map(_second, pairs)))
