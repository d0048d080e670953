"""`/readyz` says whether searches are answered, and what is not as it should be."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from searchsvc.settings import load_settings
from searchsvc.web.app import create_app


@pytest.fixture
def data(sample_data: Path, tmp_path: Path) -> Path:
    shutil.copytree(sample_data, tmp_path / "index")
    return tmp_path / "index"


@pytest.fixture
def app(data: Path) -> Iterator[Flask]:
    app = create_app(load_settings(data=data, searches_days=0))
    yield app
    app.extensions["searchsvc"].close()


def ready(app: Flask) -> tuple[int, dict[str, Any]]:
    answer = app.test_client().get("/readyz")
    assert answer.headers["Cache-Control"] == "no-store"
    return answer.status_code, answer.json


def alter(data: Path, statement: str) -> None:
    with closing(sqlite3.connect(data / "archive.db", isolation_level=None)) as connection:
        connection.execute(statement)


def test_all_is_well(app: Flask) -> None:
    status, state = ready(app)
    assert (status, state["status"], state["reasons"], state["behind"]) == (200, "ok", [], 0)
    assert state["documents"] == state["articles"] > 0
    assert state["generation_age_s"] >= 0


def test_no_index(app: Flask, data: Path) -> None:
    (data / "whoosh" / "current").unlink()
    status, state = ready(app)
    assert (status, state["status"], state["reasons"][0]["part"]) == (503, "unavailable", "index")
    assert "searchsvc reindex --full" in state["detail"]


def test_a_damaged_index(app: Flask, data: Path) -> None:
    for path in (data / "whoosh" / "generations").glob("*/*.toc"):
        path.write_bytes(b"\x00" * 100)
    status, state = ready(app)
    assert (status, state["reasons"][0]["part"]) == (503, "index")


def test_no_archive(tmp_path: Path) -> None:
    app = create_app(load_settings(data=tmp_path / "none", searches_days=0))
    status, state = ready(app)
    assert (status, state["reasons"][0]["part"]) == (503, "archive")
    assert "searchsvc import" in state["detail"]
    assert app.test_client().get("/metrics").status_code == 200


def test_articles_that_wait_too_long_and_an_index_of_another_archive(app: Flask, data: Path) -> None:
    alter(data, "UPDATE annotations SET change = change + 1000 WHERE change = 5")
    alter(data, "UPDATE meta SET value = '1005' WHERE key = 'change'")
    assert ready(app)[1]["status"] == "ok", "an import before the next reindex is normal"
    alter(data, "UPDATE versions SET imported_at = '2020-01-01T00:00:00.000000Z'")
    status, state = ready(app)
    assert (status, state["status"], state["behind"]) == (200, "degraded", 1)
    assert "searchsvc reindex" in state["reasons"][0]["detail"]
    alter(data, "UPDATE meta SET value = 'another' WHERE key = 'lineage'")
    assert "another archive" in ready(app)[1]["reasons"][0]["detail"]


def test_no_lexicon(app: Flask, data: Path) -> None:
    (data / "lexicon.bin").unlink()
    status, state = ready(app)
    assert (status, state["status"], state["reasons"][0]["part"]) == (200, "degraded", "lexicon")
