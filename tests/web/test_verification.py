"""A changed byte of the index is said instead of wrong answers, until the index is built anew."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from searchsvc.errors import EngineUnavailable
from searchsvc.search.opening import opened_engine
from searchsvc.settings import load_settings
from searchsvc.web import verification as module
from searchsvc.web.app import create_app
from searchsvc.web.services import Services
from searchsvc.web.verification import Verification, verify_beforehand
from searchsvc.web.verified import Verified
from tests.conftest import run_command


@pytest.fixture
def data(sample_data: Path, tmp_path: Path) -> Path:
    shutil.copytree(sample_data, tmp_path / "index")
    return tmp_path / "index"


def damage(data: Path) -> Path:
    path = max((data / "whoosh" / "generations").rglob("MAIN*"), key=lambda path: path.stat().st_size)
    with path.open("r+b") as file:
        file.seek(path.stat().st_size // 2)
        byte = file.read(1)[0]
        file.seek(-1, 1)
        file.write(bytes([byte ^ 1]))
    return path


@pytest.fixture
def verification(data: Path) -> Iterator[Verification]:
    with opened_engine(load_settings(data=data)) as engine:
        yield Verification(engine)


def test_a_damaged_generation_is_said_until_another_is_live(
    data: Path, verification: Verification, monkeypatch: pytest.MonkeyPatch
) -> None:
    verification.look()
    verification.raise_if_damaged()
    path = damage(data)
    verification.look()
    verification.raise_if_damaged()  # each generation is read once, and again only much later
    with monkeypatch.context() as later:
        later.setattr(module, "_AGAIN_S", -1)
        verification.look()
    with pytest.raises(EngineUnavailable, match=path.name):
        verification.raise_if_damaged()
    assert run_command("reindex", data=data).exit_code == 0
    verification.raise_if_damaged()
    verification.look()
    verification.raise_if_damaged()
    assert run_command("check", data=data).exit_code == 0


def test_a_site_over_a_damaged_index_says_so(data: Path) -> None:
    damage(data)
    settings = load_settings(data=data, searches_days=0)
    services = Services(settings)
    services.verify()
    app = create_app(settings, services)
    client = app.test_client()
    assert client.get("/search?q=hội nghị").status_code == 503
    ready = client.get("/readyz")
    assert ready.status_code == 503
    assert "searchsvc reindex" in ready.json["detail"]
    services.close()


@pytest.fixture
def readings(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The generations whose files are read through, one entry each time."""
    found: list[str] = []
    read = Verification._read

    def noted(self: Verification, generation: str) -> None:
        found.append(generation)
        read(self, generation)

    monkeypatch.setattr(Verification, "_read", noted)
    return found


def test_what_one_worker_has_verified_another_does_not_read(data: Path, readings: list[str]) -> None:
    settings, verified = load_settings(data=data), Verified()
    verify_beforehand(settings, verified).join()
    assert len(readings) == 1
    with opened_engine(settings) as engine:
        Verification(engine, verified).look()
        assert len(readings) == 1
        Verification(engine).look()
        assert len(readings) == 2


def test_a_new_generation_and_old_news_are_verified_again(
    data: Path, readings: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    settings, verified = load_settings(data=data), Verified()
    verify_beforehand(settings, verified).join()
    assert run_command("reindex", "--full", data=data).exit_code == 0
    with opened_engine(settings) as engine:
        Verification(engine, verified).look()
        assert len(set(readings)) == 2
        monkeypatch.setattr(module, "_AGAIN_S", -1)
        Verification(engine, verified).look()
    assert len(readings) == 3


def test_every_worker_finds_out_what_is_damaged(data: Path, readings: list[str]) -> None:
    damage(data)
    settings, verified = load_settings(data=data), Verified()
    verify_beforehand(settings, verified).join()
    with opened_engine(settings) as engine:
        for each in (Verification(engine, verified), Verification(engine, verified)):
            each.look()
            with pytest.raises(EngineUnavailable):
                each.raise_if_damaged()
    assert len(readings) == 3


def test_without_an_index_nothing_is_said_beforehand(tmp_path: Path, readings: list[str]) -> None:
    verify_beforehand(load_settings(data=tmp_path), Verified()).join()
    assert readings == []
