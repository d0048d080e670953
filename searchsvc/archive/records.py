"""What goes into the archive beside drafts, and what it answers beside articles: plain values."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Literal, NamedTuple

from searchsvc.errors import Message

Status = Literal["new", "changed", "unchanged"]


class Outcome(NamedTuple):
    """What became of one draft: the article it belongs to and that article's current version."""

    status: Status
    article_id: str
    version: int


class RefusedItem(NamedTuple):
    """What could not be read: where it stood, why, and its bytes.

    `position` is the line or row in `source`, from 1; 0 means the whole file. A caller that has only the
    beginning of a large item gives that as `original`, with the `size` and sha256 `digest` of the whole.
    """

    source: str
    position: int
    reason: Message
    original: bytes
    size: int | None = None
    digest: str | None = None


class RefusedRecord(NamedTuple):
    """A refused item as kept; `Archive.original_of(id)` gives its bytes.

    `size` (bytes) and `digest` (sha256) are those of the whole item; `kept` is how many bytes are stored.
    """

    id: int
    source: str
    position: int
    reason: Message
    size: int
    digest: str
    kept: int
    seen_at: datetime

    @property
    def truncated(self) -> bool:
        """Return whether only the beginning of the item is stored."""
        return self.kept < self.size


class Segmented(NamedTuple):
    """What segmentation made of texts (`analysis.compounds.word_joins`), and the fingerprint of its rules."""

    joins: Mapping[str, bytes]
    fingerprint: str


class Headline(NamedTuple):
    """An article in one line: its current title and its publication, ISO 8601 in UTC or None."""

    id: str
    title: str
    published: str | None


class Standing(NamedTuple):
    """Where an article stands: its current version, and the change that brought it."""

    id: str
    version: int
    change: int


class VersionInfo(NamedTuple):
    """One line of an article's history."""

    number: int
    imported_at: datetime
    title: str
    content_hash: str


class Collection(NamedTuple):
    """A collection, its name for people, and how many articles are in it now."""

    slug: str
    name: str
    articles: int


class ArchiveCounts(NamedTuple):
    """How much is in the archive; `versions` counts the current ones too."""

    articles: int
    versions: int
    refused: int
    collections: int


class ImportCounts(NamedTuple):
    """What became of the articles and refused items of an export file."""

    new: int
    changed: int
    unchanged: int
    refused: int


class CitedDocument(NamedTuple):
    """A document that articles cite; one code has several where they date it differently.

    `articles` counts those whose current version gives `issued`; None stands for no date.
    """

    code: str
    issued: date | None
    term: str | None
    articles: int


class CitedCode(NamedTuple):
    """A code that articles cite.

    `articles` counts those whose current version mentions it; `first` and `last` are the earliest and the
    latest publication among them, None where no article has a date.
    """

    code: str
    articles: int
    first: datetime | None
    last: datetime | None


class CitedFragment(NamedTuple):
    """What articles say of a document without telling whose it is ('05-CT'); the rest as in `CitedCode`."""

    key: str
    type: str
    articles: int
    first: datetime | None
    last: datetime | None


class IssueYear(NamedTuple):
    """A year in which the document of a code was issued, as that many articles say."""

    code: str
    year: int
    articles: int


class Wording(NamedTuple):
    """How articles speak of the document of a code: that many of them in just these words."""

    noun: str | None
    issuer_phrase: str | None
    subject: str | None
    issued: date | None
    term: str | None
    articles: int


class Arrival(NamedTuple):
    """An article and when its current version came into the archive."""

    id: str
    imported_at: datetime


class ArrivalPart(NamedTuple):
    """One part of all articles, numbered from 1: how many are in it, and when the latest came."""

    number: int
    articles: int
    latest: datetime
