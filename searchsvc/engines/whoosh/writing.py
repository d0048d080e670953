"""Writing: documents into one Whoosh commit, durable but not yet live.

The primary entrypoint is `Session`. A session starts from the commit that the pointer names (or from an
empty folder) and ends with a further commit beside it; until the pointer names that one, nothing has changed.
"""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC, FileIndex
from whoosh.reading import SegmentReader
from whoosh.writing import SegmentWriter

from searchsvc.engines.base import IndexDocument, IndexWriter
from searchsvc.engines.whoosh import failures, schema
from searchsvc.engines.whoosh.generations import READERS, sync
from searchsvc.engines.whoosh.preparing import Preparation
from searchsvc.engines.whoosh.snapshots import INDEX_NAME

POSTINGS_MB = 256
"""Memory for postings before the writer sorts them onto the disk."""

MAX_SEGMENTS = 8
"""An update merges the smallest segments so that no more than so many remain."""

_TOC_NAME = re.compile(rf"_{INDEX_NAME}_(\d+)\.toc")


class Session(IndexWriter):
    """One rebuild or update: takes documents, then commits them all at once."""

    def __init__(
        self, folder: Path, toc: int | None, preparation: Preparation, numbers: dict[str, int]
    ) -> None:
        """`numbers` gives the document number of each article id in the commit `toc`; None starts empty."""
        self._folder = folder
        self._toc = toc
        self._preparation = preparation
        self._committed = numbers
        self._added: dict[str, int] = {}
        self._storage = FileStorage(str(folder))
        self._writer: _Writer | None = None

    @property
    def documents(self) -> int:
        """How many documents there are now."""
        return len(self._committed) + len(self._added)

    def put(self, documents: Iterable[IndexDocument]) -> None:
        """Add or replace `documents`. Raises EngineUnavailable (disk full)."""
        for prepared in self._preparation.prepare(documents):
            try:
                writer = self._started()
                self._remove(prepared.id)
                self._added[prepared.id] = writer.docnum
                writer.add_document(**prepared.values)
            except OSError as error:
                raise failures.unwritable(error) from error

    def remove(self, ids: Iterable[str]) -> None:
        """Remove the documents with these article ids; unknown ids are no error."""
        for id_ in ids:
            self._remove(id_)

    def commit(self) -> int:
        """Write everything durably and return the number of the commit. Raises OSError."""
        if self._writer is None and self._toc is not None:
            return self._toc
        writer = self._started()
        writer.commit(mergetype=_merge_policy)
        self._writer = None
        return int(writer.generation)

    def cancel(self) -> None:
        """Forget everything since the start; what lies in the folder is left for `remove_leftovers`."""
        if self._writer is not None and not self._writer.is_closed:
            self._writer.abandon()
        self._writer = None

    def _remove(self, id_: str) -> None:
        added = self._added.pop(id_, None)
        if added is not None:
            self._started().newsegment.delete_document(added)
        committed = self._committed.pop(id_, None)
        if committed is not None:
            self._started().delete_document(committed)

    def _started(self) -> "_Writer":
        if self._writer is None:
            if self._toc is None:
                TOC.create(self._storage, schema.whoosh_schema(), INDEX_NAME)
            index = _PinnedIndex(self._storage, self._toc or 0)
            self._writer = _Writer(index, limitmb=POSTINGS_MB, compound=False, _lk=False)
        return self._writer


def files_of(folder: Path, toc: int) -> list[str]:
    """Return the names of the files in a generation's folder that make up the commit `toc`.

    Its list of segments is unpickled: for a commit of this process, or one that was checked.
    """
    live = TOC.read(FileStorage(str(folder)), INDEX_NAME, gen=toc, schema=schema.whoosh_schema())
    prefixes = tuple(f"{segment.segment_id()}." for segment in live.segments)
    names = (path.name for path in folder.iterdir())
    return [name for name in names if name == f"_{INDEX_NAME}_{toc}.toc" or name.startswith(prefixes)]


def remove_leftovers(folder: Path, needed: Iterable[str]) -> None:
    """Remove the files in a generation's folder that are not `needed`: those of older commits, and those
    of writers that were killed. Open readers keep what they have open."""
    keep = {READERS, *needed}
    for path in folder.iterdir():
        if path.name in keep:
            continue
        if path.is_dir():
            for inner in path.iterdir():
                inner.unlink()
            path.rmdir()
        else:
            path.unlink()


class _PinnedIndex(FileIndex):  # type: ignore[misc]
    """A Whoosh index at one commit, whatever later ones a killed writer left in the folder."""

    def __init__(self, storage: FileStorage, toc: int) -> None:
        self._pinned = toc
        super().__init__(storage, schema.whoosh_schema(), INDEX_NAME)

    def _read_toc(self) -> TOC:
        return TOC.read(self.storage, self.indexname, gen=self._pinned, schema=self._schema)


class _Writer(SegmentWriter):  # type: ignore[misc]
    """Whoosh's writer; its commit is made durable and leaves the files of the one before in place."""

    def _commit_toc(self, segments: Sequence[Any]) -> None:
        prefixes = tuple(f"{segment.segment_id()}." for segment in segments)
        for name in self.storage.list():
            if name.startswith(prefixes):
                sync(Path(self.storage.folder, name))
        TOC(self.schema, segments, self.generation).write(self.storage, self.indexname)
        sync(Path(self.storage.folder, f"_{self.indexname}_{self.generation}.toc"))
        sync(Path(self.storage.folder))

    def abandon(self) -> None:
        """Close the files and the lock without a commit, also when closing fails (the disk is full)."""
        try:
            self.cancel()
        except OSError:
            self._cleanup_on_error()


def _merge_policy(writer: _Writer, segments: Sequence[Any]) -> list[Any]:
    """Merge the smallest segments where there are too many, and each that is mostly deleted documents;
    drop those that are all deleted. Return the segments that stay as they are."""
    ordered = sorted(segments, key=lambda segment: (segment.doc_count(), segment.segment_id()))
    surplus = len(ordered) + 1 - MAX_SEGMENTS
    kept = []
    for place, segment in enumerate(ordered):
        if not segment.doc_count():
            continue
        wasteful = segment.deleted_count() * 2 > segment.doc_count_all()
        # The new segment takes in a surplus one and its neighbour, so a run of updates merges seldom.
        if wasteful or (surplus > 0 and place < surplus + MAX_SEGMENTS // 2):
            reader = SegmentReader(writer.storage, writer.schema, segment)
            writer.add_reader(reader)
            reader.close()
        else:
            kept.append(segment)
    return kept
