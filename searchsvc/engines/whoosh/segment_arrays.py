"""A segment as arrays in two files, and several merged into one.

The primary entrypoints are `SegmentArrays`, `writing_postings`, `ColumnsBuilder` and `write_merged`.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from searchsvc.array_file import ArrayFile, ArrayWriter, write_arrays, writing_arrays
from searchsvc.engines.whoosh.document_arrays import Column, Lists, Numbers, Texts
from searchsvc.engines.whoosh.field_arrays import (
    PAIRS,
    WIDTH,
    Array,
    Arrays,
    FieldArrays,
    FieldPacker,
)
from searchsvc.engines.whoosh.merging import Merge, Source, surviving_terms
from searchsvc.engines.whoosh.packing import width_for
from searchsvc.engines.whoosh.vocabulary import Chosen, PairTerms, TextTerms, merged, merged_pairs

_DOCUMENTS = "documents"
_FIELDS = "fields"
_KINDS = "kinds"
_KIND_OF: dict[str, type[Numbers] | type[Texts] | type[Lists]] = {
    "numbers": Numbers,
    "texts": Texts,
    "lists": Lists,
}
_NAME_OF = {kind: name for name, kind in _KIND_OF.items()}
Mask = NDArray[np.bool_]


def postings_path(base: Path) -> Path:
    """Return the file of the postings of a segment; `base` is its files' path without extension."""
    return base.with_name(base.name + ".postings")


def columns_path(base: Path) -> Path:
    """Return the file of the columns of a segment."""
    return base.with_name(base.name + ".columns")


def length_column(field: str) -> str:
    """Return the name of the column that says how many tokens `field` has in each document."""
    return f"length.{field}"


@dataclass(frozen=True, slots=True)
class SegmentArrays:
    """The mapped arrays of a segment's postings and of its columns, with the facts of both."""

    postings: Arrays
    postings_facts: Mapping[str, Any]
    columns: Arrays
    columns_facts: Mapping[str, Any]

    @classmethod
    def open(cls, base: Path) -> "SegmentArrays":
        """Map the files of a segment. Raises FileNotFoundError, UnreadableArrays."""
        postings = ArrayFile(postings_path(base))
        columns = ArrayFile(columns_path(base))
        return cls(postings, postings.facts, columns, columns.facts)

    @property
    def documents(self) -> int:
        """How many documents there are, the deleted ones too."""
        return int(self.columns_facts[_DOCUMENTS])

    @property
    def fields(self) -> list[str]:
        """The fields that have postings, in order."""
        return list(self.postings_facts[_FIELDS])

    def parts_of(self, field: str) -> str | None:
        """Return the field whose terms the pairs in `field` are made of; None if it holds no such pairs."""
        found: str | None = self.postings_facts[PAIRS].get(field)
        return found

    def field(self, name: str) -> FieldArrays | None:
        """Return the postings of one field, or None if no document has it."""
        if name not in self.postings_facts[_FIELDS]:
            return None
        return FieldArrays(name, self.postings, self.postings_facts)

    @property
    def column_names(self) -> list[str]:
        """The columns that some document has a value in."""
        return list(self.columns_facts[_KINDS])

    def column(self, name: str) -> Column | None:
        """Return a column, or None if no document has a value in it."""
        kind = self.columns_facts[_KINDS].get(name)
        return None if kind is None else _KIND_OF[kind].read(name, self.columns)

    def lengths(self, field: str) -> Array | None:
        """Return how many tokens `field` has in each document, or None if in none."""
        column = self.column(length_column(field))
        return column.values if isinstance(column, Numbers) else None


class PostingsWriter:
    """Writes the postings of a segment, field by field, so that they need not all be in memory."""

    def __init__(self, writer: ArrayWriter, facts: dict[str, Any], documents: int) -> None:
        """`facts` are those of the file; the fields that are written are added to them."""
        self._writer = writer
        self._facts = facts
        self._documents = documents

    def packer(self, *, positions: bool) -> FieldPacker:
        """Return what packs the postings of one field."""
        return FieldPacker(self._documents, positions=positions)

    def add(
        self,
        name: str,
        terms: TextTerms | PairTerms,
        packed: Mapping[str, Array],
        *,
        parts: str | None = None,
    ) -> None:
        """Write the field `name`: its `terms` and the arrays that the packer made of all their postings.

        Pairs say which field's terms they are made of (`parts`), one field of pairs for each such field.
        Raises OSError.
        """
        self._facts[_FIELDS] = sorted([*self._facts[_FIELDS], name])
        for part, array in (term_arrays(terms) | dict(packed)).items():
            self._writer.add(f"{name}.{part}", array)
        if isinstance(terms, PairTerms) and parts is not None:
            self._facts[PAIRS] = dict(sorted([*self._facts[PAIRS].items(), (name, parts)]))
            self._writer.add(f"{parts}.ranks", terms.ranks)


@contextmanager
def writing_postings(base: Path, documents: int) -> Iterator[PostingsWriter]:
    """Lend a writer of the postings of a segment of so many documents. Raises OSError."""
    facts: dict[str, Any] = {WIDTH: width_for(documents), PAIRS: {}, _FIELDS: []}
    with writing_arrays(postings_path(base), facts) as writer:
        yield PostingsWriter(writer, facts, documents)


