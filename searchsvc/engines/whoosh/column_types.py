"""Column types of the schema, and how Whoosh reads columns that are arrays.

The primary entrypoints are `ListsColumn` and `ArrayColumnReader`.
"""

from collections.abc import Iterator
from typing import Any

from whoosh.columns import Column as WhooshColumn
from whoosh.columns import ColumnReader, NumericColumn, VarBytesColumn

from searchsvc.engines.whoosh.document_arrays import Column, Lists, Numbers, Texts

SEPARATOR = b"\x1f"
"""Between the names that a document has; a control character, so never part of one."""


class ListsColumn(VarBytesColumn):  # type: ignore[misc]
    """Several names per document; for Whoosh one value, the names with SEPARATOR between them."""


def kind_of(column: WhooshColumn) -> type[Column]:
    """Return how a Whoosh column is kept. Raises TypeError for one that this codec cannot keep."""
    if isinstance(column, ListsColumn):
        return Lists
    if isinstance(column, NumericColumn):
        return Numbers
    if isinstance(column, VarBytesColumn):
        return Texts
    raise TypeError(f"the columnar codec keeps numbers and bytes, not {type(column).__name__}")


class ArrayColumnReader(ColumnReader):  # type: ignore[misc]
    """Reads a column document by document, as Whoosh asks for it."""

    def __init__(self, column: Column, documents: int) -> None:
        self._column = column
        self._doccount = documents
        self._reverse = False

    def __getitem__(self, docnum: int) -> Any:
        match self._column:
            case Numbers(values):
                return values[docnum].item()
            case Texts():
                return self._column.rows[docnum]
            case Lists():
                return SEPARATOR.join(self._column.row(int(self._column.row_of[docnum])))

    def __iter__(self) -> Iterator[Any]:
        return (self[number] for number in range(self._doccount))

    def sort_key(self, docnum: int) -> Any:
        """Return what documents are sorted by."""
        return -self[docnum] if self._reverse else self[docnum]

    def load(self) -> Any:
        """Return the values of all documents."""
        return self._column.values if isinstance(self._column, Numbers) else list(self)

    def set_reverse(self) -> None:
        """Sort the other way; only numbers can."""
        if not isinstance(self._column, Numbers):
            raise NotImplementedError("only numbers sort in reverse")
        self._reverse = True
