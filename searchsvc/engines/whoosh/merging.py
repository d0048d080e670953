"""The postings of one field of several segments to those of one. The primary entrypoint is `Merge`."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from searchsvc.engines.whoosh.field_arrays import FieldArrays, FieldPacker, Postings
from searchsvc.engines.whoosh.packing import lengths_of, places_of, starts_of

RUN = 4_000_000
"""Postings merged at once, which bounds the memory."""

Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Source:
    """One field of a segment that goes into another: the new number of each of its terms and documents.

    A document's new number is -1 if it is deleted; the new numbers ascend, also from source to source. The
    new number of a term that only deleted documents have means nothing, but keeps the order.
    """

    field: FieldArrays
    terms: Numbers
    documents: Numbers


class Merge:
    """Merges the same field of several segments into `count` terms."""

    def __init__(self, sources: Sequence[Source], count: int) -> None:
        self._sources = sources
        self._bounds = _run_bounds(sources, count)

    def pack_into(self, packer: FieldPacker) -> None:
        """Pack the postings of all terms."""
        for first, last in pairwise(self._bounds):
            packer.add(self._run(first, last))

    def _run(self, first: int, last: int) -> Postings:
        pieces = []
        for source in self._sources:
            start, stop = np.searchsorted(source.terms, [first, last]).tolist()
            run = _without_deleted(source.field.run(start, stop), source.documents)
            present = run.counts > 0
            counted = Postings(run.counts[present], run.documents, run.frequencies, run.positions)
            pieces.append((source.terms[start:stop][present] - first, counted))
        return _interleaved(pieces, last - first)


def surviving_terms(field: FieldArrays, documents: Numbers) -> NDArray[np.bool_] | None:
    """Return which terms have a document that is not deleted (new number -1); None if no document is."""
    if (documents >= 0).all():
        return None
    surviving = np.zeros(len(field.terms), bool)
    for first, last in pairwise(_bounds(lengths_of(field.starts))):
        surviving[first:last] = _without_deleted(field.run(first, last), documents).counts > 0
    return surviving


def _run_bounds(sources: Sequence[Source], count: int) -> list[int]:
    totals = np.zeros(count, np.int64)
    for source in sources:
        np.add.at(totals, source.terms, lengths_of(source.field.starts))
    return _bounds(totals)


def _bounds(counts: Numbers) -> list[int]:
    """Return where to cut terms with `counts` postings so that no run has many more than RUN of them."""
    runs = np.cumsum(counts) // RUN
    return [0, *(np.flatnonzero(np.diff(runs)) + 1).tolist(), len(counts)] if len(counts) else [0]


def _without_deleted(run: Postings, documents: Numbers) -> Postings:
    numbers = documents[run.documents]
    kept = numbers >= 0
    if kept.all():
        return Postings(run.counts, numbers, run.frequencies, run.positions)
    terms = np.repeat(np.arange(len(run.counts)), run.counts)[kept]
    positions = None if run.positions is None else run.positions[np.repeat(kept, run.frequencies)]
    counts = np.bincount(terms, minlength=len(run.counts))
    return Postings(counts, numbers[kept], run.frequencies[kept], positions)


def _interleaved(pieces: Sequence[tuple[Numbers, Postings]], count: int) -> Postings:
    """Return the postings of all `pieces` (new term numbers, postings), term by term, piece by piece."""
    counts, occurrences = np.zeros(count, np.int64), np.zeros(count, np.int64)
    shares = [(numbers, run, run.occurrences()) for numbers, run in pieces]
    for numbers, run, occurring in shares:
        counts[numbers] += run.counts
        occurrences[numbers] += occurring
    next_posting, next_position = starts_of(counts)[:-1], starts_of(occurrences)[:-1]
    documents = np.empty(int(counts.sum()), np.int64)
    frequencies = np.empty(len(documents), np.int64)
    positions = np.empty(int(occurrences.sum()), np.int64)
    has_positions = bool(pieces) and pieces[0][1].positions is not None
    for numbers, run, occurring in shares:
        places = places_of(next_posting[numbers], run.counts)
        documents[places], frequencies[places] = run.documents, run.frequencies
        next_posting[numbers] += run.counts
        if run.positions is not None:
            positions[places_of(next_position[numbers], occurring)] = run.positions
            next_position[numbers] += occurring
    return Postings(counts, documents, frequencies, positions if has_positions else None)
