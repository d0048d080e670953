"""Queries over articles in the order of their last change: parts that stay the same while others grow.

A part holds the articles whose change number lies in its range. An article that changes leaves its part for
the newest one, so an old part never gains any.
"""

from sqlalchemy import Connection, and_, func, select

from searchsvc.archive.records import Arrival, ArrivalPart
from searchsvc.archive.rows import instant_from
from searchsvc.archive.schema import annotations, articles, versions

_CURRENT = articles.outerjoin(
    annotations,
    and_(annotations.c.article_id == articles.c.id, annotations.c.number == articles.c.version),
).outerjoin(versions, and_(versions.c.article_id == articles.c.id, versions.c.number == articles.c.version))


def parts_of(connection: Connection, size: int) -> list[ArrivalPart]:
    """Return the parts that have articles, in their order; each holds at most `size`. Reads all articles."""
    number = ((annotations.c.change - 1) // size).label("number")
    query = (
        select(number, func.count().label("articles"), func.max(versions.c.imported_at).label("latest"))
        .select_from(_CURRENT)
        .group_by(number)
        .order_by(number)
    )
    return [
        ArrivalPart(int(row.number) + 1, row.articles, instant_from(row.latest))
        for row in connection.execute(query)
    ]


def arrivals_in(connection: Connection, part: int, size: int) -> list[Arrival]:
    """Return the articles of one part, in order of change; none for a part that there is not."""
    change = annotations.c.change
    query = (
        select(articles.c.id, versions.c.imported_at)
        .select_from(
            annotations.join(
                articles,
                and_(annotations.c.article_id == articles.c.id, annotations.c.number == articles.c.version),
            ).join(
                versions,
                and_(versions.c.article_id == articles.c.id, versions.c.number == articles.c.version),
            )
        )
        .where(change > (part - 1) * size, change <= part * size)
        .order_by(change)
    )
    return [Arrival(row.id, instant_from(row.imported_at)) for row in connection.execute(query)]
