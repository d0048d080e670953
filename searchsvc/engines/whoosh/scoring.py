"""BM25 over whole arrays: how the occurrences of a term, or of a word in several fields, become scores.

The primary entrypoints are `Scoring.of_field` and `Scoring.of_fields`; the formulas are those that
`searchsvc.clauses` states.
"""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from searchsvc.engines.whoosh.columns import Columns
from searchsvc.engines.whoosh.keeping import Kept
from searchsvc.fields import CODE_FIELDS, FIELD_BY_NAME, TextField

Weights = tuple[tuple[str, float], ...]

CACHE_BYTES = 32 * 2**20
"""Normalisations kept; each has a number per document."""


class UnknownField(ValueError):
    """A clause names a field that is not in `fields.FIELDS`: a mistake of the caller."""


@dataclass(frozen=True, slots=True)
class FieldScoring:
    """BM25's k1, and for each document k1 * (1 - b + b * its length over the average)."""

    k1: float
    norm: NDArray[np.float64]
    norm32: NDArray[np.float32]
    positions: bool

    @classmethod
    def of(cls, k1: float, norm: NDArray[np.float64], *, positions: bool) -> "FieldScoring":
        """Return the scoring with `norm`."""
        return cls(k1, norm, norm.astype(np.float32), positions)

    def scores(
        self, numbers: NDArray[np.int64], tf: NDArray[np.integer[Any]] | NDArray[np.float64], idf: float
    ) -> NDArray[np.float64]:
        """Return BM25 of the frequencies `tf` in the documents `numbers`."""
        weighted: NDArray[np.float64] = tf / (tf + self.norm[numbers])
        weighted *= idf * (self.k1 + 1)
        return weighted

    def rough(self, tf: NDArray[np.float32], idf: float) -> NDArray[np.float32]:
        """Turn the frequencies `tf` in all documents into BM25 in single precision, where they are."""
        np.divide(tf, tf + self.norm32, out=tf)
        tf *= np.float32(idf * (self.k1 + 1))
        return tf


class Scoring:
    """How the fields of one generation score; may be shared between threads."""

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        self._documents = int(np.count_nonzero(columns.live))
        self._kept: Kept[Weights, FieldScoring] = Kept(CACHE_BYTES)

    def idf(self, count: int) -> float:
        """Return ln(1 + (N - n + 0.5) / (n + 0.5)) for a term that `count` documents have."""
        return math.log(1 + (self._documents - count + 0.5) / (count + 0.5))

    def of_field(self, field: str) -> FieldScoring:
        """Return how `field` alone scores. Raises UnknownField."""
        return self.of_fields(((field, 1.0),))

    def of_fields(self, fields: Weights) -> FieldScoring:
        """Return how `fields` score as one, each with its weight. Raises UnknownField."""
        found = self._kept.get(fields)
        if found is None:
            found = self._made(fields)
            self._kept.put(fields, found, found.norm.nbytes + found.norm32.nbytes)
        return found

    def _made(self, fields: Weights) -> FieldScoring:
        if any(name in CODE_FIELDS for name, _ in fields):
            k1 = 1.2
            return FieldScoring.of(k1, np.full(len(self._columns.live), k1), positions=False)
        rows = [_row(name) for name, _ in fields]
        lengths = np.zeros(len(self._columns.live))
        for name, weight in fields:
            lengths += weight * self._columns.lengths(name)
        present = lengths[self._columns.live & (lengths > 0)]
        average = float(present.mean()) if len(present) else 1.0
        k1, b = rows[0].k1, rows[0].b
        norm = k1 * (1 - b + b * lengths / average)
        return FieldScoring.of(k1, norm, positions=rows[0].positions)


def _row(name: str) -> TextField:
    row = FIELD_BY_NAME.get(name)
    if row is None:
        raise UnknownField(f"no such field: {name}")
    return row
