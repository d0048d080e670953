"""Counts in a sliding window, shared between processes."""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchsvc.web import counters as module
from searchsvc.web.counters import Counters, Rate

START = 1_700_000_040.0
"""The beginning of a minute."""
RATE = Rate(allowed=5, window_s=60)


@pytest.fixture
def counters() -> Counters:
    return Counters()


def allowed(counters: Counters, now: float, times: int = 1, name: str = "a", rate: Rate = RATE) -> int:
    return sum(not counters.wait_for(name, rate, now) for _ in range(times))


def test_so_many_are_allowed_and_no_more(counters: Counters) -> None:
    assert allowed(counters, START, times=9) == 5


def test_each_name_is_counted_for_itself(counters: Counters) -> None:
    assert allowed(counters, START, times=9) == 5
    assert allowed(counters, START, times=9, name="b") == 5


def test_the_last_window_fades(counters: Counters) -> None:
    allowed(counters, START + 59, times=5)
    assert allowed(counters, START + 60.5, times=5) == 0
    assert allowed(counters, START + 90, times=5) == 2
    assert allowed(counters, START + 180, times=9) == 5


@given(
    rate=st.builds(Rate, st.integers(1, 20), st.sampled_from([1, 60])),
    before=st.lists(st.floats(0, 100), max_size=60).map(sorted),
)
def test_the_wait_is_as_long_as_told(rate: Rate, before: list[float]) -> None:
    counters = Counters()
    for moment in before:
        counters.wait_for("a", rate, START + moment)
    now = START + (before[-1] if before else 0)
    wait = counters.wait_for("a", rate, now)
    if wait:
        assert 0 < wait <= 2 * rate.window_s
        assert counters.wait_for("a", rate, now + wait * 0.98 - 0.001)
        assert not counters.wait_for("a", rate, now + wait + 0.001)


def run(script: str) -> str:
    """Run a script in a process of its own: forking one that has threads is asking for trouble."""
    done = subprocess.run(
        [sys.executable, "-c", script], check=False, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_processes_count_together() -> None:
    script = """
import os
from searchsvc.web.counters import Counters, Rate
counters = Counters()
for _ in range(4):
    if os.fork() == 0:
        os._exit(sum(not counters.wait_for("a", Rate(50, 60), 1_700_000_040.0) for _ in range(30)))
print(sum(os.waitstatus_to_exitcode(os.wait()[1]) for _ in range(4)))
"""
    assert run(script) == "50"


def test_a_killed_process_holds_no_lock() -> None:
    script = """
import os
from searchsvc.web.counters import Counters, Rate
counters = Counters()
if os.fork() == 0:
    with counters._locked():
        os._exit(9)
os.wait()
print(counters.wait_for("a", Rate(1, 60), 1_700_000_040.0))
"""
    assert run(script) == "0.0"


def test_a_full_table_forgets_the_smallest_count(counters: Counters, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_BUCKETS", 1)
    assert allowed(counters, START, times=4) == 4
    for other in range(50):
        assert allowed(counters, START, name=str(other)) == 1
    assert allowed(counters, START, times=9) == 1
