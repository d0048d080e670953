"""What the Whoosh engine does on disk: kills, damage, a full disk, leftovers."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from searchsvc.clauses import AnyOf
from searchsvc.engines.whoosh import WhooshEngine
from searchsvc.engines.whoosh.generations import sealed
from searchsvc.errors import EngineUnavailable, IndexLocked, IndexMismatch, IndexMissing
from tests.builders import document, key, query, term

ROOT = Path(__file__).resolve().parents[3]
REBUILD = "searchsvc reindex --full"
KEPT = {"old-0", "old-1", "old-2"}

WRITER = """
import resource, sys
from pathlib import Path
from searchsvc.engines.whoosh import WhooshEngine
from searchsvc.errors import ServiceError
from tests.builders import document

root, step, limit = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
engine = WhooshEngine(root)
if limit:
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

def documents():
    for number in range(160):
        if number == 40:
            print("writing", flush=True)
        words = " ".join(f"từ{number}x{place}" for place in range(10))
        yield document(f"new-{number}", f"hội nghị {number} {words}")

begin = engine.rebuild if step == "rebuild" else engine.update
try:
    with begin(fingerprint="f", change=2) as writer:
        writer.put(documents())
        print("put", flush=True)
except ServiceError as error:
    print(error.message.en, flush=True)
print("done", flush=True)
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "whoosh"


@pytest.fixture
def engine(root: Path) -> Iterator[WhooshEngine]:
    engine = WhooshEngine(root)
    with engine.rebuild(fingerprint="f", change=1, documents=len(KEPT)) as writer:
        writer.put(document(id, "hội nghị", title="tin") for id in sorted(KEPT))
    yield engine
    engine.close()


@contextmanager
def started(root: Path, step: str, limit: int = 0) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, str(root), step, str(limit)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def heard(process: subprocess.Popen[str], word: str) -> None:
    assert process.stdout is not None
    for line in process.stdout:
        if line.strip().endswith(word):
            return
    pytest.fail(f"the writer ended without {word!r}")


def fresh_ids(root: Path) -> set[str]:
    """What a process that starts now finds."""
    engine = WhooshEngine(root)
    try:
        return ids(engine)
    finally:
        engine.close()


def ids(engine: WhooshEngine) -> set[str]:
    return {hit.id for hit in engine.search(query()).hits}


def live_folder(root: Path) -> Path:
    return root / "generations" / json.loads((root / "current").read_text("utf-8"))["name"]


@pytest.mark.parametrize("step", ["rebuild", "update"])
@pytest.mark.parametrize(("word", "delay_s"), [("writing", 0.0), ("put", 0.0), ("put", 0.05)])
def test_a_killed_writer_leaves_the_old_index_and_the_next_run_completes(engine, root, step, word, delay_s):
    with started(root, step) as process:
        heard(process, word)
        time.sleep(delay_s)
        process.send_signal(signal.SIGKILL)
    after = fresh_ids(root)
    # A late kill may come after the switch; then everything is there.
    assert after == KEPT or (word == "put" and {"new-0", "new-159"} <= after)

    with started(root, step) as again:
        heard(again, "done")
    expected = 160 if step == "rebuild" else 160 + len(KEPT)
    assert engine.search(query()).total == expected
    assert engine.search(query(term("hội"))).total == expected
    engine.clean()
    assert [path.name for path in (root / "generations").iterdir()] == [live_folder(root).name]
    assert not list(root.glob("*.tmp"))


@pytest.mark.parametrize("step", ["rebuild", "update"])
def test_a_second_writer_in_another_process_is_told_its_number(engine, root, step):
    with started(root, step) as process:
        heard(process, "writing")
        process.send_signal(signal.SIGSTOP)
        with pytest.raises(IndexLocked) as caught, engine.update(fingerprint="f", change=2):
            pytest.fail("two writers at once")
        assert f"Process {process.pid} " in caught.value.message.en
        assert ids(engine) == KEPT


@pytest.mark.parametrize("step", ["rebuild", "update"])
def test_a_disk_that_takes_no_more_leaves_the_old_index(engine, root, step):
    with started(root, step, limit=20_000) as process:
        heard(process, "The old index is untouched.")
        heard(process, "done")
    assert fresh_ids(root) == KEPT
    with engine.update(fingerprint="f", change=3) as writer:
        writer.put([document("next")])
    assert ids(engine) == {*KEPT, "next"}


def test_deleted_while_serving(engine, root):
    assert ids(engine) == KEPT
    (root / "current").unlink()
    with pytest.raises(IndexMissing) as caught:
        engine.search(query())
    assert REBUILD in caught.value.message.vi
    with engine.rebuild(fingerprint="f", change=2) as writer:
        writer.put([document("a")])
    assert ids(engine) == {"a"}


@pytest.mark.parametrize("content", [b"", b"{}", b"[1]", b"\xff\xfe", b'{"name": 3}', b"null"])
def test_a_damaged_pointer(engine, root, content):
    (root / "current").write_bytes(content)
    for read in (lambda: engine.search(query()), engine.status):
        with pytest.raises(EngineUnavailable) as caught:
            read()
        assert REBUILD in caught.value.message.en
    assert engine.clean() == 0
    assert (root / "current").read_bytes() == content
    assert len(list((root / "generations").iterdir())) == 1
    with engine.rebuild(fingerprint="f", change=2) as writer:
        writer.put([document("a")])
    assert ids(engine) == {"a"}