class ColumnsBuilder:
    """Takes the columns of a new segment of so many `documents`."""

    def __init__(self, documents: int) -> None:
        self.documents = documents
        self._columns: dict[str, Array] = {}
        self._kinds: dict[str, str] = {}

    def add_lengths(self, field: str, lengths: NDArray[np.int64]) -> None:
        """Add how many tokens `field` has in each document."""
        self.add(length_column(field), Numbers(lengths.astype(np.uint32)))

    def add(self, name: str, column: Column) -> None:
        """Add a column."""
        self._kinds[name] = _NAME_OF[type(column)]
        self._columns |= column.arrays(name)

    def write(self, base: Path) -> None:
        """Write the file. Raises OSError."""
        write_arrays(columns_path(base), self._columns, {_DOCUMENTS: self.documents, _KINDS: self._kinds})


def term_arrays(terms: TextTerms | PairTerms) -> dict[str, Array]:
    """Return the arrays that hold `terms`, but for the ranks of what pairs are made of."""
    if isinstance(terms, PairTerms):
        return {"keys": terms.keys}
    return {"text": terms.text, "ends": terms.ends}


def write_merged(base: Path, segments: Sequence[SegmentArrays], live: Sequence[Mask]) -> int:
    """Write the `live` documents of all `segments` as one segment; return how many. Raises OSError.

    The documents keep their order, those of the first segment first.
    """
    documents = int(sum(np.count_nonzero(mask) for mask in live))
    _write_columns(base, segments, live, documents)
    fields = sorted({field for segment in segments for field in segment.fields})
    pairs = {
        field: parts
        for segment in segments
        for field in fields
        if (parts := segment.parts_of(field)) is not None
    }
    with writing_postings(base, documents) as writer:
        merge = _Merge(segments, live, writer)
        for field in fields:
            if field not in pairs:
                merge.text_field(field, [pair for pair, parts in pairs.items() if parts == field])
    return documents


def _write_columns(
    base: Path, segments: Sequence[SegmentArrays], live: Sequence[Mask], documents: int
) -> None:
    builder = ColumnsBuilder(documents)
    for name in dict.fromkeys(name for segment in segments for name in segment.column_names):
        found = [segment.column(name) for segment in segments]
        kind = next(type(column) for column in found if column is not None)
        columns: list[Any] = [
            empty_column(kind, segment.documents) if column is None else column
            for column, segment in zip(found, segments, strict=True)
        ]
        builder.add(name, kind.joined(columns, live))
    builder.write(base)


def empty_column(kind: type[Column], documents: int) -> Column:
    """Return a column of a segment in which no document has a value."""
    if kind is Numbers:
        return Numbers(np.zeros(documents, np.uint32))
    return Texts.of([b""] * documents) if kind is Texts else Lists.of([()] * documents)


class _Merge:
    """Merges one field after the other into a file of postings."""

    def __init__(
        self, segments: Sequence[SegmentArrays], live: Sequence[Mask], writer: PostingsWriter
    ) -> None:
        self._segments = segments
        self._numbers = list(_new_numbers(live))
        self._writer = writer

    def text_field(self, name: str, pair_fields: Sequence[str]) -> None:
        """Merge the field `name` and those that hold pairs of its terms."""
        having = [(place, field) for place, each in enumerate(self._segments) if (field := each.field(name))]
        chosen = [surviving_terms(field, self._numbers[place]) for place, field in having]
        texts = [_text_terms(field) for _, field in having]
        terms, maps = merged(list(zip(texts, chosen, strict=True)))
        self._write(name, terms, having, maps)
        part_maps = {place: numbers for (place, _), numbers in zip(having, maps, strict=True)}
        for pairs in pair_fields:
            self._pair_field(pairs, name, terms, part_maps)

    def _pair_field(
        self, name: str, parts_name: str, parts: TextTerms, part_maps: Mapping[int, NDArray[np.int64]]
    ) -> None:
        having = [(place, field) for place, each in enumerate(self._segments) if (field := each.field(name))]
        sources: list[tuple[PairTerms, Chosen]] = []
        for place, field in having:
            assert isinstance(field.terms, PairTerms)  # noqa: S101 - what the facts of the segment say
            sources.append((field.terms, surviving_terms(field, self._numbers[place])))
        terms, maps = merged_pairs(sources, parts, [part_maps[place] for place, _ in having])
        self._write(name, terms, having, maps, parts_name)

    def _write(
        self,
        name: str,
        terms: TextTerms | PairTerms,
        having: Sequence[tuple[int, FieldArrays]],
        maps: Sequence[NDArray[np.int64]],
        parts: str | None = None,
    ) -> None:
        if not len(terms):  # every document that had the field is deleted
            return
        sources = [
            Source(field, numbers, self._numbers[place])
            for (place, field), numbers in zip(having, maps, strict=True)
        ]
        packer = self._writer.packer(positions=any(field.has_positions for _, field in having))
        Merge(sources, len(terms)).pack_into(packer)
        self._writer.add(name, terms, packer.arrays(), parts=parts)


def _text_terms(field: FieldArrays) -> TextTerms:
    assert isinstance(field.terms, TextTerms)  # noqa: S101 - what the facts of the segment say
    return field.terms


def _new_numbers(live: Sequence[Mask]) -> Iterator[NDArray[np.int64]]:
    base = 0
    for mask in live:
        numbers = np.cumsum(mask) - 1 + base
        base += int(np.count_nonzero(mask))
        yield np.where(mask, numbers, -1)
