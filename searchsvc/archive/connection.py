"""The database behind the archive: opening, checking, transactions, and its errors in people's words.

The primary entrypoint is `Database.open`. Readers see one state and writers take the write lock at once, so
that neither waits for the other and a writer never fails half-way for a lock. In SQLite that is WAL mode; for
PostgreSQL see `postgresql.py`.
"""

import secrets
import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Connection,
    Dialect,
    Engine,
    Table,
    create_engine,
    event,
    insert,
    inspect,
    select,
    update,
)
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from searchsvc.archive.driver import rows_of
from searchsvc.archive.failures import (
    archive_failure,
    damaged,
    missing,
    not_an_archive,
    other_schema,
    unsupported_url,
)
from searchsvc.archive.postgresql import postgresql_engine
from searchsvc.archive.schema import APPLICATION, SCHEMA_VERSION, meta, metadata
from searchsvc.archive.upgrading import is_upgradable, upgrade

DEFAULT_BUSY_TIMEOUT_S = 30.0
_POOL = {"pool_size": 8, "max_overflow": 56}
_WAL_BYTES_KEPT = 64 * 1024 * 1024
_READER_PAGES_KIB, _WRITER_PAGES_KIB = 256, 2048
"""What each connection keeps of the file. The system keeps it too, once for all: a reader with 2 MB of its
own, SQLite's default, takes as long for ten articles (0.5 ms). A writer keeps here what it changed."""

_RETRY_PAUSE_S = 0.02


class Database:
    """An opened archive database of this schema version. Safe to share between threads."""

    def __init__(self, engine: Engine, url: str, place: str) -> None:
        self._engine = engine
        self.url = url
        self._writing = engine.execution_options(searchsvc_writes=True)
        self.place = place

    @classmethod
    def open(cls, url: str, *, create: bool, busy_timeout_s: float) -> "Database":
        """Return the database at `url`; only `create` makes folders, file and tables.

        An archive of an earlier schema version is brought up to this one (`upgrading`).
        Raises ArchiveError: missing, not an archive, another schema version, locked, damaged.
        """
        parsed = _parse(url)
        with _translated(_place(parsed)):
            if parsed.get_backend_name() == "sqlite":
                engine = _sqlite_engine(parsed, create=create, busy_timeout_s=busy_timeout_s)
            else:
                engine = postgresql_engine(parsed, busy_timeout_s=busy_timeout_s, **_POOL)
            database = cls(engine, parsed.render_as_string(hide_password=False), _place(parsed))
            try:
                database._prepare(create=create, busy_timeout_s=busy_timeout_s)
            except BaseException:
                engine.dispose()
                raise
        return database

    @property
    def file(self) -> Path | None:
        """The file of an SQLite database, None for a database server."""
        return Path(self.place) if self._engine.dialect.name == "sqlite" else None

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a connection that reads one state of the archive and sees nothing written meanwhile."""
        with _translated(self.place), _whole_values(self.place), self._engine.connect() as connection:
            if connection.dialect.name != "sqlite":
                connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Give the connection of the one writer; all is committed at the end, or nothing on an exception."""
        with _translated(self.place), self._writing.begin() as connection:
            yield connection

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    def _prepare(self, *, create: bool, busy_timeout_s: float) -> None:
        with self._engine.connect() as connection:
            tables = inspect(connection).get_table_names()
        if not tables and not create:
            raise missing(self.place)
        if self._engine.dialect.name == "sqlite" and (not tables or meta.name in tables):
            _use_wal(Path(self.place), busy_timeout_s)
        if not tables:
            self._create_tables()
        elif meta.name not in tables:
            raise not_an_archive(self.place)
        self._check_schema()

    def _create_tables(self) -> None:
        with self._writing.begin() as connection:
            if inspect(connection).has_table(meta.name):  # another process was quicker
                return
            metadata.create_all(connection)
            first = {
                "application": APPLICATION,
                "schema": str(SCHEMA_VERSION),
                "change": "0",
                "lineage": new_lineage(),
            }
            connection.execute(insert(meta), [{"key": key, "value": first[key]} for key in first])

    def _check_schema(self) -> None:
        with self._engine.connect() as connection:
            columns = {column["name"] for column in inspect(connection).get_columns(meta.name)}
            if not columns.issuperset(meta.c.keys()):
                raise not_an_archive(self.place)
            stored = {row.key: row.value for row in connection.execute(select(meta))}
        if stored.get("application") != APPLICATION:
            raise not_an_archive(self.place)
        version = stored.get("schema")
        if is_upgradable(version):
            with self._writing.begin() as connection:
                upgrade(connection)
        elif version != str(SCHEMA_VERSION):
            raise other_schema(self.place, version, SCHEMA_VERSION)


