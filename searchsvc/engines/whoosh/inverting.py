"""Tokens to postings: sorted as whole numbers that hold term, document and position at once.

The primary entrypoint is `invert`.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from searchsvc.engines.whoosh.field_arrays import Postings
from searchsvc.engines.whoosh.sorting import changes

MOST_KEYS = 1 << 24
"""Tokens sorted at once, which bounds the memory: eight bytes each."""

RUN = 1 << 20
"""Tokens made postings at once: these arrays stay near the processor."""

SAMPLE = 61
"""One token in so many decides where the terms are divided."""

Keys = NDArray[np.uint64]
Unsigned = NDArray[np.unsignedinteger[Any]]


class Tokens(NamedTuple):
    """Tokens of some documents: of each its term's number, its document, its position if these are kept."""

    terms: Unsigned
    documents: Unsigned
    positions: Unsigned | None


Source = Callable[[], Iterator[Tokens]]
"""Gives all tokens, the same each time, in any order."""


@dataclass(frozen=True, slots=True)
class Layout:
    """How many bits of a key hold the document and the position of a token; those above hold its term."""

    document_bits: int
    position_bits: int

    @classmethod
    def of(cls, documents: int, positions: int | None) -> "Layout":
        """Return the layout for numbers below `documents` and `positions` (None where these are not kept)."""
        position_bits = 0 if positions is None else max(1, (positions - 1).bit_length())
        return cls(max(1, documents - 1).bit_length(), position_bits)

    @property
    def most_terms(self) -> int:
        """How many terms can be told apart in a key."""
        return 1 << (64 - self.document_bits - self.position_bits)

    def keys(self, tokens: Tokens) -> Keys:
        """Return a key for each of `tokens`."""
        keys: Keys = tokens.terms.astype(np.uint64)
        keys <<= np.uint64(self.document_bits)
        keys |= tokens.documents
        if tokens.positions is not None:
            keys <<= np.uint64(self.position_bits)
            keys |= tokens.positions
        return keys


def invert(source: Source, terms: int, documents: int) -> Iterator[tuple[Keys, Postings]]:
    """Yield the distinct ones of the numbers below `terms`, ascending, and their postings, some at a time.

    Two tokens may share a position but not their term there.
    """
    layout, cuts, count = _plan(source, terms, documents)
    for first, last in pairwise(cuts):
        whole = len(cuts) == 2
        parts = (tokens if whole else _within(tokens, first, last) for tokens in source())
        keys = _joined(map(layout.keys, parts), count)
        keys.sort()
        for start, stop in pairwise(_run_bounds(keys, layout)):
            found, postings = _postings(keys[start:stop], layout)
            found += np.uint64(first)
            yield found, postings


def _joined(parts: Iterable[Keys], most: int) -> Keys:
    """Return all `parts`, no more than `most` keys, as one array; what is left over takes no memory."""
    keys, end = np.empty(most, np.uint64), 0
    for part in parts:
        keys[end : end + len(part)] = part
        end += len(part)
    return keys[:end]


def _plan(source: Source, terms: int, documents: int) -> tuple[Layout, Sequence[int], int]:
    """Return the layout, where to divide the terms so that few more than MOST_KEYS tokens are in each part,
    and no more terms than the layout can tell apart, and how many tokens there are."""
    count, positions = 0, None
    samples = [np.empty(0, np.uint64)]
    for tokens in source():
        count += len(tokens.terms)
        samples.append(tokens.terms[::SAMPLE].astype(np.uint64))
        if tokens.positions is not None:
            positions = max(positions or 0, int(tokens.positions.max(initial=0)) + 1)
    layout = Layout.of(documents, positions)
    if not count:
        return layout, (), 0
    sample = np.sort(np.concatenate(samples))
    parts = -(-count // MOST_KEYS)
    cuts = {0, terms, *range(0, terms, layout.most_terms)}
    cuts |= {int(sample[len(sample) * part // parts]) for part in range(1, parts)}
    return layout, sorted(cuts), count


def _within(tokens: Tokens, first: int, last: int) -> Tokens:
    """Return those of `tokens` with terms from `first` until before `last`, counted from `first`."""
    terms = tokens.terms
    chosen = np.flatnonzero((terms >= first) & (terms < last))
    positions = None if tokens.positions is None else tokens.positions[chosen]
    return Tokens(terms[chosen] - terms.dtype.type(first), tokens.documents[chosen], positions)


def _run_bounds(keys: Keys, layout: Layout) -> Iterator[int]:
    """Yield where to cut sorted `keys` into runs of about RUN that hold all tokens of their terms."""
    below = _mask(layout.document_bits + layout.position_bits)
    yield 0
    stop = RUN
    while stop < len(keys):
        stop += int(np.searchsorted(keys[stop:], keys[stop - 1] | below, "right"))
        if stop < len(keys):
            yield stop
        stop += RUN
    yield len(keys)


def _postings(keys: Keys, layout: Layout) -> tuple[Keys, Postings]:
    pairs = keys >> np.uint64(layout.position_bits)
    firsts = np.flatnonzero(changes(pairs))
    pairs = pairs[firsts]
    terms = pairs >> np.uint64(layout.document_bits)
    term_firsts = np.flatnonzero(changes(terms))
    positions = None
    if layout.position_bits:
        positions = (keys & _mask(layout.position_bits)).astype(np.int64)
    return terms[term_firsts], Postings(
        counts=np.diff(term_firsts, append=len(firsts)),
        documents=(pairs & _mask(layout.document_bits)).astype(np.int64),
        frequencies=np.diff(firsts, append=len(keys)),
        positions=positions,
    )


def _mask(bits: int) -> np.uint64:
    return np.uint64((1 << bits) - 1)
