"""Tokens to postings: sorted by term as whole arrays, and the postings of several segments as one.

The primary entrypoints are `invert` and `Merge`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from searchsvc.engines.whoosh.field_arrays import FieldArrays, FieldPacker, Postings
from searchsvc.engines.whoosh.packing import lengths_of, starts_of

RUN = 4_000_000
"""Postings merged at once, which bounds the memory."""

Numbers = NDArray[np.int64]


def invert(
    keys: NDArray[np.integer[Any]], documents: Numbers, positions: Numbers | None
) -> tuple[NDArray[np.integer[Any]], Postings]:
    """Return the distinct keys, ascending, and the postings of each.

    The tokens are in order of document and position. Two tokens may share a position but not their key there.
    """
    places = _stable_order(keys)
    key, document = keys[places], documents[places]
    new_key = _changes(key)
    firsts = np.flatnonzero(new_key | _changes(document))
    key_firsts = np.flatnonzero(new_key[firsts])
    postings = Postings(
        counts=np.diff(key_firsts, append=len(firsts)),
        documents=document[firsts],
        frequencies=np.diff(firsts, append=len(places)),
        positions=None if positions is None else positions[places],
    )
    return key[firsts[key_firsts]], postings


def numbered(keys: NDArray[np.integer[Any]]) -> tuple[Numbers, Numbers]:
    """Return the number of each key among the distinct ones, ascending, and a place of each of those."""
    places = _stable_order(keys)
    new = _changes(keys[places])
    numbers = np.empty(len(keys), np.int64)
    numbers[places] = np.cumsum(new) - 1
    return numbers, places[new]


def distinct(keys: NDArray[Any]) -> NDArray[Any]:
    """Return each of the `keys` once, ascending; several times as fast as `np.unique`."""
    ordered = np.sort(keys)
    return ordered[_changes(ordered)]


def _changes(row: NDArray[Any]) -> NDArray[np.bool_]:
    """Return which values of `row` differ from the one before; the first one does."""
    new = np.ones(len(row), bool)
    np.not_equal(row[1:], row[:-1], out=new[1:])
    return new


def _stable_order(keys: NDArray[np.integer[Any]]) -> Numbers:
    bits = max(1, len(keys)).bit_length()
    if len(keys) and int(keys.max()).bit_length() + bits > 64:
        keys = np.unique(keys, return_inverse=True)[1]
    # A sort of whole numbers, each with its place, is several times as fast as a stable argsort.
    order = np.sort((keys.astype(np.uint64) << np.uint64(bits)) | np.arange(len(keys), dtype=np.uint64))
    return (order & np.uint64((1 << bits) - 1)).astype(np.int64)


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
        places = _places(next_posting[numbers], run.counts)
        documents[places], frequencies[places] = run.documents, run.frequencies
        next_posting[numbers] += run.counts
        if run.positions is not None:
            positions[_places(next_position[numbers], occurring)] = run.positions
            next_position[numbers] += occurring
    return Postings(counts, documents, frequencies, positions if has_positions else None)


def _places(firsts: Numbers, counts: Numbers) -> Numbers:
    """Return the places of rows that start at `firsts` and are `counts` long, one row after the other."""
    return np.repeat(firsts - starts_of(counts)[:-1], counts) + np.arange(int(counts.sum()))
