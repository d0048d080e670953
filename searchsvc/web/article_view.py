"""The article page: from an article as archived to what the template shows. No HTML here, only values.

The primary entrypoint is `article_view`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from searchsvc.archive.records import VersionInfo
from searchsvc.articles import Article, CodeMention, Part
from searchsvc.queries import SearchQuery
from searchsvc.results import Segment
from searchsvc.search.answer import article_path
from searchsvc.search.service import Neighbourhood, SearchService
from searchsvc.web import proposals
from searchsvc.web.caching import base_url
from searchsvc.web.links import (
    Link,
    article_address,
    code_address,
    page_address,
    source_link,
    unit_address,
)
from searchsvc.web.metadata import PageMetadata, article_metadata
from searchsvc.web.proposals import SimilarLink
from searchsvc.web.runs import Run, linked, paragraphs
from searchsvc.web.services import services
from searchsvc.web.wording import day

_SEPARATORS: dict[Part, str] = {"summary": "\n\n", "body": "\n\n", "captions": "\n"}


@dataclass(frozen=True, slots=True)
class VersionLink:
    """One version of the article: its number, when it came into the archive, and where it is shown."""

    number: int
    since: datetime
    address: str
    chosen: bool
    is_current: bool


@dataclass(frozen=True, slots=True)
class ArticleView:
    """Everything that the article page shows. `current` leads from an earlier version to the current one."""

    article: Article
    title: tuple[Segment, ...]
    summary: tuple[tuple[Run, ...], ...]
    body: tuple[tuple[Run, ...], ...]
    captions: tuple[tuple[Run, ...], ...]
    unit: Link | None
    codes: tuple[Link, ...]
    text: str
    back: str | None
    source: Link | None
    citation: str
    versions: tuple[VersionLink, ...]
    current: str | None
    similar: tuple[SimilarLink, ...]
    co_cited: tuple[Link, ...]
    metadata: PageMetadata


def article_view(
    article: Article,
    marked: Mapping[str, tuple[Segment, ...]],
    service: SearchService,
    asked: SearchQuery,
    versions: Sequence[VersionInfo],
    neighbours: Neighbourhood,
) -> ArticleView:
    """Return what the page of `article`, one of `versions`, shows."""

    def part(name: Part) -> tuple[tuple[Run, ...], ...]:
        mentions = [mention for mention in article.annotations.codes if mention.part == name]
        return paragraphs(linked(marked.get(name, ()), mentions, _mention_address), _SEPARATORS[name])

    slug, name = article.annotations.unit, service.unit_name(article)
    latest = max((version.number for version in versions), default=article.version)
    return ArticleView(
        article=article,
        title=marked.get("title", ()),
        summary=part("summary"),
        body=part("body"),
        captions=part("captions"),
        unit=Link(name, unit_address(slug) if slug and service.registry.get(slug) else "") if name else None,
        codes=tuple(Link(code, code_address(code)) for code in article.annotations.distinct_codes()),
        text=asked.text,
        back=page_address(asked) if asked.text.strip() else None,
        source=source_link(article.url),
        citation=_citation(article, name, changed=len(versions) > 1),
        versions=tuple(_versions(article, asked, versions, latest)) if len(versions) > 1 else (),
        current=article_address(article.id, asked.text, asked.asis) if article.version != latest else None,
        similar=tuple(proposals.similar_links(neighbours)),
        co_cited=tuple(proposals.co_cited_links(neighbours)),
        metadata=article_metadata(article, service),
    )


def _mention_address(mention: CodeMention) -> str:
    """Return where a mention leads: to its document, or to the page of what it leaves open ('05-CT')."""
    return code_address(mention.code or mention.key)


def _versions(
    article: Article, asked: SearchQuery, versions: Sequence[VersionInfo], latest: int
) -> list[VersionLink]:
    """Return the versions, the newest first."""
    return [
        VersionLink(
            number=version.number,
            since=version.imported_at,
            address=article_address(
                article.id, asked.text, asked.asis, version.number if version.number != latest else None
            ),
            chosen=version.number == article.version,
            is_current=version.number == latest,
        )
        for version in sorted(versions, key=lambda version: -version.number)
    ]


def _citation(article: Article, unit: str, *, changed: bool) -> str:
    """Return one line that names the article, its publisher, its day and where this text lies for good."""
    published = article.annotations.published
    address = base_url() + article_path(article.id)
    if changed:
        address += f"?version={article.version}"
    facts = [
        unit,
        f"“{article.title}”",
        day(published) if published else "",
        services().settings.site_name,
        address,
    ]
    return ", ".join(filter(None, facts))
