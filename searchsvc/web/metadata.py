"""What pages say of themselves to other programs: canonical address, feed, social preview, schema.org.

The primary entrypoints are `PageMetadata`, which `templates/_metadata.html` writes out, and
`article_metadata`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from searchsvc.articles import Article
from searchsvc.queries import SearchQuery
from searchsvc.search.answer import article_path, code_path, unit_path
from searchsvc.search.service import SearchService
from searchsvc.web.caching import base_url
from searchsvc.web.feeds import feed_address
from searchsvc.web.language import localized
from searchsvc.web.links import page_address, source_link
from searchsvc.web.services import services

_DESCRIPTION_CHARS = 200
_MAX_CITED = 50


@dataclass(frozen=True, slots=True)
class PageMetadata:
    """The metadata of one page. `canonical` is its full address, `feed` the address of its feed, `kind` its
    type in social previews, empty where it has none.

    `structured` is a schema.org object; the template writes it as JSON that no text can break out of.
    """

    title: str
    canonical: str
    description: str = ""
    kind: str = "website"
    feed: str = ""
    published: str = ""
    modified: str = ""
    structured: Mapping[str, Any] | None = None


def page_metadata(title: str, path: str, description: str = "", feed: str = "") -> PageMetadata:
    """Return the metadata of the page at `path`, in the language of the current address."""
    return PageMetadata(title, base_url() + localized(path), shortened(description), feed=feed)


def search_metadata(query: SearchQuery) -> PageMetadata:
    """Return the metadata of a page of results; only the front page is one to show elsewhere."""
    is_home = not query.text.strip() and not query.filters
    address = localized("/") if is_home else page_address(query)
    name, kind = services().settings.site_name, "website" if is_home else ""
    return PageMetadata(name, base_url() + address, kind=kind, feed=feed_address(query))


def article_metadata(article: Article, service: SearchService) -> PageMetadata:
    """Return the metadata of an article, as https://schema.org/NewsArticle describes it."""
    published = article.annotations.published
    description, source = shortened(article.summary or article.body), source_link(article.url)
    dates = {
        "datePublished": published.isoformat() if published else None,
        "dateModified": article.imported_at.isoformat(timespec="seconds") if article.version > 1 else None,
    }
    canonical = base_url() + article_path(article.id)
    facts = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "@id": canonical,
        "url": canonical,
        "headline": article.title,
        "description": description,
        "inLanguage": "vi",
        **dates,
        "author": _author(article, service),
        "isPartOf": {"@type": "WebSite", "name": services().settings.site_name, "url": base_url() + "/"},
        "isBasedOn": source.address if source else None,
        "citation": [
            {"@type": "Legislation", "legislationIdentifier": code, "url": base_url() + code_path(code)}
            for code in article.annotations.distinct_codes()[:_MAX_CITED]
        ],
    }
    return PageMetadata(
        title=article.title,
        canonical=base_url() + localized(article_path(article.id)),
        description=description,
        kind="article",
        published=dates["datePublished"] or "",
        modified=dates["dateModified"] or "",
        structured={name: value for name, value in facts.items() if value},
    )


def _author(article: Article, service: SearchService) -> dict[str, str] | None:
    name = service.unit_name(article)
    if name:
        slug = article.annotations.unit
        place = {"url": base_url() + unit_path(slug)} if slug and service.registry.get(slug) else {}
        return {"@type": "Organization", "name": name, **place}
    return {"@type": "Person", "name": article.author} if article.author else None


def shortened(text: str) -> str:
    """Return the beginning of `text` on one line, cut at a word."""
    line = " ".join(text[: 4 * _DESCRIPTION_CHARS].split())
    if len(line) <= _DESCRIPTION_CHARS:
        return line
    return f"{line[: _DESCRIPTION_CHARS - 1].rsplit(' ', 1)[0]}…"
