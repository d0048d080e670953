"""Making the annotations of current versions again, after the rules or the units registry changed.

The primary entrypoint is `reannotate_after`. The rules run outside the write transaction, which is held
only while a batch is written; a version that another process replaced meanwhile is left alone.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from sqlalchemy import Connection, and_, delete, func, select

from searchsvc.archive.connection import Database, last_change, set_last_change, upsert
from searchsvc.archive.reading import SELECT_CURRENT, Pair, Stored, among, among_values, chunks, stored_where
from searchsvc.archive.rows import Row, annotation_row, mention_rows
from searchsvc.archive.schema import annotations, articles, mentions
from searchsvc.archive.writing import insert_rows
from searchsvc.articles import Annotations, Draft

Annotate = Callable[[Draft], Annotations]

_IS_CURRENT = and_(annotations.c.article_id == articles.c.id, annotations.c.number == articles.c.version)


class Reannotated(NamedTuple):
    """What one batch did: how many versions it read and changed, and the last article id it read."""

    read: int
    changed: int
    last_id: str


def count_stale(connection: Connection, fingerprint: str) -> int:
    """Return how many current versions have annotations of another fingerprint."""
    query = select(func.count()).select_from(annotations.join(articles, _IS_CURRENT))
    return connection.execute(query.where(annotations.c.fingerprint != fingerprint)).scalar_one()


def reannotate_after(
    database: Database, annotate: Annotate, fingerprint: str, *, after: str, limit: int
) -> Reannotated:
    """Make the annotations of the next `limit` stale articles after the id `after` again."""
    query = (
        SELECT_CURRENT.where(annotations.c.fingerprint != fingerprint, articles.c.id > after)
        .order_by(articles.c.id)
        .limit(limit)
    )
    with database.reading() as connection:
        stale = stored_where(connection, query)
    if not stale:
        return Reannotated(0, 0, after)
    again = [(stored, replace(annotate(stored.draft), fingerprint=fingerprint)) for stored in stale]
    with database.writing() as connection:
        changed = _write(connection, again)
    return Reannotated(len(stale), changed, stale[-1].pair[0])


def _write(connection: Connection, again: Sequence[tuple[Stored, Annotations]]) -> int:
    first = change = last_change(connection, lock=True)
    untouched = _untouched(connection, [stored.change for stored, _ in again])
    rows: list[Row] = []
    differing: dict[Pair, Annotations] = {}
    for stored, found in again:
        if stored.change not in untouched:
            continue
        if _differ(stored.found, found):
            change += 1
            differing[stored.pair] = found
        number = change if stored.pair in differing else stored.change
        rows.append(annotation_row(*stored.pair, number, found))
    upsert(connection, annotations, rows)
    _replace_mentions(connection, differing)
    if change > first:
        set_last_change(connection, change)
    return change - first


def _untouched(connection: Connection, changes: Sequence[int]) -> set[int]:
    """Return those of `changes` that are still the last change of a current version."""
    query = select(annotations.c.change).join_from(annotations, articles, _IS_CURRENT)
    found: set[int] = set()
    for some in chunks(changes):
        found |= set(connection.scalars(query.where(annotations.c.change.in_(some))))
    return found


def _differ(old: Annotations, new: Annotations) -> bool:
    # Compared as stored: a year that cannot be stored is no difference.
    def stored(found: Annotations) -> tuple[Row, list[Row]]:
        return annotation_row("", 0, 0, replace(found, fingerprint="")), mention_rows("", 0, found.codes)

    return stored(old) != stored(new)


def _replace_mentions(connection: Connection, found: Mapping[Pair, Annotations]) -> None:
    for some in chunks(list(found)):
        connection.execute(delete(mentions).where(among(mentions)), among_values(some))
    rows = [row for pair, annotated in found.items() for row in mention_rows(*pair, annotated.codes)]
    insert_rows(connection, mentions, rows)
