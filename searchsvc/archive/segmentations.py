"""Segmentations by content: which syllables of a text are joined to words, found by the text itself.

The primary entrypoints are `joins_of` and `keep_joins`. The archive knows nothing of how they are made: it
keeps them under a fingerprint of the rules and gives only those of the fingerprint asked for.
"""

import hashlib
from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, bindparam, select

from searchsvc.archive.connection import upsert
from searchsvc.archive.reading import chunks
from searchsvc.archive.schema import segmentations

# Made once: building a statement costs as much as running it.
_SELECT_JOINS = select(segmentations.c.text_hash, segmentations.c.joins).where(
    segmentations.c.text_hash.in_(bindparam("hashes", expanding=True)),
    segmentations.c.fingerprint == bindparam("fingerprint"),
)


def joins_of(connection: Connection, texts: Sequence[str], fingerprint: str) -> dict[str, bytes]:
    """Return the joins of those of `texts` that are kept under `fingerprint`."""
    wanted = {_hash(text): text for text in texts}
    found: dict[str, bytes] = {}
    for some in chunks(list(wanted)):
        values = {"hashes": list(some), "fingerprint": fingerprint}
        for text_hash, joins in connection.execute(_SELECT_JOINS, values):
            found[wanted[bytes(text_hash)]] = bytes(joins)
    return found


def keep_joins(connection: Connection, joins: Mapping[str, bytes], fingerprint: str) -> None:
    """Keep the joins of each text; those of another fingerprint are replaced."""
    rows = [
        {"text_hash": _hash(text), "fingerprint": fingerprint, "joins": bits} for text, bits in joins.items()
    ]
    # In the order of the key, so that neighbouring pages of the table are written together.
    upsert(connection, segmentations, sorted(rows, key=lambda row: row["text_hash"]))


def _hash(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()
