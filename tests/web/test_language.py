"""The language of a page: chosen by address or header, kept by its links, offered in the other."""

import re
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest
from flask.testing import FlaskClient

from searchsvc.settings import load_settings
from searchsvc.web.app import create_app
from tests.web.test_pages import outline


def language_of(html: str) -> str:
    found = re.search(r'<html lang="(\w+)"', html)
    assert found
    return found[1]


@pytest.mark.parametrize(
    ("address", "header", "language"),
    [
        ("/", None, "vi"),
        ("/?lang=en", None, "en"),
        ("/?lang=vi", "en", "vi"),
        ("/", "en-GB,en;q=0.9", "en"),
        ("/", "vi-VN,vi;q=0.9,en;q=0.8", "vi"),
        ("/", "fr", "vi"),
        ("/", "fr;q=1,en;q=0.5", "en"),
        ("/", "*", "vi"),
        ("/?lang=fr", None, "vi"),
        ("/?lang=", "en", "en"),
        ("/?lang=EN", None, "vi"),
        ("/nope?lang=en", None, "en"),
        ("/search?page=0&lang=en", None, "en"),
        ("/", ";;q=x,\x80", "vi"),
    ],
)
def test_the_address_decides_then_the_browser_then_the_setting(
    client: FlaskClient, address: str, header: str | None, language: str
) -> None:
    page = client.get(address, headers={"Accept-Language": header} if header is not None else {})
    assert language_of(page.text) == language
    assert "Accept-Language" in page.headers["Vary"]
    assert page.headers["Content-Language"] == language


def test_the_setting_decides_where_nobody_asks(sample_data: Path) -> None:
    app = create_app(load_settings(data=sample_data, language="en"))
    client = app.test_client()
    assert language_of(client.get("/").text) == "en"
    assert language_of(client.get("/", headers={"Accept-Language": "fr, *;q=0.5"}).text) == "en"
    assert language_of(client.get("/", headers={"Accept-Language": "vi"}).text) == "vi"
    app.extensions["searchsvc"].close()


ADDRESSES = (
    "/?lang=en",
    "/search?q=nghij+quyeets+35&code=05-CT/TW&from=1/1/2015&unit=tinh-uy&lang=en",
    "/search?q=xyzxyz+nghị&lang=en",
    "/search?q=chỉ+thị+35&lang=en",
    "/nope?lang=en",
    "/search?page=0&lang=en",
)


def site_links(html: str) -> list[str]:
    links = [unescape(link) for link in outline(html).links]
    return [link for link in links if link.startswith("/") and not link.startswith("/static/")]


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_link_and_form_keeps_the_language_of_the_address(client: FlaskClient, address: str) -> None:
    page = client.get(address)
    links = site_links(page.text)
    assert len(links) > 3
    for link in links:
        languages = parse_qs(urlsplit(link).query).get("lang", [])
        assert len(languages) == 1, link
        assert languages == ["vi" if 'hreflang="vi" lang="vi"' in line_of(page.text, link) else "en"], link
    for form in re.findall(r"<form.*?</form>", page.text, re.DOTALL):
        assert form.count('name="lang" value="en"') == 1


def line_of(html: str, link: str) -> str:
    return next(
        line for line in html.splitlines() if f'href="{link.replace("&", "&amp;")}"' in line and "<a" in line
    )


def test_article_pages_keep_the_language_too(client: FlaskClient) -> None:
    (link, *_) = [
        link for link in site_links(client.get("/search?q=nghị&lang=en").text) if "/articles/" in link
    ]
    page = client.get(link)
    assert language_of(page.text) == "en"
    for other in site_links(page.text):
        assert "lang=" in other, other


@pytest.mark.parametrize("address", ["/", "/search?q=nghị"])
def test_without_it_in_the_address_links_carry_none(client: FlaskClient, address: str) -> None:
    page = client.get(address, headers={"Accept-Language": "en"})
    switch = [link for link in site_links(page.text) if "lang=" in link]
    assert [parse_qs(urlsplit(link).query)["lang"] for link in switch] == [["vi"]]


@pytest.mark.parametrize(
    "address",
    [
        "/search?q=a%26b+%22c%22&code=05-CT/TW&code=35-NQ/TW&asis=keyboard&page=1&unknown=1",
        "/nope/%C3%A0?x=%2F",
    ],
)
def test_the_switch_keeps_the_whole_address(client: FlaskClient, address: str) -> None:
    page = client.get(address)
    (switch,) = re.findall(r'<a href="([^"]+)" hreflang="en"', page.text)
    target = urlsplit(unescape(switch))
    asked = urlsplit(address)
    assert target.path == asked.path
    assert parse_qsl(target.query) == [*parse_qsl(asked.query), ("lang", "en")]
    assert language_of(client.get(unescape(switch)).text) == "en"


def test_alternates_name_both_languages(client: FlaskClient) -> None:
    page = client.get("/search?q=a&lang=en")
    found = dict(re.findall(r'<link rel="alternate" hreflang="([\w-]+)" href="([^"]+)">', page.text))
    assert found == {
        "vi": "http://localhost/search?q=a&amp;lang=vi",
        "en": "http://localhost/search?q=a&amp;lang=en",
        "x-default": "http://localhost/search?q=a",
    }


@pytest.mark.parametrize("path", ["//evil.example/x", "///evil.example", "/%2F/evil.example"])
def test_the_switch_never_leads_to_another_host(client: FlaskClient, path: str) -> None:
    page = client.get(path, follow_redirects=True)
    for link in re.findall(r'href="([^"]+)"', page.text):
        assert not link.startswith("//"), link


# Words of ours that no English page may show; names and texts of the archive stay Vietnamese.
VIETNAMESE = re.compile(r"[ăâđêôơưĂÂĐÊÔƠƯ\u1ea0-\u1ef9]")


def test_an_english_page_without_results_has_no_vietnamese_of_ours(client: FlaskClient) -> None:
    for address in ("/search?q=zzzz&lang=en", "/nope?lang=en", "/search?page=0&lang=en"):
        text = client.get(address).text
        main = re.sub(r"<(script|aside)\b.*?</\1>", "", text, flags=re.DOTALL)
        main = main.replace("Kho bản tin", "").replace("Tiếng Việt", "")
        assert not VIETNAMESE.search(main), (address, VIETNAMESE.findall(main))


def test_numbers_and_days_are_written_as_the_language_has_them(client: FlaskClient) -> None:
    address = "/search?q=công+tác&from=1/7/2016"
    assert "từ 1/7/2016" in client.get(address).text
    assert "from 1 Jul 2016" in client.get(f"{address}&lang=en").text
    assert 'value="1/7/2016"' in client.get(f"{address}&lang=en").text


def test_problems_are_told_in_the_language_of_the_address(client: FlaskClient) -> None:
    answer = client.get("/api/v1/search?page=0&lang=en", headers={"Accept-Language": "vi"})
    assert "whole number" in answer.get_json()["detail"]
    assert "Accept-Language" in answer.headers["Vary"]
