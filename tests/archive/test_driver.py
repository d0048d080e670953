"""Statements run by the driver: its rows, its errors as SQLAlchemy's, a lost connection goes out of use."""

import pytest
from sqlalchemy.exc import DBAPIError

from searchsvc.archive import Archive, reading
from searchsvc.archive.connection import last_change
from searchsvc.archive.driver import rows_of
from searchsvc.errors import ArchiveError
from tests.archive.drafts import NOTHING_FOUND, draft


def test_rows_of_a_statement(archive):
    with archive.database.reading() as connection:
        rows = rows_of(connection, "SELECT 1, 'a' UNION SELECT 2, 'b' ORDER BY 1")
        assert list(map(tuple, rows)) == [(1, "a"), (2, "b")]
        assert rows_of(connection, "SELECT 1 WHERE 1 = 0") == []
        assert last_change(connection) == 0


def test_an_error_of_the_driver_is_sqlalchemys_and_then_a_sentence(archive):
    with archive.database.reading() as connection, pytest.raises(DBAPIError) as found:
        rows_of(connection, "SELECT 1 FROM nowhere")
    assert "nowhere" in str(found.value.orig)
    with pytest.raises(ArchiveError), archive.database.reading() as connection:
        rows_of(connection, "SELECT 1 FROM nowhere")
    assert archive.latest_change() == 0


def test_a_connection_that_the_server_has_ended_is_not_used_again(postgres):
    with Archive.open(postgres.new_url(), create=True) as archive:
        with pytest.raises(ArchiveError), archive.database.reading() as connection:
            rows_of(connection, "SELECT pg_terminate_backend(pg_backend_pid())")
        assert archive.latest_change() == 0


def test_what_is_looked_up_together_is_of_one_state(archive):
    with archive.database.reading() as connection:
        assert reading.articles_of(connection, [("none", 1)]) == {}
        [written] = archive.put([(draft(), NOTHING_FOUND)])
        assert reading.articles_of(connection, [(written.article_id, 1)]) == {}
        assert last_change(connection) == 0
    assert len(archive.get_many([(written.article_id, 1)])) == archive.latest_change() == 1
