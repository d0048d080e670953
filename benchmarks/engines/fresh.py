"""Runs one measurement in a fresh process. The primary entrypoint is `run_fresh`."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


class Failed(Exception):
    """The process ended with an error; the text is the end of what it said."""


def run_fresh(module: str, *arguments: object) -> dict[str, Any]:
    """Return the JSON object that `python -m module arguments` prints. Raises Failed."""
    # One thread for numpy's libraries too, so that every system answers with one.
    environment = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"} | dict(os.environ)
    done = subprocess.run(
        [sys.executable, "-m", module, *map(str, arguments)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise Failed(f"{module} {arguments[0]}: {done.stderr[-2000:]}")
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def folder_bytes(folder: Path) -> int:
    """Return the size of all files under `folder`."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
