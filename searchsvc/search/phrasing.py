"""Frequent phrases of the archive's titles, for completion, and the pairs of words they hold.

The primary entrypoint is `Phrases`. A phrase has two to five words; a longer one is counted only where
its parts are frequent (a priori), and a phrase that nearly always stands in a longer one is left out: of
'nghị quyết đại' and 'nghị quyết đại hội' only the second says something.
"""

from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

LONGEST = 5
"""Words of a phrase."""

MOST = 40_000
"""Phrases kept; the most frequent of a larger archive."""

_SUBSUMED = 0.7
"""Share of a phrase's occurrences inside one longer phrase from which on it is left out."""

_SURFACES = 8
"""Occurrences looked at to choose how a phrase is written."""

_BREAK = "\n"


@cache
def function_words() -> frozenset[str]:
    """Return the words that no phrase begins or ends with (`data/function_words.txt`)."""
    text = files("searchsvc.search").joinpath("data/function_words.txt").read_text(encoding="utf-8")
    return frozenset(line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#"))


class Phrases:
    """The frequent phrases of titles; `keys` are titles in lower case, `surfaces` the same as written.

    Both hold words parted by single spaces, and as many words in each title.
    """

    def __init__(self, keys: Sequence[str], surfaces: Sequence[str], least: int) -> None:
        self._words = f" {_BREAK} ".join(keys).split(" ")
        self._surfaces = f" {_BREAK} ".join(surfaces).split(" ")
        numbers: dict[str, int] = {_BREAK: 0}
        self._ids = np.array([numbers.setdefault(word, len(numbers)) for word in self._words], np.int64)
        self._vocabulary = tuple(numbers)
        self._levels = list(self._counted(max(2, least)))

    def _counted(self, least: int) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
        """Yield for each length from 2 the phrase that starts at each word (-1: none) and the counts."""
        size = len(self._vocabulary)
        usable = np.array([word not in (_BREAK, "") for word in self._vocabulary])
        words = np.where(usable[self._ids], self._ids, -1)
        shorter = words
        for length in range(2, LONGEST + 1):
            grams = np.full(len(words), -1, np.int64)
            count = len(words) - length + 1
            if count > 0:
                head, tail = shorter[:count], shorter[1 : count + 1]
                last = words[length - 1 :]
                fits = (head >= 0) & (tail >= 0) & (last >= 0)
                joined = head[fits] * size + last[fits]
                _, numbers, counts = np.unique(joined, return_inverse=True, return_counts=True)
                frequent = counts >= least
                renumbered = np.where(frequent, np.cumsum(frequent) - 1, -1)
                grams[np.flatnonzero(fits)] = renumbered[numbers]
                yield grams, counts[frequent]
            else:
                yield grams, np.empty(0, np.int64)
            shorter = grams

    def pairs(self) -> Iterator[tuple[str, str, int]]:
        """Yield each frequent pair of words in a row, with its count."""
        grams, counts = self._levels[0]
        for place, count in zip(_first_places(grams, len(counts)), counts.tolist(), strict=True):
            yield self._words[place], self._words[place + 1], count

    def phrases(self) -> list[tuple[str, int]]:
        """Return the phrases that say something, as written, with their counts, the most frequent first."""
        found: list[tuple[int, int, int]] = []
        edge = function_words()
        for level, (grams, counts) in enumerate(self._levels):
            length = level + 2
            kept = ~self._subsumed(level)
            places = _first_places(grams, len(counts))
            for number in np.flatnonzero(kept).tolist():
                first, last = self._words[places[number]], self._words[places[number] + length - 1]
                if not ({first, last} & edge) and not (first.isdigit() or last.isdigit()):
                    found.append((int(counts[number]), length, number))
        found.sort(key=lambda entry: (-entry[0], -entry[1], entry[2]))
        occurrences = [_occurrences(grams, len(counts)) for grams, counts in self._levels]
        return [
            (self._surface(occurrences[length - 2](number), length), count)
            for count, length, number in found[:MOST]
        ]

    def _subsumed(self, level: int) -> NDArray[np.bool_]:
        """Return which phrases of a level stand mostly inside one phrase of the next."""
        grams, counts = self._levels[level]
        result = np.zeros(len(counts), bool)
        if level + 1 == len(self._levels) or not len(counts):
            return result
        longer, longer_counts = self._levels[level + 1]
        for shift in (0, 1):  # the longer phrase begins with the shorter one, or ends with it
            inside = longer[: len(longer) - shift]
            part = grams[shift:]
            both = (inside >= 0) & (part >= 0)
            most = np.zeros(len(counts), np.int64)
            np.maximum.at(most, part[both], longer_counts[inside[both]])
            result |= most >= _SUBSUMED * counts
        return result

    def _surface(self, places: NDArray[np.int64], length: int) -> str:
        """Return a phrase as most modestly written: a name keeps its capitals, a heading does not."""
        written = [" ".join(self._surfaces[place : place + length]) for place in places[:_SURFACES].tolist()]
        best = min(written, key=lambda text: sum(map(str.isupper, text)))
        return best.lower() if best.isupper() and length > 1 else best


def _first_places(grams: NDArray[np.int64], count: int) -> list[int]:
    places = np.zeros(count, np.int64)
    present = np.flatnonzero(grams >= 0)[::-1]
    places[grams[present]] = present
    result: list[int] = places.tolist()
    return result


class _occurrences:  # noqa: N801 - reads as the function that it is
    """The places of each phrase of one level."""

    def __init__(self, grams: NDArray[np.int64], count: int) -> None:
        self._order = np.argsort(grams, kind="stable")
        self._bounds = np.searchsorted(grams[self._order], np.arange(count + 1))

    def __call__(self, number: int) -> NDArray[np.int64]:
        return self._order[self._bounds[number] : self._bounds[number + 1]]
