"""Backup and restore: an equal archive comes back, from an intact file only, in one step."""

import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
import zipfile
from contextlib import closing
from pathlib import Path

import pytest

from searchsvc.archive import Archive, archive_digest
from searchsvc.archive.backup import MANIFEST, read_backup, replace_archive, restorable_place, write_backup
from searchsvc.archive.checking import archive_damage
from searchsvc.errors import ArchiveError
from tests.archive.drafts import draft, put

ROOT = Path(__file__).resolve().parents[2]


def fill(archive: Archive, start: int = 0, count: int = 50) -> None:
    put(archive, *(draft(body=f"bài {n} " * 40, url=f"https://x/{n}") for n in range(start, start + count)))


def file_of(archive: Archive) -> Path:
    assert archive.database.file is not None
    return archive.database.file


@pytest.fixture
def url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.fixture
def saved(archive: Archive, tmp_path: Path) -> Path:
    fill(archive)
    write_backup(archive, tmp_path / "a.zip", made_by="test", extras={"units.toml": "đơn vị".encode()})
    return tmp_path / "a.zip"


def restore(saved: Path, target: Path) -> Path | None:
    _, part, _ = read_backup(saved, target.parent)
    return replace_archive(part, target)


def test_an_equal_archive_comes_back_under_another_lineage(
    archive: Archive, saved: Path, tmp_path: Path
) -> None:
    target = tmp_path / "other" / "archive.db"
    target.parent.mkdir()
    manifest, part, extras = read_backup(saved, target.parent)
    assert extras == {"units.toml": "đơn vị".encode()}
    assert (manifest.change, manifest.counts) == (archive.latest_change(), archive.counts())
    assert replace_archive(part, target) is None
    with Archive.open(f"sqlite:///{target}") as restored:
        assert archive_digest(restored) == archive_digest(archive)
        assert restored.lineage() not in ("", archive.lineage())
    assert [path.name for path in target.parent.iterdir()] == ["archive.db"]


def test_nothing_but_the_backup_is_left_behind(saved: Path, tmp_path: Path) -> None:
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.zip", "index"]


def test_readers_see_the_old_or_the_new_archive(archive: Archive, saved: Path) -> None:
    digest = archive_digest(archive)
    fill(archive, 50, 400)
    with archive.database.reading() as connection:
        before = connection.exec_driver_sql("SELECT count(*) FROM articles").scalar_one()
        assert restore(saved, file_of(archive)) is None
        assert connection.exec_driver_sql("SELECT count(*) FROM articles").scalar_one() == before == 450
    assert archive_digest(archive) == digest
    assert archive_damage(archive.database) == []
    fill(archive, 900, 3)
    assert archive.latest_change() == 53


def test_a_backup_while_another_process_writes_is_of_one_moment(archive: Archive, tmp_path: Path) -> None:
    fill(archive)
    script = (
        "import sys; from searchsvc.archive import Archive; from tests.archive.test_backup import fill\n"
        "with Archive.open(sys.argv[1]) as archive:\n"
        "    for n in range(100, 100_000, 10): fill(archive, n, 10); print(n, flush=True)"
    )
    url = f"sqlite:///{file_of(archive)}"
    with subprocess.Popen([sys.executable, "-c", script, url], cwd=ROOT, stdout=subprocess.PIPE) as writer:
        try:
            assert writer.stdout is not None
            writer.stdout.readline()
            for number in range(5):
                manifest = write_backup(archive, tmp_path / f"{number}.zip", made_by="test")
                assert manifest.counts.articles % 10 == 0
                assert manifest.counts.articles == manifest.change >= 60
        finally:
            writer.kill()
    assert restore(tmp_path / "4.zip", file_of(archive)) is None
    assert archive.counts().articles == manifest.counts.articles


def test_a_damaged_archive_is_not_saved(archive: Archive, tmp_path: Path) -> None:
    fill(archive)
    with closing(sqlite3.connect(file_of(archive), isolation_level=None)) as connection:
        connection.execute("UPDATE versions SET title = 'khác' WHERE number = 1")
    (tmp_path / "a.zip").write_bytes(b"the last good one")
    with pytest.raises(ArchiveError, match="searchsvc check"):
        write_backup(archive, tmp_path / "a.zip", made_by="test")
    assert (tmp_path / "a.zip").read_bytes() == b"the last good one"


