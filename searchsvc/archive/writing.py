"""Queries that write articles: decide what each draft of a batch is, then write all rows at once.

The primary entrypoint is `write_batch`. What the decisions need is read in a few queries for the whole
batch; they are then made in order, in memory, so that a later draft sees what an earlier one did.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sqlalchemy import Connection, Table, and_, insert, select

from searchsvc.archive.connection import last_change, set_last_change, upsert
from searchsvc.archive.identity import Identity, collection_name, collection_slug, generated_id
from searchsvc.archive.reading import chunks
from searchsvc.archive.records import Outcome
from searchsvc.archive.rows import Row, annotation_row, mention_rows, version_row
from searchsvc.archive.schema import annotations, articles, collections, identities, mentions, versions
from searchsvc.articles import Annotations, Draft


class Entry(NamedTuple):
    """One draft on its way into the archive."""

    draft: Draft
    found: Annotations
    identity: Identity


class Current(NamedTuple):
    """The current version of an article."""

    article_id: str
    version: int
    content_hash: str


class Brought(NamedTuple):
    """What an identity key last brought, and to which article."""

    article_id: str
    content_hash: str


@dataclass
class Pending:
    """Rows to write, in the order that foreign keys ask for."""

    collections: dict[str, str] = field(default_factory=dict)
    articles: dict[str, Row] = field(default_factory=dict)
    versions: list[Row] = field(default_factory=list)
    annotations: list[Row] = field(default_factory=list)
    mentions: list[Row] = field(default_factory=list)
    identities: dict[str, Row] = field(default_factory=dict)

    def add_article(self, article_id: str, version: int, collection: str | None) -> None:
        """Note the current version of an article and the collection it is in."""
        slug = collection_slug(collection)
        self.collections.setdefault(slug, collection_name(collection))
        self.articles[article_id] = {"id": article_id, "version": version, "collection": slug}

    def add_annotations(self, current: Current, change: int, found: Annotations) -> None:
        """Note what was found in one version."""
        self.annotations.append(annotation_row(current.article_id, current.version, change, found))
        self.mentions += mention_rows(current.article_id, current.version, found.codes)

    def add_identity(self, key: str, brought: Brought) -> None:
        """Note what an identity key brought."""
        self.identities[key] = {"key": key, **brought._asdict()}

    def write(self, connection: Connection) -> None:
        """Write all rows."""
        _add_collections(connection, self.collections)
        upsert(connection, articles, list(self.articles.values()))
        insert_rows(connection, versions, self.versions)
        insert_rows(connection, annotations, self.annotations)
        insert_rows(connection, mentions, self.mentions)
        upsert(connection, identities, list(self.identities.values()))


def write_batch(connection: Connection, entries: Sequence[Entry], imported_at: str) -> list[Outcome]:
    """Put `entries` into the archive in their order; return what became of each."""
    batch = _Batch(connection, entries, imported_at)
    outcomes = [batch.place(entry) for entry in entries]
    batch.finish()
    return outcomes


def insert_rows(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Insert `rows`, of which there may be none."""
    if rows:
        connection.execute(insert(table), rows)


def known_identities(connection: Connection, keys: Iterable[str]) -> dict[str, Brought]:
    """Return what those of `keys` that the archive knows last brought."""
    found: dict[str, Brought] = {}
    for some in chunks(list(dict.fromkeys(keys))):
        for row in connection.execute(select(identities).where(identities.c.key.in_(some))):
            found[row.key] = Brought(row.article_id, row.content_hash)
    return found


def current_versions(connection: Connection, ids: Iterable[str]) -> dict[str, Current]:
    """Return the current versions of those of `ids` that the archive has."""
    same = and_(versions.c.article_id == articles.c.id, versions.c.number == articles.c.version)
    query = select(articles.c.id, articles.c.version, versions.c.content_hash).join_from(
        articles, versions, same
    )
    found: dict[str, Current] = {}
    for some in chunks(list(dict.fromkeys(ids))):
        for row in connection.execute(query.where(articles.c.id.in_(some))):
            found[row.id] = Current(*row)
    return found


