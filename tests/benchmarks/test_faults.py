"""A short campaign of faults, one of each kind; `python -m benchmarks.faults --runs 500` is the long one."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.faults.verdicts import Lost, answers, look_at, whole
from benchmarks.faults.victims import Fault, run
from benchmarks.faults.worlds import World, content_of, make_sources, opened

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.slow
def test_one_fault_of_each_kind_loses_nothing() -> None:
    command = [sys.executable, "-m", "benchmarks.faults", "--runs", "11", "--articles", "12", "--seed", "3"]
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"^11 faults, 0 lost", done.stdout, re.MULTILINE)


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> tuple[World, Path]:
    world = World(tmp_path_factory.mktemp("world"), 8)
    make_sources(world, 1)
    data = world.stage(0)
    data.mkdir()
    assert run(data, ["import", str(world.source(0))]).code == 1  # two lines of the source are broken
    assert run(data, ["reindex"]).code == 0
    return world, data


def test_a_victim_dies_where_it_is_told_to(stage: tuple[World, Path]) -> None:
    world, _ = stage
    with world.copy(0) as data:
        usual = run(data, ["reindex", "--full"])
        assert usual.code == 0
        assert usual.events > 5
        assert run(data, ["reindex", "--full"], Fault(at_event=3)).code == -9
        starved = run(data, ["reindex", "--full"], Fault(largest_file=100))
        assert starved.code == 1
        assert "Traceback" not in starved.said


def test_the_verdict_notices_what_is_lost(stage: tuple[World, Path]) -> None:
    world, original = stage
    with opened(original) as (archive, _):
        before = content_of(archive)
    with world.copy(0) as data:
        look_at(data, before, before)
        assert answers(data) == answers(original)
        with opened(data) as (archive, _):
            with archive.database.writing() as connection:
                connection.exec_driver_sql("UPDATE versions SET title = 'khác' WHERE article_id = 'bai-3'")
            with pytest.raises(Lost, match="damaged"):
                whole(archive)
    with world.copy(0) as data, pytest.raises(Lost, match="lost"):
        look_at(data, {**before, "bai-99": ("hash",)}, {**before, "bai-99": ("hash",)})
    with world.copy(0) as data:
        (data / "whoosh" / "current").unlink()
        with pytest.raises(Lost, match="no complete generation"):
            look_at(data, before, before)
