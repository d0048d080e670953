"""Counts searches off the path of the request. The primary entrypoint is `Recorder.note`.

A search waits in a bounded queue of its process; a thread writes them in batches. What does not fit, and
what cannot be written, is dropped and counted: no search ever waits or fails for its count.
"""

import logging
import queue
import sqlite3
import threading
from datetime import UTC, datetime

from searchsvc.searches.privacy import kept_text
from searchsvc.searches.store import Search, SearchStore

_MOST_WAITING = 1000
_BATCH = 200
_PAUSE_S = 2.0
_logger = logging.getLogger(__name__)


class Recorder:
    """Writes to `store`, where counts stay for `days`; with 0 days nothing is noted. Safe between threads."""

    def __init__(self, store: SearchStore, days: int) -> None:
        self._store = store
        self._days = days
        self._waiting: queue.Queue[Search] = queue.Queue(_MOST_WAITING)
        self._guard = threading.Lock()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self.dropped = 0

    def note(self, text: str, results: int, filters: tuple[tuple[str, str], ...] = ()) -> None:
        """Count one search, later on. Never raises, never waits."""
        if not self._days or self._stop.is_set():
            return
        try:
            self._waiting.put_nowait(Search(datetime.now(UTC), kept_text(text), results, filters))
        except queue.Full:
            self.dropped += 1
            return
        if self._thread is None:
            self._start()

    def close(self) -> None:
        """Write what waits, and end."""
        self._stop.set()
        thread = self._thread
        if thread is not None:
            thread.join()
            self._thread = None

    def _start(self) -> None:
        # With the first search, so after the fork of a worker: threads do not survive one.
        with self._guard:
            if self._thread is None and not self._stop.is_set():
                self._thread = threading.Thread(target=self._run, name="searches", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        while not self._stop.wait(_PAUSE_S):
            self._write()
        self._write()

    def _write(self) -> None:
        while batch := self._taken():
            try:
                self._store.add(batch, days=self._days)
            except (sqlite3.Error, OSError) as error:
                self.dropped += len(batch)
                _logger.warning("searches are not counted: %s", error)

    def _taken(self) -> list[Search]:
        batch: list[Search] = []
        while len(batch) < _BATCH:
            try:
                batch.append(self._waiting.get_nowait())
            except queue.Empty:
                break
        return batch
