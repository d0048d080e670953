"""Writing: documents into segments and one commit, durable but not yet live.

The primary entrypoint is `Session`. A session starts from the commit that the pointer names (or from an
empty folder) and ends with a further commit beside it; until the pointer names that one, nothing has changed.
"""

from collections.abc import Iterable, Iterator
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
from searchsvc.engines.whoosh.compacting import MOST_DOCUMENTS, Policy
from searchsvc.engines.whoosh.gathering import Batch, Gatherer
from searchsvc.engines.whoosh.generations import READERS
from searchsvc.engines.whoosh.segment_writing import write_segment
from searchsvc.engines.whoosh.snapshots import INDEX_NAME

MOST_TOKENS = 1 << 26
"""Tokens of new documents in memory, of all parts, before they are written as a segment: at the least eight
bytes each, and as much again while they are written."""

BATCH_DOCUMENTS = 2_000
BATCH_CHARS = 4_000_000
"""A batch ends with the document that reaches either; it takes some 50 bytes of memory a character."""


@dataclass(slots=True)
class _Piece:
    """New documents in memory, and which of them have not been replaced or removed since."""

    batch: Batch
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

    def __init__(self, folder: Path, toc: int | None, numbers: dict[str, int], threads: int) -> None:
        """`numbers` gives the document number of each article id in the commit `toc`; None starts empty.

        So many `threads` make the postings of what was gathered.
        """
        self._folder = folder
        self._toc = toc
        self._threads = threads
        self._gatherer = Gatherer()
        self._storage = FileStorage(str(folder))
        self._segments = [_Written(segment) for segment in _committed(self._storage, toc)]
        self._places = _places(self._segments, numbers)
        self._pieces: list[_Piece] = []
        self._tokens = 0
        self._changed = toc is None

    @property
    def documents(self) -> int:
        """How many documents there are now."""
        return len(self._places)

    def put(self, documents: Iterable[IndexDocument]) -> None:
        """Add or replace `documents`. Raises EngineUnavailable (disk full)."""
        remaining = iter(documents)
        while batch := self._next_batch(remaining):
            self._add(self._gatherer.gather(batch))
            if not self._room() or self._tokens > MOST_TOKENS or self._gatherer.full:
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

    def _room(self) -> int:
        """Return how many documents may still be gathered for the next segment."""
        return MOST_DOCUMENTS - sum(len(piece.live) for piece in self._pieces)

    def _next_batch(self, documents: Iterator[IndexDocument]) -> list[IndexDocument]:
        most = min(BATCH_DOCUMENTS, self._room())
        batch: list[IndexDocument] = []
        chars = 0
        for document in documents:
            batch.append(document)
            chars += sum(map(len, document.texts.values()))
            if len(batch) >= most or chars >= BATCH_CHARS:
                break
        return batch

    def _add(self, batch: Batch) -> None:
        piece = _Piece(batch, np.ones(len(batch.documents), bool))
        for number, document in enumerate(batch.documents):
            self._remove(document.id)
            self._places[document.id] = (piece, number)
        self._pieces.append(piece)
        self._tokens += batch.tokens
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
        batches, live = zip(*((piece.batch, piece.live) for piece in self._pieces), strict=True)
        segment.set_doc_count(
            write_segment(segment.base(self._storage), batches, live, self._gatherer, self._threads)
        )
        written = _Written(segment)
        base = 0
        for piece in self._pieces:
            numbers = np.cumsum(piece.live) - 1 + base
            base += int(np.count_nonzero(piece.live))
            for document, number, is_live in zip(
                piece.batch.documents, numbers.tolist(), piece.live.tolist(), strict=True
            ):
                if is_live:
                    self._places[document.id] = (written, number)
        self._segments.append(written)
        self._pieces.clear()
        self._tokens = 0
        self._gatherer.begin_segment()


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
