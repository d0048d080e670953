"""A changed byte of the index is said instead of wrong answers, until the index is built anew."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from searchsvc.errors import EngineUnavailable
from searchsvc.search.opening import opened_engine
from searchsvc.settings import load_settings
from searchsvc.web.app import create_app
from searchsvc.web.services import Services
from searchsvc.web.verification import Verification
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


def test_a_damaged_generation_is_said_until_another_is_live(data: Path, verification: Verification) -> None:
    verification.look()
    verification.raise_if_damaged()
    path = damage(data)
    verification.look()
    verification.raise_if_damaged()  # each generation is read once, and again only much later
    verification._verified_at -= 7 * 3600
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
