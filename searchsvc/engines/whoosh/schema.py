"""The Whoosh schema: one posting field per row of `fields.FIELDS`, and columns of facts.

The primary entrypoints are `whoosh_schema` and `schema_fingerprint`. Postings come ready-made from
`preparing.py` (perhaps from another process), so the field type takes them as they are. Field lengths are
columns of our own: Whoosh's are rounded to a byte, which would make scores differ between engines.
"""

import hashlib
import struct
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np
from whoosh import columns, fields, formats

from searchsvc.analysis import pipelines
from searchsvc.fields import CODE_FIELDS, FIELDS

SCHEMA_VERSION = 2

ID = "id"
VERSION = "version"
PUBLISHED = "published"
UNIT_PATH = "unit_path"
CODES = "codes"
COLLECTION = "collection"

UNDATED = -(2**62)
"""Published instant (epoch seconds) of an article without one."""

SEPARATOR = "\x1f"
"""Between the values of a column of several; a control character, so never part of one."""

GAPS = "<u2"
WIDE = 0xFFFF

Posting = tuple[bytes, int, float, bytes]
"""Term, frequency, weight, encoded positions: what Whoosh's writer takes per document and term."""


def length_column(field: str) -> str:
    """Return the name of the column that holds how many tokens `field` has."""
    return f"{field}_length"


class PackedPositions(formats.Positions):  # type: ignore[misc]
    """Positions as gaps in 16 bits, little-endian, so that numpy reads many lists at once.

    A wider gap is a row of `WIDE` and the rest; `WIDE` only moves on, it is no position.
    """

    def encode(self, poslist: list[int]) -> bytes:
        """Return ascending `poslist` encoded."""
        if len(poslist) == 1 and poslist[0] < WIDE:
            return poslist[0].to_bytes(2, "little")
        gaps = [poslist[0], *(after - before for before, after in pairwise(poslist))]
        if max(gaps) >= WIDE:
            gaps = [part for gap in gaps for part in (*(WIDE,) * (gap // WIDE), gap % WIDE)]
        return struct.pack(f"<{len(gaps)}H", *gaps)

    def decode_positions(self, valuestring: bytes) -> list[int]:
        """Return the positions that `encode` was given."""
        gaps = np.frombuffer(valuestring, GAPS)
        positions: list[int] = gaps.cumsum(dtype=np.int64)[gaps != WIDE].tolist()
        return positions

    def decode_frequency(self, valuestring: bytes) -> int:
        """Return how many positions there are."""
        return int(np.count_nonzero(np.frombuffer(valuestring, GAPS) != WIDE))


class PostingField(fields.FieldType):  # type: ignore[misc]
    """A field that takes ready-made postings (a list), or a text for its analyzer."""

    def index(self, value: str | list[Posting], **kwargs: Any) -> Iterator[Posting]:
        """Yield the postings of one document."""
        if isinstance(value, list):
            yield from value
        else:
            yield from super().index(value, **kwargs)


class ArrayColumn(columns.NumericColumn):  # type: ignore[misc]
    """A numeric column that loads as a numpy array."""

    def reader(self, dbfile: Any, basepos: int, length: int, doccount: int) -> Any:
        """Return a reader whose `load` gives the values of all documents."""
        return self.Reader(dbfile, basepos, length, doccount, self._typecode, self._default)

    class Reader(columns.NumericColumn.Reader):  # type: ignore[misc]
        """Reads the stored values, and the default for documents after the last stored one."""

        def load(self) -> np.ndarray[Any, Any]:
            """Return one value per document, in the machine's byte order."""
            stored = self._dbfile.get(self._basepos, self._count * self._fixedlen)
            values = np.full(self._doccount, self._default, dtype=self._typecode)
            values[: self._count] = np.frombuffer(stored, dtype=f">{self._typecode}")[: self._doccount]
            return values


def whoosh_schema() -> fields.Schema:
    """Return the schema of a generation."""
    text = fields.COLUMN(columns.VarBytesColumn())
    schema = fields.Schema(
        **{
            ID: fields.ID(unique=True, sortable=columns.VarBytesColumn()),
            VERSION: fields.COLUMN(ArrayColumn("I")),
            PUBLISHED: fields.COLUMN(ArrayColumn("q", default=UNDATED)),
            UNIT_PATH: text,
            CODES: text,
            COLLECTION: text,
            **{name: PostingField(formats.Existence(), None) for name in CODE_FIELDS},
        }
    )
    for field in FIELDS:
        analyzer = pipelines.whoosh_analyzer(field.layer)
        schema.add(
            field.name, PostingField(PackedPositions() if field.positions else formats.Existence(), analyzer)
        )
        schema.add(length_column(field.name), fields.COLUMN(ArrayColumn("I")))
    return schema


def schema_fingerprint() -> str:
    """Return what identifies this code's index format: its version, its fields, the analyzers."""
    parts = [str(SCHEMA_VERSION), *(field.name for field in FIELDS), *CODE_FIELDS, pipelines.fingerprint()]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]
