"""Batches of documents to small segments in memory, in this process or in several.

The primary entrypoint is `Preparation.prepare`.
"""

import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from types import TracebackType
from typing import TYPE_CHECKING

from searchsvc.engines.base import IndexDocument
from searchsvc.engines.whoosh.gathering import Gatherer
from searchsvc.engines.whoosh.segment_arrays import SegmentArrays
from searchsvc.processes import without_interrupts

if TYPE_CHECKING:
    from multiprocessing.pool import AsyncResult, Pool

ALONE = 200
"""So many documents are prepared before it pays to start other processes."""

BATCH_DOCUMENTS = 2_000
BATCH_CHARS = 3_000_000
"""A batch ends with the document that reaches either; it takes some 150 bytes of memory a character."""

IN_FLIGHT_PER_PROCESS = 2


class Preparation(AbstractContextManager["Preparation"]):
    """Prepares documents; starts other processes only when there are many. 0 processes means all cores."""

    def __init__(self, processes: int) -> None:
        self._processes = processes or os.cpu_count() or 1
        self._seen = 0
        self._gatherer = Gatherer()
        self._pool: Pool | None = None

    def prepare(self, documents: Iterable[IndexDocument]) -> Iterator[SegmentArrays]:
        """Yield segments of the documents, in order."""
        remaining = iter(documents)
        few = BATCH_DOCUMENTS if self._processes == 1 else ALONE
        while self._pool is None and (self._processes == 1 or self._seen < ALONE):
            batch = _batch(remaining, few)
            if not batch:
                return
            self._seen += len(batch)
            yield self._gatherer.gather(batch)
        yield from self._prepare_elsewhere(remaining)

    def _prepare_elsewhere(self, documents: Iterator[IndexDocument]) -> Iterator[SegmentArrays]:
        waiting: deque[AsyncResult[SegmentArrays]] = deque()
        while batch := _batch(documents, BATCH_DOCUMENTS):
            waiting.append(self._started_pool().apply_async(_gather, (batch,)))
            if len(waiting) >= self._processes * IN_FLIGHT_PER_PROCESS:
                yield waiting.popleft().get()
        for result in waiting:
            yield result.get()

    def _started_pool(self) -> "Pool":
        if self._pool is None:
            # Spawned, not forked: a forked child would inherit the writer's lock and keep it after a kill.
            with without_interrupts():
                self._pool = multiprocessing.get_context("spawn").Pool(self._processes, _leave_interrupts)
        return self._pool

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._pool is not None:
            self._pool.terminate()
            self._pool.join()
            self._pool = None


def _batch(documents: Iterator[IndexDocument], most: int) -> list[IndexDocument]:
    batch: list[IndexDocument] = []
    chars = 0
    for document in documents:
        batch.append(document)
        chars += sum(map(len, document.texts.values()))
        if len(batch) >= most or chars >= BATCH_CHARS:
            break
    return batch


_gatherer = Gatherer()
"""That of a process of the pool: words analyzed for one batch are known for the next."""


def _leave_interrupts() -> None:
    # Ctrl-C reaches every process of the terminal; the parent handles it and ends the others.
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _gather(documents: list[IndexDocument]) -> SegmentArrays:
    return _gatherer.gather(documents)
