"""The Whoosh engine: an index on disk, searched over whole arrays.

The primary entrypoint is `WhooshEngine`. `generations` keeps the folders, the pointer and the locks;
`snapshots` what is open; `writing` puts documents in; `matching`, `filtering`, `facets` and
`ordering` answer a query.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import numpy as np

from searchsvc.clauses import Clause
from searchsvc.engines.base import Engine, IndexStatus, IndexWriter
from searchsvc.engines.whoosh import failures, manifests, schema
from searchsvc.engines.whoosh.columns import Columns
from searchsvc.engines.whoosh.filtering import Filtering
from searchsvc.engines.whoosh.generations import Generations, Pointer, now
from searchsvc.engines.whoosh.heap import keep_freed_memory
from searchsvc.engines.whoosh.manifests import Manifest, manifest_name
from searchsvc.engines.whoosh.matches import Few
from searchsvc.engines.whoosh.ordering import page_of, window_of
from searchsvc.engines.whoosh.scoring import UnknownField
from searchsvc.engines.whoosh.snapshots import Snapshot, Snapshots, open_snapshot
from searchsvc.engines.whoosh.verifying import verify
from searchsvc.engines.whoosh.writing import Session, files_of, remove_leftovers
from searchsvc.errors import EngineUnavailable, IndexLocked, IndexMissing, ServiceError
from searchsvc.queries import EngineQuery
from searchsvc.results import EngineHit, EngineResult


class WhooshEngine(Engine):
    """An index in the folder `root`; so many `threads` make postings while indexing, 0 for all cores."""

    name = "whoosh"

    def __init__(self, root: Path, *, threads: int = 1) -> None:
        keep_freed_memory()
        self._generations = Generations(root)
        self._snapshots = Snapshots(self._generations)
        self._threads = threads or os.cpu_count() or 1

    def search(self, query: EngineQuery) -> EngineResult:
        """Return one page of hits; see `Engine.search`."""
        with self._reading() as snapshot:
            return _answer(snapshot, query)

    def scores_of(self, article_id: str, clauses: Sequence[Clause]) -> tuple[float | None, ...]:
        """Return the score that each of `clauses` gives to one article; see `Engine.scores_of`."""
        with self._reading() as snapshot:
            number = snapshot.columns.number_of(article_id)
            if number is None:
                raise failures.not_indexed(article_id)
            return tuple(_score_of(number, snapshot, clause) for clause in clauses)

    def document_frequency(self, field: str, term: str) -> int:
        """Return how many documents have `term` in `field`."""
        with self._reading() as snapshot:
            return snapshot.source.count(field, term)

    def vocabulary(self, field: str, prefix: str = "") -> Iterator[tuple[str, int]]:
        """Yield each term of `field` that starts with `prefix`, in order, with its document frequency."""
        with self._reading() as snapshot:
            yield from snapshot.source.vocabulary(field, prefix)

    def versions(self) -> Mapping[str, int]:
        """Return the indexed version of each article."""
        with self._reading() as snapshot:
            return snapshot.columns.versions()

    def damaged_files(self) -> tuple[str, ...]:
        """Return the files of the live generation that differ from their checksums."""
        pointer = self._checked_pointer()
        with _kept(self._generations, pointer):
            return manifests.damaged_files(self._generations.folder(pointer.name), self._manifest(pointer))

    def status(self) -> IndexStatus:
        """Return what is live. Raises IndexMissing, IndexMismatch, EngineUnavailable."""
        pointer = self._checked_pointer()
        return IndexStatus(
            engine=self.name,
            generation=pointer.generation,
            documents=pointer.documents,
            change=pointer.change,
            fingerprint=pointer.fingerprint,
            bytes_on_disk=self._generations.bytes_on_disk(pointer.name),
            built_at=datetime.fromisoformat(pointer.built_at),
        )

    @contextmanager
    def rebuild(
        self, *, fingerprint: str, change: int, documents: int | None = None
    ) -> Iterator[IndexWriter]:
        """Return a writer of a new generation; see `Engine.rebuild`."""
        with self._generations.writing():
            with _on_disk():
                self._clean()
                name = self._generations.create()
            try:
                session = self._session(name, None, {})
                yield session
                with _on_disk():
                    toc = session.commit()
                    pointer = Pointer(
                        name=name,
                        update=0,
                        toc=toc,
                        schema=schema.schema_fingerprint(),
                        fingerprint=fingerprint,
                        change=change,
                        documents=session.documents,
                        built_at=now(),
                        manifest=self._written_manifest(name, 0, toc, {}),
                    )
                    self._remove_leftovers(pointer)
                    verify(self._generations, pointer, documents)
                    self._generations.point_to(pointer)
            except BaseException:
                self._discard(name)
                raise
            self._generations.clean(name)

    @contextmanager
    def update(self, *, fingerprint: str, change: int) -> Iterator[IndexWriter]:
        """Return a writer that adds to the live generation; see `Engine.update`."""
        with self._generations.writing():
            live = self._checked_pointer()
            if live.fingerprint != fingerprint:
                raise failures.mismatch(rules=True)
            numbers = self._document_numbers(live)
            with _on_disk():
                known = self._remove_leftovers(live)
            try:
                session = self._session(live.name, live.toc, numbers)
                yield session
                with _on_disk():
                    toc = session.commit()
                    pointer = replace(
                        live,
                        update=live.update + 1,
                        toc=toc,
                        change=change,
                        documents=session.documents,
                        manifest=self._written_manifest(live.name, live.update + 1, toc, known),
                    )
                    self._generations.point_to(pointer)
            finally:
                # What the pointer names now, the update or what was before it, is what stays.
                with suppress(OSError, ServiceError):
                    self._remove_leftovers(self._generations.pointer())
            self._generations.clean(live.name)

    def clean(self) -> int:
        """Remove generations that are neither live nor read; 0 while another process writes: it will."""
        if not self._generations.root.is_dir():
            return 0
        try:
            with self._generations.writing(), _on_disk():
                return self._clean()
        except IndexLocked:
            return 0

    def close(self) -> None:
        """Release files; a later search opens them again."""
        self._snapshots.close()

    @contextmanager
    def _reading(self) -> Iterator[Snapshot]:
        with self._snapshots.current() as snapshot:
            try:
                yield snapshot
            except (ServiceError, UnknownField, MemoryError, RecursionError):
                raise
            except Exception as error:  # damaged files make Whoosh raise anything
                raise failures.damaged(error) from error

    def _session(self, name: str, toc: int | None, numbers: dict[str, int]) -> Session:
        return Session(self._generations.folder(name), toc, numbers, self._threads)

    def _checked_pointer(self) -> Pointer:
        pointer = self._generations.pointer()
        if pointer.schema != schema.schema_fingerprint():
            raise failures.mismatch(rules=False)
        return pointer

    def _clean(self) -> int:
        try:
            live = self._generations.pointer().name
        except IndexMissing:
            live = None
        except EngineUnavailable:
            return 0  # a damaged pointer does not tell which generation is live
        return self._generations.clean(live)

    def _discard(self, name: str) -> None:
        """Remove the generation `name` unless it became live before something failed."""
        with suppress(ServiceError):
            if self._generations.pointer().name == name:
                return
        self._generations.discard(name)

    def _manifest(self, pointer: Pointer) -> Manifest:
        folder = self._generations.folder(pointer.name)
        try:
            return manifests.read_manifest(folder, pointer.update, pointer.manifest)
        except (OSError, ValueError) as error:
            raise failures.damaged(error) from error

    def _written_manifest(self, name: str, update: int, toc: int, known: Manifest) -> str:
        folder = self._generations.folder(name)
        return manifests.write_manifest(folder, update, files_of(folder, toc), known)

    def _remove_leftovers(self, pointer: Pointer) -> Manifest:
        """Remove what the pointer does not need from its folder; return the manifest of what stays."""
        manifest = self._manifest(pointer)
        remove_leftovers(self._generations.folder(pointer.name), (*manifest, manifest_name(pointer.update)))
        return manifest

    def _document_numbers(self, pointer: Pointer) -> dict[str, int]:
        try:
            snapshot = open_snapshot(self._generations, pointer)
        except Exception as error:
            raise failures.damaged(error) from error
        with snapshot:
            return snapshot.columns.numbers()


@contextmanager
def _kept(generations: Generations, pointer: Pointer) -> Iterator[None]:
    """Keep the files that `pointer` names while they are read."""
    try:
        lock = generations.read_lock(pointer.name)
    except OSError as error:
        raise failures.damaged(error) from error
    with lock:
        yield


@contextmanager
def _on_disk() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise failures.unwritable(error) from error


def _answer(snapshot: Snapshot, query: EngineQuery) -> EngineResult:
    columns = snapshot.columns
    filtering = Filtering(query.filters, snapshot.filters, snapshot.evaluation.evaluate(query.clause))
    kept = filtering.kept()
    page = page_of(kept, columns, query.sort, window_of(query.offset, query.limit))
    return EngineResult(
        total=kept.count,
        hits=tuple(_hits(columns, page)),
        facets=snapshot.facets.answer(query, filtering),
        generation=snapshot.pointer.generation,
    )


def _score_of(number: int, snapshot: Snapshot, clause: Clause) -> float | None:
    there, scores = snapshot.evaluation.evaluate(clause).at(np.array([number]), len(snapshot.columns.live))
    return float(scores[0]) if there[0] else None


def _hits(columns: Columns, page: Few) -> Iterator[EngineHit]:
    versions = columns.version[page.numbers].tolist()
    for number, version, score in zip(page.numbers.tolist(), versions, page.scores.tolist(), strict=True):
        yield EngineHit(columns.id_of(number), version, score)
