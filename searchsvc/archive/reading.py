"""Queries that read: articles by id and version, changes, histories, counts; on an open connection."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    Select,
    Table,
    and_,
    bindparam,
    func,
    select,
    text,
    tuple_,
)

from searchsvc.archive.lookup import Lookup
from searchsvc.archive.records import (
    ArchiveCounts,
    Collection,
    Headline,
    RefusedRecord,
    Standing,
    VersionInfo,
)
from searchsvc.archive.rows import (
    ARTICLE_COLUMNS,
    MENTION_COLUMNS,
    annotations_from,
    article_from,
    draft_from,
    instant_from,
    mention_from,
)
from searchsvc.archive.schema import (
    annotations,
    articles,
    collections,
    identities,
    mentions,
    refused,
    versions,
)
from searchsvc.articles import Annotations, Article, CodeMention, Draft
from searchsvc.errors import Message

Pair = tuple[str, int]
"""An article's id and the number of one of its versions."""

T = TypeVar("T")

# Databases bound the number of parameters of a statement; SQLite's bound is the lowest.
IN_LIST = 500

_SAME_VERSION = and_(
    versions.c.article_id == annotations.c.article_id, versions.c.number == annotations.c.number
)
_IS_CURRENT = and_(versions.c.article_id == articles.c.id, versions.c.number == articles.c.version)

SELECT_VERSION: Select[Any] = select(
    versions,
    annotations.c.change.label("found_change"),
    annotations.c.published.label("found_published"),
    annotations.c.unit.label("found_unit"),
    annotations.c.fingerprint.label("found_fingerprint"),
    annotations.c.warnings.label("found_warnings"),
).select_from(annotations.join(versions, _SAME_VERSION))
"""Each version with its annotations, as `rows.draft_from` and `rows.annotations_from` take it."""

SELECT_CURRENT: Select[Any] = SELECT_VERSION.join(articles, _IS_CURRENT)
"""The same of the current versions only."""


def among(table: Table) -> ColumnElement[bool]:
    """Return the condition that a row of `table` belongs to one of the versions in `among_values`."""
    # SQLite searches no index for a list of pairs; it does for the list of ids beside it.
    ids = table.c.article_id.in_(bindparam("ids", expanding=True))
    pairs = tuple_(table.c.article_id, table.c.number).in_(bindparam("pairs", expanding=True))
    return and_(ids, pairs)


def among_values(pairs: Sequence[Pair]) -> dict[str, Any]:
    """Return the values of the parameters of `among`."""
    return {"ids": [article_id for article_id, _ in pairs], "pairs": list(pairs)}


_SELECT_ARTICLE: Select[Any] = select(*ARTICLE_COLUMNS).select_from(annotations.join(versions, _SAME_VERSION))
_SELECT_MENTIONS = select(mentions.c.article_id, mentions.c.number, *MENTION_COLUMNS).order_by(
    mentions.c.article_id, mentions.c.number, mentions.c.ordinal
)
_LOOKED_UP = 100
"""Versions that one statement looks up, each by its key."""

_articles_of = Lookup(_SELECT_ARTICLE, (versions.c.article_id, versions.c.number), _LOOKED_UP)
_mentions_of = Lookup(_SELECT_MENTIONS, (mentions.c.article_id, mentions.c.number), _LOOKED_UP)


class Stored(NamedTuple):
    """One version as its source gave it, and what was found in it."""

    pair: Pair
    change: int
    content_hash: str
    imported_at: str
    draft: Draft
    found: Annotations


def chunks(items: Sequence[T], size: int = IN_LIST) -> Iterator[Sequence[T]]:
    """Yield `items` in runs short enough for one IN list."""
    for start in range(0, len(items), size):
        yield items[start : start + size]


def articles_of(connection: Connection, pairs: Sequence[Pair]) -> dict[Pair, Article]:
    """Return the articles in these versions; a pair that is not there is left out."""
    rows = _articles_of.rows(connection, list(dict.fromkeys(pairs)))
    return {(article.id, article.version): article for article in _articles_from(connection, rows)}


