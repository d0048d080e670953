"""The check of the archive: nothing is found in a whole one, and every kind of damage in a damaged one."""

import random
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from searchsvc.archive import Archive, RefusedItem
from searchsvc.archive.checking import archive_damage
from searchsvc.archive.connection import Database
from searchsvc.articles import Annotations
from searchsvc.errors import ArchiveError, Message
from tests.archive.drafts import draft, mention, put

REASON = Message("Không đọc được", "Cannot be read")


@pytest.fixture
def url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.fixture
def filled(archive: Archive) -> Archive:
    return fill(archive)


def fill(archive: Archive) -> Archive:
    text = "05-CT/TW là chỉ thị được nhắc lại. " * 20
    found = Annotations(codes=(mention(),), fingerprint="rules 1")
    put(
        archive,
        *(draft(body=f"{text}{n}", url=f"https://x/{n}", captions=("Ảnh",)) for n in range(40)),
        found=found,
    )
    put(archive, *(draft(body=f"{text}, bản hai {n}", url=f"https://x/{n}") for n in range(5)), found=found)
    put(archive, draft(body="Không địa chỉ", source="a.txt", source_key="a.txt"))
    archive.refuse([RefusedItem("b.html", n, REASON, f"mục {n}".encode()) for n in range(3)])
    archive.refuse([RefusedItem("big.html", 0, REASON, b"x" * 5_000_000)])
    return archive


def kinds(archive: Archive) -> set[str]:
    return {damage.kind for damage in archive_damage(archive.database)}


def alter(archive: Archive, statement: str) -> None:
    assert archive.database.file is not None
    with closing(sqlite3.connect(archive.database.file, isolation_level=None)) as connection:
        assert connection.execute(statement).rowcount == 1


def test_an_empty_and_a_whole_archive_have_no_damage(new_url: Callable[[], str]) -> None:
    seen: list[int] = []
    with Archive.open(new_url(), create=True) as archive:
        assert archive_damage(archive.database) == []
        fill(archive)
        assert archive_damage(archive.database, seen.append) == []
        assert sum(seen) == archive.counts().versions
        with archive.database.writing() as connection:
            connection.exec_driver_sql("UPDATE versions SET title = 'khác' WHERE number = 2")
        assert kinds(archive) == {"texts"}


ONE = "article_id = (SELECT min(article_id) FROM versions) AND number = 1"


@pytest.mark.parametrize(
    ("statement", "kind"),
    [
        *(
            (f"UPDATE versions SET {column} = {value} WHERE {ONE}", "texts")
            for column, value in {
                "title": "title || '.'",
                "body": "substr(body, 2)",
                "summary": "'x'",
                "captions": "'[]'",
                "author": "'x'",
                "published": "'x'",
                "collection": "'x'",
                "content_hash": "'0'",
            }.items()
        ),
        (f"UPDATE mentions SET raw = '06-CT/TW' WHERE {ONE} AND ordinal = 0", "findings"),
        (f"UPDATE mentions SET end_offset = 99999 WHERE {ONE} AND ordinal = 0", "findings"),
        ("UPDATE refused SET original = x'00' WHERE id = 2", "refused"),
        ("UPDATE refused SET digest = 'x' WHERE id = 4", "refused"),
        ("UPDATE refused SET original = substr(original, 2) WHERE id = 4", "refused"),
        ("UPDATE identities SET key = key || '/' WHERE key = 'url:https://x/7'", "identities"),
        ("DELETE FROM identities WHERE key LIKE 'source:%'", "identities"),
        ("UPDATE articles SET version = 9 WHERE id = (SELECT min(id) FROM articles)", "references"),
        ("UPDATE articles SET collection = '?' WHERE id = (SELECT min(id) FROM articles)", "references"),
        (f"DELETE FROM annotations WHERE {ONE}", "references"),
        ("UPDATE meta SET value = '7' WHERE key = 'change'", "changes"),
        (f"UPDATE versions SET captions = 'no json' WHERE {ONE}", "database"),
    ],
)
def test_damage_in_a_table_is_found(filled: Archive, statement: str, kind: str) -> None:
    alter(filled, statement)
    assert kind in kinds(filled)


def test_damaged_pages_are_found_or_said_to_be_damaged(filled: Archive, tmp_path: Path) -> None:
    file = filled.database.file
    assert file is not None
    filled.close()
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    whole = file.read_bytes()
    generator = random.Random(5)
    for _ in range(15):
        place = generator.randrange(0, len(whole), 4096)
        damaged = whole[:place] + bytes(4096) + whole[place + 4096 :]
        copy = tmp_path / "copy.db"
        copy.write_bytes(damaged)
        try:
            database = Database.open(f"sqlite:///{copy}", create=False, busy_timeout_s=1)
        except ArchiveError:
            continue
        try:
            assert archive_damage(database), f"page at {place}"
        finally:
            database.close()
            for suffix in ("-wal", "-shm"):
                copy.with_name(copy.name + suffix).unlink(missing_ok=True)
