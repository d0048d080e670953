"""No regular expression of the service takes more than linear time; the harness would see one that does."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.regexes import LINEAR, patterns, pieces, worst

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("steep", [r"a*b", r"(?:\s|,)+x", r"[\d.]+!", r"(?:nghị quyết )*z"])
def test_a_quadratic_pattern_is_seen(steep: str) -> None:
    found = worst("steep", re.compile(steep), "search", 3000)
    assert found.growth > LINEAR


@pytest.mark.parametrize("straight", [r"a{0,20}b", r"(?<!\d)\d+/", r"\bkhóa [IVX]{1,6}\b"])
def test_a_linear_pattern_is_left_alone(straight: str) -> None:
    found = worst("straight", re.compile(straight), "search", 3000)
    assert found.growth <= LINEAR


def test_all_patterns_are_found_and_taken_apart() -> None:
    found = dict(patterns())
    assert len(found) > 100
    assert "searchsvc.extract.code_grammar.CODE" in found
    assert {"a", "1", "nghị"} <= set(pieces(re.compile("nghị|quyết")))


@pytest.mark.slow
def test_every_pattern_of_the_service_is_linear() -> None:
    command = [sys.executable, "-m", "benchmarks.regexes", "--chars", "500"]
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
