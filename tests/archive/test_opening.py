"""Opening: what is missing, foreign, of another version or damaged is said, and a read makes nothing."""

import multiprocessing
import sqlite3
from contextlib import closing

import pytest
from sqlalchemy import select, update

from searchsvc.archive import Archive, Segmented, archive_digest
from searchsvc.archive.schema import SCHEMA_VERSION, meta
from searchsvc.archive.upgrading import upgrade
from searchsvc.errors import ArchiveError
from tests.archive.drafts import draft, put


def failure(url, **options):
    with pytest.raises(ArchiveError) as raised:
        Archive.open(url, **options)
    for text in raised.value.message:
        assert "\n" not in text
    return raised.value.message.en


def alter(archive, key, value):
    with archive.database.writing() as connection:
        connection.execute(update(meta).where(meta.c.key == key).values(value=value))


def test_missing_archive_names_the_commands_and_makes_nothing(sqlite_url, tmp_path):
    message = failure(sqlite_url)
    assert "searchsvc import" in message
    assert "searchsvc demo" in message
    assert list(tmp_path.iterdir()) == []


def test_missing_file_in_a_folder_that_is_there(tmp_path):
    assert "no archive" in failure(f"sqlite:///{tmp_path / 'archive.db'}")
    assert list(tmp_path.iterdir()) == []


def test_empty_file_is_a_missing_archive_until_one_is_made(tmp_path):
    file = tmp_path / "archive.db"
    file.touch()
    assert "no archive" in failure(f"sqlite:///{file}")
    assert file.stat().st_size == 0
    with Archive.open(f"sqlite:///{file}", create=True) as archive:
        assert archive.counts() == (0, 0, 0, 0)


def test_create_opens_what_is_there(url):
    for expected in ("new", "unchanged"):
        with Archive.open(url, create=True) as archive:
            assert put(archive, draft(id="a")) == [expected]


def test_archive_that_is_deleted_while_open_is_not_made_again(sqlite_url, tmp_path):
    with Archive.open(sqlite_url, create=True) as archive:
        archive.close()  # its connections; the next ones are new
        for path in (tmp_path / "index").iterdir():
            path.unlink()
        for act in (archive.counts, lambda: put(archive, draft(id="a"))):
            with pytest.raises(ArchiveError):
                act()
    assert list((tmp_path / "index").iterdir()) == []


@pytest.mark.parametrize(("schema", "advice"), [("3", "newer searchsvc"), ("0", "export"), ("x", "export")])
def test_other_schema_version_is_said_with_what_to_do(url, schema, advice):
    assert SCHEMA_VERSION == 2
    with Archive.open(url, create=True) as archive:
        alter(archive, "schema", schema)
    for create in (False, True):
        message = failure(url, create=create)
        assert advice in message
        assert f"version {schema}" in message


def _as_version_1(archive):
    """Make `archive` what the first schema version was: without the table of segmentations."""
    with archive.database.writing() as connection:
        connection.exec_driver_sql("DROP TABLE segmentations")
        connection.execute(update(meta).where(meta.c.key == "schema").values(value="1"))


def test_archive_of_the_first_version_is_brought_up_to_date_as_it_is_opened(url):
    with Archive.open(url, create=True) as archive:
        put(archive, draft(id="a"))
        before = archive_digest(archive)
        _as_version_1(archive)
    for _ in range(2):
        with Archive.open(url) as archive:
            assert archive_digest(archive) == before
            archive.keep_joins(Segmented({"một": b"1"}, "rules"))
            assert archive.joins_of(["một"], "rules") == {"một": b"1"}
            with archive.database.reading() as connection:
                stored = connection.execute(select(meta.c.value).where(meta.c.key == "schema")).scalar()
            assert stored == str(SCHEMA_VERSION)


def test_another_process_may_bring_it_up_to_date_meanwhile(url):
    with Archive.open(url, create=True) as archive:
        with archive.database.writing() as connection:
            upgrade(connection)
        assert put(archive, draft(id="a")) == ["new"]


