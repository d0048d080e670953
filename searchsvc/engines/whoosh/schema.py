"""The Whoosh schema: one posting field per row of `fields.FIELDS`, and columns of facts.

The primary entrypoints are `whoosh_schema` and `schema_fingerprint`.
"""

import hashlib
import struct
from typing import Any

from whoosh import columns, fields, formats

from searchsvc.analysis import pipelines
from searchsvc.engines.whoosh.column_types import ListsColumn
from searchsvc.fields import CODE_FIELDS, FIELDS

SCHEMA_VERSION = 4

ID = "id"
VERSION = "version"
PUBLISHED = "published"
UNIT_PATH = "unit_path"
CODES = "codes"
COLLECTION = "collection"

UNDATED = -(2**62)
"""Published instant (epoch seconds) of an article without one."""


class PlainPositions(formats.Positions):  # type: ignore[misc]
    """Positions as they are, in 32 bits each: what Whoosh is given of positions that lie packed."""

    def encode(self, poslist: list[int]) -> bytes:
        """Return ascending `poslist` encoded."""
        return struct.pack(f"<{len(poslist)}I", *poslist)

    def decode_positions(self, valuestring: bytes) -> list[int]:
        """Return the positions that `encode` was given."""
        return list(struct.unpack(f"<{len(valuestring) // 4}I", valuestring))

    def decode_frequency(self, valuestring: bytes) -> int:
        """Return how many positions there are."""
        return len(valuestring) // 4


class KeysField(fields.FieldType):  # type: ignore[misc]
    """A field of keys, each a single term, as often as it is given."""

    def index(self, value: list[str], **kwargs: Any) -> Any:
        """Yield the postings of one document."""
        for key in dict.fromkeys(value):
            count = value.count(key)
            yield key.encode(), count, float(count), b""


def whoosh_schema() -> fields.Schema:
    """Return the schema of a generation."""
    schema = fields.Schema(
        **{
            ID: fields.COLUMN(columns.VarBytesColumn()),
            VERSION: fields.COLUMN(columns.NumericColumn("I")),
            PUBLISHED: fields.COLUMN(columns.NumericColumn("q", default=UNDATED)),
            UNIT_PATH: fields.COLUMN(ListsColumn()),
            CODES: fields.COLUMN(ListsColumn()),
            COLLECTION: fields.COLUMN(ListsColumn()),
            **{name: KeysField(formats.Frequency(), None, scorable=True) for name in CODE_FIELDS},
        }
    )
    for field in FIELDS:
        analyzer = pipelines.whoosh_analyzer(field.layer)
        format_ = PlainPositions() if field.positions else formats.Frequency()
        schema.add(field.name, fields.FieldType(format_, analyzer, scorable=True))
    return schema


def schema_fingerprint() -> str:
    """Return what identifies this code's index format: its version, its fields, the analyzers."""
    layout = [f"{field.name} {field.positions}" for field in FIELDS]
    parts = [str(SCHEMA_VERSION), *layout, *CODE_FIELDS, pipelines.fingerprint()]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]
