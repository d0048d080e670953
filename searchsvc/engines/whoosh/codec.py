"""A Whoosh codec whose segments are arrays: mapped, shared between processes, read as numpy or by matchers.

The primary entrypoint is `ColumnarCodec`; see `whoosh.codec.base` for the interface. The service writes its
segments as whole arrays (`writing.py`); through this codec Whoosh's own writer, merges, readers and queries
work on the same files. A segment is two files of arrays (`segment_arrays.py`) in a folder: other kinds of
storage, stored fields and vectors are refused with an error that says so.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from whoosh.codec import base
from whoosh.columns import Column as WhooshColumn
from whoosh.columns import NumericColumn
from whoosh.fields import FieldType
from whoosh.filedb.filestore import FileStorage
from whoosh.formats import Format
from whoosh.matching import Matcher
from whoosh.reading import TermNotFound

from searchsvc.engines.whoosh.column_types import SEPARATOR, ArrayColumnReader, kind_of
from searchsvc.engines.whoosh.columnar_matcher import ColumnarMatcher, ColumnarTermInfo
from searchsvc.engines.whoosh.document_arrays import Column, Lists, Numbers, Texts
from searchsvc.engines.whoosh.field_arrays import FieldArrays, Postings
from searchsvc.engines.whoosh.segment_arrays import ColumnsBuilder, SegmentArrays, writing_postings
from searchsvc.engines.whoosh.vocabulary import TextTerms


class ColumnarSegment(base.Segment):  # type: ignore[misc]
    """What the table of contents remembers of a segment: its name, its documents, the deleted ones."""

    def __init__(self, indexname: str) -> None:
        super().__init__(indexname)
        self._documents = 0
        self._deleted: set[int] = set()

    def codec(self, **_: Any) -> "ColumnarCodec":
        """Return the codec that reads this segment."""
        return ColumnarCodec()

    def set_doc_count(self, doccount: int) -> None:
        """Remember how many documents there are."""
        self._documents = doccount

    def doc_count_all(self) -> int:
        """Return how many documents there are, the deleted ones too."""
        return self._documents

    def deleted_count(self) -> int:
        """Return how many documents are deleted."""
        return len(self._deleted)

    def deleted_docs(self) -> Iterator[int]:
        """Return the numbers of the deleted documents."""
        return iter(sorted(self._deleted))

    def delete_document(self, docnum: int, delete: bool = True) -> None:
        """Delete a document, or take that back."""
        (self._deleted.add if delete else self._deleted.discard)(docnum)

    def is_deleted(self, docnum: int) -> bool:
        """Return whether a document is deleted."""
        return docnum in self._deleted

    def should_assemble(self) -> bool:
        """Return False: a compound file could not be mapped array by array."""
        return False

    def base(self, storage: Any) -> Path:
        """Return the path of its files without their extensions. Raises TypeError outside a folder."""
        if not isinstance(storage, FileStorage):
            raise TypeError(f"the columnar codec needs a folder, not {type(storage).__name__}")
        return Path(storage.folder, self.segment_id())


class ColumnarCodec(base.Codec):  # type: ignore[misc]
    """Reads and writes segments of arrays."""

    length_stats = False

    def new_segment(self, storage: Any, indexname: str) -> ColumnarSegment:
        """Return an empty segment with a new name."""
        return ColumnarSegment(indexname)

    def per_document_writer(self, storage: Any, segment: ColumnarSegment) -> "PerDocumentWriter":
        """Return a writer of columns and lengths."""
        return PerDocumentWriter(segment.base(storage), segment)

    def field_writer(self, storage: Any, segment: ColumnarSegment) -> "FieldWriter":
        """Return a writer of postings."""
        return FieldWriter(segment.base(storage), segment)

    def terms_reader(self, storage: Any, segment: ColumnarSegment) -> "TermsReader":
        """Return a reader of terms and postings."""
        return TermsReader(SegmentArrays.open(segment.base(storage)))

    def per_document_reader(self, storage: Any, segment: ColumnarSegment) -> "PerDocumentReader":
        """Return a reader of columns and lengths."""
        return PerDocumentReader(SegmentArrays.open(segment.base(storage)), segment)


class PerDocumentWriter(base.PerDocumentWriter):  # type: ignore[misc]
    """Collects what Whoosh's own writer says of each document."""

    def __init__(self, path: Path, segment: ColumnarSegment) -> None:
        self._path = path
        self._segment = segment
        self._documents = 0
        self._lengths: dict[str, dict[int, int]] = {}
        self._values: dict[str, dict[int, Any]] = {}
        self._types: dict[str, WhooshColumn] = {}
        self.is_closed = False

    def start_doc(self, docnum: int) -> None:
        """Begin the document `docnum`, the one after the last."""
        self._documents = docnum + 1

    def cancel_doc(self) -> None:
        """Forget the document begun last."""
        self._documents -= 1
        for values in (*self._lengths.values(), *self._values.values()):
            values.pop(self._documents, None)

    def add_field(self, fieldname: str, fieldobj: FieldType, value: Any, length: int) -> None:
        """Remember how long a field is. Raises TypeError for a stored value."""
        if value is not None:
            raise TypeError(f"{fieldname}: the columnar codec stores no fields; use a column")
        if length:
            self._lengths.setdefault(fieldname, {})[self._documents - 1] = int(length)

    def add_column_value(self, fieldname: str, columnobj: WhooshColumn, value: Any) -> None:
        """Remember a value. Raises TypeError for a column of a kind that this codec cannot keep."""
        kind_of(columnobj)
        self._types[fieldname] = columnobj
        self._values.setdefault(fieldname, {})[self._documents - 1] = value

    def add_vector_items(self, fieldname: str, fieldobj: FieldType, items: Any) -> None:
        """Raise TypeError: this codec keeps no vectors."""
        raise TypeError(f"{fieldname}: the columnar codec keeps no vectors")

    def close(self) -> None:
        """Write the columns."""
        self._segment.set_doc_count(self._documents)
        builder = ColumnsBuilder(self._documents)
        for name, lengths in self._lengths.items():
            builder.add_lengths(name, self._row(lengths, 0, "q"))
        for name, values in self._values.items():
            builder.add(name, self._column(self._types[name], values))
        builder.write(self._path)
        self.is_closed = True

    def _column(self, type_: WhooshColumn, values: dict[int, Any]) -> Column:
        if isinstance(type_, NumericColumn):
            return Numbers(self._row(values, type_.default_value(), type_._typecode))
        rows = [values.get(number, b"") for number in range(self._documents)]
        if kind_of(type_) is Texts:
            return Texts.of(rows)
        return Lists.of([row.split(SEPARATOR) if row else [] for row in rows])

    def _row(self, values: dict[int, Any], default: Any, typecode: str) -> Any:
        row = np.full(self._documents, default, typecode)
        row[list(values)] = list(values.values())
        return row


