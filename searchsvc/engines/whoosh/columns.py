"""Columns: the facts of every document of a generation as numpy arrays, by document number.

The primary entrypoint is `Columns`. A document number counts through all segments; deleted documents
keep theirs, so `live` says which count.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from searchsvc.articles import VIETNAM_TIME
from searchsvc.engines.whoosh import schema
from searchsvc.engines.whoosh.document_arrays import Lists, Numbers, Texts
from searchsvc.engines.whoosh.packing import places_of, starts_of
from searchsvc.engines.whoosh.segment_arrays import SegmentArrays, length_column

VIETNAM_OFFSET = int(VIETNAM_TIME.utcoffset(None).total_seconds())


@dataclass(frozen=True, slots=True)
class ValueLists:
    """Several values per document, as numbers into `names`, which are in order.

    Document d has those of the row `row_of[d]`; the values of row r are `numbers[starts[r]:starts[r + 1]]`.
    """

    names: tuple[str, ...]
    number_of: dict[str, int]
    starts: NDArray[np.int64]
    numbers: NDArray[np.int64]
    row_of: NDArray[np.int64]

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return len(self.starts) - 1

    def of_rows(self, rows: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the numbers of the values of `rows`, row after row, and how many each row has."""
        firsts = self.starts.take(rows)
        counts = self.starts.take(rows + 1) - firsts
        return self.numbers.take(places_of(firsts, counts)), counts

    def of_documents(self, documents: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the numbers of the values of `documents`, one after the other, and how many each has."""
        return self.of_rows(self.row_of.take(documents))

    def rows_having(self, name: str) -> NDArray[np.bool_]:
        """Return which rows have `name`; none if it is unknown."""
        rows = np.zeros(self.rows, bool)
        number = self.number_of.get(name)
        if number is not None:
            places = np.flatnonzero(self.numbers == number)
            rows[np.searchsorted(self.starts, places, side="right") - 1] = True
        return rows


class DateOrder:
    """All documents in the order of a date: `order` their numbers, `keys` the ascending keys.

    `key` is that of each document by number; the greatest of all for undated ones, which stand last.
    """

    def __init__(self, key: NDArray[np.int64]) -> None:
        self.key = key
        self.order = key.argsort(kind="stable")
        self.keys = key[self.order]


class Columns:
    """All columns of one generation, read from its segments when they are first needed."""

    def __init__(self, segments: Sequence[SegmentArrays], live: NDArray[np.bool_]) -> None:
        self._segments = segments
        self._starts = list(accumulate((segment.documents for segment in segments), initial=0))
        self.live = live

    @cached_property
    def _ids(self) -> list[Texts]:
        columns = (segment.column(schema.ID) for segment in self._segments)
        return [column for column in columns if isinstance(column, Texts)]

    def id_of(self, number: int) -> str:
        """Return the article id of a document."""
        place = bisect_right(self._starts, number) - 1
        return self._ids[place].rows[number - self._starts[place]].decode()

    def ids(self) -> list[str]:
        """Return the article ids of all documents, the deleted ones too: many, so not for searching."""
        return [id_.decode() for column in self._ids for id_ in column.rows]

    def numbers(self) -> dict[str, int]:
        """Return the number of the live document of each article id."""
        live = self.live.tolist()
        return {id_: number for number, id_ in enumerate(self.ids()) if live[number]}

    def versions(self) -> dict[str, int]:
        """Return the indexed version of each article id."""
        return {id_: int(self.version[number]) for id_, number in self.numbers().items()}

    def number_of(self, article_id: str) -> int | None:
        """Return the number of the live document of an article, or None; reads all ids."""
        return self.numbers().get(article_id)

    @cached_property
    def rank(self) -> NDArray[np.int64]:
        """The place of each document if they were sorted by article id, for ties."""
        # By code points, as Python compares; numpy sorts strings only when all are as long as the longest.
        ids = self.ids()
        ranks = np.empty(len(ids), np.int64)
        ranks[sorted(range(len(ids)), key=ids.__getitem__)] = np.arange(len(ids))
        return ranks

    @cached_property
    def version(self) -> NDArray[np.int64]:
        """The version of each article that was indexed."""
        return self._numbers(schema.VERSION)

    @cached_property
    def published(self) -> NDArray[np.int64]:
        """The instant of publication in seconds since 1970, or UNDATED."""
        return self._numbers(schema.PUBLISHED)

    @cached_property
    def dated(self) -> NDArray[np.bool_]:
        """Which documents have a publication instant."""
        mask: NDArray[np.bool_] = self.published != schema.UNDATED
        return mask

    @cached_property
    def newest_first(self) -> DateOrder:
        """The documents from the newest to the oldest."""
        return DateOrder(np.where(self.dated, -self.published, np.iinfo(np.int64).max))

    @cached_property
    def oldest_first(self) -> DateOrder:
        """The documents from the oldest to the newest."""
        return DateOrder(np.where(self.dated, self.published, np.iinfo(np.int64).max))

    @property
    def day(self) -> NDArray[np.int64]:
        """The day of publication in Vietnam, from 1970; means nothing where there is none."""
        return _days(self.published).astype(np.int64)

    @cached_property
    def first_month(self) -> int:
        """The month of the earliest publication, from January 1970; 0 if nothing is dated."""
        months = _months(self.published[self.dated])
        return int(months.min()) if len(months) else 0

    @property
    def month_places(self) -> NDArray[np.int64]:
        """The month of publication, 1 for the first there is; 0 for undated documents."""
        return np.where(self.dated, _months(self.published) - self.first_month + 1, 0)

    @cached_property
    def month_names(self) -> list[str]:
        """The months from the first to the last, as they are written (2022-01)."""
        months = range(self.first_month, self.first_month + int(self.month_places.max(initial=0)))
        return [f"{1970 + month // 12:04d}-{month % 12 + 1:02d}" for month in months]

    @cached_property
    def units(self) -> ValueLists:
        """The unit of each document and those above it."""
        return self._lists(schema.UNIT_PATH)

    @cached_property
    def codes(self) -> ValueLists:
        """The documents that each article cites."""
        return self._lists(schema.CODES)

    @cached_property
    def collections(self) -> ValueLists:
        """The collection of each document."""
        return self._lists(schema.COLLECTION)

    def lengths(self, field: str) -> NDArray[np.int64]:
        """Return how many tokens `field` has in each document."""
        return self._numbers(length_column(field))

    def _numbers(self, name: str) -> NDArray[np.int64]:
        columns = [(segment, segment.column(name)) for segment in self._segments]
        rows = [
            column.values if isinstance(column, Numbers) else np.zeros(segment.documents)
            for segment, column in columns
        ]
        return np.concatenate([np.empty(0, np.int64), *(row.astype(np.int64) for row in rows)])

    def _lists(self, name: str) -> ValueLists:
        columns = [column for each in self._segments if isinstance(column := each.column(name), Lists)]
        decoded = [[each.decode() for each in column.names] for column in columns]
        # In order, so that numbers tell which of two names comes first.
        names = sorted(set().union(*decoded))
        number_of = {name: number for number, name in enumerate(names)}
        counts, numbers, row_of = [np.empty(0, np.int64)], [np.empty(0, np.int64)], [np.empty(0, np.int64)]
        rows = 0
        for column, own in zip(columns, decoded, strict=True):
            counts.append(np.diff(column.starts))
            numbers.append(np.array([number_of[each] for each in own], np.int64)[column.numbers])
            row_of.append(column.row_of + rows)
            rows += len(column.starts) - 1
        return ValueLists(
            tuple(names),
            number_of,
            starts_of(np.concatenate(counts)),
            np.concatenate(numbers),
            np.concatenate(row_of),
        )


def _months(published: NDArray[np.int64]) -> NDArray[np.int64]:
    return _days(published).astype("datetime64[M]").astype(np.int64)


def _days(published: NDArray[np.int64]) -> NDArray[np.datetime64]:
    """Return the day of publication in Vietnam; what stands for undated documents means nothing."""
    seconds = np.where(published == schema.UNDATED, 0, published) + VIETNAM_OFFSET
    return seconds.astype("datetime64[s]").astype("datetime64[D]")
