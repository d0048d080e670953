"""`/feed.atom`: any search as an Atom feed (RFC 4287), newest first, with the parameters of the search page.

Identifiers are made from the site and the article alone, so they outlive a change of title, of address and
of version.
"""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import NAMESPACE_URL, uuid5
from xml.etree.ElementTree import Element

from flask import Blueprint, Response, request

from searchsvc.articles import Article
from searchsvc.queries import FacetName, SearchQuery, Sort
from searchsvc.results import Hit, ResultPage
from searchsvc.search.answer import article_path
from searchsvc.search.service import SearchService
from searchsvc.web.caching import base_url, revalidate
from searchsvc.web.links import source_link
from searchsvc.web.parameters import FeedParameters
from searchsvc.web.params import address_of, query_from
from searchsvc.web.services import search_service, services
from searchsvc.web.wording import typed_day
from searchsvc.web.xml_text import child, document

feeds = Blueprint("feeds", __name__)

PATH = "/feed.atom"
MIME_TYPE = "application/atom+xml"
_MAX_AGE_S = 300
_SUMMARY_CHARS = 400
_NAMESPACE = "http://www.w3.org/2005/Atom"


@feeds.get(PATH)
def feed() -> Response:
    """Answer the newest articles of a search; `limit` says how many."""
    service = search_service()
    limit = FeedParameters.read(request.args, service).limit
    asked = replace(query_from(request.args, service, limit), sort=Sort.NEWEST, page=1, per_page=limit)
    revalidate(asked, max_age_s=_MAX_AGE_S)
    found = service.search(asked, facets=())
    # What only has some of the words is no answer that a reader subscribed to.
    hits = () if found.partial else found.hits
    updated = max((hit.article.imported_at for hit in hits), default=service.engine.status().built_at)
    response = Response(
        document(_feed(found, hits, updated, service)), content_type=f"{MIME_TYPE}; charset=utf-8"
    )
    response.last_modified = updated.replace(microsecond=0)
    if "If-None-Match" not in request.headers:  # which alone would decide (RFC 9110, 13.1.3)
        response.make_conditional(request)
    return response


def feed_address(query: SearchQuery) -> str:
    """Return the path and query of the feed of `query`; order and page are the feed's own."""
    return address_of(replace(query, sort=None, page=1), PATH)


def _feed(found: ResultPage, hits: tuple[Hit, ...], updated: datetime, service: SearchService) -> Element:
    site, address = base_url(), feed_address(found.query)
    root = Element("feed", {"xmlns": _NAMESPACE, "xml:lang": "vi"})
    child(root, "title", _title(found.query, service))
    child(root, "id", _identifier(f"feed {address}"))
    child(root, "updated", _instant(updated))
    child(root, "link", rel="self", type=MIME_TYPE, href=site + address)
    search = replace(found.query, sort=Sort.NEWEST if found.query.text else None)
    child(root, "link", rel="alternate", type="text/html", href=site + address_of(search))
    child(child(root, "author"), "name", services().settings.site_name)
    for hit in hits:
        _entry(root, hit, service)
    return root


def _entry(root: Element, hit: Hit, service: SearchService) -> None:
    article, found = hit.article, hit.article.annotations
    entry = child(root, "entry")
    child(entry, "title", article.title)
    child(entry, "id", _identifier(f"article {article.id}"))
    child(entry, "updated", _instant(_updated(article)))
    if found.published:
        child(entry, "published", _instant(found.published))
    child(entry, "link", rel="alternate", type="text/html", href=base_url() + article_path(article.id))
    source = source_link(article.url)
    if source:
        child(entry, "link", rel="via", href=source.address)
    author = service.unit_name(article) or article.author
    if author:
        child(child(entry, "author"), "name", author)
    for code in found.distinct_codes():
        child(entry, "category", term=code)
    child(entry, "summary", _summary(hit))


def _updated(article: Article) -> datetime:
    """Return when the article last changed: as published, or when a later version of it came in."""
    published = article.annotations.published
    return published if published and article.version == 1 else article.imported_at


def _summary(hit: Hit) -> str:
    text = hit.article.summary or " … ".join(
        "".join(segment.text for segment in snippet) for snippet in hit.snippets
    )
    return text if len(text) <= _SUMMARY_CHARS else f"{text[: _SUMMARY_CHARS - 1].rsplit(' ', 1)[0]}…"


def _title(query: SearchQuery, service: SearchService) -> str:
    """Return the name of the site with what is asked, in words of no language."""
    days, filters = query.filters.published, query.filters
    parts = [
        query.text.strip(),
        *filters.codes,
        *(service.label(FacetName.UNIT, unit) for unit in filters.units),
        *(service.label(FacetName.COLLECTION, slug) for slug in filters.collections),
        "–".join(typed_day(day) if day else "" for day in (days.first, days.last)) if days else "",
    ]
    asked = " · ".join(filter(None, parts))
    name = services().settings.site_name
    return f"{name}: {asked}" if asked else name


def _identifier(name: str) -> str:
    site = services().settings.base_url or services().settings.site_name
    return uuid5(NAMESPACE_URL, f"{site} {name}").urn


def _instant(value: datetime) -> str:
    return value.astimezone(UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z")