def test_database_of_something_else_is_left_alone(tmp_path):
    file = tmp_path / "other.db"
    for table in ("letters (x)", "meta (x)", "meta (key, value)"):
        file.unlink(missing_ok=True)
        with closing(sqlite3.connect(file)) as other:
            other.execute(f"CREATE TABLE {table}")
            other.commit()
        before = sorted(file.read_bytes()[32:])
        for create in (False, True):
            assert "not an archive" in failure(f"sqlite:///{file}", create=create)
        if table.startswith("letters"):
            assert sorted(file.read_bytes()[32:]) == before


@pytest.mark.parametrize("content", [b"not a database at all, but quite long" * 200, b"PK\x03\x04"])
def test_file_that_is_no_database(tmp_path, content):
    file = tmp_path / "archive.db"
    file.write_bytes(content)
    for create in (False, True):
        assert "not an SQLite file" in failure(f"sqlite:///{file}", create=create)
        assert file.read_bytes() == content


def test_damaged_header_is_said(sqlite_url, tmp_path):
    with Archive.open(sqlite_url, create=True) as archive:
        put(archive, draft(id="a"))
    file = tmp_path / "index" / "archive.db"
    damaged = bytearray(file.read_bytes())
    damaged[:64] = b"\xff" * 64
    file.write_bytes(damaged)
    assert "damaged" in failure(sqlite_url)


def test_damaged_pages_are_said_when_they_are_read(sqlite_url, tmp_path):
    with Archive.open(sqlite_url, create=True) as archive:
        put(archive, *(draft("x" * 900, id=str(n)) for n in range(300)))
    file = tmp_path / "index" / "archive.db"
    content = bytearray(file.read_bytes())
    content[-200_000:] = b"\xee" * 200_000
    file.write_bytes(content)
    with pytest.raises(ArchiveError, match="damaged"), Archive.open(sqlite_url) as archive:
        for _ in archive.changes(0):
            pass


@pytest.mark.parametrize(
    "url",
    [
        "",
        "nonsense",
        "sqlite://",
        "sqlite:///:memory:",
        "mysql://root:secret@host/x",
        "oracle:",
        "postgresql://u:secret@h:1/x",
    ],
)
def test_address_that_cannot_be_used_is_said_without_its_password(url):
    assert "secret" not in failure(url)


def test_folder_in_place_of_the_file(tmp_path):
    (tmp_path / "archive.db").mkdir()
    failure(f"sqlite:///{tmp_path / 'archive.db'}")
    failure(f"sqlite:///{tmp_path / 'archive.db'}", create=True)


def test_folder_that_cannot_be_made(tmp_path):
    (tmp_path / "index").write_text("a file")
    assert "index" in failure(f"sqlite:///{tmp_path / 'index' / 'archive.db'}", create=True)


@pytest.mark.parametrize("name", ["kho lưu trữ", "a?b=c&d", "50%", "a#b", "mode=memory"])
def test_odd_names_of_folders(tmp_path, name):
    with Archive.open(f"sqlite:///{tmp_path / 'x'}", create=True):
        pass
    from sqlalchemy import URL

    url = URL.create("sqlite", database=str(tmp_path / name / "archive.db")).render_as_string()
    with Archive.open(url, create=True) as archive:
        put(archive, draft(id="a"))
    assert (tmp_path / name / "archive.db").stat().st_size > 0
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([name, "x"])


def test_relative_address_is_of_the_working_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with Archive.open("sqlite:///archive.db", create=True) as archive:
        put(archive, draft(id="a"))
    assert (tmp_path / "archive.db").is_file()


def test_archive_is_in_wal_mode_with_full_synchronisation(sqlite_url):
    with Archive.open(sqlite_url, create=True) as archive, archive.database.reading() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1


def _create(url, results):
    with Archive.open(url, create=True) as archive:
        results.put(put(archive, draft(id="a")))


def test_two_processes_may_create_it_at_once(url):
    context = multiprocessing.get_context("spawn")
    results = context.Queue()
    both = [context.Process(target=_create, args=(url, results)) for _ in range(2)]
    for process in both:
        process.start()
    outcomes = sorted(results.get(timeout=60) for _ in both)
    for process in both:
        process.join(60)
    assert outcomes == [["new"], ["unchanged"]]
