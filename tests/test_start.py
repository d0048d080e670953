"""What a start must not load: what only import, indexing, evaluation or other databases need."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = [
    "trafilatura",
    "lxml",
    "pyvi",
    "sklearn",
    "pycrfsuite",
    "pandas",
    "matplotlib",
    "scipy",
    "ir_measures",
    "concurrent.futures.process",
    "psycopg",
    "sqlalchemy.dialects.postgresql",
    "opensearchpy",
    "tantivy",
    "hypothesis",
    "pytest",
    "searchsvc.ingest",
    "searchsvc.indexing",
    "searchsvc.evaluation",
]
TOLD = "import sys; print('loaded:', *[name for name in sys.argv[1].split(',') if name in sys.modules])"


def loaded(code: str, **env: str) -> list[str]:
    """Return the modules of HEAVY that a new process has loaded after `code`."""
    run = subprocess.run(
        [sys.executable, "-c", f"{code}\n{TOLD}", ",".join(HEAVY)],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).resolve().parents[1],
        env=os.environ | env,
    )
    told, *names = run.stdout.splitlines()[-1].split()
    assert told == "loaded:"
    return names


def test_the_web_app_loads_nothing_heavy(sample_data: Path) -> None:
    code = (
        "from searchsvc.settings import load_settings; from searchsvc.web.app import create_app;"
        "client = create_app(load_settings()).test_client();"
        "answers = [client.get(path).status_code for path in ('/search?q=nghi+quyet', '/api/v1/search?q=x')];"
        "assert answers == [200, 200], answers"
    )
    assert loaded(code, SEARCHSVC_DATA=str(sample_data)) == []


def test_the_search_command_loads_nothing_heavy(sample_data: Path) -> None:
    code = (
        "from contextlib import suppress; from searchsvc.commands import main\n"
        "with suppress(SystemExit): main(['search', 'nghị quyết'])\n"
        "import sys; assert not {'flask', 'werkzeug', 'jinja2'} & set(sys.modules)"
    )
    assert loaded(code, SEARCHSVC_DATA=str(sample_data)) == []


@pytest.mark.parametrize("name", ["lxml", "searchsvc.indexing"])
def test_what_is_loaded_is_seen(name: str) -> None:
    assert name in loaded(f"import {name}")
