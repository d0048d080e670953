"""Writing: documents into segments and one commit, durable but not yet live.

The primary entrypoint is `Session`. A session starts from the commit that the pointer names (or from an
empty folder) and ends with a further commit beside it; until the pointer names that one, nothing has changed.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC

from searchsvc.durable import sync
from searchsvc.engines.base import IndexDocument, IndexWriter
from searchsvc.engines.whoosh import failures, schema
from searchsvc.engines.whoosh.codec import ColumnarSegment
from searchsvc.engines.whoosh.compacting import Policy
from searchsvc.engines.whoosh.document_arrays import Texts
from searchsvc.engines.whoosh.generations import READERS
from searchsvc.engines.whoosh.preparing import Preparation
from searchsvc.engines.whoosh.segment_arrays import SegmentArrays, write_merged
from searchsvc.engines.whoosh.snapshots import INDEX_NAME

MOST_BYTES = 96 * 2**20
"""Memory for new documents before they are written as a segment."""


@dataclass(slots=True)
class _Piece:
    """New documents in memory, and which of them have not been replaced or removed since."""

    arrays: SegmentArrays
    live: NDArray[np.bool_]

    def delete(self, number: int) -> None:
        self.live[number] = False


@dataclass(slots=True)
class _Written:
    """A segment on disk, of this session or of the commit it started from."""

    segment: ColumnarSegment

    def delete(self, number: int) -> None:
        self.segment.delete_document(number)


Place = tuple[_Piece | _Written, int]


class Session(IndexWriter):
    """One rebuild or update: takes documents, then commits them all at once."""

    def __init__(
        self, folder: Path, toc: int | None, preparation: Preparation, numbers: dict[str, int]
    ) -> None:
        """`numbers` gives the document number of each article id in the commit `toc`; None starts empty."""
        self._folder = folder
        self._toc = toc
        self._preparation = preparation
        self._storage = FileStorage(str(folder))
        self._segments = [_Written(segment) for segment in _committed(self._storage, toc)]
        self._places = _places(self._segments, numbers)
        self._pieces: list[_Piece] = []
        self._bytes = 0
        self._changed = toc is None

    @property
    def documents(self) -> int:
        """How many documents there are now."""
        return len(self._places)

    def put(self, documents: Iterable[IndexDocument]) -> None:
        """Add or replace `documents`. Raises EngineUnavailable (disk full)."""
        for arrays in self._preparation.prepare(documents):
            self._add(arrays)
            if self._bytes > MOST_BYTES:
                try:
                    self._flush()
                except OSError as error:
                    raise failures.unwritable(error) from error

    def remove(self, ids: Iterable[str]) -> None:
        """Remove the documents with these article ids; unknown ids are no error."""
        for id_ in ids:
            self._remove(id_)

    def commit(self) -> int:
        """Write everything durably and return the number of the commit. Raises OSError."""
        if not self._changed and self._toc is not None:
            return self._toc
        self._flush()
        policy = Policy.for_rebuild() if self._toc is None else Policy.for_update()
        segments = policy.compact([each.segment for each in self._segments], self._storage)
        number = (self._toc or 0) + 1
        TOC(schema.whoosh_schema(), segments, number).write(self._storage, INDEX_NAME)
        sync(self._folder / _toc_name(number))
        sync(self._folder)
        return number

    def _add(self, arrays: SegmentArrays) -> None:
        piece = _Piece(arrays, np.ones(arrays.documents, bool))
        ids = arrays.column(schema.ID)
        assert isinstance(ids, Texts)  # noqa: S101 - what `Gatherer` makes
        for number, id_ in enumerate(ids.rows):
            name = id_.decode()
            self._remove(name)
            self._places[name] = (piece, number)
        self._pieces.append(piece)
        self._bytes += arrays.nbytes
        self._changed = True

    def _remove(self, id_: str) -> None:
        place = self._places.pop(id_, None)
        if place is not None:
            holder, number = place
            holder.delete(number)
            self._changed = True

    def _flush(self) -> None:
        if not self._pieces:
            return
        segment = ColumnarSegment(INDEX_NAME)
        live = [piece.live for piece in self._pieces]
        segment.set_doc_count(
            write_merged(segment.base(self._storage), [piece.arrays for piece in self._pieces], live)
        )
        written = _Written(segment)
        base = 0
        for piece in self._pieces:
            numbers = np.cumsum(piece.live) - 1 + base
            base += int(np.count_nonzero(piece.live))
            ids = piece.arrays.column(schema.ID)
            assert isinstance(ids, Texts)  # noqa: S101 - what `Gatherer` makes
            for id_, number, is_live in zip(ids.rows, numbers.tolist(), piece.live.tolist(), strict=True):
                if is_live:
                    self._places[id_.decode()] = (written, number)
        self._segments.append(written)
        self._pieces.clear()
        self._bytes = 0


def _committed(storage: FileStorage, toc: int | None) -> list[ColumnarSegment]:
    if toc is None:
        return []
    return list(TOC.read(storage, INDEX_NAME, gen=toc, schema=schema.whoosh_schema()).segments)


def _places(segments: list[_Written], numbers: dict[str, int]) -> dict[str, Place]:
    """Return where each article id of a commit lies, given its number counted through all segments."""
    bases = np.cumsum([0, *(each.segment.doc_count_all() for each in segments)])
    found = np.searchsorted(bases, list(numbers.values()), side="right") - 1
    return {
        id_: (segments[place], number - int(bases[place]))
        for (id_, number), place in zip(numbers.items(), found.tolist(), strict=True)
    }


def _toc_name(number: int) -> str:
    return f"_{INDEX_NAME}_{number}.toc"


def files_of(folder: Path, toc: int) -> list[str]:
    """Return the names of the files in a generation's folder that make up the commit `toc`.

    Its list of segments is unpickled: for a commit of this process, or one that was checked.
    """
    prefixes = tuple(f"{segment.segment_id()}." for segment in _committed(FileStorage(str(folder)), toc))
    names = (path.name for path in folder.iterdir())
    return [name for name in names if name == _toc_name(toc) or name.startswith(prefixes)]


def remove_leftovers(folder: Path, needed: Iterable[str]) -> None:
    """Remove the files in a generation's folder that are not `needed`: those of older commits, and those
    of writers that were killed. Open readers keep what they have open."""
    keep = {READERS, *needed}
    for path in folder.iterdir():
        if path.name not in keep:
            path.unlink()
