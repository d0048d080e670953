"""The article page: links from stored spans, citation, source, versions."""

import json
import re
from collections.abc import Iterator
from html import unescape

import pytest
from flask.testing import FlaskClient

from searchsvc.search.service import SearchService
from searchsvc.settings import load_settings
from searchsvc.web.app import create_app
from tests.conftest import run_command


def text_of(html: str) -> str:
    return unescape(re.sub(r"<[^>]+>", "", html))


def test_codes_in_the_text_lead_to_their_dossiers_and_the_text_stays(client: FlaskClient) -> None:
    found = client.get("/api/v1/search?q=05-CT/TW").get_json()["results"][0]
    record = client.get(f"/api/v1/articles/{found['id']}").get_json()
    page = client.get(f"/articles/{found['id']}?q=chỉ+thị+05-CT/TW&lang=vi").text
    links = re.findall(r'<a class="cite" href="([^"]+)">(.*?)</a>', page)
    assert ("/codes/05-CT/TW?lang=vi", "05-CT/TW") in [(address, text_of(inner)) for address, inner in links]
    assert any("<mark>" in inner for _, inner in links)
    in_parts = [m for m in record["mentions"] if m["part"] in ("summary", "body", "captions")]
    assert len(links) == len(in_parts)
    paragraphs = re.findall(r'<p(?: class="lead")?>(.*?)</p>', page.split("<article")[1], re.DOTALL)
    shown = [text_of(paragraph).strip() for paragraph in paragraphs]
    for paragraph in record["body"].split("\n\n"):
        assert paragraph.strip() in shown


def test_a_number_without_an_issuer_leads_to_its_page(client: FlaskClient, service: SearchService) -> None:
    for article in next(service.archive.changes(0, batch=1000)):
        for mention in article.annotations.codes:
            if mention.code is None and mention.part == "body":
                page = client.get(f"/articles/{article.id}").text
                assert f'<a class="cite" href="/codes/{mention.key}">{mention.raw}</a>' in unescape(page)
                return
    pytest.fail("the samples hold no such number")


@pytest.fixture(scope="module")
def versions(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """A site with one article that changed twice and some with doubtful sources."""
    data = tmp_path_factory.mktemp("versions") / "index"
    file = data.parent / "a.jsonl"
    for body in ("Bản đầu theo Chỉ thị số 05-CT/TW.", "Bản hai.", "Bản ba <b>theo</b> 35-NQ/TW."):
        rows = [
            {"id": "a/b", "title": "Tin đã sửa", "body": body, "published": "2022-01-07T09:00:00+07:00"},
            {"id": "x", "title": "Nguồn lạ", "body": "Nội dung.", "url": "javascript:alert(1)"},
            {"id": "y", "title": "Nguồn hỏng", "body": "Nội dung khác.", "url": "http://[x"},
            {
                "id": "z",
                "title": "Nguồn lành",
                "body": "Nội dung nữa.",
                "url": "HTTPS://tinhuy.example.vn/a?b=1&c",
            },
        ]
        file.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
        assert run_command("import", str(file), data=data).exit_code in (0, 1)
    assert run_command("reindex", data=data).exit_code == 0
    app = create_app(load_settings(data=data, base_url="https://kho.example.vn"))
    yield app.test_client()
    app.extensions["searchsvc"].close()


def test_an_earlier_version_is_shown_with_a_notice(versions: FlaskClient) -> None:
    current = versions.get("/articles/a/b?q=bản").text
    assert "Bản ba &lt;b&gt;theo&lt;/b&gt;" in text_of(current).replace("<", "&lt;").replace(">", "&gt;")
    assert "đã được thay" not in current
    listed = [unescape(link) for link in re.findall(r'<a href="([^"]+version=\d)" rel="nofollow">', current)]
    assert listed == ["/articles/a/b?q=b%E1%BA%A3n&version=2", "/articles/a/b?q=b%E1%BA%A3n&version=1"]
    first = versions.get(listed[1]).text
    assert "Đây là bản 1 của bài" in first
    assert "<mark>Bản</mark> đầu" in first
    assert 'href="/codes/05-CT/TW"' in first
    assert '<a href="/articles/a/b?q=b%E1%BA%A3n">Xem bản hiện hành</a>' in first
    assert 'content="noindex' in first


@pytest.mark.parametrize(
    ("version", "status"), [("4", 404), ("0", 400), ("x", 400), ("9" * 40, 400), ("", 200)]
)
def test_a_version_that_there_is_not(versions: FlaskClient, version: str, status: int) -> None:
    assert versions.get(f"/articles/a/b?version={version}").status_code == status


def test_an_article_that_never_changed_lists_no_versions(versions: FlaskClient) -> None:
    assert "Các phiên bản" not in versions.get("/articles/x").text


def test_the_citation_names_what_is_shown(versions: FlaskClient) -> None:
    page = versions.get("/articles/a/b?lang=en").text
    quote = re.search(r'<p id="citation"[^>]*>([^<]+)</p>', page)
    assert quote
    assert unescape(quote[1]) == (
        "“Tin đã sửa”, 7 Jan 2022, Kho bản tin, https://kho.example.vn/articles/a/b?version=3"
    )
    first = versions.get("/articles/a/b?version=1").text
    assert "https://kho.example.vn/articles/a/b?version=1<" in first


def test_only_safe_sources_are_linked(versions: FlaskClient) -> None:
    assert "javascript:" not in versions.get("/articles/x").text
    assert "http://[x" not in versions.get("/articles/y").text
    page = versions.get("/articles/z").text
    assert 'href="HTTPS://tinhuy.example.vn/a?b=1&amp;c" rel="nofollow noopener external"' in page
    assert "Bài gốc trên tinhuy.example.vn" in page