class FieldWriter(base.FieldWriter):  # type: ignore[misc]
    """Collects the postings that Whoosh's own writer gives one by one, in order of field, term, document."""

    def __init__(self, path: Path, segment: ColumnarSegment) -> None:
        self._path = path
        self._segment = segment
        self._fields: list[tuple[str, TextTerms, Postings]] = []
        self.is_closed = False

    def start_field(self, fieldname: str, fieldobj: FieldType) -> None:
        """Begin a field."""
        self._field = fieldname
        self._format: Format = fieldobj.format
        self._terms: list[bytes] = []
        self._counts: list[int] = []
        self._documents: list[int] = []
        self._frequencies: list[int] = []
        self._positions: list[int] = []

    def start_term(self, text: bytes) -> None:
        """Begin a term."""
        self._terms.append(text)
        self._counts.append(0)

    def add(self, docnum: int, weight: float, vbytes: bytes, length: int) -> None:
        """Add a posting. Raises ValueError for a weight that is no number of occurrences."""
        if weight != int(weight) or weight < 1:
            raise ValueError(f"the columnar codec keeps numbers of occurrences, not the weight {weight}")
        self._counts[-1] += 1
        self._documents.append(docnum)
        self._frequencies.append(int(weight))
        if self._format.supports("positions"):
            self._positions += self._format.decode_positions(vbytes)

    def finish_term(self) -> None:
        """End a term."""

    def finish_field(self) -> None:
        """End a field."""
        positions = np.array(self._positions, np.int64) if self._format.supports("positions") else None
        postings = Postings(
            np.array(self._counts, np.int64),
            np.array(self._documents, np.int64),
            np.array(self._frequencies, np.int64),
            positions,
        )
        self._fields.append((self._field, TextTerms.of(self._terms), postings))

    def close(self) -> None:
        """Write the postings."""
        with writing_postings(self._path, self._segment.doc_count_all()) as writer:
            for name, terms, postings in self._fields:
                packer = writer.packer(positions=postings.positions is not None)
                packer.add(postings)
                writer.add(name, terms, packer.arrays())
        self.is_closed = True