def test_each_part_of_a_damaged_backup_is_noticed(archive: Archive, saved: Path, tmp_path: Path) -> None:
    whole = saved.read_bytes()
    size = len(whole)
    before = archive_digest(archive)
    altered = tmp_path / "altered.zip"
    unnoticed = 0
    for place in [*range(0, 64, 3), *range(64, size, size // 25), *range(size - 120, size, 4)]:
        altered.write_bytes(whole[:place] + bytes([whole[place] ^ 0x20]) + whole[place + 1 :])
        try:
            _, part, _ = read_backup(altered, file_of(archive).parent)
        except ArchiveError:
            continue
        # Bytes of the container that say nothing about the content: times, attributes.
        unnoticed += 1
        assert replace_archive(part, file_of(archive)) is None
        assert archive_digest(archive) == before
    assert unnoticed < 50
    for cut in (0, 10, len(whole) // 2, len(whole) - 1):
        altered.write_bytes(whole[:cut])
        with pytest.raises(ArchiveError, match="altered"):
            read_backup(altered, file_of(archive).parent)
    assert not list(file_of(archive).parent.glob(".restore*"))


def repacked(saved: Path, to: Path, name: str, content: bytes) -> Path:
    with zipfile.ZipFile(saved) as old, zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.namelist():
            new.writestr(entry, content if entry == name else old.read(entry))
    return to


def test_what_is_no_backup_of_ours_is_refused(saved: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(saved) as packed:
        manifest = packed.read(MANIFEST).decode()
    for name, content in (
        (MANIFEST, b"{}"),
        (MANIFEST, b"x" * 2_000_000),
        (MANIFEST, manifest.replace('"archive.db"', '"another.db"').encode()),
        (MANIFEST, manifest.replace('"size": ', '"size": 9').encode()),
        ("archive.db", b"\0" * 50_000_000),  # a bomb: much more than the manifest says
    ):
        with pytest.raises(ArchiveError, match="not an intact backup"):
            read_backup(repacked(saved, tmp_path / "b.zip", name, content), tmp_path)
    huge = re.sub('"size": [0-9]+', '"size": ' + str(1 << 60), manifest).encode()
    with pytest.raises(ArchiveError, match="No space left"):
        read_backup(repacked(saved, tmp_path / "b.zip", MANIFEST, huge), tmp_path)
    more = json.loads(manifest)
    more["files"] |= {f"{number}.toml": more["files"]["archive.db"] for number in range(20)}
    with pytest.raises(ArchiveError, match="not an intact backup"):
        read_backup(repacked(saved, tmp_path / "b.zip", MANIFEST, json.dumps(more).encode()), tmp_path)
    newer = manifest.replace('"schema_version": 2', '"schema_version": 99').encode()
    with pytest.raises(ArchiveError, match="newer"):
        read_backup(repacked(saved, tmp_path / "b.zip", MANIFEST, newer), tmp_path)
    assert not list(tmp_path.glob(".restore*"))


class TestPlace:
    def test_an_empty_or_absent_archive_may_be_restored(
        self, archive: Archive, url: str, tmp_path: Path
    ) -> None:
        assert restorable_place(url, force=False) == file_of(archive)
        assert not restorable_place(f"sqlite:///{tmp_path}/new/archive.db", force=False).exists()

    def test_one_with_articles_needs_force(self, archive: Archive, url: str) -> None:
        fill(archive)
        with pytest.raises(ArchiveError, match="--force"):
            restorable_place(url, force=False)
        assert restorable_place(url, force=True) == file_of(archive)

    def test_a_damaged_one_needs_force(self, archive: Archive, url: str) -> None:
        fill(archive)
        archive.close()
        file_of(archive).write_bytes(b"\0" * 8192)
        with pytest.raises(ArchiveError, match="--force"):
            restorable_place(url, force=False)
        assert restorable_place(url, force=True) == file_of(archive)

    def test_a_file_of_something_else_is_never_replaced(self, tmp_path: Path) -> None:
        with closing(sqlite3.connect(tmp_path / "other.db")) as connection:
            connection.execute("CREATE TABLE notes (text)")
        for force in (False, True):
            with pytest.raises(ArchiveError, match="not an archive"):
                restorable_place(f"sqlite:///{tmp_path}/other.db", force=force)

    def test_a_server_has_backups_of_its_own(self) -> None:
        with pytest.raises(ArchiveError, match="pg_dump") as caught:
            restorable_place("postgresql+psycopg://user:secret@host/db", force=True)
        assert "secret" not in caught.value.message.en


@pytest.mark.parametrize("damage", ["noise", "cut"])
def test_a_damaged_archive_is_set_aside_and_replaced(archive: Archive, saved: Path, damage: str) -> None:
    digest, target = archive_digest(archive), file_of(archive)
    archive.close()
    content = target.read_bytes()
    target.write_bytes(b"\xa5" * len(content) if damage == "noise" else content[: len(content) // 3])
    damaged = target.read_bytes()
    aside = restore(saved, target)
    with Archive.open(f"sqlite:///{target}") as restored:
        assert archive_digest(restored) == digest
        assert archive_damage(restored.database) == []
    if aside is not None:
        assert aside.read_bytes() == damaged
    else:
        assert damage == "cut", "SQLite could open it and replace its content"


def test_a_killed_restore_leaves_the_old_or_the_new_archive(
    archive: Archive, saved: Path, tmp_path: Path
) -> None:
    old_digest = archive_digest(archive)
    fill(archive, 100, 300)
    new_digest = archive_digest(archive)
    script = (
        "import sys; from pathlib import Path; from searchsvc.archive.backup import *\n"
        "print('started', flush=True)\n"
        "_, part, _ = read_backup(Path(sys.argv[1]), Path(sys.argv[2]).parent)\n"
        "replace_archive(part, Path(sys.argv[2]))"
    )
    for delay in (0.02, 0.08, 0.15):
        with subprocess.Popen(
            [sys.executable, "-c", script, str(saved), str(file_of(archive))],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
        ) as process:
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(delay)
            process.send_signal(signal.SIGKILL)
        assert archive_digest(archive) in (old_digest, new_digest)
        assert archive_damage(archive.database) == []
    assert restore(saved, file_of(archive)) is None
    assert archive_digest(archive) == old_digest
