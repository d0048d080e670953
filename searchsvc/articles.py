"""The article: as a reader takes it from a source, and as the archive keeps it.

The primary entrypoints are `Draft` (before the archive) and `Article` (after it).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import Literal

VIETNAM_TIME = timezone(timedelta(hours=7))
"""The time of every timestamp that names no other zone (GMT+7, no daylight saving)."""

Part = Literal["title", "summary", "body", "captions"]
PARTS: tuple[Part, ...] = ("title", "summary", "body", "captions")

DEFAULT_COLLECTION = "ban-tin"


@dataclass(frozen=True, slots=True)
class Draft:
    """What a reader took from one source: cleaned NFC text, nothing looked up yet.

    `published` and `unit` are as the source prints them. `source` says where the item came from, for
    people (a path, with `:12` for line 12). `source_key` identifies the item's place between two imports;
    it is None where the content alone is the identity.
    """

    title: str
    body: str
    summary: str = ""
    captions: tuple[str, ...] = ()
    id: str | None = None
    url: str | None = None
    published: str | None = None
    unit: str | None = None
    author: str | None = None
    collection: str | None = None
    source: str = ""
    source_key: str | None = None

    def texts(self) -> Iterator[tuple[Part, str]]:
        """Yield each part that has text, in the order of PARTS; these are the texts of its article too."""
        return _texts(self)


MentionKind = Literal["full", "partial", "named"]


@dataclass(frozen=True, slots=True)
class CodeMention:
    """One mention of a document in one part of an article.

    `start` and `end` are character offsets into that part as archived (captions are joined by a line
    break); `raw` is the text between them. `code` is the canonical form ('05-CT/TW'); for a mention that
    names no issuer and is not linked to a full code it is None, and `key` ('05-CT') is all that is known.
    """

    part: Part
    start: int
    end: int
    raw: str
    kind: MentionKind
    code: str | None
    key: str
    type: str
    number: str
    year: int | None = None
    issuer: str | None = None
    noun: str | None = None
    issued: date | None = None
    term: str | None = None
    issuer_phrase: str | None = None
    subject: str | None = None


@dataclass(frozen=True, slots=True)
class Annotations:
    """What extraction found in one version of an article; derived, so it can be made again.

    `fingerprint` names the rules and the registry that made it (`extract.annotate.fingerprint`).
    `warnings` are what a staff member should look at: an unknown unit, an impossible date.
    """

    published: datetime | None = None
    unit: str | None = None
    codes: tuple[CodeMention, ...] = ()
    fingerprint: str = ""
    warnings: tuple[tuple[str, str], ...] = ()

    def distinct_codes(self) -> tuple[str, ...]:
        """Return each known canonical code once, in order of first mention."""
        return tuple(dict.fromkeys(mention.code for mention in self.codes if mention.code))


@dataclass(frozen=True, slots=True)
class Article:
    """One version of an archived article. `version` counts from 1; `change` orders all changes."""

    id: str
    version: int
    change: int
    content_hash: str
    collection: str
    title: str
    summary: str
    body: str
    captions: tuple[str, ...]
    url: str | None
    author: str | None
    unit_text: str | None
    published_text: str | None
    source: str
    imported_at: datetime
    annotations: Annotations

    def text_of(self, part: Part) -> str:
        """Return the text of `part` to which offsets of mentions and marks refer."""
        return _text_of(self, part)

    def texts(self) -> Iterator[tuple[Part, str]]:
        """Yield each part that has text."""
        return _texts(self)


def _texts(source: Draft | Article) -> Iterator[tuple[Part, str]]:
    for part in PARTS:
        text = _text_of(source, part)
        if text:
            yield part, text


def _text_of(source: Draft | Article, part: Part) -> str:
    return "\n".join(source.captions) if part == "captions" else str(getattr(source, part))
