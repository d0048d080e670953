"""Passages: the stretches of a text that show most of a query, cut where sentences or lines end.

The primary entrypoints are `longest_stretches` and `extent`.
"""

import numpy as np
import numpy.typing as npt

SNIPPET_CHARS = 220
"""Length that a snippet aims at; a result shows few, so that ten results stay readable on a phone."""

CODE = -1
"""The word of a mark that stands for a document code."""

_BOUNDARY_SEARCH_CHARS = 60
_NEIGHBOURS_CHARS = 2
_STOPS = (". ", "; ", ": ", "\n")

Numbers = npt.NDArray[np.int64]


Flags = npt.NDArray[np.bool_]
Scores = npt.NDArray[np.float64]


def longest_stretches(starts: Numbers, ends: Numbers, words: Numbers) -> tuple[Numbers, Scores]:
    """Return for each mark the last one of the stretch that opens with it, and how much that shows.

    A stretch is no longer than a snippet, or a single mark. The marks are in order and do not overlap. What
    counts is how many distinct words a stretch has, how many pairs of the query in a row, a code, and marks.
    """
    first = np.arange(len(starts))
    last = np.maximum(np.searchsorted(ends, starts + SNIPPET_CHARS, side="right") - 1, first)
    distinct = np.zeros(len(starts), np.int64)
    for word in np.unique(words):
        distinct += _counted(words == word, first, last) > 0
    follows = (words[1:] == words[:-1] + 1) & (starts[1:] - ends[:-1] <= _NEIGHBOURS_CHARS)
    in_sequence = np.minimum(_counted(follows, first, last - 1), 8)
    codes = _counted(words == CODE, first, last) > 0
    marks = np.minimum(last - first + 1, 10)
    return last, 4.0 * distinct + 2.0 * in_sequence + 6.0 * codes + 0.1 * marks


def _counted(flags: Flags, first: Numbers, last: Numbers) -> Numbers:
    """Return how many of `flags` are set from each `first` to its `last`, both included."""
    before = np.concatenate(([0], np.cumsum(flags)))
    counted: Numbers = before[last + 1] - before[first]
    return counted


def extent(text: str, first: int, last: int) -> tuple[int, int]:
    """Return where a passage around `first`..`last` starts and ends: at a sentence or line if one is near."""
    room = max(SNIPPET_CHARS - (last - first), 40)
    start = _start(text, first, room // 3)
    end = _end(text, last, max(start + SNIPPET_CHARS, last + 20))
    return start, end


def _start(text: str, first: int, room: int) -> int:
    floor = max(0, first - room - _BOUNDARY_SEARCH_CHARS)
    stops = [place + len(stop) for stop in _STOPS if (place := text.rfind(stop, floor, first)) >= 0]
    if stops:
        return max(stops)
    if first <= room + _BOUNDARY_SEARCH_CHARS:
        return 0
    space = text.find(" ", first - room, first)
    return space + 1 if space >= 0 else first


def _end(text: str, last: int, target: int) -> int:
    if target >= len(text):
        return len(text.rstrip())
    line = text.find("\n", last, target)
    if line >= 0:
        return line
    stop = text.rfind(". ", max(last, target - _BOUNDARY_SEARCH_CHARS), target)
    if stop >= 0:
        return stop + 1
    space = text.rfind(" ", last, target)
    return space if space >= 0 else target
