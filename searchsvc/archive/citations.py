"""Queries that read which documents articles cite, in their current versions; on an open connection."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Select, and_, bindparam, func, select

from searchsvc.archive.reading import chunks
from searchsvc.archive.records import CitedCode, CitedDocument, CitedFragment, IssueYear, Wording
from searchsvc.archive.rows import instant_from
from searchsvc.archive.schema import annotations, articles, mentions

_IN_CURRENT = and_(mentions.c.article_id == articles.c.id, mentions.c.number == articles.c.version)
_OF_CURRENT = and_(annotations.c.article_id == articles.c.id, annotations.c.number == articles.c.version)
_ARTICLES = func.count(mentions.c.article_id.distinct()).label("articles")

_CITED = mentions.join(articles, _IN_CURRENT)
_FIRST = func.min(annotations.c.published).label("first")
_LAST = func.max(annotations.c.published).label("last")

_SELECT_DOCUMENTS = (
    select(mentions.c.code, mentions.c.issued, func.max(mentions.c.term).label("term"), _ARTICLES)
    .select_from(_CITED)
    .where(mentions.c.code.in_(bindparam("codes", expanding=True)))
    .group_by(mentions.c.code, mentions.c.issued)
)
# Outer joins from the articles: SQLite then walks articles and mentions side by side. From the index of
# codes it would look up the article of every mention, which takes several times as long.
_OF_ARTICLE = articles.outerjoin(mentions, _IN_CURRENT)
_SELECT_CODES = (
    select(mentions.c.code, func.count(articles.c.id.distinct()).label("articles"), _FIRST, _LAST)
    .select_from(_OF_ARTICLE.outerjoin(annotations, _OF_CURRENT))
    .group_by(mentions.c.code)
    .having(mentions.c.code.is_not(None))
)
_SELECT_FRAGMENTS = (
    select(
        mentions.c.code_key,
        func.min(mentions.c.type).label("type"),
        func.count(articles.c.id.distinct()).label("articles"),
        _FIRST,
        _LAST,
    )
    .select_from(
        articles.outerjoin(mentions, and_(_IN_CURRENT, mentions.c.code.is_(None))).outerjoin(
            annotations, _OF_CURRENT
        )
    )
    .group_by(mentions.c.code_key)
    .having(mentions.c.code_key.is_not(None))
)
_YEAR = func.substr(mentions.c.issued, 1, 4).label("year")
_SELECT_YEARS = (
    select(mentions.c.code, _YEAR, func.count(articles.c.id.distinct()).label("articles"))
    .select_from(_OF_ARTICLE)
    .group_by(mentions.c.code, _YEAR)
    .having(mentions.c.code.is_not(None), _YEAR.is_not(None))
)
_WORDS = (
    mentions.c.noun,
    mentions.c.issuer_phrase,
    mentions.c.subject,
    mentions.c.issued,
    mentions.c.term,
)
_SELECT_WORDINGS: Select[Any] = select(*_WORDS, _ARTICLES).select_from(_CITED).group_by(*_WORDS)


def documents_of(connection: Connection, codes: Sequence[str]) -> list[CitedDocument]:
    """Return the documents with these canonical codes that current versions cite, the most cited first."""
    found = [
        CitedDocument(row.code, _day(row.issued), row.term, row.articles)
        for some in chunks(list(dict.fromkeys(codes)))
        for row in connection.execute(_SELECT_DOCUMENTS, {"codes": list(some)})
    ]
    return sorted(found, key=lambda cited: (-cited.articles, cited.code, cited.issued or date.max))


def cited_codes(connection: Connection) -> list[CitedCode]:
    """Return every code that current versions cite, in no order."""
    return [
        CitedCode(row.code, row.articles, _instant(row.first), _instant(row.last))
        for row in connection.execute(_SELECT_CODES)
    ]


def cited_fragments(connection: Connection) -> list[CitedFragment]:
    """Return every key of the mentions in current versions that have no code, in no order."""
    return [
        CitedFragment(row.code_key, row.type, row.articles, _instant(row.first), _instant(row.last))
        for row in connection.execute(_SELECT_FRAGMENTS)
    ]


def issue_years(connection: Connection) -> list[IssueYear]:
    """Return the years of the issue dates that current versions give to each code; in no order."""
    return [IssueYear(row.code, int(row.year), row.articles) for row in connection.execute(_SELECT_YEARS)]


def wordings_of_code(connection: Connection, code: str) -> list[Wording]:
    """Return how current versions speak of the document of `code`, what most of them say first."""
    return _wordings(connection, _SELECT_WORDINGS.where(mentions.c.code == code))


def wordings_of_fragment(connection: Connection, key: str) -> list[Wording]:
    """Return the same of the mentions without a code that have this key."""
    return _wordings(
        connection, _SELECT_WORDINGS.where(mentions.c.code_key == key, mentions.c.code.is_(None))
    )


def _wordings(connection: Connection, query: Select[Any]) -> list[Wording]:
    found = [
        Wording(row.noun, row.issuer_phrase, row.subject, _day(row.issued), row.term, row.articles)
        for row in connection.execute(query)
    ]
    return sorted(found, key=lambda wording: (-wording.articles, str(wording)))


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _instant(text: str | None) -> datetime | None:
    return instant_from(text) if text else None
