"""The lines of an export file: what is written of each article and refused item, and how it is read back.

The first line is the header, the last one the trailer; between them stand collections, articles and refused
items. An article's line has the keys that every JSON Lines reader of articles knows, with the texts of the
current version, and beside them `versions` and `identities`. The current version's entry leaves out the texts
that the line has already; earlier ones are whole.
"""

import base64
import json
import re
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, Literal

from pydantic import AwareDatetime, Base64Bytes, BaseModel, Field, TypeAdapter, ValidationError

from searchsvc.archive.identity import check_draft, content_hash, is_article_id
from searchsvc.archive.reading import Stored
from searchsvc.archive.records import ArchiveCounts, RefusedItem, RefusedRecord
from searchsvc.archive.rows import instant_text
from searchsvc.articles import Annotations, Draft
from searchsvc.errors import Message, UnreadableSource

FORMAT = 1

_HEADER = re.compile(rb'(?:\xef\xbb\xbf)?\s{0,16}\{\s{0,16}"searchsvc_export"')
_OF_THE_LINE = ("title", "summary", "body", "url", "published", "unit", "author", "collection")
_ANNOTATIONS = TypeAdapter(Annotations)
_DRAFT = TypeAdapter(Draft)


class Header(BaseModel):
    """The first line: the format, and how the archive stood."""

    searchsvc_export: Literal[1]
    schema_version: int = Field(alias="schema")
    change: int = Field(ge=0)
    counts: ArchiveCounts


class CollectionLine(BaseModel):
    """A collection and its name."""

    searchsvc_collection: str
    name: str


class VersionEntry(BaseModel):
    """One version; `draft` lacks the texts of the line if it is the current one."""

    number: int
    change: int
    content_hash: str
    imported_at: AwareDatetime
    draft: dict[str, Any]
    annotations: Annotations


class IdentityEntry(BaseModel):
    """An identity key of the article and the content that it last brought."""

    key: str = Field(min_length=1, max_length=500)
    content_hash: str


class ArticleLine(BaseModel, extra="allow"):
    """An article; the keys that every reader of articles knows are among the extra ones."""

    id: str
    versions: list[VersionEntry] = Field(min_length=1)
    identities: list[IdentityEntry]


class RefusedLine(BaseModel):
    """A refused item with what was kept of its bytes."""

    searchsvc_refused: str
    position: int
    reason: Message
    size: int = Field(ge=0)
    digest: str = Field(pattern=r"^[0-9a-f]{64}$")
    seen_at: AwareDatetime
    original: Base64Bytes

    def item(self) -> RefusedItem:
        """Return the item as it was refused."""
        return RefusedItem(
            self.searchsvc_refused, self.position, self.reason, self.original, self.size, self.digest
        )


class Trailer(BaseModel):
    """The last line; `sha256` is that of all bytes before it."""

    searchsvc_end: Literal[1]
    counts: ArchiveCounts
    sha256: str


Line = Header | CollectionLine | ArticleLine | RefusedLine | Trailer
_KINDS: tuple[tuple[bytes, type[Line]], ...] = (
    (b'{"searchsvc_export"', Header),
    (b'{"searchsvc_collection"', CollectionLine),
    (b'{"searchsvc_refused"', RefusedLine),
    (b'{"searchsvc_end"', Trailer),
)


def is_export(first_line: bytes) -> bool:
    """Return whether a file that begins with `first_line` is an export of an archive."""
    return _HEADER.match(first_line) is not None


def parse(line: bytes) -> Line:
    """Return what one line says. Raises UnreadableSource: not JSON, a wrong value, an id we cannot keep."""
    kind = next((kind for start, kind in _KINDS if line.startswith(start)), ArticleLine)
    try:
        return kind.model_validate_json(line)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])[:100]
        raise UnreadableSource(
            vi=f"{where}: {first['msg']}".strip(": "), en=f"{where}: {first['msg']}".strip(": ")
        ) from error


def drafts_of(line: ArticleLine) -> list[Draft]:
    """Return the drafts of all versions, oldest first. Raises UnreadableSource for a contradiction."""
    if not is_article_id(line.id):
        raise _contradiction("id")
    if [entry.number for entry in line.versions] != list(range(1, len(line.versions) + 1)):
        raise _contradiction("versions.number")
    shared = {name: value for name, value in (line.model_extra or {}).items() if name in _OF_THE_LINE}
    drafts = []
    for entry in line.versions:
        fields = entry.draft if entry is not line.versions[-1] else {**shared, **entry.draft}
        try:
            draft = _DRAFT.validate_python(fields)
        except ValidationError as error:
            raise _contradiction(f"versions.{entry.number}.draft") from error
        check_draft(draft)
        if content_hash(draft) != entry.content_hash or draft.id not in (None, line.id):
            raise _contradiction(f"versions.{entry.number}.content_hash")
        drafts.append(draft)
    return drafts


def article_line(stored: Sequence[Stored], identities: Sequence[tuple[str, str]]) -> bytes:
    """Return the line of one article, given all its versions, oldest first, and its identities."""
    current = stored[-1].draft
    line: dict[str, Any] = {"id": stored[-1].pair[0]}
    line |= {name: value for name in _OF_THE_LINE if (value := getattr(current, name)) is not None}
    line["versions"] = [_version_entry(one, whole=one is not stored[-1]) for one in stored]
    line["identities"] = [{"key": key, "content_hash": content} for key, content in sorted(identities)]
    return encoded(line)


def refused_line(record: RefusedRecord, original: bytes) -> bytes:
    """Return the line of one refused item."""
    return encoded(
        {
            "searchsvc_refused": record.source,
            "position": record.position,
            "reason": list(record.reason),
            "size": record.size,
            "digest": record.digest,
            "seen_at": instant_text(record.seen_at),
            "original": base64.b64encode(original).decode(),
        }
    )


def encoded(line: dict[str, Any]) -> bytes:
    """Return one line of JSON in UTF-8, its line break included."""
    return json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _version_entry(stored: Stored, *, whole: bool) -> dict[str, Any]:
    draft = asdict(stored.draft)
    return {
        "number": stored.pair[1],
        "change": stored.change,
        "content_hash": stored.content_hash,
        "imported_at": stored.imported_at,
        "draft": {name: value for name, value in draft.items() if whole or name not in _OF_THE_LINE},
        "annotations": _ANNOTATIONS.dump_python(stored.found, mode="json"),
    }


def _contradiction(where: str) -> UnreadableSource:
    return UnreadableSource(
        vi=f"{where} không khớp với phần còn lại của dòng", en=f"{where} contradicts the rest of the line"
    )