def _articles_from(connection: Connection, rows: Sequence[Sequence[Any]]) -> list[Article]:
    cited = mentions_of(connection, [(row[0], row[1]) for row in rows])
    return [article_from(row, cited[row[0], row[1]]) for row in rows]


def stored_where(connection: Connection, query: Select[Any]) -> list[Stored]:
    """Return what the sources said and what was found in it, for a query as in `articles_where`."""
    rows = connection.execute(query).mappings().all()
    pairs = [(row["article_id"], row["number"]) for row in rows]
    cited = mentions_of(connection, pairs)
    return [
        Stored(
            pair=pair,
            change=row["found_change"],
            content_hash=row["content_hash"],
            imported_at=row["imported_at"],
            draft=draft_from(row),
            found=annotations_from(row, cited[pair]),
        )
        for pair, row in zip(pairs, rows, strict=True)
    ]


_SELECT_BROUGHT = (
    select(
        identities.c.key,
        identities.c.content_hash,
        annotations.c.article_id,
        annotations.c.number,
        annotations.c.published.label("found_published"),
        annotations.c.unit.label("found_unit"),
        annotations.c.fingerprint.label("found_fingerprint"),
        annotations.c.warnings.label("found_warnings"),
    )
    .select_from(
        identities.join(
            versions,
            and_(
                versions.c.article_id == identities.c.article_id,
                versions.c.content_hash == identities.c.content_hash,
            ),
        ).join(annotations, _SAME_VERSION)
    )
    .where(
        identities.c.key.in_(bindparam("keys", expanding=True)),
        annotations.c.fingerprint == bindparam("fingerprint"),
    )
)


def annotations_brought(
    connection: Connection, keys: Sequence[str], fingerprint: str
) -> dict[str, tuple[str, Annotations]]:
    """Return for those of the identity `keys` that are known the content that each last brought, with what
    was found in it under the rules of `fingerprint`.
    """
    found: dict[str, tuple[str, Annotations]] = {}
    for some in chunks(keys):
        rows = (
            connection.execute(_SELECT_BROUGHT, {"keys": list(some), "fingerprint": fingerprint})
            .mappings()
            .all()
        )
        cited = mentions_of(connection, [(row["article_id"], row["number"]) for row in rows])
        for row in rows:
            mentions = cited[(row["article_id"], row["number"])]
            found[row["key"]] = row["content_hash"], annotations_from(row, mentions)
    return found


def mentions_of(connection: Connection, pairs: Sequence[Pair]) -> defaultdict[Pair, list[CodeMention]]:
    """Return the mentions in each of these versions, in their order."""
    cited: defaultdict[Pair, list[CodeMention]] = defaultdict(list)
    for article_id, number, *values in _mentions_of.rows(connection, pairs):
        cited[article_id, number].append(mention_from(values))
    return cited


def current_version(connection: Connection, article_id: str) -> int | None:
    """Return the number of the article's current version, None if there is no such article."""
    query = select(articles.c.version).where(articles.c.id == article_id)
    return connection.execute(query).scalar_one_or_none()


def draft_of(connection: Connection, pair: Pair) -> Draft | None:
    """Return the draft of one version, None if it is not there."""
    query = select(versions).where(versions.c.article_id == pair[0], versions.c.number == pair[1])
    row = connection.execute(query).mappings().one_or_none()
    return None if row is None else draft_from(row)


def changes_between(connection: Connection, since: int, until: int | None, limit: int) -> list[Article]:
    """Return up to `limit` current versions whose change is after `since` and up to `until`, in order."""
    change = annotations.c.change
    query = _SELECT_ARTICLE.join(articles, _IS_CURRENT).where(change > since).order_by(change).limit(limit)
    rows = connection.execute(query if until is None else query.where(change <= until)).all()
    return _articles_from(connection, rows)


