"""For browsers and crawlers: the OpenSearch description, the sitemap and robots.txt.

The sitemap is an index of parts (sitemaps.org: at most 50,000 addresses and 50 MB each). Articles lie in
parts by their last change, so that a part which a crawler has read stays as it is while the archive grows.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from xml.etree.ElementTree import Element
from xml.sax.saxutils import escape

from flask import Blueprint, Response, abort

from searchsvc.search.answer import article_path, code_path, unit_path
from searchsvc.search.document_list import ListedDocument
from searchsvc.web.caching import base_url, revalidate, static_address
from searchsvc.web.feeds import MIME_TYPE as ATOM
from searchsvc.web.feeds import PATH as FEED_PATH
from searchsvc.web.language import NAMES, PARAMETER
from searchsvc.web.services import catalogue, search_service, services
from searchsvc.web.xml_text import child, document, xml_text

discovery = Blueprint("discovery", __name__)

PART = 20_000
"""Addresses in one part: even the longest ids, percent-encoded, keep it below 50 MB."""

_MAX_AGE_S = 3600
_SHORT_NAME_CHARS = 16
_DESCRIPTION_CHARS = 1024
_SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
_OPENSEARCH = "http://a9.com/-/spec/opensearch/1.1/"

# Each narrowing of a search, each order and each page of it is an address; crawlers would never end. Articles
# and documents are all in the sitemap. An address with the language alone is a page of its own.
_ROBOTS = """User-agent: *
Disallow: /search
Disallow: /feed.atom
Disallow: /api/
Disallow: /embed
Disallow: /*?*q=
{queries}
Sitemap: {site}/sitemap.xml
"""
_SECTIONS = ("/articles/", "/codes/", "/units/")


@discovery.get("/robots.txt")
def robots() -> Response:
    """Answer what crawlers may read: articles, documents and units, no combinations of filters."""
    rules = [f"Disallow: {section}*?" for section in _SECTIONS]
    rules += [f"Allow: {section}*?{PARAMETER}={name}$" for section in _SECTIONS for name in NAMES]
    return Response(
        _ROBOTS.format(queries="\n".join(rules), site=base_url()), content_type="text/plain; charset=utf-8"
    )


@discovery.get("/opensearch.xml")
def opensearch() -> Response:
    """Answer the description by which browsers add the search (OpenSearch 1.1, draft 6)."""
    site, name = base_url(), services().settings.site_name
    root = Element("OpenSearchDescription", {"xmlns": _OPENSEARCH})
    child(root, "ShortName", name[:_SHORT_NAME_CHARS])
    child(root, "Description", name[:_DESCRIPTION_CHARS])
    child(root, "Language", "vi")
    child(root, "Language", "en")
    child(root, "InputEncoding", "UTF-8")
    child(root, "OutputEncoding", "UTF-8")
    icon = site + static_address("icon.svg")
    child(root, "Image", icon, width="16", height="16", type="image/svg+xml")
    for kind, path in (("text/html", "/search"), (ATOM, FEED_PATH)):
        child(root, "Url", type=kind, method="get", template=f"{site}{path}?q={{searchTerms}}")
    own = f"{site}/opensearch.xml"
    child(root, "Url", type="application/opensearchdescription+xml", rel="self", template=own)
    return Response(document(root), content_type="application/opensearchdescription+xml; charset=utf-8")


@discovery.get("/sitemap.xml")
def sitemap() -> Response:
    """Answer the index of all parts."""
    revalidate(max_age_s=_MAX_AGE_S)
    parts: list[tuple[str, datetime | None]] = [("pages", None)]
    count = len(catalogue().documents().documents)
    parts += [(f"codes-{number}", None) for number in range(1, -(-count // PART) + 1)]
    parts += [(f"articles-{part.number}", part.latest) for part in catalogue().article_parts(PART)]
    return _xml(_located("sitemapindex", "sitemap", ((f"/sitemap-{name}.xml", at) for name, at in parts)))


@discovery.get("/sitemap-pages.xml")
def sitemap_pages() -> Response:
    """Answer the pages that there is one of, and the units."""
    revalidate(max_age_s=_MAX_AGE_S)
    units = (unit_path(unit.slug) for unit in search_service().registry.units)
    return _xml(_located("urlset", "url", ((path, None) for path in ("/", "/codes/", "/units/", *units))))


@discovery.get("/sitemap-codes-<int:part>.xml")
def sitemap_codes(part: int) -> Response:
    """Answer the dossiers of one part of the documents, by name."""
    revalidate(max_age_s=_MAX_AGE_S)
    documents = sorted(catalogue().documents().documents, key=_name)[max(0, part - 1) * PART :][:PART]
    if part < 1 or not documents:
        abort(404)
    return _xml(_located("urlset", "url", ((code_path(each.name), None) for each in documents)))


@discovery.get("/sitemap-articles-<int:part>.xml")
def sitemap_articles(part: int) -> Response:
    """Answer the articles of one part with the instants of their last change."""
    revalidate(max_age_s=_MAX_AGE_S)
    arrivals = search_service().archive.arrivals(part, PART)
    if not arrivals:
        abort(404)
    return _xml(_located("urlset", "url", ((article_path(each.id), each.imported_at) for each in arrivals)))


def _name(document: ListedDocument) -> str:
    return document.name


def _located(root: str, item: str, places: Iterable[tuple[str, datetime | None]]) -> Iterator[str]:
    """Yield a document of the sitemap protocol, in pieces: a part is too long to build as a tree."""
    site = base_url()
    yield f'<?xml version="1.0" encoding="utf-8"?>\n<{root} xmlns="{_SITEMAP}">\n'
    for path, changed in places:
        time = f"<lastmod>{changed.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}</lastmod>" if changed else ""
        yield f"<{item}><loc>{escape(xml_text(site + path))}</loc>{time}</{item}>\n"
    yield f"</{root}>\n"


def _xml(pieces: Iterable[str]) -> Response:
    # In one piece, which can be compressed; a part has a few megabytes at most.
    return Response("".join(pieces), content_type="application/xml; charset=utf-8")
