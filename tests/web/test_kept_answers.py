"""Finished answers: given again while they hold, never longer, never to one who asked something else."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from prometheus_client.parser import text_string_to_metric_families

from searchsvc.search.service import SearchService
from searchsvc.settings import Settings, load_settings
from searchsvc.web import kept_answers
from searchsvc.web.app import create_app
from searchsvc.web.observing import recorder_of
from tests.conftest import run_command
from tests.web.listening import Listening, listening_app

SEARCHES = ["/api/v1/search?q=nghị+quyết", "/search?q=nghị+quyết", "/", "/embed?q=nghị"]


@pytest.fixture
def listened(service: SearchService, sample_settings: Settings) -> Iterator[tuple[Flask, Listening]]:
    with listening_app(service, sample_settings) as found:
        yield found


@pytest.mark.parametrize("address", SEARCHES)
@pytest.mark.parametrize("encoding", ["identity", "gzip"])
def test_the_same_answer_is_not_made_twice(
    listened: tuple[Flask, Listening], address: str, encoding: str
) -> None:
    app, engine = listened
    client = app.test_client()
    headers = {"Accept-Encoding": encoding}
    first = client.get(address, headers=headers)
    assert engine.searched
    engine.asked.clear()
    again = client.get(address, headers=headers)
    assert not engine.searched
    assert (again.status_code, again.data) == (200, first.data)
    assert {name: value for name, value in again.headers if name != "X-Request-ID"} == {
        name: value for name, value in first.headers if name != "X-Request-ID"
    }
    assert again.headers["X-Request-ID"] != first.headers["X-Request-ID"]
    assert client.head(address, headers=headers).data == b""


def test_who_asks_otherwise_is_answered_otherwise(listened: tuple[Flask, Listening]) -> None:
    app, _ = listened
    client = app.test_client()
    asked = [
        ("/search?q=nghị", {}, "http://a.vn"),
        ("/search?q=nghị", {}, "http://b.vn"),
        ("/search?q=nghị", {"Accept-Language": "en"}, "http://a.vn"),
        ("/search?q=nghị&lang=en", {}, "http://a.vn"),
        ("/search?q=nghị&page=2", {}, "http://a.vn"),
        ("/api/v1/search?q=nghị", {}, "http://a.vn"),
    ]
    bodies = {client.get(path, headers=headers, base_url=host).data for path, headers, host in asked}
    assert len(bodies) == len(asked)
    assert client.get("/api/v1/search?q=nghị", headers={"Accept": "text/html"}).status_code == 406


def test_who_may_read_an_answer_is_not_kept(service: SearchService, sample_settings: Settings) -> None:
    settings = sample_settings.model_copy(update={"allowed_origins": ("https://a.vn",)})
    with listening_app(service, settings) as (app, engine):
        client, address = app.test_client(), "/api/v1/search?q=nghị"
        name = "Access-Control-Allow-Origin"
        assert client.get(address, headers={"Origin": "https://a.vn"}).headers[name] == "https://a.vn"
        engine.asked.clear()
        assert name not in client.get(address, headers={"Origin": "https://b.vn"}).headers
        assert name not in client.get(address).headers
        assert not engine.searched


def test_an_update_is_seen_at_once(tmp_path: Path) -> None:
    data, file = tmp_path / "index", tmp_path / "a.jsonl"
    app = create_app(load_settings(data=data))
    client = app.test_client()
    for number in range(3):
        file.write_text(json.dumps({"id": str(number), "title": "Tin", "body": "Nội dung."}), "utf-8")
        assert run_command("import", str(file), data=data).exit_code == 0
        assert run_command("reindex", data=data).exit_code == 0
        for _ in range(2):
            assert client.get("/api/v1/search?q=nội").get_json()["total"] == number + 1
    app.extensions["searchsvc"].close()


def test_errors_are_not_kept(listened: tuple[Flask, Listening], monkeypatch: pytest.MonkeyPatch) -> None:
    app, _ = listened
    client = app.test_client()
    with monkeypatch.context() as broken:
        broken.setattr(SearchService, "search", lambda *_, **__: 1 / 0)
        assert client.get("/search?q=hỏng").status_code == 500
    assert client.get("/search?q=hỏng").status_code == 200


def test_what_is_too_large_is_made_again(
    listened: tuple[Flask, Listening], monkeypatch: pytest.MonkeyPatch
) -> None:
    app, engine = listened
    monkeypatch.setattr(kept_answers, "_LARGEST", 100)
    for _ in range(2):
        engine.asked.clear()
        app.test_client().get("/search?q=nghị")
        assert engine.searched


def test_a_kept_answer_is_counted_as_a_search(
    listened: tuple[Flask, Listening], monkeypatch: pytest.MonkeyPatch
) -> None:
    app, _ = listened
    client = app.test_client()
    noted: list[tuple[object, ...]] = []
    monkeypatch.setattr(recorder_of(app), "note", lambda *search: noted.append(search))
    for _ in range(3):
        client.get("/search?q=nghị+quyết")
        client.get("/search?q=nghị+quyết&page=2")
        client.head("/search?q=nghị+quyết")
        client.get("/api/v1/search?q=zzzzqqq&from=2020-01-01")
    assert len(noted) == 6
    assert noted[:2] == noted[2:4] == noted[4:]
    told = text_string_to_metric_families(client.get("/metrics").text)
    counts = {
        sample.labels["found"]: sample.value
        for family in told
        for sample in family.samples
        if sample.name == "searchsvc_searches_total"
    }
    assert counts == {"results": 9, "none": 3}
