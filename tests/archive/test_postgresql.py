"""What only a server can do: be away, refuse, crash, come back; and what an archive on it promises."""

import threading

import pytest

from searchsvc.archive import Archive
from searchsvc.errors import ArchiveError
from tests.archive.drafts import FOUND, draft, put
from tests.conftest import absent
from tests.postgres import HOW_TO_GET_IT, PostgresServer, postgres_programs


@pytest.fixture
def server_of_its_own():
    """A server that the test may crash."""
    programs = postgres_programs()
    if programs is None:
        absent("postgresql", HOW_TO_GET_IT)
    with PostgresServer.started(programs) as server:
        yield server


def failure(url, **options):
    with pytest.raises(ArchiveError) as caught, Archive.open(url, **options) as archive:
        put(archive, draft(id="a"))
    for text in caught.value.message:
        assert "\n" not in text
    return caught.value.message.en


def test_a_url_without_a_driver_means_ours(postgres):
    url = postgres.new_url().replace("+psycopg", "")
    with Archive.open(url, create=True) as archive:
        assert put(archive, draft(id="a")) == ["new"]


def test_refusals_of_the_server_say_what_to_do(postgres):
    assert "createdb" in failure(postgres.url_of("khong_co"), create=True)
    assert "user or password" in failure(postgres.url_of("postgres", user="ai_do"), create=True)
    postgres.sql("CREATE ROLE doc LOGIN")
    url = postgres.new_url()
    with Archive.open(url, create=True):
        schema = url.rpartition("%3D")[2]
    postgres.sql(f"GRANT USAGE ON SCHEMA {schema} TO doc")
    postgres.sql(f"GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO doc")
    reader = url.replace("//postgres@", "//doc@")
    assert "may not be written" in failure(reader)
    with Archive.open(reader) as archive:
        assert archive.counts().articles == 0


def test_a_server_that_is_away_is_said_without_the_password(tmp_path):
    message = failure(f"postgresql+psycopg://an:bimat@/kho?host={tmp_path}", create=True)
    assert "cannot be reached" in message
    assert "bimat" not in message


def test_what_was_committed_outlives_a_crash_and_the_archive_goes_on(server_of_its_own):
    server = server_of_its_own
    with Archive.open(server.new_url(), create=True) as archive:
        put(archive, draft(id="a"), found=FOUND)

        def write_into_a_crash():
            with archive.database.writing() as connection:
                connection.exec_driver_sql("UPDATE versions SET title = 'dở dang'")
                server.stop(crash=True)
                connection.exec_driver_sql("UPDATE versions SET title = 'vẫn dở dang'")

        with pytest.raises(ArchiveError, match=r"^[^\n]+$"):
            write_into_a_crash()
        with pytest.raises(ArchiveError, match="cannot be reached"):
            archive.counts()
        server.start()
        assert archive.get("a").title == draft().title
        assert put(archive, draft("Hai", id="b")) == ["new"]


def test_a_reader_sees_one_state_while_a_writer_commits(postgres):
    with Archive.open(postgres.new_url(), create=True) as archive:
        put(archive, draft(id="a"))
        with archive.database.reading() as connection:
            count = "SELECT count(*) FROM articles"
            assert connection.exec_driver_sql(count).scalar_one() == 1
            put(archive, draft("Hai", id="b"))
            assert connection.exec_driver_sql(count).scalar_one() == 1
        assert archive.counts().articles == 2


def test_numbers_of_changes_become_visible_in_their_order(postgres):
    """Eight threads write; who reads up to the last change then and later finds the same articles."""
    with Archive.open(postgres.new_url(), create=True) as archive:

        def write(name):
            for number in range(6):
                put(archive, draft(f"Tin {name} {number}", id=f"{name}-{number}"))

        writers = [threading.Thread(target=write, args=(name,)) for name in range(8)]
        for writer in writers:
            writer.start()
        seen = []
        while any(writer.is_alive() for writer in writers):
            last = archive.latest_change()
            seen.append((last, [one.id for batch in archive.changes(0, last) for one in batch]))
        for writer in writers:
            writer.join()
        assert archive.latest_change() == 48
        for last, ids in seen:
            assert len(ids) == last
            assert ids == [one.id for batch in archive.changes(0, last) for one in batch]


def test_a_session_does_not_lose_commits_even_if_the_server_would(postgres):
    postgres.sql("ALTER ROLE postgres SET synchronous_commit = off")
    try:
        with Archive.open(postgres.new_url(), create=True) as archive, archive.database.reading() as session:
            assert session.exec_driver_sql("SHOW synchronous_commit").scalar_one() == "on"
            assert session.exec_driver_sql("SHOW transaction_isolation").scalar_one() == "repeatable read"
            assert session.exec_driver_sql("SHOW transaction_read_only").scalar_one() == "on"
    finally:
        postgres.sql("ALTER ROLE postgres RESET synchronous_commit")
