"""What a saved page says of itself in its head: address, headline, date, abstract, author.

The primary entrypoint is `metadata_of`. Nothing is fetched and no script runs: JSON-LD is read as data.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from searchsvc.ingest.blocks import text_of

_JSON_LD_CHARS = 200_000
_JSON_LD_NODES = 2_000
_URL_CHARS = 2_000
_ARTICLE_TYPES = frozenset({"Article", "NewsArticle", "BlogPosting", "Report", "ReportageNewsArticle"})
_TITLE_MARKS = (" | ", " - ", " – ", " :: ", " » ")


@dataclass(frozen=True, slots=True)
class Metadata:
    """What the head says; '' where it says nothing. `is_article`: it claims to be one."""

    url: str = ""
    title: str = ""
    published: str = ""
    summary: str = ""
    author: str = ""
    is_article: bool = False

    @property
    def host(self) -> str:
        """Return the host of the page's address, lower-case, without port."""
        return host_of(self.url)


def metadata_of(tree: Any) -> Metadata:
    """Return what the head of a parsed page says of the article."""
    meta = _meta(tree)
    linked = _json_ld(tree)
    names = ("article:published_time", "datepublished", "pubdate", "publishdate", "dc.date.issued", "dc.date")
    published = linked.get("datePublished") or next((meta[name] for name in names if meta.get(name)), "")
    return Metadata(
        url=_address(tree, meta),
        title=linked.get("headline") or meta.get("og:title", "") or _page_title(tree),
        published=published or _time_element(tree),
        summary=linked.get("description") or meta.get("description", "") or meta.get("og:description", ""),
        author=linked.get("author") or _author(meta),
        is_article=bool(linked) or meta.get("og:type") == "article",
    )


def host_of(url: str) -> str:
    """Return the host of an address, '' if there is none."""
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""


def _meta(tree: Any) -> dict[str, str]:
    found: dict[str, str] = {}
    for element in tree.iter("meta"):
        key = element.get("property") or element.get("name") or element.get("itemprop") or ""
        content = " ".join((element.get("content") or "")[:10_000].split())
        if key and content:
            found.setdefault(key.strip().lower(), content)
    return found


def _address(tree: Any, meta: dict[str, str]) -> str:
    canonical = [link.get("href") or "" for link in tree.iter("link") if link.get("rel") == "canonical"]
    for url in (*canonical, meta.get("og:url", "")):
        address = url.strip()
        if address.startswith(("http://", "https://")) and len(address) <= _URL_CHARS and host_of(address):
            return address
    return ""


def _page_title(tree: Any) -> str:
    for heading in tree.iter("h1"):
        text = text_of(heading)
        if text:
            return text
    titles = list(tree.iter("title"))
    title = " ".join((titles[0].text or "").split()) if titles else ""
    for mark in _TITLE_MARKS:
        if mark in title:
            return title.rsplit(mark, 1)[0].strip()
    return title


def _time_element(tree: Any) -> str:
    for element in tree.iter("time"):
        stamp = (element.get("datetime") or "").strip() or text_of(element)
        if stamp:
            return stamp[:200]
    return ""


def _author(meta: dict[str, str]) -> str:
    author = meta.get("author", "") or meta.get("article:author", "")
    # Portals name themselves here more often than the writer.
    is_site = "." in author or author == meta.get("og:site_name")
    return "" if is_site else author


def _json_ld(tree: Any) -> dict[str, str]:
    """Return the strings of the first article that JSON-LD describes, {} if there is none."""
    for script in tree.iter("script"):
        text = script.text or ""
        if script.get("type") != "application/ld+json" or len(text) > _JSON_LD_CHARS:
            continue
        try:
            value = json.loads(text, strict=False)
        except (ValueError, RecursionError):
            continue
        for node in _objects(value):
            if _ARTICLE_TYPES & set(_listed(node.get("@type"))):
                return _strings(node)
    return {}


def _objects(value: object) -> Iterator[dict[str, Any]]:
    waiting, seen = [value], 0
    while waiting and seen < _JSON_LD_NODES:
        node, seen = waiting.pop(0), seen + 1
        if isinstance(node, dict):
            yield node
            waiting += node.values()
        elif isinstance(node, list):
            waiting += node


def _listed(value: object) -> list[str]:
    return [item for item in (value if isinstance(value, list) else [value]) if isinstance(item, str)]


def _strings(node: dict[str, Any]) -> dict[str, str]:
    found = {
        key: text for key in ("headline", "datePublished", "description") if (text := _first(node.get(key)))
    }
    author = node.get("author")
    people = author if isinstance(author, list) else [author]
    names = [_first(person.get("name") if isinstance(person, dict) else person) for person in people]
    if any(names):
        found["author"] = ", ".join(name for name in names if name)
    return found or {"@type": "Article"}


def _first(value: object) -> str:
    return " ".join(value.split()) if isinstance(value, str) else ""
