"""Atom feeds: valid, newest first, the same as the search, safe, and not sent twice."""

import re
from collections.abc import Iterator
from datetime import datetime
from xml.etree.ElementTree import Element, fromstring

import pytest
from flask.testing import FlaskClient

from searchsvc.web.app import create_app
from searchsvc.web.xml_text import xml_text
from tests.web.hostile import TITLE, hostile_settings

ATOM = "{http://www.w3.org/2005/Atom}"


def read(client: FlaskClient, address: str) -> Element:
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer.content_type == "application/atom+xml; charset=utf-8"
    return fromstring(answer.data)


def texts(root: Element, path: str) -> list[str]:
    return [element.text or "" for element in root.findall(path)]


def links(root: Element, rel: str) -> list[str]:
    return [link.get("href", "") for link in root.findall(f"{ATOM}link") if link.get("rel") == rel]


@pytest.mark.parametrize(
    "address", ["/feed.atom", "/feed.atom?q=ngh%E1%BB%8B+quy%E1%BA%BFt", "/feed.atom?unit=tinh-uy&limit=3"]
)
def test_a_feed_has_what_atom_asks_for(client: FlaskClient, address: str) -> None:
    root = read(client, address)
    assert root.tag == f"{ATOM}feed"
    entries = root.findall(f"{ATOM}entry")
    assert entries
    for element in (root, *entries):
        for name in ("id", "title", "updated"):  # RFC 4287, 4.1.1 and 4.1.2
            assert len(element.findall(f"{ATOM}{name}")) == 1
        assert re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", element.findtext(f"{ATOM}id", ""))
        updated = datetime.fromisoformat(element.findtext(f"{ATOM}updated", ""))
        assert updated.tzinfo is not None
        assert len(links(element, "alternate")) == 1
    assert len(links(root, "self")) == 1
    assert root.findtext(f"{ATOM}author/{ATOM}name")
    ids = texts(root, f"{ATOM}entry/{ATOM}id")
    assert len(set(ids)) == len(ids)


def test_a_feed_has_the_articles_of_the_search_newest_first(client: FlaskClient) -> None:
    asked = "q=ngh%E1%BB%8B+quy%E1%BA%BFt&unit=tinh-uy&code=05-CT/TW"
    found = client.get(f"/api/v1/search?{asked}&sort=newest&per_page=100").get_json()
    root = read(client, f"/feed.atom?{asked}&limit=100&sort=oldest&page=7")
    assert texts(root, f"{ATOM}entry/{ATOM}title") == [result["title"] for result in found["results"]]
    published = texts(root, f"{ATOM}entry/{ATOM}published")
    assert published == sorted(published, reverse=True)
    assert len(published) > 2


def test_the_limit_says_how_many_and_bad_parameters_are_refused(client: FlaskClient) -> None:
    assert len(read(client, "/feed.atom?limit=2").findall(f"{ATOM}entry")) == 2
    assert len(read(client, "/feed.atom").findall(f"{ATOM}entry")) == 20
    for bad in ("limit=0", "limit=101", "limit=x", "unit=khong-co", "from=31/2/2020", "code=x"):
        assert client.get(f"/feed.atom?{bad}").status_code == 400


def test_articles_with_only_some_of_the_words_are_not_in_it(client: FlaskClient) -> None:
    words = "ngh%E1%BB%8B+quy%E1%BA%BFt+%C4%91%E1%BA%A1i+h%E1%BB%99i+xyzzyx"
    assert client.get(f"/api/v1/search?q={words}").get_json()["partial"]
    root = read(client, f"/feed.atom?q={words}")
    assert root.findall(f"{ATOM}entry") == []
    assert root.findtext(f"{ATOM}updated")


def test_the_same_feed_has_the_same_identity_whatever_the_address(client: FlaskClient) -> None:
    one = read(client, "/feed.atom?code=5/CT-TW&limit=3")
    other = read(client, "/feed.atom?limit=100&code=05-CT/TW&sort=oldest")
    assert one.findtext(f"{ATOM}id") == other.findtext(f"{ATOM}id")
    assert links(one, "self") == links(other, "self") == ["http://localhost/feed.atom?code=05-CT/TW"]
    assert texts(one, f"{ATOM}entry/{ATOM}id") == texts(other, f"{ATOM}entry/{ATOM}id")[:3]
    assert one.findtext(f"{ATOM}id") != read(client, "/feed.atom").findtext(f"{ATOM}id")


def test_what_a_reader_has_is_not_sent_again(client: FlaskClient) -> None:
    first = client.get("/feed.atom?q=05-CT")
    tag, changed = first.headers["ETag"], first.headers["Last-Modified"]
    assert client.get("/feed.atom?q=05-CT", headers={"If-None-Match": tag}).status_code == 304
    assert client.get("/feed.atom?q=05-CT", headers={"If-Modified-Since": changed}).status_code == 304
    old = {"If-Modified-Since": "Mon, 01 Jan 2001 00:00:00 GMT"}
    assert client.get("/feed.atom?q=05-CT", headers=old).status_code == 200
    # The tag decides where both are sent (RFC 9110, 13.2.2).
    both = {"If-None-Match": '"other"', "If-Modified-Since": changed}
    assert client.get("/feed.atom?q=05-CT", headers=both).status_code == 200
    assert client.get("/feed.atom?q=35-NQ", headers={"If-None-Match": tag}).status_code == 200


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    app = create_app(hostile_settings(tmp_path_factory.mktemp("feeds")))
    yield app.test_client()
    app.extensions["searchsvc"].close()


def test_hostile_texts_stay_texts(hostile: FlaskClient) -> None:
    root = read(hostile, "/feed.atom")
    newest, other = root.findall(f"{ATOM}entry")
    assert newest.findtext(f"{ATOM}title") == "Bài có nguồn"
    assert other.findtext(f"{ATOM}title") == TITLE
    assert "<img src=x onerror=alert(1)>" in other.findtext(f"{ATOM}summary", "")
    assert root.findtext(f"{ATOM}title") == 'Kho <&> "x"'
    assert {child.tag for child in other} <= {
        ATOM + name
        for name in ("title", "id", "updated", "published", "link", "author", "category", "summary")
    }


def test_only_safe_sources_are_linked_and_addresses_are_the_public_ones(hostile: FlaskClient) -> None:
    root = read(hostile, "/feed.atom")
    newest, other = root.findall(f"{ATOM}entry")
    assert links(newest, "via") == ["https://example.vn/?a=1&b=<2>"]
    assert links(other, "via") == []
    assert links(other, "alternate") == ["https://kho.example.vn/articles/x%E1%BA%A5u/1%262"]


def test_a_hostile_query_is_a_title_and_no_markup(hostile: FlaskClient) -> None:
    asked = "%00%08%3C/title%3E%3Cscript%3E%EF%BF%BE"
    root = read(hostile, f"/feed.atom?q={asked}")
    assert "</title><script>" in root.findtext(f"{ATOM}title", "")
    assert {child.tag for child in root} == {ATOM + n for n in ("title", "id", "updated", "link", "author")}


def test_characters_that_xml_forbids_are_left_out() -> None:
    every = "".join(map(chr, range(0x20))) + "a\ud800\ufffe\uffff\U0001f600"
    assert xml_text(every) == "\t\n\ra\U0001f600"
