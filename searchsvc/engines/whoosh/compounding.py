"""The compounds among tokens, numbered like words, and their terms as arrays.

The primary entrypoints are `Compounds`, which numbers them from batch to batch, and `spell`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from searchsvc.analysis.compounds import JOINT
from searchsvc.engines.whoosh.forms import Row, Tokens
from searchsvc.engines.whoosh.packing import places_of, starts_of
from searchsvc.engines.whoosh.sorting import numbered
from searchsvc.engines.whoosh.vocabulary import TextTerms

FORM_BYTES = 4
_JOINT = JOINT.encode()


class _Numbers(dict[bytes, int]):
    """The number of each row of forms, as bytes."""

    def __missing__(self, row: bytes) -> int:
        self[row] = number = len(self)
        return number


class Compounds:
    """Remembers the compounds met, which are rows of forms of 32 bits each."""

    def __init__(self) -> None:
        self._numbers = _Numbers()

    def __len__(self) -> int:
        return len(self._numbers)

    def rows(self, numbers: Row) -> tuple[Row, Row]:
        """Return the forms of all compounds `numbers`, one after the other, and how many each has."""
        sizes = np.fromiter(map(len, self._numbers), np.int64, len(self)) // FORM_BYTES
        forms = np.frombuffer(b"".join(self._numbers), np.uint32).astype(np.int64)
        lengths = sizes[numbers]
        return forms[places_of(starts_of(sizes)[:-1][numbers], lengths)], lengths

    def found_in(self, tokens: Tokens) -> tuple[Row, NDArray[np.uint32]]:
        """Return the place of the first token of each compound among `tokens`, and the compound's number.

        A compound is a run of tokens joined to the next, and that one. They are in order.
        """
        begins = tokens.joined.copy()
        begins[1:] &= ~tokens.joined[:-1]
        lasts = tokens.joined.copy()
        lasts[:-1] &= ~tokens.joined[1:]
        firsts = np.flatnonzero(begins)
        lengths = np.flatnonzero(lasts) - firsts + 2
        numbers = np.empty(len(firsts), np.uint32)
        for length in np.flatnonzero(np.bincount(lengths)).tolist():
            chosen = np.flatnonzero(lengths == length)
            columns = [tokens.forms[firsts[chosen] + place] for place in range(length)]
            found, examples = _numbered_rows(columns)
            rows = np.stack([column[examples] for column in columns], axis=1)
            keys = rows.view(f"V{FORM_BYTES * length}").ravel().tolist()
            known = map(self._numbers.__getitem__, keys)
            numbers[chosen] = np.fromiter(known, np.uint32, len(keys))[found]
        return firsts, numbers


@dataclass(frozen=True, slots=True)
class Spelt:
    """The distinct `terms`, sorted, and for each compound the numbers of its exact and its folded term."""

    terms: TextTerms
    exact: Row
    folded: Row


def spell(forms: Row, lengths: Row, exact: Sequence[bytes], folded: Sequence[bytes]) -> Spelt:
    """Return the terms of compounds: the terms of their syllables with the joint between them.

    The compounds are rows of `lengths`, two or more, in `forms`; form n has the terms `exact[n]` and
    `folded[n]`. Sorted as numbers: there are as many as a million, and bytes take ten times as long.
    """
    used = np.zeros(len(exact), bool)
    used[forms] = True
    places = np.flatnonzero(used).tolist()
    syllables = sorted({spelt[place] for spelt in (exact, folded) for place in places})
    number_of = {syllable: number for number, syllable in enumerate(syllables)}
    both = np.zeros((2, len(exact)), np.int64)
    for row, spelt in zip(both, (exact, folded), strict=True):
        row[places] = [number_of[spelt[place]] for place in places]
    parts, sizes = both[:, forms].ravel(), np.tile(lengths, 2)
    numbers, examples = _ranked(parts, sizes, _ranks(syllables))
    text = _joined_text(parts, sizes, examples, syllables)
    count = len(lengths)
    return Spelt(text, numbers[:count], numbers[count:])


def _ranks(syllables: Sequence[bytes]) -> NDArray[np.int64]:
    """Return the ranks, from 1, of each syllable that ends a term (row 0) and that the joint follows (1).

    Terms sort as the rows of these ranks do: no syllable holds the joint, and where one is the beginning of
    what stands in the other term, it ends its term.
    """
    spelt = [*syllables, *(syllable + _JOINT for syllable in syllables)]
    ranks = np.empty(len(spelt), np.int64)
    ranks[sorted(range(len(spelt)), key=spelt.__getitem__)] = np.arange(1, len(spelt) + 1)
    return ranks.reshape(2, -1)


def _ranked(parts: Row, sizes: Row, ranks: NDArray[np.int64]) -> tuple[Row, Row]:
    """Return the number of each row of `parts` among the distinct ones, sorted, and a row for each number."""
    ends = np.cumsum(sizes)
    numbers, examples = np.zeros(len(sizes), np.int64), np.empty(0, np.int64)
    for place in range(int(sizes.max(initial=0)) - 1, -1, -1):
        rows = np.flatnonzero(sizes > place)
        last = sizes[rows] == place + 1
        rank = ranks[np.where(last, 0, 1), parts[ends[rows] - sizes[rows] + place]]
        # Dense numbers of what follows, so that both fit into one key.
        numbers[rows], examples = numbered(rank * len(sizes) + numbers[rows])
    return numbers, examples


def _joined_text(parts: Row, sizes: Row, chosen: Row, syllables: Sequence[bytes]) -> TextTerms:
    """Return the terms of the rows `chosen` of `parts`."""
    text = np.frombuffer(_JOINT.join([*syllables, b""]), np.uint8)
    widths = np.fromiter(map(len, syllables), np.int64, len(syllables)) + len(_JOINT)
    starts = starts_of(widths)
    ends = np.cumsum(sizes)
    counts = sizes[chosen]
    pieces = parts[places_of(ends[chosen] - counts, counts)]
    taken = widths[pieces]
    taken[np.cumsum(counts) - 1] -= len(_JOINT)
    whole = text[places_of(starts[pieces], taken)]
    return TextTerms(whole, np.add.reduceat(taken, starts_of(counts)[:-1]).cumsum().astype(np.uint32))


def _numbered_rows(columns: Sequence[NDArray[np.uint32]]) -> tuple[Row, Row]:
    """Return a number for each row of `columns`, the same for equal ones, and a row for each number."""
    numbers, examples = columns[0].astype(np.int64), np.empty(0, np.int64)
    for column in columns[1:]:
        numbers, examples = numbered(numbers * (int(column.max()) + 1) + column)
    return numbers, examples
