"""What is told of requests: ids, log lines, metrics; and to whom."""

import json
import logging
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from prometheus_client.parser import text_string_to_metric_families

from searchsvc.settings import Settings, load_settings
from searchsvc.web.app import create_app
from searchsvc.web.observing import recorder_of

OPERATIONS = Path(__file__).resolve().parents[2] / "docs/operations.md"


@pytest.fixture
def watched(sample_data: Path) -> Iterator[Flask]:
    """An app of its own, whose counts begin at nothing."""
    app = create_app(load_settings(data=sample_data, searches_days=0))
    yield app
    app.extensions["searchsvc"].close()


def values(app: Flask) -> dict[tuple[str, tuple[str, ...]], float]:
    text = app.test_client().get("/metrics").get_data(as_text=True)
    return {
        (sample.name, tuple(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_metrics_tell_of_searches_errors_and_the_index(watched: Flask) -> None:
    client = watched.test_client()
    client.get("/search?q=nghị quyết")
    client.get("/api/v1/search?q=zzzzqqq")
    client.get("/api/v1/search?q=")
    client.get("/api/v1/search?page=x")
    client.get("/articles/không-có")
    client.get("/nơi nào đó")
    found = values(watched)
    assert found["searchsvc_searches_total", ("results",)] == 1
    assert found["searchsvc_searches_total", ("none",)] == 1
    assert found["searchsvc_requests_total", ("GET", "/api/v1/search", "200")] == 2
    assert found["searchsvc_requests_total", ("GET", "none", "404")] == 1
    assert found["searchsvc_request_seconds_count", ("/api/v1/search",)] == 3
    assert found["searchsvc_errors_total", ("InvalidQuery",)] == 1
    assert found["searchsvc_errors_total", ("NotFound",)] == 1
    assert found["searchsvc_errors_total", ("http_404",)] == 1
    assert found["searchsvc_ready", ()] == 1
    assert found["searchsvc_degraded", ()] == 0
    assert found["searchsvc_index_documents", ()] == found["searchsvc_archive_articles", ()] > 0
    assert found["searchsvc_index_behind_articles", ()] == 0


def test_every_alarm_of_the_documentation_asks_for_what_is_told(watched: Flask) -> None:
    client = watched.test_client()
    client.get("/search?q=quyết")
    client.get("/no-such-page")
    told = {line.partition(" ")[0].partition("{")[0] for line in client.get("/metrics").text.splitlines()}
    asked = set(re.findall(r"\bsearchsvc_[a-z_]+", OPERATIONS.read_text("utf-8")))
    assert len(asked) > 10
    assert asked <= told


def test_labels_stay_few_whatever_is_asked(watched: Flask) -> None:
    client = watched.test_client()
    for number in range(30):
        client.get(f"/articles/{number}")
        client.get(f"/{number}")
        client.open("/search", method=f"M{number}")
    requests = [labels for name, labels in values(watched) if name == "searchsvc_requests_total"]
    assert len(requests) <= 4


@pytest.mark.parametrize(
    ("address", "headers", "status"),
    [
        ("127.0.0.1", {}, 200),
        ("::1", {}, 200),
        ("::ffff:127.0.0.1", {}, 200),
        ("10.1.2.3", {}, 404),
        ("", {}, 404),
        ("127.0.0.1", {"X-Forwarded-For": "127.0.0.1"}, 404),
        ("127.0.0.1", {"Forwarded": "for=127.0.0.1"}, 404),
    ],
)
def test_who_may_read_the_metrics(watched: Flask, address: str, headers: dict[str, str], status: int) -> None:
    client = watched.test_client()
    answer = client.get("/metrics", headers=headers, environ_overrides={"REMOTE_ADDR": address})
    assert answer.status_code == status


def test_the_networks_are_a_setting(sample_settings: Settings) -> None:
    app = create_app(sample_settings.model_copy(update={"metrics_from": "10.0.0.0/8"}))
    for address, status in (("10.1.2.3", 200), ("127.0.0.1", 404)):
        answer = app.test_client().get("/metrics", environ_overrides={"REMOTE_ADDR": address})
        assert answer.status_code == status
    app.extensions["searchsvc"].close()


def test_each_request_has_an_id_and_a_line_without_its_text(
    watched: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    client = watched.test_client()
    with caplog.at_level(logging.INFO, "searchsvc"):
        own = client.get("/search?q=chuyện riêng").headers["X-Request-ID"]
        given = client.get("/api/v1/search?q=zzzzqqq", headers={"X-Request-ID": "abc-1"})
        forged = client.get("/search", headers={"X-Request-ID": "x" * 500}).headers["X-Request-ID"]
        client.get("/healthz")
    assert re.fullmatch(r"[0-9a-f]{16}", own)
    assert given.headers["X-Request-ID"] == "abc-1"
    assert len(forged) == 16
    lines = [record.__dict__ for record in caplog.records if record.name == "searchsvc.requests"]
    assert [line["request_id"] for line in lines] == [own, "abc-1", forged]
    assert (lines[0]["route"], lines[0]["status"]) == ("/search", 200)
    assert (lines[1]["results"], lines[1]["zero_results"]) == (0, True)
    assert "riêng" not in json.dumps([{key: repr(value) for key, value in line.items()} for line in lines])
    assert "127.0.0.1" not in caplog.text


def test_a_fault_is_logged_with_the_route_and_not_the_address(
    watched: Flask, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(watched.view_functions, "pages.article", lambda **_values: 1 // 0)
    with caplog.at_level(logging.INFO, "searchsvc"):
        assert watched.test_client().get("/articles/bi-mat?q=bi-mat").status_code == 500
    assert "ZeroDivisionError" in caplog.text
    failed = next(record.__dict__ for record in caplog.records if record.levelname == "ERROR")
    assert failed["route"] == "/articles/<path:article_id>"
    assert failed["request_id"]
    assert "bi-mat" not in caplog.text


def test_a_request_is_answered_where_it_cannot_be_counted(
    watched: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    def full(*_labels: str) -> None:
        raise OSError(28, "No space left on device")

    metrics = watched.extensions["searchsvc.metrics"]
    metrics.requests.labels = metrics.searches.labels = full
    assert watched.test_client().get("/search?q=hội nghị").status_code == 200
    assert "No space left" in caplog.text


def test_first_pages_of_texts_are_counted_for_the_report(sample_data: Path, tmp_path: Path) -> None:
    app = create_app(load_settings(data=sample_data))
    noted: list[tuple[object, ...]] = []
    app.extensions["searchsvc.recorder"].note = lambda *given: noted.append(given)
    client = app.test_client()
    for address in (
        "/search?q=nghị quyết&from=2020-01-01&unit=&code=05-CT/TW",
        "/search?q=nghị quyết&page=2",
        "/search",
        "/api/v1/search?q=zzzzqqq",
        "/embed?q=nghị quyết",
    ):
        assert client.get(address).status_code == 200
    client.head("/search?q=nghị quyết")
    assert [(text, filters) for text, _, filters in noted] == [
        ("nghị quyết", (("code", ""), ("days", ""))),
        ("zzzzqqq", ()),
        ("nghị quyết", ()),
    ]
    assert noted[1][1] == 0
    recorder_of(app).close()
    app.extensions["searchsvc"].close()
