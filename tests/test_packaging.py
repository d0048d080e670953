"""The wheel holds all that the service needs, and works away from the checkout."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def test_templates_static_files_and_samples_are_inside(unpacked: Path) -> None:
    for name in (
        "templates/base.html",
        "static/site.css",
        "samples/README.md",
        "extract/data/units.toml",
        "static/site.js",
        "translations/en/LC_MESSAGES/messages.mo",
    ):
        assert (unpacked / "searchsvc" / name).is_file()
    assert not (unpacked / "tests").exists()


def test_the_installed_service_loads_searches_and_renders(unpacked: Path, tmp_path: Path) -> None:
    script = """
import sys
from pathlib import Path
import searchsvc
assert str(Path(searchsvc.__file__)).startswith(sys.argv[1]), searchsvc.__file__
from searchsvc.resources import is_checkout, default_data_folder
assert not is_checkout()
assert default_data_folder() == Path.cwd() / "index"
from searchsvc.settings import load_settings
from searchsvc.web.app import create_app
from searchsvc.commands import main
try:
    main(["demo"])
except SystemExit as done:
    assert not done.code, done.code
page = create_app(load_settings()).test_client().get("/search?q=nghi+quyet")
assert page.status_code == 200 and "<mark>" in page.text, page.text[:500]
english = create_app(load_settings()).test_client().get("/?lang=en")
assert "Newest articles" in english.text, english.text[:500]
"""
    done = subprocess.run(
        [sys.executable, "-c", script, str(unpacked)],
        cwd=tmp_path,
        env={"PYTHONPATH": str(unpacked), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "index" / "archive.db").is_file()
