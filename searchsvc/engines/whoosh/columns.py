"""Columns: the facts of every document of a generation as numpy arrays, by document number.

The primary entrypoint is `load_columns`. A document number counts through all segments; deleted documents
keep theirs, so `live` says which count.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh.reading import SegmentReader

from searchsvc.articles import VIETNAM_TIME
from searchsvc.engines.whoosh import schema
from searchsvc.fields import FIELDS

VIETNAM_OFFSET = int(VIETNAM_TIME.utcoffset(None).total_seconds())


@dataclass(frozen=True, slots=True)
class ValueLists:
    """Several values per document, as numbers into `names`: those of document d are
    `numbers[starts[d]:starts[d + 1]]`."""

    names: tuple[str, ...]
    number_of: dict[str, int]
    starts: NDArray[np.int64]
    numbers: NDArray[np.int32]

    def counts(self, mask: NDArray[np.bool_]) -> NDArray[np.int64]:
        """Return for each name how many documents of `mask` have it."""
        chosen = self.numbers[np.repeat(mask, np.diff(self.starts))]
        return np.bincount(chosen, minlength=len(self.names))

    def having(self, name: str) -> NDArray[np.bool_]:
        """Return which documents have `name`; none if it is unknown."""
        result = np.zeros(len(self.starts) - 1, dtype=bool)
        number = self.number_of.get(name)
        if number is not None:
            places = np.flatnonzero(self.numbers == number)
            result[np.searchsorted(self.starts, places, side="right") - 1] = True
        return result


@dataclass(frozen=True, slots=True)
class Columns:
    """All columns of one generation; `rank` orders the documents by article id, `month` counts from
    January 1970."""

    ids: tuple[str, ...]
    live: NDArray[np.bool_]
    rank: NDArray[np.int64]
    version: NDArray[np.int64]
    published: NDArray[np.int64]
    day: NDArray[np.int64]
    month: NDArray[np.int64]
    units: ValueLists
    codes: ValueLists
    collections: ValueLists
    lengths: dict[str, NDArray[np.int64]]

    def number_of(self, article_id: str) -> int | None:
        """Return the number of the live document of an article, or None. Reads all ids: not for searching."""
        numbers = (number for number, id_ in enumerate(self.ids) if id_ == article_id and self.live[number])
        return next(numbers, None)

    @property
    def dated(self) -> NDArray[np.bool_]:
        """Which documents have a publication instant."""
        mask: NDArray[np.bool_] = self.published != schema.UNDATED
        return mask


def load_columns(readers: Sequence[SegmentReader]) -> Columns:
    """Return the columns of the segments of `readers`, one after the other."""
    sources = [_Source(reader) for reader in readers]
    try:
        return _assemble(sources)
    finally:
        for source in sources:
            source.close()


class _Source:
    """The columns of one segment, read through a reader of their own, so that their files can be closed."""

    def __init__(self, reader: SegmentReader) -> None:
        self.size = reader.doc_count_all()
        self.deleted = sorted(reader.segment().deleted_docs())
        self._schema = reader.schema
        self._documents = reader.codec().per_document_reader(reader.storage(), reader.segment())

    def array(self, name: str, *, optional: bool = False) -> NDArray[np.int64]:
        if optional and not self._documents.has_column(name):
            return np.zeros(self.size, np.int64)
        reader = self._documents.column_reader(name, self._schema[name].column_type)
        loaded: NDArray[Any] = reader.load()
        return loaded.astype(np.int64)

    def values(self, name: str) -> list[bytes]:
        return list(self._documents.column_reader(name, self._schema[name].column_type))

    def close(self) -> None:
        self._documents.close()


def _assemble(sources: Sequence[_Source]) -> Columns:
    def array(name: str, *, optional: bool = False) -> NDArray[np.int64]:
        arrays = [source.array(name, optional=optional) for source in sources]
        return np.concatenate([np.empty(0, np.int64), *arrays])

    def values(name: str) -> list[bytes]:
        return [value for source in sources for value in source.values(name)]

    ids = tuple(value.decode() for value in values(schema.ID))
    published = array(schema.PUBLISHED)
    return Columns(
        ids=ids,
        live=_live(sources),
        rank=_ranks(ids),
        version=array(schema.VERSION),
        published=published,
        day=_days(published).astype(np.int64),
        month=_days(published).astype("datetime64[M]").astype(np.int64),
        units=value_lists(values(schema.UNIT_PATH), _split),
        codes=value_lists(values(schema.CODES), _split),
        collections=value_lists(values(schema.COLLECTION), lambda value: (value.decode(),)),
        # Whoosh writes no column for a field that no document of the segment has.
        lengths={field.name: array(schema.length_column(field.name), optional=True) for field in FIELDS},
    )


def value_lists(values: Iterable[bytes], split: Callable[[bytes], Sequence[str]]) -> ValueLists:
    """Return the values of each document, numbered in order of first appearance."""
    number_of: dict[str, int] = {}
    known: dict[bytes, list[int]] = {}
    numbers: list[int] = []
    starts = [0]
    for value in values:
        entry = known.get(value)
        if entry is None:
            entry = [number_of.setdefault(name, len(number_of)) for name in dict.fromkeys(split(value))]
            known[value] = entry
        numbers.extend(entry)
        starts.append(len(numbers))
    return ValueLists(tuple(number_of), number_of, np.array(starts, np.int64), np.array(numbers, np.int32))


def _split(value: bytes) -> list[str]:
    return value.decode().split(schema.SEPARATOR) if value else []


def _live(sources: Sequence[_Source]) -> NDArray[np.bool_]:
    live = np.ones(sum(source.size for source in sources), dtype=bool)
    base = 0
    for source in sources:
        live[[base + number for number in source.deleted]] = False
        base += source.size
    return live


def _ranks(ids: Sequence[str]) -> NDArray[np.int64]:
    # By code points, as Python compares; numpy's sort of strings needs every string as long as the longest.
    order = sorted(range(len(ids)), key=ids.__getitem__)
    ranks = np.empty(len(ids), np.int64)
    ranks[order] = np.arange(len(ids))
    return ranks


def _days(published: NDArray[np.int64]) -> NDArray[np.datetime64]:
    """Return the day of publication in Vietnam; what stands for undated documents means nothing."""
    seconds = np.where(published == schema.UNDATED, 0, published) + VIETNAM_OFFSET
    return seconds.astype("datetime64[s]").astype("datetime64[D]")
