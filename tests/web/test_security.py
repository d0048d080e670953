"""Every answer of every route: strict policy, nothing inline, nothing from elsewhere, no cookies."""

from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from searchsvc.search.service import SearchService
from searchsvc.settings import load_settings
from searchsvc.web.app import create_app
from searchsvc.web.security import policy

HOSTILE = "\"><script>alert(1)</script><img src=x onerror=alert(1)>' style=x {{7*7}}"
LOADING = {"script": "src", "img": "src", "link": "href", "iframe": "src", "form": "action", "source": "src"}


class Inline(HTMLParser):
    """Collects what a strict policy would have to forbid, and what a page loads."""

    def __init__(self) -> None:
        super().__init__()
        self.faults: list[str] = []
        self.loaded: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        # A data block is not executed (HTML, 4.12.1); tests of the metadata say what is in it.
        runs = tag == "script" and values.get("type") != "application/ld+json"
        if tag in ("style", "base", "object", "embed") or (runs and not values.get("src")):
            self.faults.append(tag)
        if tag == "meta" and "http-equiv" in values:
            self.faults.append("meta http-equiv")
        for name, value in attrs:
            if name == "style" or name.startswith("on"):
                self.faults.append(f"{tag} {name}")
            if (value or "").strip().lower().startswith(("javascript:", "data:")):
                self.faults.append(f"{tag} {name}={value}")
        leads = values.get(LOADING.get(tag, ""))
        if leads is not None and values.get("rel") not in ("canonical", "alternate"):
            self.loaded.append(leads)


@pytest.fixture(scope="module")
def addresses(app: Flask, service: SearchService) -> list[str]:
    """One address of each route that answers GET."""
    examples = {
        "article_id": next(iter(service.archive.headlines())).id,
        "code": "05-CT/TW",
        "slug": service.registry.units[0].slug,
        "filename": "site.css",
        "part": "1",
    }
    rules = [rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())]
    with app.test_request_context():
        return [
            app.url_for(rule.endpoint, **{name: examples.get(name, "x") for name in rule.arguments})
            for rule in rules
        ]


def asked(client: FlaskClient, addresses: list[str]) -> Iterator[tuple[str, TestResponse]]:
    """Yield the answer of each address: as it is, with a hostile query, and of a page that is not there."""
    for address in [*addresses, "/no-such-page", f"/articles/{HOSTILE}", "/search?page=0", "/api/nothing"]:
        for query in ("", "q=quyết", urlencode({"q": HOSTILE, "lang": HOSTILE, "from": HOSTILE})):
            with client.get(f"{address}{'&' if '?' in address else '?'}{query}") as answer:
                yield f"{address} {query}", answer


def test_every_answer_is_guarded(client: FlaskClient, addresses: list[str]) -> None:
    for address, answer in asked(client, addresses):
        assert answer.status_code < 500, address
        headers = answer.headers
        assert "Set-Cookie" not in headers, address
        assert headers["X-Content-Type-Options"] == "nosniff", address
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin", address
        assert headers["Cross-Origin-Resource-Policy"] in ("same-origin", "cross-origin"), address
        assert headers["Referrer-Policy"], address
        directives = headers["Content-Security-Policy"].split("; ")
        assert "default-src 'none'" in directives, address
        assert "unsafe" not in headers["Content-Security-Policy"], address
        if not address.startswith("/embed"):
            assert "frame-ancestors 'none'" in directives, address
            assert headers["X-Frame-Options"] == "DENY", address


def test_no_page_has_anything_inline_or_foreign(client: FlaskClient, addresses: list[str]) -> None:
    pages = 0
    for address, answer in asked(client, addresses):
        if answer.mimetype == "text/html":
            pages += 1
            found = Inline()
            found.feed(answer.text)
            assert found.faults == [], address
            for loaded in found.loaded:
                foreign = not loaded.startswith(("/", "?", "#")) or loaded.startswith(("//", "/\\"))
                assert not foreign or loaded == "", f"{address}: {loaded}"
    assert pages > 10


@pytest.mark.parametrize(
    ("page", "fault"),
    [
        ("<script>x</script>", "script"),
        ("<p style='color:red'>", "p style"),
        ("<p onclick=x>", "p onclick"),
        ("<a href=' JavaScript:x'>", "a href= JavaScript:x"),
        ("<style></style>", "style"),
    ],
)
def test_the_test_sees_what_is_inline(page: str, fault: str) -> None:
    found = Inline()
    found.feed(page)
    assert found.faults == [fault]


def test_what_others_may_load(client: FlaskClient) -> None:
    for address, policy_ in (
        ("/api/v1/search", "cross-origin"),
        ("/", "same-origin"),
        ("/search", "same-origin"),
    ):
        assert client.get(address).headers["Cross-Origin-Resource-Policy"] == policy_


@pytest.mark.parametrize(
    ("base_url", "strict"), [("https://tim.example.vn", True), ("http://tim.example.vn", False), ("", False)]
)
def test_only_https_is_promised(base_url: str, strict: bool) -> None:
    client = create_app(load_settings(base_url=base_url)).test_client()
    assert ("Strict-Transport-Security" in client.get("/healthz").headers) is strict


def test_a_page_may_be_framed_by_whom_it_says() -> None:
    framed = policy(["https://a.vn", "https://b.vn"])
    assert framed.endswith("frame-ancestors https://a.vn https://b.vn")
    assert policy().endswith("frame-ancestors 'none'")
