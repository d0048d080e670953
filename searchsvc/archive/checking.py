"""Is the archive what was written? Its database, its references, the hash of each article and refused item.

The primary entrypoint is `archive_damage`. The texts have the checksum that identity uses (`content_hash`),
the refused items that of their bytes; what extraction found must stand in the text where it says.
"""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import partial
from typing import Literal, NamedTuple

from sqlalchemy import Connection, and_, exists, func, select, text, tuple_
from sqlalchemy.exc import DBAPIError

from searchsvc.archive import reading
from searchsvc.archive.connection import Database, last_change
from searchsvc.archive.identity import content_hash, identity_of
from searchsvc.archive.refusals import MAX_ORIGINAL_BYTES
from searchsvc.archive.schema import annotations, articles, refused, versions
from searchsvc.archive.writing import known_identities

Kind = Literal["database", "references", "texts", "findings", "identities", "refused", "changes"]

MOST_NAMED = 20
_PAGE = 200
_MOST_MESSAGES = 100

Progress = Callable[[int], None]


class Damage(NamedTuple):
    """What is wrong: how many places of a kind, and the first of them by name."""

    kind: Kind
    places: int
    items: tuple[str, ...]


class _Found:
    """Collects what is wrong, by kind, naming the first ones."""

    def __init__(self) -> None:
        self._counts: dict[Kind, int] = defaultdict(int)
        self._items: dict[Kind, list[str]] = defaultdict(list)

    def add(self, kind: Kind, item: str) -> None:
        self._counts[kind] += 1
        if len(self._items[kind]) < MOST_NAMED:
            self._items[kind].append(item)

    def damage(self) -> list[Damage]:
        return [Damage(kind, count, tuple(self._items[kind])) for kind, count in self._counts.items()]


def archive_damage(database: Database, progress: Progress | None = None) -> list[Damage]:
    """Return what is wrong with the archive, nothing if it is whole; it is read as it is at one moment.

    `progress` gets the number of versions of each step. Raises ArchiveError if it cannot be opened at all.
    """
    found = _Found()
    steps = (
        _check_database,
        _check_references,
        _check_changes,
        _check_refused,
        partial(_check_versions, progress=progress),
    )
    with database.reading() as connection:
        for step in steps:
            _guarded(step, connection, found)
    return found.damage()


def _guarded(step: Callable[[Connection, _Found], None], connection: Connection, found: _Found) -> None:
    """Run one step; damage that keeps it from going on is damage of the database."""
    try:
        step(connection, found)
    except DBAPIError as error:
        if connection.dialect.name != "sqlite":  # the connection was lost
            raise
        found.add("database", str(error.orig)[:200])
    except Exception as error:  # noqa: BLE001 - a damaged row gives values of any kind
        found.add("database", f"{type(error).__name__}: {error}"[:200])


def _check_database(connection: Connection, found: _Found) -> None:
    if connection.dialect.name != "sqlite":  # a server has checksums of its own
        return
    for (message,) in connection.execute(text(f"PRAGMA integrity_check({_MOST_MESSAGES})")):
        if message != "ok":
            found.add("database", " ".join(str(message).split())[:200])
    for row in connection.execute(text("PRAGMA foreign_key_check")):
        found.add("references", f"{row[0]} → {row[2]}")


def _check_references(connection: Connection, found: _Found) -> None:
    """Every article has its current version, every version its findings and its key."""
    same_version = and_(versions.c.article_id == articles.c.id, versions.c.number == articles.c.version)
    headless = select(articles.c.id).where(~exists().where(same_version))
    same_found = and_(
        annotations.c.article_id == versions.c.article_id, annotations.c.number == versions.c.number
    )
    unread = select(versions.c.article_id).where(~exists().where(same_found))
    newer = select(versions.c.article_id).join(articles, versions.c.article_id == articles.c.id)
    for query in (headless, unread, newer.where(versions.c.number > articles.c.version)):
        for article_id in connection.scalars(query):
            found.add("references", str(article_id))


def _check_changes(connection: Connection, found: _Found) -> None:
    highest = connection.execute(select(func.max(annotations.c.change))).scalar_one()
    stored = last_change(connection)
    if (highest or 0) != stored:
        found.add("changes", f"{stored} ≠ {highest or 0}")


def _check_refused(connection: Connection, found: _Found) -> None:
    after = 0
    query = select(refused).order_by(refused.c.id).limit(1)
    while row := connection.execute(query.where(refused.c.id > after)).mappings().one_or_none():
        after = row["id"]
        original = bytes(row["original"])
        place = hashlib.sha256(f"{row['source']}\0{row['position']}\0{row['digest']}".encode()).hexdigest()
        whole = row["size"] <= MAX_ORIGINAL_BYTES
        intact = (
            hashlib.sha256(original).hexdigest() == row["digest"] and len(original) == row["size"]
            if whole
            else len(original) == MAX_ORIGINAL_BYTES
        )
        if not intact or place != row["place"]:
            found.add("refused", f"#{after}")


def _check_versions(connection: Connection, found: _Found, progress: Progress | None) -> None:
    for page in _pages(connection):
        keys = [(identity_of(stored.draft).key, stored) for stored in page]
        known = known_identities(connection, [key for key, _ in keys])
        for key, stored in keys:
            if content_hash(stored.draft) != stored.content_hash:
                found.add("texts", _name(stored))
            elif key not in known or known[key].article_id != stored.pair[0]:
                found.add("identities", _name(stored))
            if not _stands_in_text(stored):
                found.add("findings", _name(stored))
        if progress:
            progress(len(page))


def _pages(connection: Connection) -> Iterator[list[reading.Stored]]:
    """Yield all versions with what was found in them, page by page."""
    last = ("", 0)
    order = (versions.c.article_id, versions.c.number)
    while True:
        query = reading.SELECT_VERSION.where(tuple_(*order) > last).order_by(*order).limit(_PAGE)
        page = reading.stored_where(connection, query)
        if not page:
            return
        last = page[-1].pair
        yield page


def _stands_in_text(stored: reading.Stored) -> bool:
    texts = dict(stored.draft.texts())
    return all(
        texts.get(mention.part, "")[mention.start : mention.end] == mention.raw
        for mention in stored.found.codes
    )


def _name(stored: reading.Stored) -> str:
    return f"{stored.pair[0]} ({stored.pair[1]})"