class _Batch:
    """The decisions about one batch; `identities` and `articles` are as after the drafts placed so far."""

    def __init__(self, connection: Connection, entries: Sequence[Entry], imported_at: str) -> None:
        self._connection = connection
        self._imported_at = imported_at
        self._pending = Pending()
        self._change = last_change(connection, lock=True)
        keys = [key for entry in entries for key in entry.identity[:2] if key]
        self._identities = known_identities(connection, keys)
        self._articles = current_versions(connection, self._ids(entries))

    def place(self, entry: Entry) -> Outcome:
        """Decide whether `entry` is new, changed or unchanged, and note the rows to write."""
        identity = entry.identity
        known = self._identities.get(identity.key)
        if known and known.content_hash == identity.content_hash:
            return self._unchanged(known.article_id)
        by_content = self._by_content(identity, known)
        if by_content:
            self._remember(identity.key, by_content, identity)
            return self._unchanged(by_content)
        owner = known.article_id if known else entry.draft.id
        current = self._articles.get(owner) if owner else None
        if current is None:
            article_id = self._free_id(entry)
            self._add_version(Current(article_id, 1, identity.content_hash), entry)
            return Outcome("new", article_id, 1)
        if current.content_hash == identity.content_hash:
            self._remember(identity.key, current.article_id, identity)
            return self._unchanged(current.article_id)
        following = current._replace(version=current.version + 1, content_hash=identity.content_hash)
        self._add_version(following, entry)
        return Outcome("changed", *following[:2])

    def finish(self) -> None:
        """Write what `place` noted."""
        if self._pending.versions:
            set_last_change(self._connection, self._change)
        self._pending.write(self._connection)

    def _by_content(self, identity: Identity, known: Brought | None) -> str | None:
        """Return the article that already has this content, where content is part of the identity.

        An item seen for the first time joins the article that ever had it. A known place whose content
        changed does so only if that is an article's current content: then a file was moved over another.
        """
        same = self._identities.get(identity.content_key) if identity.content_key else None
        if same is None:
            return None
        current = self._articles[same.article_id]
        return same.article_id if known is None or current.content_hash == identity.content_hash else None

    def _unchanged(self, article_id: str) -> Outcome:
        return Outcome("unchanged", article_id, self._articles[article_id].version)

    def _add_version(self, current: Current, entry: Entry) -> None:
        self._change += 1
        draft, identity = entry.draft, entry.identity
        row = version_row(*current[:2], draft, identity.content_hash, self._imported_at)
        self._pending.versions.append(row)
        self._pending.add_annotations(current, self._change, entry.found)
        self._pending.add_article(*current[:2], draft.collection)
        self._articles[current.article_id] = current
        self._remember(identity.key, current.article_id, identity)
        if identity.content_key:
            self._remember(identity.content_key, current.article_id, identity)

    def _remember(self, key: str, article_id: str, identity: Identity) -> None:
        brought = Brought(article_id, identity.content_hash)
        self._identities[key] = brought
        self._pending.add_identity(key, brought)

    def _free_id(self, entry: Entry) -> str:
        """Return the draft's id, else a generated one that no other article has."""
        if entry.draft.id is not None:
            return entry.draft.id
        attempt = 0
        while (candidate := generated_id(entry.identity.naming_key, attempt)) in self._articles:
            attempt += 1
            following = generated_id(entry.identity.naming_key, attempt)
            self._articles |= current_versions(self._connection, [following])
        return candidate

    def _ids(self, entries: Sequence[Entry]) -> set[str]:
        ids = {brought.article_id for brought in self._identities.values()}
        ids |= {entry.draft.id for entry in entries if entry.draft.id is not None}
        return ids | {generated_id(entry.identity.naming_key) for entry in entries}


def _add_collections(connection: Connection, named: dict[str, str]) -> None:
    there: Collection[Any] = set()
    for some in chunks(list(named)):
        there = {*there, *connection.scalars(select(collections.c.slug).where(collections.c.slug.in_(some)))}
    missing = [{"slug": slug, "name": name} for slug, name in named.items() if slug not in there]
    insert_rows(connection, collections, missing)
