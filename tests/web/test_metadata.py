"""What pages tell other programs: canonical address, feed, social preview, schema.org; hostile texts too."""

import json
import re
from collections.abc import Iterator
from html import unescape

import pytest
from flask.testing import FlaskClient

from searchsvc.web.app import create_app
from tests.web.hostile import TITLE, hostile_settings
from tests.web.test_pages import outline

DATA = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    app = create_app(hostile_settings(tmp_path_factory.mktemp("metadata")))
    yield app.test_client()
    app.extensions["searchsvc"].close()


def canonical(html: str) -> str:
    (address,) = re.findall(r'<link rel="canonical" href="([^"]+)"', html)
    return unescape(address)


def properties(html: str) -> dict[str, str]:
    found = re.findall(r'<meta (?:property|name)="([^"]+)" content="([^"]*)"', html)
    return {name: unescape(value) for name, value in found}


def test_a_hostile_title_cannot_break_out_of_the_data_block(hostile: FlaskClient) -> None:
    page = hostile.get("/articles/x%E1%BA%A5u/1%262").text
    (block,) = DATA.findall(page)
    assert "<" not in block
    data = json.loads(block)
    assert data["headline"] == TITLE
    assert data["@type"] == "NewsArticle"
    assert "isBasedOn" not in data
    outline(page)  # nothing of the title became an element or an attribute


def test_an_article_is_described(hostile: FlaskClient) -> None:
    data = json.loads(DATA.findall(hostile.get("/articles/b").text)[0])
    assert data["@context"] == "https://schema.org"
    assert data["url"] == data["@id"] == "https://kho.example.vn/articles/b"
    assert data["datePublished"] == "2024-05-03T08:00:00+07:00"
    assert data["author"] == {
        "@type": "Organization",
        "name": "Ban Tuyên giáo Tỉnh ủy",
        "url": "https://kho.example.vn/units/ban-tuyen-giao-tinh-uy",
    }
    assert data["isBasedOn"] == "https://example.vn/?a=1&b=<2>"
    assert [cited["legislationIdentifier"] for cited in data["citation"]] == ["05-CT/TW", "35-NQ/TW"]
    assert data["citation"][0]["url"] == "https://kho.example.vn/codes/05-CT/TW"


def test_social_previews_have_the_title_and_no_markup(hostile: FlaskClient) -> None:
    found = properties(hostile.get("/articles/x%E1%BA%A5u/1%262").text)
    assert found["og:title"] == TITLE
    assert found["og:type"] == "article"
    assert found["og:url"] == "https://kho.example.vn/articles/x%E1%BA%A5u/1%262"
    assert found["og:site_name"] == 'Kho <&> "x"'
    assert found["og:locale"] == "vi_VN"
    assert found["article:published_time"] == "2024-05-02T08:00:00+07:00"
    assert found["og:description"] == found["description"]
    assert properties(hostile.get("/articles/b?lang=en").text)["og:locale"] == "en_GB"


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("/", "/"),
        ("/articles/b?q=x&asis=keyboard", "/articles/b"),
        ("/articles/b?lang=en&q=x", "/articles/b?lang=en"),
        ("/codes/05-CT/TW?period=2024&page=1", "/codes/05-CT/TW"),
        ("/codes/?type=CT&sort=recent", "/codes/"),
        ("/units/tinh-uy?page=1", "/units/tinh-uy"),
        ("/units/", "/units/"),
    ],
)
def test_every_page_has_one_canonical_address(hostile: FlaskClient, address: str, expected: str) -> None:
    assert canonical(hostile.get(address).text) == f"https://kho.example.vn{expected}"


@pytest.mark.parametrize(
    ("address", "feed"),
    [
        ("/", "/feed.atom"),
        ("/search?q=chỉ+thị&sort=oldest&unit=tinh-uy", "/feed.atom?q=ch%E1%BB%89%20th%E1%BB%8B&unit=tinh-uy"),
        ("/codes/05-CT/TW", "/feed.atom?code=05-CT/TW"),
        ("/units/tinh-uy", "/feed.atom?unit=tinh-uy"),
    ],
)
def test_pages_of_articles_offer_their_feed(hostile: FlaskClient, address: str, feed: str) -> None:
    page = hostile.get(address).text
    (offered,) = re.findall(r'<link rel="alternate" type="application/atom\+xml"[^>]* href="([^"]+)"', page)
    assert unescape(offered) == feed
    assert hostile.get(feed).status_code == 200