class PerDocumentReader(base.PerDocumentReader):  # type: ignore[misc]
    """Reads columns and lengths."""

    def __init__(self, arrays: SegmentArrays, segment: ColumnarSegment) -> None:
        self.arrays = arrays
        self._segment = segment

    def doc_count(self) -> int:
        """Return how many documents are not deleted."""
        return int(self._segment.doc_count())

    def doc_count_all(self) -> int:
        """Return how many documents there are, the deleted ones too."""
        return self.arrays.documents

    def has_deletions(self) -> bool:
        """Return whether a document is deleted."""
        return bool(self._segment.has_deletions())

    def is_deleted(self, docnum: int) -> bool:
        """Return whether a document is deleted."""
        return self._segment.is_deleted(docnum)

    def deleted_docs(self) -> Iterator[int]:
        """Return the deleted documents."""
        return self._segment.deleted_docs()

    def supports_columns(self) -> bool:
        """Return True."""
        return True

    def has_column(self, fieldname: str) -> bool:
        """Return whether some document has a value in a column."""
        return fieldname in self.arrays.column_names

    def list_columns(self) -> Iterable[str]:
        """Return the columns in which some document has a value."""
        return self.arrays.column_names

    def column_reader(self, fieldname: str, column: WhooshColumn) -> ArrayColumnReader:
        """Return a reader of a column. Raises KeyError if no document has a value in it."""
        found = self.arrays.column(fieldname)
        if found is None:
            raise KeyError(fieldname)
        return ArrayColumnReader(found, self.arrays.documents)

    def doc_field_length(self, docnum: int, fieldname: str, default: int = 0) -> int:
        """Return how many tokens a field of a document has."""
        lengths = self.arrays.lengths(fieldname)
        return default if lengths is None else int(lengths[docnum])

    def field_length(self, fieldname: str) -> int:
        """Return how many tokens a field has in all documents."""
        lengths = self.arrays.lengths(fieldname)
        return 0 if lengths is None else int(lengths.sum())

    def min_field_length(self, fieldname: str) -> int:
        """Return the least number of tokens of a field."""
        lengths = self.arrays.lengths(fieldname)
        return 0 if lengths is None else int(lengths.min())

    def max_field_length(self, fieldname: str) -> int:
        """Return the greatest number of tokens of a field."""
        lengths = self.arrays.lengths(fieldname)
        return 0 if lengths is None else int(lengths.max())

    def stored_fields(self, docnum: int) -> dict[str, Any]:
        """Return nothing: this codec stores no fields."""
        return {}


