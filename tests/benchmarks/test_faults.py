"""A short campaign of faults, one of each kind; `python -m benchmarks.faults --runs 600` is the long one."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.faults.library import COMPILER, environment
from benchmarks.faults.verdicts import Lost, answers, look_at, whole
from benchmarks.faults.worlds import World, content_of, make_sources, opened
from tests.conftest import absent, run_command

ROOT = Path(__file__).resolve().parents[2]
VICTIM = """
import sys
from pathlib import Path
from benchmarks.faults.victims import Fault, run
data = Path(sys.argv[1])
usual = run(data, ["reindex", "--full"])
killed = run(data, ["reindex", "--full"], Fault(at_event=3))
starved = run(data, ["reindex", "--full"], Fault(largest_file=100))
print(usual.code, usual.events > 20, killed.code, starved.code, "Traceback" in starved.said)
"""


@pytest.fixture(scope="module")
def compiler() -> None:
    """The C compiler that makes the library in front of libc."""
    if shutil.which(COMPILER) is None:
        absent("compiler", "a C compiler is absent: apt-get install gcc libc6-dev")


@pytest.mark.usefixtures("compiler")
@pytest.mark.slow
def test_one_fault_of_each_kind_loses_nothing() -> None:
    command = [sys.executable, "-m", "benchmarks.faults", "--runs", "11", "--articles", "12", "--seed", "3"]
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"^11 faults, 0 lost", done.stdout, re.MULTILINE)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    world = World(tmp_path_factory.mktemp("world"), 8)
    make_sources(world, 1)
    # Two lines of the source are broken on purpose.
    assert run_command("import", str(world.source(0)), data=world.stage(0)).exit_code == 1
    assert run_command("reindex", data=world.stage(0)).exit_code == 0
    return world


@pytest.mark.usefixtures("compiler")
def test_a_victim_dies_where_it_is_told_to(world: World, tmp_path: Path) -> None:
    with world.copy(0) as data:
        command = [sys.executable, "-c", VICTIM, str(data)]
        behind = os.environ | environment(tmp_path)
        done = subprocess.run(command, cwd=ROOT, env=behind, check=False, capture_output=True, text=True)
    assert done.stdout == "0 True -9 1 False\n", done.stderr


def test_the_verdict_notices_what_is_lost(world: World) -> None:
    with opened(world.stage(0)) as (archive, _):
        before = content_of(archive)
    with world.copy(0) as data:
        look_at(data, before, before)
        assert answers(data) == answers(world.stage(0))
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
