"""The load and reload harnesses, in small, and that they notice what is wrong."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.reload import Seen
from benchmarks.sites import Figures

ROOT = Path(__file__).resolve().parents[2]


def answer(**changes: object) -> bytes:
    usual = {"total": 1, "results": [{"id": "a", "title": "A", "score": 1}], "facets": {}, "generation": "g"}
    return json.dumps({**usual, **changes}).encode()


def test_an_answer_that_mixes_generations_is_noticed() -> None:
    seen = Seen()
    assert seen.check("/q", 200, answer()) is None
    assert seen.check("/q", 200, answer()) is None
    other = [{"id": "b", "title": "B", "score": 1}]
    assert seen.check("/q", 200, answer(results=other)) == "mixed"
    assert seen.check("/q", 200, answer(results=other, generation="h")) is None
    assert seen.check("/q", 200, answer(total=2)) == "incomplete"
    assert seen.check("/q", 503, b"") == "HTTP 503"
    assert seen.generations == {"g", "h"}


def test_figures() -> None:
    figures = Figures([0.001 * n for n in range(1, 101)], took_s=2.0)
    figures.errors["HTTP 500"] += 1
    assert figures.row("x") == "| x | 100 | 1 HTTP 500 | 50 | 51 | 96 | 100 | 100 |"


@pytest.mark.slow
@pytest.mark.parametrize("harness", ["reload", "load"])
def test_a_small_run_fails_nothing(sample_data: Path, tmp_path: Path, harness: str) -> None:
    data = tmp_path / "index"
    shutil.copytree(sample_data, data)
    command = [sys.executable, "-m", f"benchmarks.{harness}", "--requests", "80", "--workers", "1"]
    done = subprocess.run(
        [*command, "--data", str(data)], cwd=ROOT, check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "| 0 |" in done.stdout