@pytest.mark.parametrize("pattern", ["*.toc", "*.postings", "*.columns"])
@pytest.mark.parametrize("damage", ["gone", "empty", "half", "noise"])
def test_damaged_files(engine, root, pattern, damage):
    for path in live_folder(root).glob(pattern):
        content = path.read_bytes()
        if damage == "gone":
            path.unlink()
        else:
            path.write_bytes(
                {"empty": b"", "half": content[: len(content) // 2]}.get(damage, b"\xa5" * len(content))
            )
    before = sorted(live_folder(root).iterdir())
    other = WhooshEngine(root)
    with pytest.raises(EngineUnavailable) as caught:
        other.search(query(AnyOf((term("hội"), term("tin", "title_folded")))))
    assert REBUILD in caught.value.message.en
    assert sorted(live_folder(root).iterdir()) == before
    with other.rebuild(fingerprint="f", change=2) as writer:
        writer.put([document("a")])
    assert ids(other) == {"a"}
    other.close()


def test_an_index_of_another_schema_names_the_command(engine, root, monkeypatch):
    values = json.loads((root / "current").read_text("utf-8"))
    del values["checksum"]
    (root / "current").write_text(json.dumps(sealed(values | {"schema": "another"})), "utf-8")
    begin_update = engine.update(fingerprint="f", change=2)
    for read in (lambda: engine.search(query()), engine.status, begin_update.__enter__):
        with pytest.raises(IndexMismatch) as caught:
            read()
        assert REBUILD in caught.value.message.en


def test_leftovers_of_killed_rebuilds_go(engine, root):
    (root / "generations" / "20200101T000000Z-abcdef").mkdir()
    half = root / "generations" / "20200101T000001Z-abcdef"
    half.mkdir()
    (half / "readers").touch()
    (half / "MAIN_x.postings").write_bytes(b"half")
    (root / "current.00ff.tmp").write_text("{", "utf-8")
    assert engine.clean() == 2
    assert not half.exists()
    assert not (root / "current.00ff.tmp").exists()
    assert ids(engine) == KEPT


def test_what_an_earlier_update_left_behind_is_not_read(engine, root):
    """A commit that the pointer does not name: its writer was killed before the switch."""
    with engine.update(fingerprint="f", change=2) as writer:
        before = (root / "current").read_bytes()
        writer.put([document("unseen")])
    (root / "current").write_bytes(before)
    with pytest.raises(EngineUnavailable):
        # Here the older commit's files are gone; a killed writer would have left them.
        engine.search(query())


def test_an_open_reader_outlives_the_removal_of_its_files(engine, root):
    with engine._snapshots.current() as snapshot:
        with engine.rebuild(fingerprint="f", change=2) as writer:
            writer.put([document("a")])
        assert snapshot.source.postings("body_exact", key("hội")).count == len(KEPT)
        assert engine.clean() == 0
    assert ids(engine) == {"a"}
    assert engine.clean() == 1


def test_segments_stay_few_and_hold_no_ballast(engine):
    for number in range(24):
        with engine.update(fingerprint="f", change=number) as writer:
            writer.put([document(f"x-{number}"), document("old-0", f"bản {number}", version=number)])
    with engine._snapshots.current() as snapshot:
        assert len(snapshot.toc.segments) <= 9
        assert len(snapshot.columns.live) < 2 * snapshot.evaluation.documents + 8


def test_a_generation_deleted_by_hand_is_a_missing_index_and_built_anew(
    engine: WhooshEngine, root: Path
) -> None:
    assert engine.search(query(term("hội"))).total == len(KEPT)
    engine.close()
    shutil.rmtree(root / "generations")
    for ask in (engine.status, lambda: engine.search(query(term("hội")))):
        with pytest.raises(IndexMissing, match=REBUILD):
            ask()
    with pytest.raises(IndexMissing), engine.update(fingerprint="f", change=2):
        pass
    with engine.rebuild(fingerprint="f", change=2) as writer:
        writer.put([document("a", "hội nghị")])
    assert engine.status().documents == 1


def test_a_disk_too_full_for_the_lock_is_told(root: Path) -> None:
    script = """
import resource, sys
from pathlib import Path
from searchsvc.engines.whoosh import WhooshEngine
from searchsvc.errors import EngineUnavailable
resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
try:
    with WhooshEngine(Path(sys.argv[1])).rebuild(fingerprint="f", change=1):
        pass
except EngineUnavailable as error:
    sys.stdout.write(error.message.en)
"""
    done = subprocess.run(
        [sys.executable, "-c", script, str(root)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert "index cannot be written" in done.stdout


def test_generations_go_when_nobody_reads_them(engine: WhooshEngine, root: Path) -> None:
    reader = WhooshEngine(root)
    assert reader.search(query()).total == len(KEPT)
    with engine.rebuild(fingerprint="f", change=2) as writer:
        writer.put([document("b")])
    assert engine.clean() == 0  # `reader` still has the old one open
    assert reader.search(query()).total == 1
    assert engine.clean() == 1
    assert engine.clean() == 0
    reader.close()
