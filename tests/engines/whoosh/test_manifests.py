"""The checksums of an index: what was written is what is read, and nothing else is unpickled."""

import json
import pickle
from collections.abc import Iterator
from pathlib import Path

import pytest

from searchsvc.engines.whoosh import WhooshEngine, generations, manifests
from searchsvc.errors import EngineUnavailable
from tests.builders import document, query


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "whoosh"


@pytest.fixture
def engine(root: Path) -> Iterator[WhooshEngine]:
    engine = WhooshEngine(root)
    with engine.rebuild(fingerprint="f", change=1) as writer:
        writer.put(document(f"old-{number}", "hội nghị", title="tin") for number in range(3))
    yield engine
    engine.close()


def live_folder(root: Path) -> Path:
    return root / "generations" / json.loads((root / "current").read_text("utf-8"))["name"]


def flip(path: Path, place: int) -> None:
    content = bytearray(path.read_bytes())
    content[place] ^= 0x10
    path.write_bytes(content)


def fresh_total(root: Path) -> int:
    other = WhooshEngine(root)
    try:
        return other.search(query()).total
    finally:
        other.close()


def test_every_file_is_in_the_manifest_after_rebuild_and_updates(engine: WhooshEngine, root: Path) -> None:
    for number in range(3):
        with engine.update(fingerprint="f", change=2 + number) as writer:
            writer.put([document(f"new-{number}", "tin mới"), document("old-0", f"bản {number}")])
        pointer = json.loads((root / "current").read_text("utf-8"))
        name = manifests.manifest_name(pointer["update"])
        manifest = manifests.read_manifest(live_folder(root), pointer["update"], pointer["manifest"])
        there = {path.name for path in live_folder(root).iterdir()}
        assert there == {*manifest, name, generations.READERS}
        assert engine.damaged_files() == ()


def test_each_damaged_file_is_named(engine: WhooshEngine, root: Path) -> None:
    pointer = json.loads((root / "current").read_text("utf-8"))
    for name in manifests.read_manifest(live_folder(root), 0, pointer["manifest"]):
        path = live_folder(root) / name
        if path.stat().st_size:
            flip(path, path.stat().st_size // 2)
            assert engine.damaged_files() == (name,)
            flip(path, path.stat().st_size // 2)
    path.unlink()
    assert engine.damaged_files() == (name,)


def test_damage_stays_known_through_an_update(engine: WhooshEngine, root: Path) -> None:
    pointer = json.loads((root / "current").read_text("utf-8"))
    name = next(
        name
        for name, facts in manifests.read_manifest(live_folder(root), 0, pointer["manifest"]).items()
        if facts.size and name.endswith(".columns")
    )
    flip(live_folder(root) / name, 50)  # between the beginning and the arrays: it can still be opened
    with engine.update(fingerprint="f", change=2) as writer:
        writer.put([document("new")])
    assert engine.damaged_files() == (name,)


def test_each_damaged_byte_of_the_pointer_is_told(engine: WhooshEngine, root: Path) -> None:
    path = root / "current"
    whole = path.read_bytes()
    for place in range(len(whole)):
        flip(path, place)
        with pytest.raises(EngineUnavailable, match="reindex --full"):
            engine.status()
        path.write_bytes(whole)
    assert engine.status().documents == 3


def test_a_damaged_manifest_is_told(engine: WhooshEngine, root: Path) -> None:
    flip(live_folder(root) / manifests.manifest_name(0), 20)
    for read in (lambda: fresh_total(root), engine.damaged_files):
        with pytest.raises(EngineUnavailable, match="checksum differs"):
            read()


class _Bomb:
    def __init__(self, place: Path) -> None:
        self.place = place

    def __reduce__(self) -> tuple[object, ...]:
        return (Path.touch, (self.place,))


def test_what_was_not_written_by_us_is_never_unpickled(
    engine: WhooshEngine, root: Path, tmp_path: Path
) -> None:
    exploded = tmp_path / "exploded"
    bomb = pickle.dumps(_Bomb(exploded))
    pickle.loads(bomb)
    assert exploded.exists(), "the payload of this test works"
    exploded.unlink()
    for path in live_folder(root).iterdir():
        content = path.read_bytes()
        for start in range(len(content)):
            if content[start : start + 1] == b"\x80" and len(content) - start >= len(bomb):
                path.write_bytes(content[:start] + bomb + content[start + len(bomb) :])
                break
    with pytest.raises(EngineUnavailable):
        fresh_total(root)
    assert not exploded.exists()


def test_a_switch_that_fails_after_the_pointer_was_replaced_keeps_the_new_generation(
    engine: WhooshEngine, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = generations.sync

    def failing(path: Path) -> None:
        if path == root:
            raise OSError(5, "Input/output error")
        real(path)

    monkeypatch.setattr(generations, "sync", failing)
    with pytest.raises(EngineUnavailable), engine.rebuild(fingerprint="f", change=2) as writer:
        writer.put([document("a")])
    monkeypatch.undo()
    assert fresh_total(root) == 1
