"""Killed, full, locked: the archive stays whole, and every batch is there or not there."""

import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from sqlalchemy import event

from searchsvc.archive import Archive
from searchsvc.articles import Annotations
from searchsvc.errors import ArchiveError
from tests.archive.drafts import FOUND, NOTHING_FOUND, draft, put
from tests.archive.writer_process import BATCH

ROOT = Path(__file__).resolve().parents[2]


def started(url, name="w"):
    command = [sys.executable, "-m", "tests.archive.writer_process", url, name]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def check_whole(archive):
    """Every table agrees with the others, and the file with itself."""
    with archive.database.reading() as connection:
        if connection.dialect.name == "sqlite":
            assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
            assert connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall() == []
    counts = archive.counts()
    articles = [one for batch in archive.changes(0) for one in batch]
    assert len(articles) == counts.articles == counts.versions == archive.latest_change()
    assert all(one.annotations == FOUND for one in articles)
    return {one.id for one in articles}


@pytest.mark.parametrize("after", [1, 2, 3, 5, 8])
def test_kill_leaves_whole_batches_and_all_that_were_committed(url, after):
    process = started(url)
    with process.stdout:
        committed = [int(process.stdout.readline()) for _ in range(after)][-1]
        time.sleep(0.003 * after)  # into the middle of a later batch
        process.kill()
        committed = max([committed, *map(int, process.stdout.read().split())])
    process.wait()
    with Archive.open(url) as archive:
        ids = check_whole(archive)
        assert len(ids) % BATCH == 0
        whole = {f"w-{number}-{place}" for number in range(len(ids) // BATCH) for place in range(BATCH)}
        assert ids == whole
        assert len(ids) // BATCH >= committed + 1
        assert put(archive, draft("x" * 3000, id="w-0-0"), found=FOUND) == ["unchanged"]


def test_two_processes_write_in_turns(url):
    with Archive.open(url, create=True):
        pass
    both = [started(url, name) for name in ("a", "b")]
    for process in both:
        for _ in range(4):
            assert process.stdout.readline()
    for process in both:
        process.kill()
        process.stdout.close()
        process.wait()
    with Archive.open(url) as archive:
        ids = check_whole(archive)
        assert {one[0] for one in ids} == {"a", "b"}


def test_second_writer_waits_then_writes(archive, url):
    holding, release = threading.Event(), threading.Event()

    def hold():
        with archive.database.writing():
            holding.set()
            release.wait(30)

    first = threading.Thread(target=hold)
    first.start()
    assert holding.wait(30)
    threading.Timer(0.2, release.set).start()
    with Archive.open(url) as second:
        assert put(second, draft(id="a")) == ["new"]
    assert release.is_set()
    first.join()


def test_second_writer_gives_up_with_a_clear_error(archive, url):
    with (
        archive.database.writing(),
        Archive.open(url, busy_timeout_s=0.05) as second,
        pytest.raises(ArchiveError, match="Another process is writing"),
    ):
        put(second, draft(id="a"))
    assert archive.counts().articles == 0


def test_readers_read_while_a_writer_writes(archive, url):
    put(archive, draft("Một", id="a"))
    with Archive.open(url, busy_timeout_s=0.05) as reader, archive.database.writing() as connection:
        connection.exec_driver_sql("UPDATE versions SET title = 'dở dang'")
        assert reader.get("a").title == "Một"
        assert reader.counts().articles == 1
        connection.exec_driver_sql("UPDATE versions SET title = 'Một'")
    # And a reader in the middle of its changes does not hold a writer up.
    with Archive.open(url, busy_timeout_s=0.05) as writer:
        for _ in archive.changes(0, batch=1):
            put(writer, draft("Hai", id="b"))
    assert archive.counts().articles == 2


def test_many_threads_read_at_once(archive):
    put(archive, *(draft(f"Tin {n}", id=str(n)) for n in range(50)), found=FOUND)
    wrong = []

    def read(place):
        for n in range(30):
            if archive.get(str((n * 7 + place) % 50)).annotations != FOUND:
                wrong.append(n)

    threads = [threading.Thread(target=read, args=(place,)) for place in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_full_disk_is_said_and_the_batch_is_not_kept(sqlite_url):
    with Archive.open(sqlite_url, create=True) as archive:
        put(archive, draft(id="before"), found=FOUND)
    with Archive.open(sqlite_url) as archive:
        limit_pages(archive)
        with pytest.raises(ArchiveError, match=r"disk of the archive .* is full"):
            put(archive, *(draft("x" * 5000, id=str(n)) for n in range(200)))
        assert archive.counts().articles == 1
        assert archive.latest_change() == 1
    with Archive.open(sqlite_url) as archive:
        assert check_whole(archive) == {"before"}
        assert set(put(archive, *(draft("x" * 5000, id=str(n)) for n in range(200)))) == {"new"}


def limit_pages(archive):
    """Let the database grow by a few pages only: SQLite then reports a full disk."""
    engine = archive.database._engine
    with engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
    engine.dispose()
    event.listen(engine, "connect", lambda raw, _: raw.execute(f"PRAGMA max_page_count = {pages + 10}"))


def test_error_in_the_middle_of_a_batch_keeps_nothing(archive):
    put(archive, draft(id="a"))
    # An annotation that no column takes, after two good drafts.
    bad = Annotations(fingerprint=object())
    with pytest.raises(ArchiveError):
        archive.put([(draft(id="b"), NOTHING_FOUND), (draft(id="c"), bad)])
    assert archive.counts() == (1, 1, 0, 1)
    assert archive.latest_change() == 1


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE versions SET imported_at = '2024-01-01T00:00:00.5;5236Z'",
        "UPDATE versions SET captions = '[\"half'",
        "UPDATE annotations SET published = 'yesterday'",
    ],
)
def test_a_value_that_was_never_written_is_a_damaged_archive(sqlite_url, statement):
    with Archive.open(sqlite_url, create=True) as archive:
        put(archive, draft(id="a"))
        with archive.database.writing() as connection:
            connection.exec_driver_sql(statement)
        with pytest.raises(ArchiveError, match="restore it from a backup"):
            archive.get("a")
