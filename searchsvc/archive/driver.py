"""Statements run by the driver itself. The primary entrypoint is `rows_of`.

SQLAlchemy writes the statements that every answer waits for, once; to put them through it each time takes
several times as long as they themselves do.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

Row = Sequence[Any]


def rows_of(
    connection: Connection, text: str, parameters: Mapping[str, Any] | Sequence[Any] = ()
) -> list[Row]:
    """Return all rows that the statement `text` gives, in the transaction of `connection` if it has one.

    Raises DBAPIError as SQLAlchemy does; a connection that the server has ended goes out of use.
    """
    dialect, driver = connection.dialect, connection.connection
    cursor = driver.cursor()
    try:
        cursor.execute(text, parameters)
        return list(cursor.fetchall())
    except dialect.loaded_dbapi.Error as error:
        if dialect.is_disconnect(error, driver, cursor):
            connection.invalidate(error)
        raise DBAPIError.instance(
            text, None, error, dialect.loaded_dbapi.Error, hide_parameters=True, dialect=dialect
        ) from error
    finally:
        cursor.close()
