"""Phrases: how often terms follow one another. The primary entrypoint is `count_rows`."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Occurrences = tuple[NDArray[np.int64], NDArray[np.int64]]
"""The place of a document among the candidates, ascending, and a position there, ascending."""


def count_rows(terms: Sequence[Occurrences], documents: int, slop: int) -> NDArray[np.int64]:
    """Return for each of so many documents the places where the last of `terms` ends a row.

    In a row the terms follow one another with at most `slop` positions between each two.
    """
    if not documents:
        return np.zeros(0, np.int64)
    # One number line for all documents, with gaps between them that no row can bridge.
    stride = max(int(positions.max(initial=0)) for _, positions in terms) + slop + 2
    lines = [places * stride + positions for places, positions in terms]
    ends = lines[0]
    for line in lines[1:]:
        ends = _continued(ends, line, slop)
    frequencies: NDArray[np.int64] = np.bincount(ends // stride, minlength=documents)
    return frequencies


def _continued(ends: NDArray[np.int64], line: NDArray[np.int64], slop: int) -> NDArray[np.int64]:
    """Return the points of `line` that lie at most `slop` + 1 behind one of `ends`."""
    if not len(ends) or not len(line):
        return line[:0]
    if not slop and len(ends) < len(line):
        # Of two rows the shorter is looked up in the longer.
        places = np.minimum(np.searchsorted(line, ends + 1), len(line) - 1)
        found: NDArray[np.int64] = line[places[line[places] == ends + 1]]
        return found
    before = np.searchsorted(ends, line) - 1
    return line[(before >= 0) & (line - ends[before] <= slop + 1)]
