"""The matches of what has frequencies: a term, a word in its forms and fields, a phrase; and of the recent.

The primary entrypoints are `leaf`, `Counted`, `Fading` and `Packed`.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from searchsvc.engines.whoosh.matches import Documents, Few, Many, Mask, Matches, Rough, Scores
from searchsvc.engines.whoosh.postings import Postings, Row
from searchsvc.engines.whoosh.scoring import FieldScoring

Weighted = tuple[float, Postings | Row]


def leaf(postings: Postings | Row, scoring: FieldScoring, idf: float) -> Matches:
    """Return the documents of `postings` with their BM25."""
    if isinstance(postings, Postings):
        return Few(postings.numbers, scoring.scores(postings.numbers, postings.frequencies, idf))
    return Counted([(1.0, postings)], scoring, idf, postings.mask())


class Counted(Many):
    """Documents with the BM25 of the frequencies of all `parts`, added up by their weights."""

    def __init__(self, parts: Sequence[Weighted], scoring: FieldScoring, idf: float, mask: Mask) -> None:
        self.mask = mask
        self.terms = len(parts) + 4
        self._parts, self._scoring, self._idf = parts, scoring, idf

    def rough(self) -> Rough:
        return self._scoring.rough(self._rough_frequencies(), self._idf)

    def scores(self, wanted: Documents) -> Scores:
        size = len(self.mask)
        total = np.zeros(len(wanted))
        for weight, postings in self._parts:
            total += postings.frequencies_in(wanted, size) * np.float64(weight)
        return self._scoring.scores(wanted, total, self._idf)

    def _rough_frequencies(self) -> Rough:
        rows = [(weight, postings) for weight, postings in self._parts if isinstance(postings, Row)]
        total: Rough | None = None
        for weight, row in rows:
            weighted = row.weighted(weight)
            total = weighted if total is None else np.add(total, weighted, out=total)
        if total is None:
            total = np.zeros(len(self.mask), np.float32)
        for weight, postings in self._parts:
            if isinstance(postings, Postings):
                total[postings.numbers] += postings.frequencies * np.float32(weight)
        return total


class Packed:
    """A mask in one bit a document, and how many documents it has."""

    __slots__ = ("_bits", "_size", "count")

    def __init__(self, mask: Mask) -> None:
        self._bits, self._size = np.packbits(mask), len(mask)
        self.count = int(np.count_nonzero(mask))

    @property
    def nbytes(self) -> int:
        """How many bytes of memory it takes."""
        return self._bits.nbytes

    def mask(self) -> Mask:
        """Return the mask."""
        return np.unpackbits(self._bits, count=self._size).view(bool)


def mask_of_any(parts: Sequence[Weighted], size: int) -> Mask:
    """Return which documents any of `parts` has."""
    mask = np.zeros(size, bool)
    for _, postings in parts:
        if isinstance(postings, Row):
            mask |= postings.mask()
        else:
            mask[postings.numbers] = True
    return mask


class Fading(Many):
    """Documents that score less the older they are: half after each `half_life` days."""

    terms = 4

    def __init__(self, mask: Mask, days: NDArray[np.int64], today: int, half_life: float) -> None:
        """`days` and `today` count from 1970."""
        self.mask = mask
        self._faded: Scores = 0.5 ** (np.maximum(0, today - days) / half_life)
        self._rough = (self._faded * mask).astype(np.float32)

    @property
    def nbytes(self) -> int:
        """How many bytes of memory it takes."""
        return self.mask.nbytes + self._faded.nbytes + self._rough.nbytes

    def rough(self) -> Rough:
        return self._rough

    def scores(self, wanted: Documents) -> Scores:
        found: Scores = self._faded[wanted]
        return found
