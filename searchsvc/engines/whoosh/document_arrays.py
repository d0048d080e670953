"""The columns of a segment: one value, or several, per document, as arrays.

The primary entrypoints are `Numbers`, `Texts` and `Lists`. Each reads what its `arrays` made, takes the
documents that `kept` names, and follows one segment's with another's.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from searchsvc.engines.whoosh.field_arrays import Array, Arrays
from searchsvc.engines.whoosh.packing import starts_of
from searchsvc.engines.whoosh.vocabulary import TextTerms

Kept = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Numbers:
    """A number per document."""

    values: NDArray[Any]

    @classmethod
    def read(cls, name: str, arrays: Arrays) -> "Numbers":
        """Return the column `name`."""
        return cls(arrays[f"{name}.values"])

    @classmethod
    def joined(cls, columns: Sequence["Numbers"], kept: Sequence[Kept]) -> "Numbers":
        """Return the `kept` values of all `columns`."""
        return cls(np.concatenate([each.values[mask] for each, mask in zip(columns, kept, strict=True)]))

    def arrays(self, name: str) -> dict[str, Array]:
        """Return what `read` reads."""
        return {f"{name}.values": self.values}


class Texts:
    """Bytes per document."""

    def __init__(self, rows: TextTerms) -> None:
        self.rows = rows

    @classmethod
    def read(cls, name: str, arrays: Arrays) -> "Texts":
        """Return the column `name`."""
        return cls(TextTerms(arrays[f"{name}.text"], arrays[f"{name}.ends"]))

    @classmethod
    def of(cls, values: Iterable[bytes]) -> "Texts":
        """Return `values`, one per document."""
        return cls(TextTerms.of(list(values)))

    @classmethod
    def joined(cls, columns: Sequence["Texts"], kept: Sequence[Kept]) -> "Texts":
        """Return the `kept` values of all `columns`."""
        pairs = (zip(each.rows, mask.tolist(), strict=True) for each, mask in zip(columns, kept, strict=True))
        return cls.of(value for rows in pairs for value, wanted in rows if wanted)

    def arrays(self, name: str) -> dict[str, Array]:
        """Return what `read` reads."""
        return {f"{name}.text": self.rows.text, f"{name}.ends": self.rows.ends}


class Lists:
    """Several names per document: document d has those of the row `row_of[d]`.

    The names of row r are `numbers[starts[r]:starts[r + 1]]`, as numbers into `names`, in the order they were
    given. Documents that have the same names share a row: there are far fewer units than articles.
    """

    def __init__(
        self,
        names: TextTerms,
        starts: NDArray[np.int64],
        numbers: NDArray[np.int64],
        row_of: NDArray[np.int64],
    ) -> None:
        self.names = names
        self.starts = starts
        self.numbers = numbers
        self.row_of = row_of

    @classmethod
    def read(cls, name: str, arrays: Arrays) -> "Lists":
        """Return the column `name`."""
        return cls(
            TextTerms(arrays[f"{name}.text"], arrays[f"{name}.ends"]),
            starts_of(arrays[f"{name}.counts"].astype(np.int64)),
            arrays[f"{name}.numbers"].astype(np.int64),
            arrays[f"{name}.row_of"].astype(np.int64),
        )

    @classmethod
    def of(cls, values: Iterable[Sequence[bytes]]) -> "Lists":
        """Return `values`, for each document its names."""
        rows: dict[tuple[bytes, ...], int] = {}
        row_of = np.array([rows.setdefault(tuple(value), len(rows)) for value in values], np.int64)
        names = sorted({name for row in rows for name in row})
        number_of = {name: number for number, name in enumerate(names)}
        numbers = np.array([number_of[name] for row in rows for name in row], np.int64)
        counts = np.fromiter(map(len, rows), np.int64, len(rows))
        return cls(TextTerms.of(names), starts_of(counts), numbers, row_of)

    @classmethod
    def joined(cls, columns: Sequence["Lists"], kept: Sequence[Kept]) -> "Lists":
        """Return the `kept` values of all `columns`."""
        used = [np.unique(each.row_of[mask]) for each, mask in zip(columns, kept, strict=True)]
        rows = [
            tuple(each.row(number))
            for each, chosen in zip(columns, used, strict=True)
            for number in chosen.tolist()
        ]
        joined = cls.of(rows)
        row_of, base = [np.empty(0, np.int64)], 0
        for each, mask, chosen in zip(columns, kept, used, strict=True):
            place = np.searchsorted(chosen, each.row_of[mask]) + base
            row_of.append(joined.row_of[place])
            base += len(chosen)
        return cls(joined.names, joined.starts, joined.numbers, np.concatenate(row_of))

    def row(self, number: int) -> list[bytes]:
        """Return the names of one row."""
        first, last = self.starts[number : number + 2].tolist()
        return [self.names[name] for name in self.numbers[first:last].tolist()]

    def arrays(self, name: str) -> dict[str, Array]:
        """Return what `read` reads."""
        return {
            f"{name}.text": self.names.text,
            f"{name}.ends": self.names.ends,
            f"{name}.counts": np.diff(self.starts).astype(np.uint32),
            f"{name}.numbers": self.numbers.astype(np.uint32),
            f"{name}.row_of": self.row_of.astype(np.uint32),
        }


Column = Numbers | Texts | Lists
