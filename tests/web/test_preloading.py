"""What is loaded before workers are forked: all that no archive decides, and nothing of what one does."""

import os
import subprocess
import sys
from pathlib import Path

from searchsvc.settings import load_settings
from searchsvc.web.app import after_fork, create_app
from searchsvc.web.metrics import Metrics

ROOT = Path(__file__).resolve().parents[2]

_ADDRESSES = (
    "/search?q=nghị+quyết",
    "/search?q=nghi+quyt&lang=en",
    "/api/v1/search?q=hội+nghị&sort=newest",
    "/codes/",
    "/units/",
    "/feed.atom?q=hội",
)

_SCRIPT = f"""
import functools, gc, sys, threading
from searchsvc.settings import load_settings
from searchsvc.web.app import create_app
from searchsvc.web.preloading import preload

def tables():
    found = {{}}
    for name, module in list(sys.modules.items()):
        if name.startswith("searchsvc."):
            for key, value in vars(module).items():
                if isinstance(value, functools._lru_cache_wrapper) and value.__module__ == name:
                    if value.cache_info().maxsize is None and value.__wrapped__.__code__.co_argcount == 0:
                        found[f"{{name}}.{{key}}"] = value.cache_info().currsize
    return found

from searchsvc.commands.serving import _tell_what_is_missing
settings = load_settings()
_tell_what_is_missing(settings)
app = create_app(settings)
gc.disable()
preload(app, settings)
assert gc.isenabled()
assert gc.get_freeze_count() > 10_000
assert app.extensions["searchsvc"]._search is None
assert threading.active_count() == 1
names = {{name for _, name in app.jinja_env.cache}}
assert {{"search/results.html", "base.html", "articles/article.html"}} <= names, names
modules, before = set(sys.modules), tables()
import flask.testing, click.testing
client = app.test_client()
ours = set(sys.modules)
for address in {_ADDRESSES!r}:
    assert client.get(address).status_code == 200, address
late = {{name for name in set(sys.modules) - ours if not name.startswith("encodings.")}}
print("modules:", *sorted(late))
print("tables:", *sorted(name for name, size in tables().items() if size > before.get(name, 0)))
"""


def test_the_first_requests_load_nothing_but_archive_and_index(sample_data: Path) -> None:
    environment = os.environ | {"SEARCHSVC_DATA": str(sample_data), "SEARCHSVC_SEARCHES_DAYS": "0"}
    run = subprocess.run(
        [sys.executable, "-c", _SCRIPT],
        check=False,
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stderr
    assert run.stdout.splitlines() == ["modules:", "tables:"]


def test_a_process_has_metrics_and_a_recorder_of_its_own(sample_data: Path) -> None:
    settings = load_settings(data=sample_data)
    app = create_app(settings)
    names = ("searchsvc.metrics", "searchsvc.recorder")
    before = [app.extensions[name] for name in names]
    after_fork(app, settings)
    assert all(app.extensions[name] is not old for name, old in zip(names, before, strict=True))
    assert isinstance(app.extensions["searchsvc.metrics"], Metrics)


def test_files_that_staff_edit_change_the_tags_of_the_next_worker(sample_data: Path, tmp_path: Path) -> None:
    units = tmp_path / "units.toml"
    units.write_text("# none\n", "utf-8")
    settings = load_settings(data=sample_data, units_file=units)
    app = create_app(settings)
    before = app.extensions["searchsvc.release"]
    after_fork(app, settings)
    assert app.extensions["searchsvc.release"] == before
    units.write_text("# other\n", "utf-8")
    after_fork(app, settings)
    assert app.extensions["searchsvc.release"] != before
