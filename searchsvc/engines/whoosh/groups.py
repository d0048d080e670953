"""Groups: documents by what they have in common, to be counted group by group.

The primary entrypoints are `Groups`, which counts the documents of a mask, and `Sums`, which adds up the
counts of groups.
"""

import numpy as np
from numpy.typing import NDArray

from searchsvc.engines.whoosh.matches import Mask
from searchsvc.engines.whoosh.packing import starts_of

Counts = NDArray[np.int64]

_BLOCK = 255
"""So many documents are counted in a byte."""


class Groups:
    """Documents, one group after the other: those of group g are `documents[starts[g]:starts[g + 1]]`.

    No group is empty. To look up all documents of all groups and add up neighbours is less work than to list
    the documents of a mask and count by group, unless they are few.
    """

    def __init__(self, documents: NDArray[np.int64], starts: NDArray[np.int64]) -> None:
        self.documents, self.starts = documents, starts
        self.totals: Counts = np.diff(starts)
        blocks = -(-self.totals // _BLOCK)
        self._firsts = starts_of(blocks)
        places = np.arange(self._firsts[-1]) - np.repeat(self._firsts[:-1], blocks)
        self._blocks = np.repeat(starts[:-1], blocks) + places * _BLOCK

    @classmethod
    def of(cls, group_of: NDArray[np.integer], size: int) -> "Groups":
        """Return the groups of all documents, where document d is of the group `group_of[d]` of `size`."""
        return cls(group_of.argsort(kind="stable"), starts_of(np.bincount(group_of, minlength=size)))

    def counts(self, mask: Mask, upto: int | None = None) -> Counts:
        """Return how many documents of each group `mask` has; of the first `upto` groups, or of all."""
        upto = len(self.totals) if upto is None else upto
        there = mask.take(self.documents[: self.starts[upto]]).view(np.uint8)
        blocks = np.add.reduceat(there, self._blocks[: self._firsts[upto]], dtype=np.uint8)
        counts: Counts = np.add.reduceat(blocks, self._firsts[:upto], dtype=np.int64)
        return counts


class Sums:
    """For each of some values the groups that have it, to make counts of values from counts of groups."""

    def __init__(self, values: NDArray[np.int64], groups: NDArray[np.int64]) -> None:
        """`groups[p]` has the value `values[p]`, for each place p."""
        by_value = values.argsort(kind="stable")
        self.values, firsts = np.unique(values[by_value], return_index=True)
        """The values that any group has, ascending."""
        self._groups, self._firsts = groups[by_value], firsts

    def of(self, counts: Counts) -> Counts:
        """Return for each of `values` the sum of the counts of the groups that have it."""
        summed: Counts = np.add.reduceat(counts.take(self._groups), self._firsts)
        return summed