class FieldCursor(base.FieldCursor):  # type: ignore[misc]
    """Walks over the terms of one field."""

    def __init__(self, field: FieldArrays | None, fieldobj: FieldType) -> None:
        self._terms: Any = field.terms if field is not None else ()
        self._field = fieldobj
        self._place = 0

    def first(self) -> Any:
        """Go to the first term, and return it."""
        self._place = 0
        return self.text()

    def find(self, term: Any) -> Any:
        """Go to the first term that is not before `term`, and return it."""
        wanted = term if isinstance(term, bytes) else self._field.to_bytes(term)
        self._place = self._terms.lower_bound(wanted) if self._terms else 0
        return self.text()

    def next(self) -> Any:
        """Go to the next term, and return it; None after the last."""
        self._place += 1
        return self.text()

    def text(self) -> Any:
        """Return the current term, or None."""
        return self._field.from_bytes(self._terms[self._place]) if self.is_valid() else None

    def is_valid(self) -> bool:
        """Return whether there is a current term."""
        return self._place < len(self._terms)


class TermsReader(base.TermsReader):  # type: ignore[misc]
    """Reads terms and postings."""

    def __init__(self, arrays: SegmentArrays) -> None:
        self.arrays = arrays

    def __contains__(self, term: tuple[str, bytes]) -> bool:
        field = self.arrays.field(term[0])
        return field is not None and field.find(term[1]) is not None

    def indexed_field_names(self) -> Iterable[str]:
        """Return the fields that have postings."""
        return self.arrays.fields

    def cursor(self, fieldname: str, fieldobj: FieldType) -> FieldCursor:
        """Return a cursor over the terms of a field."""
        return FieldCursor(self.arrays.field(fieldname), fieldobj)

    def terms(self) -> Iterator[tuple[str, bytes]]:
        """Yield every field and term, in order."""
        return (term for term, _ in self.items())

    def terms_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[str, bytes]]:
        """Yield every field and term from one on, in order."""
        return (term for term, _ in self.items_from(fieldname, prefix))

    def items(self) -> Iterator[tuple[tuple[str, bytes], ColumnarTermInfo]]:
        """Yield every field and term, in order, with its statistics."""
        return self.items_from("", b"")

    def items_from(
        self, fieldname: str, prefix: bytes
    ) -> Iterator[tuple[tuple[str, bytes], ColumnarTermInfo]]:
        """Yield every field and term from one on, in order, with its statistics."""
        for name in self.arrays.fields:
            if name < fieldname:
                continue
            field = self._field(name)
            lengths = self.arrays.lengths(name)
            first = field.terms.lower_bound(prefix) if name == fieldname else 0
            for number in range(first, len(field.terms)):
                yield (name, field.terms[number]), ColumnarTermInfo(field, number, lengths)

    def term_info(self, fieldname: str, text: bytes) -> ColumnarTermInfo:
        """Return the statistics of a term. Raises TermNotFound."""
        field, number = self._found(fieldname, text)
        return ColumnarTermInfo(field, number, self.arrays.lengths(fieldname))

    def frequency(self, fieldname: str, text: bytes) -> float:
        """Return how often a term comes in all documents; 0 for one that none has."""
        return self.term_info(fieldname, text).weight() if (fieldname, text) in self else 0

    def doc_frequency(self, fieldname: str, text: bytes) -> int:
        """Return how many documents have a term, the deleted ones too; 0 for one that none has."""
        return self.term_info(fieldname, text).doc_frequency() if (fieldname, text) in self else 0

    def matcher(self, fieldname: str, text: bytes, format_: Format, scorer: Any = None) -> Matcher:
        """Return a matcher of a term's postings. Raises TermNotFound."""
        field, number = self._found(fieldname, text)
        info = ColumnarTermInfo(field, number, self.arrays.lengths(fieldname))
        return ColumnarMatcher(field, number, format_, (fieldname, text), scorer, info)

    def _field(self, name: str) -> FieldArrays:
        field = self.arrays.field(name)
        if field is None:
            raise TermNotFound(f"No field {name!r}")
        return field

    def _found(self, fieldname: str, text: bytes) -> tuple[FieldArrays, int]:
        field = self._field(fieldname)
        number = field.find(text)
        if number is None:
            raise TermNotFound(f"No term {fieldname}:{text!r}")
        return field, number
