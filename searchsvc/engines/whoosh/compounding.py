"""The compounds among tokens, as arrays. The primary entrypoint is `compounds_of`."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from searchsvc.analysis.compounds import JOINT
from searchsvc.engines.whoosh.forms import Row, Tokens
from searchsvc.engines.whoosh.inverting import numbered

_JOINT = JOINT.encode()


@dataclass(frozen=True, slots=True)
class Compounds:
    """Compound i begins with the token `firsts[i]`; `distinct[numbers[i]]` are the forms of its syllables."""

    firsts: Row
    numbers: Row
    distinct: Sequence[Sequence[int]]

    def spelt(self, terms: Sequence[bytes]) -> list[bytes]:
        """Return each distinct compound with `terms`, those of the forms, for its syllables."""
        return [_JOINT.join([terms[form] for form in forms]) for forms in self.distinct]


def compounds_of(tokens: Tokens) -> Compounds:
    """Return the compounds among `tokens`, in order: the runs of tokens joined to the next, and that one."""
    begins = tokens.joined.copy()
    begins[1:] &= ~tokens.joined[:-1]
    lasts = tokens.joined.copy()
    lasts[:-1] &= ~tokens.joined[1:]
    firsts, lengths = np.flatnonzero(begins), np.flatnonzero(lasts) - np.flatnonzero(begins) + 2
    numbers = np.empty(len(firsts), np.int64)
    distinct: list[list[int]] = []
    for length in np.unique(lengths).tolist():
        chosen = np.flatnonzero(lengths == length)
        rows = tokens.forms[firsts[chosen, np.newaxis] + np.arange(length)]
        found, examples = _numbered_rows(rows)
        numbers[chosen] = found + len(distinct)
        distinct += rows[examples].tolist()
    return Compounds(firsts, numbers, distinct)


def _numbered_rows(rows: Row) -> tuple[Row, Row]:
    """Return a number for each of `rows`, the same for equal ones, and a row for each number."""
    base = int(rows.max()) + 1
    numbers, examples = rows[:, 0], rows[:0, 0]
    for column in rows.T[1:]:
        numbers, examples = numbered(numbers * base + column)
    return numbers, examples
