"""A worker does before the first request what that would wait for, and counts none of it."""

from pathlib import Path

import pytest
from flask import Flask

from searchsvc.search.lexicon import Lexicon
from searchsvc.searches.recorder import Recorder
from searchsvc.settings import load_settings
from searchsvc.web.app import create_app
from searchsvc.web.warming import warm_up


def app_over(data: Path) -> Flask:
    return create_app(load_settings(data=data))


def test_what_a_search_needs_is_there(sample_data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    counted: list[object] = []
    monkeypatch.setattr(Recorder, "note", lambda *given: counted.append(given))
    app = app_over(sample_data)
    warm_up(app).join()
    lexicon = app.extensions["searchsvc"].search.lexicons.current()
    assert isinstance(lexicon, Lexicon)
    assert "letters" in vars(lexicon)
    assert counted == []
    app.extensions["searchsvc"].close()


def test_without_an_archive_nothing_is_said(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    app = app_over(tmp_path)
    warm_up(app).join()
    assert caplog.records == []
    assert app.test_client().get("/search?q=x").status_code == 503
