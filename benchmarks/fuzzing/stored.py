"""Articles that are nothing but markup, and every page, feed and answer that shows them.

The primary entrypoints are `records`, `addresses` and `targets`.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

from flask import Flask
from hypothesis import strategies as st

from benchmarks.fuzzing import texts
from benchmarks.fuzzing.running import Target
from benchmarks.fuzzing.site import REQUEST_S, Request, Site, pairs
from searchsvc.analysis.normalize import clean
from searchsvc.archive.identity import is_article_id

SETTINGS = {"base_url": "https://kho.example.vn", "site_name": "</title><script>hacked()</script> \"&' Kho"}


def records() -> Iterator[dict[str, Any]]:
    """Yield articles in which each payload stands in each field once."""
    payloads = texts.MARKUP
    for number, payload in enumerate(payloads):
        others = [payloads[(number + step) % len(payloads)] for step in range(1, 6)]
        code = f"{number + 1:02}-CT/TW"
        yield {
            "id": clean(payload) if number % 2 and is_article_id(payload) else f"bai-{number}",
            "title": f"{payload} Chỉ thị số {code}",
            "summary": f"Hội nghị zyzyx {others[0]}",
            "body": f"Thực hiện Chỉ thị số {code} ngày 15/5/2016 của Bộ Chính trị về {others[1]} nghị quyết."
            f"\n\n{payload}\n\n{others[4]}",
            "captions": [others[2], payload],
            "published": f"20{10 + number % 14}-0{1 + number % 9}-02T08:00:00+07:00",
            "unit": others[3],
            "author": payload,
            "collection": f"{payload} {number % 5}",
            "url": payload,
        }


def addresses(app: Flask) -> list[str]:
    """Return the addresses of all pages and answers that show the articles of `records`, escaped."""
    found = [
        "/",
        "/search?q=zyzyx",
        "/embed?q=zyzyx",
        "/widget",
        "/feed.atom",
        "/codes/",
        "/units/",
        "/sitemap.xml",
        "/robots.txt",
        "/opensearch.xml",
        "/sitemap-articles-1.xml",
        "/sitemap-codes-1.xml",
        "/sitemap-pages.xml",
        "/api/v1/search?q=zyzyx",
        "/api/v1/codes",
        "/api/v1/units",
        "/api/v1/collections",
        "/api/v1/suggest?q=hack",
        "/api/v1/suggest?q=chi+thi",
        "/readyz",
    ]
    service = app.extensions["searchsvc"].search
    for number, record in enumerate(records()):
        name = quote(str(record["id"]), safe="/")
        found += [
            f"/articles/{name}",
            f"/articles/{name}?version=1",
            f"/articles/{name}?q=zyzyx",
            f"/api/v1/articles/{name}",
        ]
        code = f"{number + 1:02}-CT/TW"
        found += [
            f"/codes/{code}",
            f"/api/v1/codes/{code}",
            f"/feed.atom?code={code}",
            f"/codes/{number + 1}",
        ]
        text = quote(texts.MARKUP[number])
        found += [
            f"{path}?q={text}"
            for path in (
                "/search",
                "/embed",
                "/feed.atom",
                "/api/v1/search",
                "/api/v1/suggest",
                "/codes/",
                "/widget",
            )
        ]
    found += [f"/search?collection={quote(each.slug)}" for each in service.archive.collections()]
    return found


def targets(data: Path) -> list[Target]:
    """Return what is tried of a site over an archive of `records` that lies in `data`."""
    site = Site(data, **SETTINGS)
    shown = st.sampled_from(addresses(site.app)).map(lambda address: address.encode().partition(b"?"))
    hostile = st.lists(
        st.tuples(
            st.sampled_from(("q", "lang", "from", "unit", "code", "asis", "sort", "page")),
            st.sampled_from(texts.MARKUP),
        ),
        max_size=2,
    )
    english = st.sampled_from(((), (("Accept-Language", b"en"),)))

    def made(
        address: tuple[bytes, bytes, bytes],
        more: list[tuple[str, str]],
        headers: tuple[tuple[str, bytes], ...],
    ) -> Request:
        path, _, query = address
        return Request(path, b"&".join(part for part in (query, pairs(more)) if part), headers=headers)

    return [
        Target(
            "stored markup", st.builds(made, shown, st.just([]) | hostile, english), site.attempt, REQUEST_S
        )
    ]