def history(connection: Connection, article_id: str) -> list[VersionInfo]:
    """Return the versions of one article, oldest first; none for an unknown id."""
    query = (
        select(versions.c.number, versions.c.imported_at, versions.c.title, versions.c.content_hash)
        .where(versions.c.article_id == article_id)
        .order_by(versions.c.number)
    )
    return [
        VersionInfo(row.number, instant_from(row.imported_at), row.title, row.content_hash)
        for row in connection.execute(query)
    ]


def headlines_after(connection: Connection, after: str, limit: int) -> list[Headline]:
    """Return id, title and publication of up to `limit` articles whose id follows `after`, in their order."""
    query = (
        select(articles.c.id, versions.c.title, annotations.c.published)
        .select_from(articles.join(versions, _IS_CURRENT).join(annotations, _SAME_VERSION))
        .where(articles.c.id > after)
        .order_by(articles.c.id)
        .limit(limit)
    )
    return [Headline(*row) for row in connection.execute(query)]


def standings_after(connection: Connection, after: str, limit: int) -> list[Standing]:
    """Return version and change of up to `limit` articles whose id follows `after`, in their order."""
    current = and_(annotations.c.article_id == articles.c.id, annotations.c.number == articles.c.version)
    query = (
        select(articles.c.id, articles.c.version, annotations.c.change)
        .select_from(articles.join(annotations, current))
        .where(articles.c.id > after)
        .order_by(articles.c.id)
        .limit(limit)
    )
    return [Standing(*row) for row in connection.execute(query)]


def counts_of(connection: Connection) -> ArchiveCounts:
    """Return how much is in the archive."""
    tables = (articles, annotations, refused, collections)  # each version has one row of annotations
    return ArchiveCounts(
        *(connection.execute(select(func.count()).select_from(table)).scalar_one() for table in tables)
    )


def count_changes(connection: Connection, since: int) -> int:
    """Return how many articles have a change number above `since`."""
    current = and_(annotations.c.article_id == articles.c.id, annotations.c.number == articles.c.version)
    query = (
        select(func.count())
        .select_from(annotations.join(articles, current))
        .where(annotations.c.change > since)
    )
    return int(connection.execute(query).scalar_one())


def database_bytes(connection: Connection) -> int:
    """Return the size of the database in bytes, as the database itself tells it."""
    if connection.dialect.name == "sqlite":
        size = "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"
    else:
        size = "SELECT pg_database_size(current_database())"
    return int(connection.execute(text(size)).scalar_one())


def collection_names_of(connection: Connection) -> dict[str, str]:
    """Return the names of the collections by their slugs, in the order of the names; counts nothing."""
    found = connection.execute(select(collections.c.name, collections.c.slug)).all()
    return {slug: name for name, slug in sorted(tuple(row) for row in found)}


def collections_of(connection: Connection) -> list[Collection]:
    """Return the collections by name, each with the number of its articles."""
    query = (
        select(collections.c.slug, collections.c.name, func.count(articles.c.id))
        .select_from(collections.outerjoin(articles, articles.c.collection == collections.c.slug))
        .group_by(collections.c.slug, collections.c.name)
    )
    found = [Collection(*row) for row in connection.execute(query)]
    return sorted(found, key=lambda collection: (collection.name, collection.slug))


def refused_after(connection: Connection, after: int, limit: int) -> list[RefusedRecord]:
    """Return up to `limit` refused items whose id is greater than `after`, in the order they came."""
    wanted = [column for column in refused.c if column is not refused.c.original]
    kept: ColumnElement[int] = func.length(refused.c.original).label("kept")
    query = select(*wanted, kept).where(refused.c.id > after).order_by(refused.c.id).limit(limit)
    return [refused_record(row) for row in connection.execute(query).mappings()]


def refused_record(row: RowMapping) -> RefusedRecord:
    """Return the refused item of one row, without its bytes."""
    return RefusedRecord(
        id=row["id"],
        source=row["source"],
        position=row["position"],
        reason=Message(row["reason_vi"], row["reason_en"]),
        size=row["size"],
        digest=row["digest"],
        kept=row["kept"],
        seen_at=instant_from(row["seen_at"]),
    )
