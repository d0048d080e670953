"""OpenSearch description, sitemap, robots: what browsers and crawlers are told."""

import re
from urllib.parse import urlsplit
from urllib.robotparser import RobotFileParser
from xml.etree.ElementTree import fromstring

import pytest
from flask.testing import FlaskClient

from searchsvc.search.service import SearchService
from searchsvc.web import discovery

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
OPENSEARCH = "{http://a9.com/-/spec/opensearch/1.1/}"


def locations(client: FlaskClient, address: str) -> list[str]:
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer.content_type == "application/xml; charset=utf-8"
    return [element.text or "" for element in fromstring(answer.data).iter(f"{SITEMAP}loc")]


def all_locations(client: FlaskClient) -> list[str]:
    parts = locations(client, "/sitemap.xml")
    return [place for part in parts for place in locations(client, urlsplit(part).path)]


def test_the_sitemap_has_every_article_document_and_unit_once(
    client: FlaskClient, service: SearchService
) -> None:
    places = all_locations(client)
    assert len(set(places)) == len(places)
    paths = [urlsplit(place).path for place in places]
    assert sum(path.startswith("/articles/") for path in paths) == service.archive.counts().articles
    units = [path for path in paths if path.startswith("/units/") and path != "/units/"]
    assert len(units) == len(service.registry.units)
    assert "/codes/05-CT/TW" in paths
    assert "/codes/05-CT" in paths
    for path in paths[::23]:
        assert client.get(path).status_code == 200, path


def test_parts_hold_what_the_protocol_allows(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = set(all_locations(client))
    monkeypatch.setattr(discovery, "PART", 7)
    parts = locations(client, "/sitemap.xml")
    assert len(parts) > 20
    read = [locations(client, urlsplit(part).path) for part in parts]
    assert all(len(places) <= 7 for part, places in zip(parts, read, strict=True) if "pages" not in part)
    assert {place for places in read for place in places} == whole


def test_articles_and_their_parts_tell_when_they_changed(client: FlaskClient) -> None:
    index = fromstring(client.get("/sitemap.xml").data)
    parts = {s.findtext(f"{SITEMAP}loc"): s.findtext(f"{SITEMAP}lastmod") for s in index}
    newest = parts["http://localhost/sitemap-articles-1.xml"]
    times = [
        url.findtext(f"{SITEMAP}lastmod") or ""
        for url in fromstring(client.get("/sitemap-articles-1.xml").data)
    ]
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", time) for time in times)
    assert max(times) == newest


@pytest.mark.parametrize("part", ["0", "2", "99999999999999999999", "-1", "x", "1/..", "1%00"])
@pytest.mark.parametrize("kind", ["articles", "codes"])
def test_a_part_that_there_is_not_is_404(client: FlaskClient, kind: str, part: str) -> None:
    assert client.get(f"/sitemap-{kind}-{part}.xml").status_code == 404


def test_the_sitemap_is_not_sent_twice(client: FlaskClient) -> None:
    for address in ("/sitemap.xml", "/sitemap-articles-1.xml", "/sitemap-codes-1.xml", "/sitemap-pages.xml"):
        first = client.get(address)
        assert "max-age=3600" in first.headers["Cache-Control"]
        again = client.get(address, headers={"If-None-Match": first.headers["ETag"]})
        assert again.status_code == 304


def test_robots_may_read_pages_but_no_combinations(client: FlaskClient) -> None:
    text = client.get("/robots.txt").text
    assert "Sitemap: http://localhost/sitemap.xml" in text.splitlines()
    rules = [line.split(": ") for line in text.splitlines() if line.startswith(("Allow", "Disallow"))]

    def allowed(address: str) -> bool:
        """The longest rule that matches decides (RFC 9309, 2.2.2)."""
        matching = [
            (len(pattern), verdict == "Allow")
            for verdict, pattern in rules
            if re.match(re.escape(pattern).replace(r"\*", ".*").replace(r"\$", "$"), address)
        ]
        return max(matching, default=(0, True))[1]

    for address in (
        "/",
        "/articles/bai-1",
        "/codes/",
        "/codes/05-CT/TW",
        "/codes/05-CT/TW?lang=en",
        "/units/tinh-uy",
        "/static/site.css?v=1",
        "/sitemap.xml",
    ):
        assert allowed(address), address
    for address in (
        "/search?q=a",
        "/search",
        "/codes/?type=CT&year=2020",
        "/codes/05-CT/TW?period=2021&page=2",
        "/codes/05-CT/TW?lang=en&page=2",
        "/articles/bai-1?q=a&asis=b",
        "/units/tinh-uy?page=3",
        "/feed.atom?q=a",
        "/api/v1/search",
        "/?q=a",
    ):
        assert not allowed(address), address
    strict = RobotFileParser()
    strict.parse(text.splitlines())
    assert not strict.can_fetch("any", "/search?q=a")
    assert strict.can_fetch("any", "/codes/05-CT/TW")


def test_browsers_can_add_the_search(client: FlaskClient) -> None:
    answer = client.get("/opensearch.xml")
    assert answer.content_type == "application/opensearchdescription+xml; charset=utf-8"
    root = fromstring(answer.data)
    assert 0 < len(root.findtext(f"{OPENSEARCH}ShortName", "")) <= 16
    templates = {url.get("type"): url.get("template", "") for url in root.iter(f"{OPENSEARCH}Url")}
    assert templates["text/html"] == "http://localhost/search?q={searchTerms}"
    for kind in ("text/html", "application/atom+xml"):
        address = templates[kind].replace("{searchTerms}", "ngh%E1%BB%8B+quy%E1%BA%BFt")
        assert client.get(urlsplit(address)._replace(scheme="", netloc="").geturl()).status_code == 200
    head = client.get("/").text.split("</head>")[0]
    assert 'rel="search" type="application/opensearchdescription+xml"' in head
