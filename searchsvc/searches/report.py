"""The report of searches for staff. The primary entrypoint is `report_of`."""

import sqlite3
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from searchsvc.errors import ServiceError
from searchsvc.searches.store import BUCKETS, SearchStore


class NoSearches(ServiceError):
    """Nothing was counted, or the file of the counts cannot be read."""


@dataclass(frozen=True, slots=True)
class QueryCount:
    """A text searched for often enough to be shown; `without_results` of `searches` found nothing."""

    text: str
    searches: int
    without_results: int


@dataclass(frozen=True, slots=True)
class DayCount:
    """The searches of one day."""

    day: date
    searches: int
    without_results: int


@dataclass(frozen=True, slots=True)
class FilterCount:
    """How many searches used a filter; `value` is '' where values are not counted."""

    kind: str
    value: str
    searches: int


@dataclass(frozen=True, slots=True)
class SearchReport:
    """Searches from `first` to `last`, both included. `days` has every day, also those without searches.

    `rare` counts the searches whose text is not shown: too rare, or not kept at all.
    """

    first: date
    last: date
    searches: int
    without_results: int
    rare: int
    days: tuple[DayCount, ...]
    by_results: tuple[tuple[str, int], ...]
    top: tuple[QueryCount, ...]
    top_without_results: tuple[QueryCount, ...]
    filters: tuple[FilterCount, ...]


def report_of(store: SearchStore, first: date | None, last: date, *, most: int = 50) -> SearchReport:
    """Return the searches from `first` (None: from the beginning, as is what lies before it) to `last`,
    `most` texts of each list.

    Raises NoSearches.
    """
    try:
        with store.reading() as connection:
            return _report(connection, first, last, most)
    except (sqlite3.Error, OSError) as error:
        if not store.path.exists():
            raise NoSearches(
                vi="Chưa có lượt tìm nào được đếm; hãy xem SEARCHSVC_SEARCHES_DAYS",
                en="No searches have been counted yet; see SEARCHSVC_SEARCHES_DAYS",
            ) from error
        raise NoSearches(
            vi=f"Không đọc được {store.path} ({error}); xoá tệp này thì đếm lại từ đầu",
            en=f"Cannot read {store.path} ({error}); without it counting starts anew",
        ) from error


def _report(connection: sqlite3.Connection, first: date | None, last: date, most: int) -> SearchReport:
    earliest = connection.execute("SELECT min(day) FROM days").fetchone()[0]
    beginning = min(date.fromisoformat(earliest), last) if earliest else last
    first = beginning if first is None else max(beginning, min(first, last))
    span = (first.isoformat(), last.isoformat())
    days = _days(connection, first, last)
    texts = _texts(connection, span)
    by_results = dict(
        connection.execute(
            "SELECT bucket, sum(searches) FROM days WHERE day BETWEEN ? AND ? GROUP BY bucket", span
        )
    )
    filters = connection.execute(
        "SELECT kind, value, sum(searches) AS n FROM filters WHERE day BETWEEN ? AND ? "
        "GROUP BY kind, value ORDER BY n DESC, kind, value LIMIT ?",
        (*span, most),
    )
    searches = sum(day.searches for day in days)
    hopeless = sorted(texts, key=lambda count: (-count.without_results, count.text))
    return SearchReport(
        first=first,
        last=last,
        searches=searches,
        without_results=sum(day.without_results for day in days),
        rare=searches - sum(count.searches for count in texts),
        days=days,
        by_results=tuple((bucket, by_results.get(bucket, 0)) for bucket in BUCKETS),
        top=tuple(texts[:most]),
        top_without_results=tuple(count for count in hopeless[:most] if count.without_results),
        filters=tuple(FilterCount(*row) for row in filters),
    )


def _days(connection: sqlite3.Connection, first: date, last: date) -> tuple[DayCount, ...]:
    all_of: Counter[str] = Counter()
    none_of: Counter[str] = Counter()
    rows = connection.execute(
        "SELECT day, bucket, searches FROM days WHERE day BETWEEN ? AND ?",
        (first.isoformat(), last.isoformat()),
    )
    for day, bucket, searches in rows:
        all_of[day] += searches
        none_of[day] += searches if bucket == BUCKETS[0] else 0
    every = (first + timedelta(days=passed) for passed in range((last - first).days + 1))
    return tuple(DayCount(day, all_of[day.isoformat()], none_of[day.isoformat()]) for day in every)


def _texts(connection: sqlite3.Connection, span: tuple[str, str]) -> Sequence[QueryCount]:
    rows = connection.execute(
        "SELECT texts.text, sum(searches) AS n, sum(CASE bucket WHEN '0' THEN searches ELSE 0 END) "
        "FROM counts JOIN texts ON texts.id = counts.text "
        "WHERE texts.text IS NOT NULL AND counts.day BETWEEN ? AND ? GROUP BY texts.id ORDER BY n DESC, 1",
        span,
    )
    return [QueryCount(*row) for row in rows]
