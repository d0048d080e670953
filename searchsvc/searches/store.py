"""The counts of searches in a small SQLite file of their own. The primary entrypoint is `SearchStore`.

A text is first kept as a hash. Once it was searched for in `SHOWN_FROM` different half hours it is kept
readable: one person who leafs through results or tries again does not make it so. The hash has a key of the
file and only recognises a repetition; whoever has the file could test a guess against it. Rare texts are
forgotten after `RARE_DAYS`, everything after the days of retention; the number of texts is bounded.
"""

import hashlib
import secrets
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from searchsvc.articles import VIETNAM_TIME

FILE_NAME = "searches.db"
SHOWN_FROM = 3
RARE_DAYS = 30
MOST_TEXTS = 50_000
_BUSY_S = 5.0
_HALF_HOUR_S = 1800

BUCKETS = ("0", "1-9", "10-99", "100+")
"""Ranges of the number of results."""

_TABLES = """
CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS texts (
    id INTEGER PRIMARY KEY, mark BLOB NOT NULL UNIQUE, text TEXT,
    seen INTEGER NOT NULL, half_hour INTEGER NOT NULL, day TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS counts (
    day TEXT NOT NULL, text INTEGER NOT NULL REFERENCES texts (id) ON DELETE CASCADE,
    bucket TEXT NOT NULL, searches INTEGER NOT NULL, PRIMARY KEY (day, text, bucket)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS counts_text ON counts (text);
CREATE TABLE IF NOT EXISTS days (
    day TEXT NOT NULL, bucket TEXT NOT NULL, searches INTEGER NOT NULL, PRIMARY KEY (day, bucket)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS filters (
    day TEXT NOT NULL, kind TEXT NOT NULL, value TEXT NOT NULL, searches INTEGER NOT NULL,
    PRIMARY KEY (day, kind, value)
) WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True)
class Search:
    """One search as it is counted: when, the text as `kept_text` gives it, how many results, which filters.

    `filters` holds pairs of a kind and a value; the value is '' for kinds whose values are not counted.
    """

    at: datetime
    text: str | None
    results: int
    filters: tuple[tuple[str, str], ...] = ()


def day_of(instant: datetime) -> date:
    """Return the day in Vietnam of an aware `instant`."""
    return instant.astimezone(VIETNAM_TIME).date()


def bucket_of(results: int) -> str:
    """Return the range that a number of results falls in."""
    return BUCKETS[0 if not results else 1 if results < 10 else 2 if results < 100 else 3]


class SearchStore:
    """The file at `path`, opened for each use; several processes may use it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def add(self, searches: Iterable[Search], *, days: int) -> None:
        """Count `searches` in one transaction, and forget what is older than `days`.

        Raises sqlite3.Error or OSError: the disk is full, the file is damaged or locked too long.
        """
        with self._opened(create=True) as connection:
            connection.execute("BEGIN IMMEDIATE")
            key = _key_of(connection)
            for search in searches:
                _count(connection, search, key)
            _forget(connection, datetime.now(UTC), days)
            connection.execute("COMMIT")

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Give a connection that reads one state of the counts. Raises sqlite3.Error, OSError."""
        with self._opened(create=False) as connection:
            connection.execute("BEGIN")
            yield connection
            connection.execute("ROLLBACK")

    @contextmanager
    def _opened(self, *, create: bool) -> Iterator[sqlite3.Connection]:
        mode = "rwc" if create else "rw"
        address = f"{self.path.absolute().as_uri()}?mode={mode}"
        with closing(sqlite3.connect(address, uri=True, timeout=_BUSY_S, isolation_level=None)) as connection:
            connection.execute("PRAGMA foreign_keys = ON")
            if create:
                connection.execute("PRAGMA journal_mode = WAL")
                connection.execute("PRAGMA synchronous = NORMAL")
                connection.execute("PRAGMA secure_delete = ON")
                connection.executescript(_TABLES)
            yield connection


def _key_of(connection: sqlite3.Connection) -> bytes:
    new = secrets.token_hex(32)
    connection.execute("INSERT OR IGNORE INTO facts VALUES ('key', ?)", (new,))
    found = connection.execute("SELECT value FROM facts WHERE name = 'key'").fetchone()
    return bytes.fromhex(found[0])


def _count(connection: sqlite3.Connection, search: Search, key: bytes) -> None:
    day, bucket = day_of(search.at).isoformat(), bucket_of(search.results)
    _add(connection, "days", ("day", "bucket"), (day, bucket))
    for kind, value in search.filters:
        _add(connection, "filters", ("day", "kind", "value"), (day, kind, value))
    if search.text is None:
        return
    mark = hashlib.blake2b(search.text.encode(), digest_size=16, key=key).digest()
    half_hour = int(search.at.timestamp()) // _HALF_HOUR_S
    row = connection.execute("SELECT id, text, seen, half_hour FROM texts WHERE mark = ?", (mark,)).fetchone()
    if row is None:
        inserted = connection.execute(
            "INSERT INTO texts (mark, seen, half_hour, day) VALUES (?, 1, ?, ?)", (mark, half_hour, day)
        )
        number = inserted.lastrowid
    else:
        number, text, seen, last = row
        seen += half_hour != last
        shown = search.text if text is not None or seen >= SHOWN_FROM else None
        connection.execute(
            "UPDATE texts SET text = ?, seen = ?, half_hour = ?, day = ? WHERE id = ?",
            (shown, seen, half_hour, day, number),
        )
    _add(connection, "counts", ("day", "text", "bucket"), (day, number, bucket))


def _add(
    connection: sqlite3.Connection, table: str, columns: tuple[str, ...], values: tuple[object, ...]
) -> None:
    places = ", ".join("?" * len(columns))
    connection.execute(
        f"INSERT INTO {table} ({', '.join(columns)}, searches) VALUES ({places}, 1) "  # noqa: S608 - our names
        f"ON CONFLICT ({', '.join(columns)}) DO UPDATE SET searches = searches + 1",
        values,
    )


def _forget(connection: sqlite3.Connection, now: datetime, days: int) -> None:
    """Remove what is older than the retention, texts that stayed rare, and texts beyond the bound."""
    oldest = (day_of(now) - timedelta(days=days)).isoformat()
    rare = (day_of(now) - timedelta(days=min(days, RARE_DAYS))).isoformat()
    for table in ("counts", "days", "filters"):
        connection.execute(f"DELETE FROM {table} WHERE day < ?", (oldest,))  # noqa: S608 - our names
    connection.execute("DELETE FROM texts WHERE day < ? OR (text IS NULL AND day < ?)", (oldest, rare))
    connection.execute(
        "DELETE FROM texts WHERE id IN (SELECT id FROM texts ORDER BY text IS NOT NULL, day, id "
        "LIMIT max(0, (SELECT count(*) FROM texts) - ?))",
        (MOST_TEXTS,),
    )
