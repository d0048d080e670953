"""Refused items: kept once each, with their reason and their bytes."""

import hashlib
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, select

from searchsvc.archive.connection import last_change
from searchsvc.archive.identity import storable
from searchsvc.archive.reading import chunks
from searchsvc.archive.records import RefusedItem
from searchsvc.archive.rows import Row
from searchsvc.archive.schema import refused
from searchsvc.archive.writing import insert_rows

MAX_ORIGINAL_BYTES = 4 * 1024 * 1024
"""How much of a refused item is stored; its size and sha256 are always those of the whole."""


def refused_row(item: RefusedItem, seen_at: str) -> Row:
    """Return the row of `refused` for one item, cut to the bound."""
    digest = item.digest or hashlib.sha256(item.original).hexdigest()
    source = storable(item.source)
    place = hashlib.sha256(f"{source}\0{item.position}\0{digest}".encode()).hexdigest()
    return {
        "place": place,
        "source": source,
        "position": item.position,
        "reason_vi": storable(item.reason.vi),
        "reason_en": storable(item.reason.en),
        "size": len(item.original) if item.size is None else item.size,
        "digest": digest,
        "original": item.original[:MAX_ORIGINAL_BYTES],
        "seen_at": seen_at,
    }


def write_refused(connection: Connection, rows: Sequence[Row]) -> int:
    """Keep those of `rows` that the archive has not yet; return how many they are."""
    last_change(connection, lock=True)
    by_place: dict[str, Row] = {}
    for row in rows:
        by_place.setdefault(row["place"], row)
    for some in chunks(list(by_place)):
        for place in connection.scalars(select(refused.c.place).where(refused.c.place.in_(some))).all():
            del by_place[place]
    insert_rows(connection, refused, list(by_place.values()))
    return len(by_place)


def original_bytes(connection: Connection, refused_id: int) -> bytes | None:
    """Return what is stored of a refused item's bytes, None for an unknown id."""
    original: Any = connection.execute(
        select(refused.c.original).where(refused.c.id == refused_id)
    ).scalar_one_or_none()
    return None if original is None else bytes(original)
