"""The columns of a segment: one value, or several, per document, as arrays.

The primary entrypoints are `Numbers`, `Texts` and `Lists`. Each reads what its `arrays` made, takes the
documents that `kept` names, and follows one segment's with another's.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from searchsvc.engines.whoosh.field_arrays import Array, Arrays
from searchsvc.engines.whoosh.packing import starts_of
from searchsvc.engines.whoosh.vocabulary import TextTerms, merged

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
    """Several names per document, as numbers into the sorted `names`: those of document d are
    `numbers[starts[d]:starts[d + 1]]`, in the order they were given."""

    def __init__(self, names: TextTerms, starts: NDArray[np.int64], numbers: NDArray[np.int64]) -> None:
        self.names = names
        self.starts = starts
        self.numbers = numbers

    @classmethod
    def read(cls, name: str, arrays: Arrays) -> "Lists":
        """Return the column `name`."""
        names = TextTerms(arrays[f"{name}.text"], arrays[f"{name}.ends"])
        starts = starts_of(arrays[f"{name}.counts"].astype(np.int64))
        return cls(names, starts, arrays[f"{name}.numbers"].astype(np.int64))

    @classmethod
    def of(cls, values: Sequence[Sequence[bytes]]) -> "Lists":
        """Return `values`, for each document its names."""
        names = sorted({name for row in values for name in row})
        number_of = {name: number for number, name in enumerate(names)}
        numbers = np.fromiter((number_of[name] for row in values for name in row), np.int64)
        counts = np.fromiter(map(len, values), np.int64, len(values))
        return cls(TextTerms.of(names), starts_of(counts), numbers)

    @classmethod
    def joined(cls, columns: Sequence["Lists"], kept: Sequence[Kept]) -> "Lists":
        """Return the `kept` values of all `columns`."""
        chosen = [each._used(mask) for each, mask in zip(columns, kept, strict=True)]
        names, maps = merged([(each.names, used) for each, used in zip(columns, chosen, strict=True)])
        numbers, counts = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
        for each, mask, new in zip(columns, kept, maps, strict=True):
            numbers.append(new[each.numbers[each._values_of(mask)]])
            counts.append(each.counts[mask])
        return cls(names, starts_of(np.concatenate(counts)), np.concatenate(numbers))

    @property
    def counts(self) -> NDArray[np.int64]:
        """How many names each document has."""
        return np.diff(self.starts)

    def row(self, document: int) -> list[bytes]:
        """Return the names of one document."""
        first, last = self.starts[document : document + 2].tolist()
        return [self.names[number] for number in self.numbers[first:last].tolist()]

    def arrays(self, name: str) -> dict[str, Array]:
        """Return what `read` reads."""
        return {
            f"{name}.text": self.names.text,
            f"{name}.ends": self.names.ends,
            f"{name}.counts": self.counts.astype(np.uint32),
            f"{name}.numbers": self.numbers.astype(np.uint32),
        }

    @cached_property
    def documents(self) -> NDArray[np.int64]:
        """The document of each value in `numbers`."""
        return np.repeat(np.arange(len(self.starts) - 1), self.counts)

    def _values_of(self, mask: Kept) -> NDArray[np.bool_]:
        return np.repeat(mask, self.counts)

    def _used(self, mask: Kept) -> NDArray[np.bool_] | None:
        if mask.all():
            return None
        used = np.zeros(len(self.names), bool)
        used[self.numbers[self._values_of(mask)]] = True
        return used


Column = Numbers | Texts | Lists
