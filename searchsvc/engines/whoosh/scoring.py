"""BM25 over whole arrays: how the occurrences of a term, or of a word in several fields, become scores.

The primary entrypoints are `Scoring.of_field` and `Scoring.of_fields`; the formulas are those that
`searchsvc.clauses` states.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from searchsvc.engines.whoosh.columns import Columns
from searchsvc.fields import CODE_FIELDS, FIELD_BY_NAME, TextField
from searchsvc.keeping import Kept

Weights = tuple[tuple[str, float], ...]

CACHE_BYTES = 16 * 2**20
"""Normalisations kept; each has a number per document."""


class UnknownField(ValueError):
    """A clause names a field that is not in `fields.FIELDS`: a mistake of the caller."""


@dataclass(frozen=True, slots=True)
class FieldScoring:
    """How one field scores, or several as one: BM25's k1, and how the lengths of documents count.

    The norm of a document is k1 * (1 - b + b * its length over the average), the length that of each field
    of `lengths` times its weight. `norms` has that of every document in single precision.
    """

    k1: float
    constant: float
    slope: float
    lengths: Sequence[tuple[float, NDArray[np.uint32]]]
    norms: NDArray[np.float32]
    positions: bool

    def scores(
        self, numbers: NDArray[np.int64], tf: NDArray[np.integer[Any]] | NDArray[np.float64], idf: float
    ) -> NDArray[np.float64]:
        """Return BM25 of the frequencies `tf` in the documents `numbers`."""
        norm = np.full(len(numbers), self.constant)
        for weight, lengths in self.lengths:
            norm += (self.slope * weight) * lengths[numbers]
        norm += tf
        weighted: NDArray[np.float64] = tf / norm
        weighted *= idf * (self.k1 + 1)
        return weighted

    def rough(self, tf: NDArray[np.float32], idf: float) -> NDArray[np.float32]:
        """Turn the frequencies `tf` in all documents into BM25 in single precision, where they are."""
        np.divide(tf, tf + self.norms, out=tf)
        tf *= np.float32(idf * (self.k1 + 1))
        return tf


class Scoring:
    """How the fields of one generation score; may be shared between threads."""

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        self._documents = int(np.count_nonzero(columns.live))
        self._kept: Kept[Weights, FieldScoring] = Kept(CACHE_BYTES)
        self._field_lengths: dict[str, NDArray[np.uint32]] = {}

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
            self._kept.put(fields, found, found.norms.nbytes)
        return found

    def _made(self, fields: Weights) -> FieldScoring:
        if any(name in CODE_FIELDS for name, _ in fields):
            k1 = 1.2
            norms = np.full(len(self._columns.live), k1, np.float32)
            return FieldScoring(k1, k1, 0.0, (), norms, positions=False)
        rows = [_row(name) for name, _ in fields]
        k1, b = rows[0].k1, rows[0].b
        lengths = [(weight, self._lengths(name)) for name, weight in fields]
        total = np.zeros(len(self._columns.live))
        for weight, each in lengths:
            total += weight * each
        present = total[self._columns.live & (total > 0)]
        slope = k1 * b / (float(present.mean()) if len(present) else 1.0)
        constant = k1 * (1 - b)
        norms = (constant + slope * total).astype(np.float32)
        return FieldScoring(k1, constant, slope, lengths, norms, rows[0].positions)

    def _lengths(self, field: str) -> NDArray[np.uint32]:
        # One array for all the ways in which a field goes together with others.
        if field not in self._field_lengths:
            self._field_lengths[field] = self._columns.lengths(field).astype(np.uint32)
        return self._field_lengths[field]


def _row(name: str) -> TextField:
    row = FIELD_BY_NAME.get(name)
    if row is None:
        raise UnknownField(f"no such field: {name}")
    return row
