"""Snapshots: one opened, unchanging state of the index, shared by all searches of a process.

The primary entrypoint is `Snapshots.current`. A search that is under way keeps its snapshot; the next one
notices a new pointer and opens it. The last search to leave an old snapshot closes it.
"""

import threading
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from types import TracebackType
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray
from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC

from searchsvc.engines.whoosh import failures, manifests, schema
from searchsvc.engines.whoosh.codec import ColumnarSegment
from searchsvc.engines.whoosh.columns import Columns
from searchsvc.engines.whoosh.facets import Facets
from searchsvc.engines.whoosh.filtering import FilterMasks
from searchsvc.engines.whoosh.generations import Generations, Pointer, Signature
from searchsvc.engines.whoosh.matching import Evaluation
from searchsvc.engines.whoosh.postings import PostingSource
from searchsvc.engines.whoosh.segment_arrays import SegmentArrays
from searchsvc.errors import ServiceError

INDEX_NAME = "MAIN"
ATTEMPTS = 20


class _Storage(FileStorage):  # type: ignore[misc]
    """A folder that remembers what was opened in it: Whoosh leaves files open when it finds damage."""

    def __init__(self, folder: Path) -> None:
        super().__init__(str(folder), readonly=True)
        self._opened: list[Any] = []

    def open_file(self, name: str, **options: Any) -> Any:
        file = super().open_file(name, **options)
        self._opened.append(file.raw_file())
        return file

    def close_files(self) -> None:
        for file in self._opened:
            file.close()


class Snapshot(AbstractContextManager["Snapshot"]):
    """An opened generation: its columns, its postings, and a lock that keeps its files."""

    def __init__(self, pointer: Pointer, storage: _Storage, lock: IO[bytes]) -> None:
        self.pointer = pointer
        self._storage = storage
        self._lock = lock
        toc = TOC.read(storage, INDEX_NAME, gen=pointer.toc, schema=schema.whoosh_schema())
        self.toc = toc
        segments = [SegmentArrays.open(segment.base(storage)) for segment in toc.segments]
        live = _live(toc.segments)
        self.columns = Columns(segments, live)
        self.source = PostingSource(segments, live)
        self.evaluation = Evaluation(self.columns, self.source)
        self.filters = FilterMasks(self.columns)
        self.facets = Facets(self.columns)
        if self.evaluation.documents != pointer.documents:
            raise ValueError(f"{self.evaluation.documents} documents where {pointer.documents} belong")

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the files, so that the generation can be removed."""
        self._storage.close_files()
        self._lock.close()


def _live(segments: Sequence[ColumnarSegment]) -> NDArray[np.bool_]:
    live = np.ones(sum(segment.doc_count_all() for segment in segments), bool)
    base = 0
    for segment in segments:
        live[[base + number for number in segment.deleted_docs()]] = False
        base += segment.doc_count_all()
    return live


def open_snapshot(generations: Generations, pointer: Pointer) -> Snapshot:
    """Return what `pointer` names, opened. Raises OSError if it is gone, or any error if it is damaged."""
    lock = generations.read_lock(pointer.name)
    folder = generations.folder(pointer.name)
    storage = _Storage(folder)
    try:
        # Before anything is unpickled.
        manifests.check(folder, manifests.read_manifest(folder, pointer.update, pointer.manifest))
        return Snapshot(pointer, storage, lock)
    except BaseException:
        storage.close_files()
        lock.close()
        raise


class Snapshots:
    """The snapshot in force in this process, replaced when the pointer changed."""

    def __init__(self, generations: Generations) -> None:
        self._generations = generations
        self._guard = threading.Lock()
        self._opening = threading.Lock()
        self._signature: Signature | None = None
        self._snapshot: Snapshot | None = None
        self._users: dict[int, int] = {}

    @contextmanager
    def current(self) -> Iterator[Snapshot]:
        """Lend the live snapshot. Raises IndexMissing, IndexMismatch, EngineUnavailable."""
        snapshot = self._borrow()
        try:
            yield snapshot
        finally:
            self._give_back(snapshot)

    def close(self) -> None:
        """Close the snapshot as soon as nobody uses it; a later search opens it again."""
        with self._guard:
            self._replace(None, None)

    def _borrow(self) -> Snapshot:
        signature = self._generations.signature()
        with self._guard:
            if signature == self._signature and self._snapshot is not None:
                return self._lend(self._snapshot)
        with self._opening:
            return self._open()

    def _open(self) -> Snapshot:
        signature = self._generations.signature()
        with self._guard:
            if signature == self._signature and self._snapshot is not None:  # another thread opened it
                return self._lend(self._snapshot)
        signature, snapshot = self._opened()
        with self._guard:
            self._replace(signature, snapshot)
            return self._lend(snapshot)

    def _opened(self) -> tuple[Signature, Snapshot]:
        """Open what is live; again if it was replaced while it was being opened."""
        for _ in range(ATTEMPTS):
            signature = self._generations.signature()
            pointer = self._generations.pointer()
            if pointer.schema != schema.schema_fingerprint():
                raise failures.mismatch(rules=False)
            try:
                return signature, open_snapshot(self._generations, pointer)
            except ServiceError:
                raise
            except Exception as error:  # noqa: BLE001 - damaged files make Whoosh raise anything
                failure = error
            if signature == self._generations.signature():
                break
        raise failures.damaged(failure) from failure

    def _lend(self, snapshot: Snapshot) -> Snapshot:
        self._users[id(snapshot)] = self._users.get(id(snapshot), 0) + 1
        return snapshot

    def _give_back(self, snapshot: Snapshot) -> None:
        with self._guard:
            self._users[id(snapshot)] -= 1
            if not self._users[id(snapshot)]:
                del self._users[id(snapshot)]
                if snapshot is not self._snapshot:
                    snapshot.close()

    def _replace(self, signature: Signature | None, snapshot: Snapshot | None) -> None:
        old, self._snapshot, self._signature = self._snapshot, snapshot, signature
        if old is not None and id(old) not in self._users:
            old.close()