_SELECT_CHANGE = select(meta.c.value).where(meta.c.key == "change")


def last_change(connection: Connection, *, lock: bool = False) -> int:
    """Return the number of the last change; `lock` makes other writers wait, where BEGIN has not already."""
    if lock:
        return int(connection.execute(_SELECT_CHANGE.with_for_update()).scalar_one())
    ((value,),) = rows_of(connection, _text_of_change(connection.dialect))
    return int(value)


@lru_cache(maxsize=8)
def _text_of_change(dialect: Dialect) -> str:
    return str(_SELECT_CHANGE.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))


def set_last_change(connection: Connection, change: int) -> None:
    """Store the number of the last change."""
    connection.execute(update(meta).where(meta.c.key == "change").values(value=str(change)))


def new_lineage() -> str:
    """Return the name of a new history of changes: that of a new archive, or of one that was restored."""
    return secrets.token_hex(8)


def lineage_of(connection: Connection) -> str:
    """Return the name of the archive's history; '' in archives that were made before they had one."""
    found = connection.execute(select(meta.c.value).where(meta.c.key == "lineage")).scalar_one_or_none()
    return "" if found is None else str(found)


def upsert(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert `rows`, replacing those of the same primary key; here alone dialects differ."""
    if not rows:
        return
    # Imported when first needed: PostgreSQL's comes with all its drivers, and a reader needs neither.
    dialect = import_module(f"sqlalchemy.dialects.{connection.dialect.name}")
    statement = dialect.insert(table)
    keys = [column.name for column in table.primary_key]
    changed = {name: statement.excluded[name] for name in table.c.keys() if name not in keys}  # noqa: SIM118
    connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=changed), list(rows))


@contextmanager
def _translated(place: str) -> Iterator[None]:
    try:
        yield
    except (SQLAlchemyError, sqlite3.Error, OSError, ImportError) as error:
        raise archive_failure(error, place) from error


@contextmanager
def _whole_values(place: str) -> Iterator[None]:
    """Say that the archive is damaged where a stored value is none that was ever written: a date, JSON."""
    try:
        yield
    except ValueError as error:
        raise damaged(place) from error


def _parse(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise unsupported_url(url) from error
    backend = parsed.get_backend_name()
    in_memory = backend == "sqlite" and parsed.database in (None, "", ":memory:")
    if backend not in ("sqlite", "postgresql") or in_memory:
        raise unsupported_url(parsed.render_as_string(hide_password=True))
    return parsed


def sqlite_file(url: str) -> Path | None:
    """Return the file that the SQLAlchemy `url` names, None for a database server. Raises ArchiveError."""
    parsed = _parse(url)
    return Path(str(parsed.database)) if parsed.get_backend_name() == "sqlite" else None


def place_of(url: str) -> str:
    """Return what people are told of where the SQLAlchemy `url` leads: no password. Raises ArchiveError."""
    return _place(_parse(url))


def _place(url: URL) -> str:
    return (
        str(url.database) if url.get_backend_name() == "sqlite" else url.render_as_string(hide_password=True)
    )


def _sqlite_engine(url: URL, *, create: bool, busy_timeout_s: float) -> Engine:
    path = Path(str(url.database)).absolute()
    if create and not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    if not path.is_file():
        raise missing(str(url.database))
    # SQLite makes a missing file on connecting unless the mode is rw.
    existing = URL.create(url.drivername, database=path.as_uri(), query={"mode": "rw", "uri": "true"})
    engine = create_engine(existing, **_POOL)

    @event.listens_for(engine, "connect")
    def _configure(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the driver begins nothing by itself; `_begin` does
        connection.execute(f"PRAGMA busy_timeout = {int(busy_timeout_s * 1000)}")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute(f"PRAGMA journal_size_limit = {_WAL_BYTES_KEPT}")
        connection.execute(f"PRAGMA cache_size = -{_READER_PAGES_KIB}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("searchsvc_writes", False)
        # By the driver alone: every answer begins with one, and SQLAlchemy takes ten times as long.
        driver: Any = connection.connection.driver_connection
        if writes:
            driver.execute(f"PRAGMA cache_size = -{_WRITER_PAGES_KIB}")
        driver.execute("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _use_wal(path: Path, busy_timeout_s: float) -> None:
    """Switch the file to write-ahead logging, which lasts; SQLite itself does not wait for locks here."""
    give_up = time.monotonic() + busy_timeout_s
    with closing(sqlite3.connect(path, timeout=busy_timeout_s, isolation_level=None)) as connection:
        while True:
            try:
                connection.execute("PRAGMA journal_mode = WAL").fetchone()
                return
            except sqlite3.OperationalError:
                if time.monotonic() >= give_up:
                    raise
                time.sleep(_RETRY_PAUSE_S)
