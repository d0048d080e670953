"""Groups: documents by what they have in common, to be counted group by group.

The primary entrypoints are `Groups`, which counts the documents of a mask, and `Sums`, which adds up the
counts of groups. What counts belong to is told by number; `names_of` makes names quick to find by number.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from searchsvc.engines.whoosh.matches import Mask
from searchsvc.engines.whoosh.packing import starts_of

Counts = NDArray[np.int64]
Numbers = NDArray[np.signedinteger[Any]]
Names = NDArray[Any]
"""Names as an array of Python's strings."""

_BLOCK = 255
"""So many documents are counted in a byte."""


class Groups:
    """Documents, one group after the other: those of group g are `documents[starts[g]:starts[g + 1]]`.

    No group is empty. A document may be in several.
    """

    def __init__(self, documents: NDArray[np.int64], starts: NDArray[np.int64]) -> None:
        self.documents, self.starts = documents, starts
        self.totals: Counts = np.diff(starts)
        blocks = -(-self.totals // _BLOCK)
        self._firsts = starts_of(blocks)
        places = np.arange(self._firsts[-1]) - np.repeat(self._firsts[:-1], blocks)
        self._blocks = np.repeat(starts[:-1], blocks) + places * _BLOCK

    def counts(self, mask: Mask, first: int, end: int) -> Counts:
        """Return how many documents of each group from `first` to before `end` `mask` has."""
        start, block = self.starts[first], self._firsts[first]
        there = mask.take(self.documents[start : self.starts[end]]).view(np.uint8)
        blocks = np.add.reduceat(there, self._blocks[block : self._firsts[end]] - start, dtype=np.uint8)
        counts: Counts = np.add.reduceat(blocks, self._firsts[first:end] - block, dtype=np.int64)
        return counts


class Sums:
    """For each of some values the groups that have it, to make counts of values from counts of groups."""

    def __init__(self, values: NDArray[np.int64], groups: NDArray[np.int64]) -> None:
        """`groups[p]` has the value `values[p]`, for each place p."""
        by_value = values.argsort(kind="stable")
        self.values, self._firsts = np.unique(values[by_value], return_index=True)
        """The values that any group has, ascending."""
        self._groups = groups[by_value]
        self._ordered = bool((self._groups == np.arange(len(groups))).all())

    def of(self, counts: Counts) -> Counts:
        """Return for each of `values` the sum of the counts of the groups that have it."""
        each_once = self._ordered and len(counts) == len(self._groups)
        by_value = counts if each_once else counts.take(self._groups)
        summed: Counts = np.add.reduceat(by_value, self._firsts)
        return summed


def names_of(names: Sequence[str]) -> Names:
    """Return `names` as an array."""
    # Made in two steps, since numpy would make an array of fixed width of strings alone.
    array = np.empty(len(names), object)
    array[:] = names
    return array
