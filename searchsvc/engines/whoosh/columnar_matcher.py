"""Whoosh's view of a term: its postings one by one, and its statistics.

The primary entrypoints are `ColumnarMatcher` and `ColumnarTermInfo`.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh.formats import Format
from whoosh.matching import LeafMatcher, Matcher, NullMatcher, ReadTooFar
from whoosh.reading import TermInfo

from searchsvc.engines.whoosh.field_arrays import FieldArrays
from searchsvc.engines.whoosh.packing import starts_of


class ColumnarTermInfo(TermInfo):  # type: ignore[misc]
    """The statistics of one term in one segment, worked out when they are asked for."""

    def __init__(self, field: FieldArrays, number: int, lengths: NDArray[Any] | None) -> None:
        self._field = field
        self._number = number
        self._lengths = lengths

    def weight(self) -> float:
        """Return how often the term comes in all documents."""
        return float(self._field.frequencies(self._number).sum())

    def doc_frequency(self) -> int:
        """Return how many documents have the term, the deleted ones too."""
        return self._field.count(self._number)

    def min_length(self) -> int:
        """Return the length of the shortest field value that has the term."""
        return int(self._of_documents().min())

    def max_length(self) -> int:
        """Return the length of the longest field value that has the term."""
        return int(self._of_documents().max())

    def max_weight(self) -> float:
        """Return how often the term comes in the document that has it most often."""
        return float(self._field.frequencies(self._number).max())

    def min_id(self) -> int:
        """Return the first document that has the term."""
        return int(self._field.documents(self._number)[0])

    def max_id(self) -> int:
        """Return the last document that has the term."""
        return int(self._field.documents(self._number)[-1])

    def _of_documents(self) -> NDArray[Any]:
        documents = self._field.documents(self._number)
        return np.zeros(len(documents)) if self._lengths is None else self._lengths[documents]


class ColumnarMatcher(LeafMatcher):  # type: ignore[misc]
    """The postings of one term in one segment; all of them are one block."""

    def __init__(
        self,
        field: FieldArrays,
        number: int,
        format_: Format,
        term: tuple[str, bytes],
        scorer: Any,
        info: ColumnarTermInfo,
    ) -> None:
        self._field = field
        self._number = number
        self.format = format_
        self._term = term
        self.scorer = scorer
        self._info = info
        self._documents = field.documents(number)
        self._frequencies = field.frequencies(number)
        self._place = 0
        self._starts: NDArray[np.int64] | None = None

    def copy(self) -> "ColumnarMatcher":
        """Return another matcher at the same place."""
        other = ColumnarMatcher(self._field, self._number, self.format, self._term, self.scorer, self._info)
        other._place = self._place
        return other

    def reset(self) -> None:
        """Go back to the first document."""
        self._place = 0

    def is_active(self) -> bool:
        """Return whether there is a current document."""
        return self._place < len(self._documents)

    def id(self) -> int:
        """Return the current document."""
        return int(self._documents[self._place])

    def next(self) -> bool:
        """Go to the next document; return True, as the next one begins no new block."""
        if not self.is_active():
            raise ReadTooFar
        self._place += 1
        return not self.is_active()

    def skip_to(self, id: int) -> bool:
        """Go to the first document that is not before `id`."""
        if not self.is_active():
            raise ReadTooFar
        self._place += int(np.searchsorted(self._documents[self._place :], id))
        return not self.is_active()

    def all_ids(self) -> Iterator[int]:
        """Yield all documents from the current one on."""
        yield from self._documents[self._place :].tolist()

    def weight(self) -> float:
        """Return how often the term comes in the current document."""
        return float(self._frequencies[self._place])

    def value(self) -> bytes:
        """Return the positions in the current document, encoded as the field's format does."""
        if not self._field.has_positions:
            return b""
        if self._starts is None:
            self._starts = starts_of(self._frequencies.astype(np.int64))
            self._positions = self._field.positions(self._number)
        first, last = self._starts[self._place : self._place + 2].tolist()
        encoded: bytes = self.format.encode(self._positions[first:last].tolist())
        return encoded

    def replace(self, minquality: float = 0) -> Matcher:
        """Return a matcher that matches nothing, where nothing is left that is good enough."""
        if not self.is_active() or (minquality and self.max_quality() < minquality):
            return NullMatcher()
        return self

    def skip_to_quality(self, minquality: float) -> int:
        """Leave the block if its best is not better than `minquality`; return how many blocks were left."""
        if self.block_quality() > minquality:
            return 0
        self._place = len(self._documents)
        return 1

    def block_min_length(self) -> int:
        """Return the length of the shortest field value among the documents."""
        return self._info.min_length()

    def block_max_length(self) -> int:
        """Return the length of the longest field value among the documents."""
        return self._info.max_length()

    def block_max_weight(self) -> float:
        """Return the greatest frequency among the documents."""
        return self._info.max_weight()

    def block_min_id(self) -> int:
        """Return the first document."""
        return int(self._documents[0])

    def block_max_id(self) -> int:
        """Return the last document."""
        return int(self._documents[-1])
