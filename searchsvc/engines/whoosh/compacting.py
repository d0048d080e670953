"""Compacting: which segments become one, so that there are few and little of them is deleted.

The primary entrypoint is `Policy.compact`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from whoosh.filedb.filestore import FileStorage

from searchsvc.engines.whoosh.codec import ColumnarSegment
from searchsvc.engines.whoosh.segment_arrays import SegmentArrays, write_merged

MOST_DOCUMENTS = 1 << 16
"""A segment takes in others up to so many documents: the number of a document then fits into two bytes."""


@dataclass(frozen=True, slots=True)
class Policy:
    """`most_small` segments of less than half the most documents may remain; `merged_to` of them are left
    where there are more, so that a run of updates merges seldom."""

    most_small: int
    merged_to: int

    @classmethod
    def for_rebuild(cls) -> "Policy":
        """Return the policy that leaves as few segments as can be."""
        return cls(most_small=1, merged_to=0)

    @classmethod
    def for_update(cls) -> "Policy":
        """Return the policy of small additions."""
        return cls(most_small=8, merged_to=4)

    def compact(self, segments: Sequence[ColumnarSegment], storage: FileStorage) -> list[ColumnarSegment]:
        """Merge what should be merged, and return the segments there are then. Raises OSError."""
        chosen = self._chosen(segments)
        kept = [segment for segment in segments if segment.doc_count() and segment not in chosen]
        return kept + [_merged(group, storage) for group in _groups(chosen)]

    def _chosen(self, segments: Sequence[ColumnarSegment]) -> list[ColumnarSegment]:
        ordered = sorted(segments, key=lambda segment: (segment.doc_count(), segment.segment_id()))
        small = [each for each in ordered if 0 < each.doc_count() < MOST_DOCUMENTS // 2]
        surplus = small[: len(small) - self.merged_to] if len(small) > self.most_small else []
        wasteful = [each for each in ordered if each.deleted_count() * 2 > each.doc_count_all()]
        return [each for each in ordered if each.doc_count() and (each in surplus or each in wasteful)]


def _groups(segments: Sequence[ColumnarSegment]) -> Iterator[list[ColumnarSegment]]:
    """Yield the segments in groups of at most MOST_DOCUMENTS documents."""
    groups: list[list[ColumnarSegment]] = []
    sizes: list[int] = []
    for segment in reversed(segments):  # the largest first, each into the first group with room for it
        count = segment.doc_count()
        place = next((place for place, size in enumerate(sizes) if size + count <= MOST_DOCUMENTS), None)
        if place is None:
            groups.append([segment])
            sizes.append(count)
        else:
            groups[place].append(segment)
            sizes[place] += count
    yield from groups


def _merged(group: Sequence[ColumnarSegment], storage: FileStorage) -> ColumnarSegment:
    if len(group) == 1 and not group[0].has_deletions():
        return group[0]
    merged = ColumnarSegment(group[0].index_name())
    arrays = [SegmentArrays.open(segment.base(storage)) for segment in group]
    live = []
    for segment in group:
        mask = np.ones(segment.doc_count_all(), bool)
        mask[list(segment.deleted_docs())] = False
        live.append(mask)
    merged.set_doc_count(write_merged(merged.base(storage), arrays, live))
    return merged
