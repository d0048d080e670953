"""ETags by generation, Cache-Control, compression, addresses of files."""

import gzip
import json
import re
from datetime import date
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from searchsvc.search.service import SearchService
from searchsvc.settings import Settings, load_settings
from searchsvc.web.app import create_app
from tests.conftest import run_command
from tests.web.listening import listening_app

ADDRESSES = ["/api/v1/search?q=nghị+quyết", "/api/v1/suggest?q=ngh", "/search?q=nghị+quyết", "/"]


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("encoding", ["identity", "gzip", "br"])
def test_the_same_state_is_not_sent_twice(client: FlaskClient, address: str, encoding: str) -> None:
    first = client.get(address, headers={"Accept-Encoding": encoding})
    assert first.status_code == 200
    tag = first.headers["ETag"]
    assert tag.startswith('W/"')
    second = client.get(address, headers={"If-None-Match": f'"other", {tag}', "Accept-Encoding": encoding})
    assert (second.status_code, second.data) == (304, b"")
    for name in ("ETag", "Cache-Control", "Vary"):
        assert second.headers[name] == first.headers[name]
    assert client.get(address, headers={"If-None-Match": '"other"'}).status_code == 200
    assert client.head(address, headers={"If-None-Match": tag}).status_code == 304


def test_nothing_is_searched_for_a_304(service: SearchService, sample_settings: Settings) -> None:
    with listening_app(service, sample_settings) as (app, engine):
        client = app.test_client()
        for address in ADDRESSES:
            tag = client.get(address).headers["ETag"]
            engine.asked.clear()
            assert client.get(address, headers={"If-None-Match": tag}).status_code == 304
            assert [(query.limit, query.facets) for query in engine.asked] == [(0, ())]


def test_the_next_day_has_new_tags(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    for address in ADDRESSES:
        before = client.get(address).headers["ETag"]
        assert client.get(address).headers["ETag"] == before
        with monkeypatch.context() as tomorrow:
            tomorrow.setattr("searchsvc.search.service.today", lambda: date(2100, 1, 1))
            assert client.get(address).headers["ETag"] != before


def test_another_question_has_another_tag(client: FlaskClient) -> None:
    tags = {
        client.get(f"/api/v1/{address}").headers["ETag"]
        for address in (
            "search?q=a",
            "search?q=b",
            "search?q=a&page=2",
            "search?q=a&per_page=5",
            "search?q=a&sort=newest",
            "search?q=a&from=2020-01-01",
            "suggest?q=a",
        )
    }
    assert len(tags) == 7


def test_the_same_question_in_other_words_has_the_same_tag(client: FlaskClient) -> None:
    tags = {
        client.get(f"/api/v1/search?{args}").headers["ETag"]
        for args in ("q=a&from=7/1/2022", "from=2022-01-07&q=a", "q=a&from=07/01/2022&page=1&other=x")
    }
    assert len(tags) == 1


def test_another_host_has_other_links_and_another_tag(client: FlaskClient) -> None:
    here, there = (client.get("/api/v1/search?q=a", base_url=f"http://{host}") for host in ("a.vn", "b.vn"))
    assert here.headers["ETag"] != there.headers["ETag"]


def test_a_new_generation_has_new_tags(tmp_path: Path) -> None:
    data, file = tmp_path / "index", tmp_path / "a.jsonl"
    app = create_app(load_settings(data=data))
    client, seen = app.test_client(), []
    for number in range(2):
        file.write_text(json.dumps({"id": str(number), "title": "Tin", "body": "Nội dung."}), "utf-8")
        assert run_command("import", str(file), data=data).exit_code == 0
        assert run_command("reindex", data=data).exit_code == 0
        conditions = {"If-None-Match": seen[-1]} if seen else {}
        answer = client.get("/api/v1/search?q=nội", headers=conditions)
        assert (answer.status_code, answer.get_json()["total"]) == (200, number + 1)
        seen.append(answer.headers["ETag"])
    assert seen[0] != seen[1]
    app.extensions["searchsvc"].close()


def test_other_settings_have_other_tags(client: FlaskClient, sample_data: Path) -> None:
    app = create_app(load_settings(data=sample_data, freshness=0))
    tags = {each.get("/api/v1/search?q=a").headers["ETag"] for each in (client, app.test_client())}
    assert len(tags) == 2
    app.extensions["searchsvc"].close()


def test_how_long_an_answer_holds(client: FlaskClient) -> None:
    assert client.get("/api/v1/search?q=a").headers["Cache-Control"] == "public, max-age=60"
    assert client.get("/search?q=a").headers["Cache-Control"] == "no-cache"
    for address in ("/api/v1/search?page=0", "/search?page=0", "/api/v1/articles/none", "/none"):
        refused = client.get(address)
        assert refused.status_code >= 400
        assert refused.headers["Cache-Control"] == "no-store"
        assert "ETag" not in refused.headers


@pytest.mark.parametrize(
    "address", ["/api/v1/search?q=nghị", "/search?q=nghị", "/static/site.css", "/api/v1/search?page=0"]
)
def test_answers_are_compressed(client: FlaskClient, address: str) -> None:
    plain = client.get(address)
    packed = client.get(address, headers={"Accept-Encoding": "gzip"})
    assert "Accept-Encoding" in plain.headers["Vary"]
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert "Content-Encoding" not in plain.headers
    if len(plain.data) >= 500:
        assert packed.headers["Content-Encoding"] == "gzip"
        assert len(packed.data) < len(plain.data) / 2
        assert _without_time(gzip.decompress(packed.data)) == _without_time(plain.data)
    for answer in (plain, packed):
        answer.close()


def _without_time(body: bytes) -> bytes:
    return re.sub(rb'"took_ms":\s*[\d.]+', b"", body)


def test_the_best_encoding_is_chosen(client: FlaskClient) -> None:
    answer = client.get("/search?q=nghị", headers={"Accept-Encoding": "gzip, deflate, br, zstd"})
    assert answer.headers["Content-Encoding"] == "br"


def test_files_are_asked_for_once(client: FlaskClient) -> None:
    page = client.get("/").text
    addresses = re.findall(r'(?:href|src)="(/static/[^"]+)"', page)
    assert addresses
    for address in addresses:
        assert "?v=" in address
        with client.get(address) as file:
            assert file.headers["Cache-Control"] == "public, max-age=31536000, immutable"


@pytest.mark.parametrize("encoding", ["identity", "br"])
def test_a_file_without_its_version_is_asked_for_again(client: FlaskClient, encoding: str) -> None:
    for query in ("", "?v=000000000000"):
        headers = {"Accept-Encoding": encoding}
        with client.get(f"/static/site.css{query}", headers=headers) as file:
            assert file.headers["Cache-Control"] == "no-cache"
            headers["If-None-Match"] = file.headers["ETag"]
        with client.get(f"/static/site.css{query}", headers=headers) as again:
            assert again.status_code == 304


def test_files_that_are_not_there_are_not_kept(client: FlaskClient) -> None:
    for name in ("none.css", "../searchsvc/errors.py", "%00", "a" * 5000):
        answer = client.get(f"/static/{name}?v=None")
        assert answer.status_code == 404
        assert answer.headers["Cache-Control"] == "no-store"
