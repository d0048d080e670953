"""Rows by key, many at once: the read that every answer waits for. The primary entrypoint is `Lookup`.

SQLAlchemy writes the statement, once for each number of keys and kind of database, and from then on the
driver gets its text (`driver`).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Column, Connection, Dialect, Select, and_, bindparam, or_

from searchsvc.archive.driver import Row, rows_of


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A statement as text; `names` are its parameters in order, None where it takes them by name.

    `readers` turn what the driver gives for a column into its value: JSON.
    """

    text: str
    names: tuple[str, ...] | None
    readers: tuple[tuple[int, Callable[[Any], Any]], ...]

    def rows(self, connection: Connection, values: dict[str, Any]) -> list[Row]:
        parameters = values if self.names is None else tuple([values[name] for name in self.names])
        rows = rows_of(connection, self.text, parameters)
        return [self._read(row) for row in rows] if self.readers else rows

    def _read(self, row: Row) -> Row:
        found = list(row)
        for place, reader in self.readers:
            found[place] = reader(found[place])
        return found


class Lookup:
    """Looks up the rows of `statement` whose columns `key` have given values, `most` keys at a time."""

    def __init__(self, statement: Select[Any], key: Sequence[Column[Any]], most: int) -> None:
        self._statement, self._key, self._most = statement, tuple(key), most
        self._prepared = lru_cache(2 * most)(self._prepare)

    def rows(self, connection: Connection, keys: Sequence[Row]) -> list[Row]:
        """Return the rows of each of `keys`; the order of the statement holds among so many keys."""
        if not connection.in_transaction():
            connection.begin()  # what is looked up next belongs to the same state
        found: list[Row] = []
        for start in range(0, len(keys), self._most):
            some = keys[start : start + self._most]
            values = {f"k{n}_{m}": value for n, key in enumerate(some) for m, value in enumerate(key)}
            found += self._prepared(connection.dialect, len(some)).rows(connection, values)
        return found

    def _prepare(self, dialect: Dialect, count: int) -> _Prepared:
        # Not as a list of pairs: SQLite searches no index for one.
        wanted = or_(
            *(
                and_(*(column == bindparam(f"k{n}_{m}") for m, column in enumerate(self._key)))
                for n in range(count)
            )
        )
        compiled = self._statement.where(wanted).compile(dialect=dialect)
        processors = (
            column.type.dialect_impl(dialect).result_processor(dialect, None)
            for column in self._statement.selected_columns
        )
        names = getattr(compiled, "positiontup", None)
        return _Prepared(
            str(compiled),
            tuple(names) if names is not None else None,
            tuple((place, found) for place, found in enumerate(processors) if found),
        )
