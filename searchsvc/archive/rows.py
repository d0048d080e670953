"""Values to rows and rows to values: the only place that knows both `Draft` and the columns."""

from collections.abc import Sequence
from datetime import MAXYEAR, MINYEAR, UTC, date, datetime
from typing import Any

from sqlalchemy import RowMapping

from searchsvc.archive.identity import collection_slug, storable
from searchsvc.archive.schema import annotations, mentions, versions
from searchsvc.articles import VIETNAM_TIME, Annotations, Article, CodeMention, Draft

Row = dict[str, Any]

MENTION_COLUMNS = (
    mentions.c.part,
    mentions.c.start_offset,
    mentions.c.end_offset,
    mentions.c.raw,
    mentions.c.kind,
    mentions.c.code,
    mentions.c.code_key,
    mentions.c.type,
    mentions.c.code_number,
    mentions.c.year,
    mentions.c.issuer,
    mentions.c.noun,
    mentions.c.issued,
    mentions.c.term,
    mentions.c.issuer_phrase,
    mentions.c.subject,
)
"""The columns of a `CodeMention`, in the order of its fields."""

_ISSUED = [column.key for column in MENTION_COLUMNS].index(mentions.c.issued.key)


def instant_text(instant: datetime) -> str:
    """Return an aware `instant` as the archive writes it: '2022-01-07T02:44:00.000000Z'."""
    if instant.tzinfo is None:
        raise ValueError(f"instant without a time zone: {instant}")
    return instant.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def instant_from(text: str) -> datetime:
    """Return what `instant_text` wrote, in UTC."""
    return datetime.fromisoformat(text)


def version_row(article_id: str, number: int, draft: Draft, content_hash: str, imported_at: str) -> Row:
    """Return the row of `versions` for one draft."""
    return {
        "article_id": article_id,
        "number": number,
        "content_hash": content_hash,
        "imported_at": imported_at,
        "title": draft.title,
        "summary": draft.summary,
        "body": draft.body,
        "captions": list(draft.captions),
        "draft_id": draft.id,
        "url": draft.url,
        "published": draft.published,
        "unit": draft.unit,
        "author": draft.author,
        "collection": draft.collection,
        "source": storable(draft.source),
        "source_key": None if draft.source_key is None else storable(draft.source_key),
    }


def draft_from(row: RowMapping) -> Draft:
    """Return the draft that a row of `versions` keeps."""
    return Draft(
        title=row["title"],
        body=row["body"],
        summary=row["summary"],
        captions=tuple(row["captions"]),
        id=row["draft_id"],
        url=row["url"],
        published=row["published"],
        unit=row["unit"],
        author=row["author"],
        collection=row["collection"],
        source=row["source"],
        source_key=row["source_key"],
    )


def annotation_row(article_id: str, number: int, change: int, found: Annotations) -> Row:
    """Return the row of `annotations`; the mentions are rows of their own."""
    return {
        "article_id": article_id,
        "number": number,
        "change": change,
        "published": _published_text(found.published),
        "unit": found.unit,
        "fingerprint": found.fingerprint,
        "warnings": [list(warning) for warning in found.warnings],
    }


def _published_text(published: datetime | None) -> str | None:
    # The first and last year cannot be moved between time zones; no bulletin is of either.
    if published is None or published.year in (MINYEAR, MAXYEAR):
        return None
    return instant_text(published)


def mention_rows(article_id: str, number: int, found: Sequence[CodeMention]) -> list[Row]:
    """Return the rows of `mentions`, in the order of the annotations."""
    return [
        {
            "article_id": article_id,
            "number": number,
            "ordinal": ordinal,
            "part": mention.part,
            "start_offset": mention.start,
            "end_offset": mention.end,
            "raw": mention.raw,
            "kind": mention.kind,
            "code": mention.code,
            "code_key": mention.key,
            "type": mention.type,
            "code_number": mention.number,
            "year": mention.year,
            "issuer": mention.issuer,
            "noun": mention.noun,
            "issued": None if mention.issued is None else mention.issued.isoformat(),
            "term": mention.term,
            "issuer_phrase": mention.issuer_phrase,
            "subject": mention.subject,
        }
        for ordinal, mention in enumerate(found)
    ]


def mention_from(values: Sequence[Any]) -> CodeMention:
    """Return the mention that a row keeps, its values in the order of `MENTION_COLUMNS`."""
    fields = list(values)
    if fields[_ISSUED] is not None:
        fields[_ISSUED] = date.fromisoformat(fields[_ISSUED])
    return CodeMention(*fields)


def annotations_from(row: RowMapping, cited: Sequence[CodeMention]) -> Annotations:
    """Return the annotations of a row of `reading.SELECT_VERSION`; times are in Vietnam's zone."""
    names = ("found_published", "found_unit", "found_fingerprint", "found_warnings")
    return _annotations(cited, *(row[name] for name in names))


def _annotations(
    cited: Sequence[CodeMention],
    published: str | None,
    unit: str | None,
    fingerprint: str,
    warnings: Sequence[Sequence[str]],
) -> Annotations:
    return Annotations(
        published=None if published is None else instant_from(published).astimezone(VIETNAM_TIME),
        unit=unit,
        codes=tuple(cited),
        fingerprint=fingerprint,
        warnings=tuple((warning[0], warning[1]) for warning in warnings),
    )


ARTICLE_COLUMNS = (
    versions.c.article_id,
    versions.c.number,
    annotations.c.change,
    versions.c.content_hash,
    versions.c.collection,
    versions.c.title,
    versions.c.summary,
    versions.c.body,
    versions.c.captions,
    versions.c.url,
    versions.c.author,
    versions.c.unit,
    versions.c.published,
    versions.c.source,
    versions.c.imported_at,
    annotations.c.published,
    annotations.c.unit,
    annotations.c.fingerprint,
    annotations.c.warnings,
)
"""The columns of an `Article`, in the order of its fields, and of its annotations."""


def article_from(values: Sequence[Any], cited: Sequence[CodeMention]) -> Article:
    """Return the article that a row keeps, its values in the order of `ARTICLE_COLUMNS`."""
    article_id, number, change, content_hash, collection, title, summary, body, captions, *others = values
    url, author, unit, published, source, imported_at, *found = others
    return Article(
        id=article_id,
        version=number,
        change=change,
        content_hash=content_hash,
        collection=collection_slug(collection),
        title=title,
        summary=summary,
        body=body,
        captions=tuple(captions),
        url=url,
        author=author,
        unit_text=unit,
        published_text=published,
        source=source,
        imported_at=instant_from(imported_at),
        annotations=_annotations(cited, *found),
    )
