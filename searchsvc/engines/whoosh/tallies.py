"""Tallies: the values of a facet that some documents have, with their counts.

The primary entrypoint is `Tally`. Few documents are counted in Python, where calls of numpy would take longer
than the work.
"""

from collections.abc import Iterable, Sequence
from functools import cached_property
from itertools import chain
from operator import itemgetter

import numpy as np

from searchsvc.engines.whoosh.groups import Counts, Names, Numbers
from searchsvc.engines.whoosh.matches import Documents, Few, Matches
from searchsvc.engines.whoosh.profiles import Dimension, Keys, Profiles
from searchsvc.results import FacetCount

SHORT = 40
"""Up to so many documents are counted in Python."""

MOST_CITATIONS = 100
"""Up to so many citations of them are counted in Python."""

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
        counted = sorted(_present(dimension.labels, self._counted(dimension)), key=_second, reverse=True)
        return tuple(map(FacetCount._make, counted[:limit]))

    def newest_first(self, dimension: Dimension) -> tuple[FacetCount, ...]:
        """Return all years or months, the last one first."""
        if self._few is not None:
            pairs = sorted(_occurrences(self._listed(dimension, self._few)).items(), reverse=True)
            return _named(pairs, dimension.names)
        counted = _present(reversed(dimension.labels), self._counted(dimension)[::-1])
        return tuple(map(FacetCount._make, counted))

    def most_cited(self, limit: int) -> tuple[FacetCount, ...]:
        """Return the `limit` codes that most documents cite, then by name."""
        citations = self._profiles.citations
        if self._few is not None:
            cited = citations.listed(self._few.numbers, MOST_CITATIONS)
            if cited is not None:
                return _first_of(cited, citations.names, limit)
        codes, counts = citations.most_cited_in(self._matches, limit)
        return _first_in(codes, counts, citations.names, limit)

    def _listed(self, dimension: Dimension, few: Few) -> Iterable[int]:
        """Return the values of all documents, as often as they occur."""
        numbers = self._numbers.get(dimension.keys)
        if numbers is None:
            numbers = self._numbers[dimension.keys] = dimension.keys.of.take(few.numbers).tolist()
        return chain.from_iterable(map(dimension.values_of.__getitem__, numbers))

    def _counted(self, dimension: Dimension) -> Counts:
        keys = dimension.keys
        counts = self._counts.get(keys)
        if counts is None:
            documents, counted = self._fewer
            counts = keys.counts(documents)
            counts = self._counts[keys] = counts if counted else keys.totals - counts
        return dimension.counts(counts)

    @cached_property
    def _fewer(self) -> tuple[Documents, bool]:
        """The documents that are counted, and True; or the live ones that are not, where they are fewer."""
        matches, live = self._matches, self._profiles.columns.live
        if isinstance(matches, Few) or 2 * matches.count <= len(live):
            return matches.numbers, True
        return np.flatnonzero(live > matches.mask), False


def _occurrences(values: Iterable[int]) -> dict[int, int]:
    """Return how often each value occurs. A `Counter` takes longer to make than a few values to count."""
    counts: dict[int, int] = {}
    for value in values:
        counts[value] = counts.get(value, 0) + 1
    return counts


def _present(labels: Iterable[str], counts: Counts) -> Iterable[tuple[str, int]]:
    """Return those of `labels` that occur, each with its count."""
    return filter(_second, zip(labels, counts.tolist(), strict=True))


def _first_of(values: Iterable[int], names: Names, limit: int) -> tuple[FacetCount, ...]:
    # Both sorts are stable: of equally frequent values the one with the smaller number comes first.
    pairs = sorted(_occurrences(values).items())
    pairs.sort(key=_second, reverse=True)
    return _named(pairs[:limit], names)


def _first_in(values: Numbers, counts: Counts, names: Names, limit: int) -> tuple[FacetCount, ...]:
    # One number to sort by: the frequent first, and of equally frequent ones what comes first by name.
    keys = values - counts * len(names)
    if 0 < limit < len(keys):
        keys = np.partition(keys, limit)[:limit]
    keys.sort()
    keys = keys[: min(limit, int(keys.searchsorted(0)))]
    found = keys % len(names)
    counts = (found - keys) // len(names)
    return tuple(map(FacetCount._make, zip(names.take(found).tolist(), counts.tolist(), strict=True)))


def _named(pairs: Sequence[tuple[int, int]], names: Names) -> tuple[FacetCount, ...]:
    values, counts = map(_first, pairs), map(_second, pairs)
    return tuple(map(FacetCount._make, zip(map(names.item, values), counts, strict=True)))
