"""Reads the live index against its checksums while the site serves.

The primary entrypoints are `Verification` and, for the process that workers are forked from,
`verify_beforehand`. Opening an index looks only at sizes, so that it is quick; a changed byte in the middle
of a file would make answers wrong without a word. So every generation is read through, an index of usual size
before a worker's first answer, others in a thread, and again now and then: disks decay. One process does so
for all (`Verified`). What is found is said instead of answers until `searchsvc reindex`, which builds anew.
"""

import logging
import threading
import time

from searchsvc.engines.base import Engine
from searchsvc.errors import EngineUnavailable, ServiceError
from searchsvc.search.opening import opened_engine
from searchsvc.settings import Settings
from searchsvc.web.verified import Verified

_AT_ONCE_BYTES = 1 << 30
_LOOK_S = 5.0
_AGAIN_S = 6 * 3600.0
_logger = logging.getLogger(__name__)


class Verification:
    """Verifies what `engine` has live, from `start` to `close`, but for what others say in `verified`."""

    def __init__(self, engine: Engine, verified: Verified | None = None) -> None:
        self._engine = engine
        self._shared = verified or Verified()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="verification", daemon=True)
        self._verified = ""
        self._verified_at = 0.0
        self._damaged: tuple[str, tuple[str, ...]] = ("", ())

    def start(self) -> None:
        """Verify now what is read within a second or so, and all that comes in a thread."""
        self.look_at_once()
        self._thread.start()

    def look_at_once(self) -> None:
        """Verify what is live if it is read within a second or so."""
        try:
            if self._engine.status().bytes_on_disk <= _AT_ONCE_BYTES:
                self.look()
        except ServiceError:
            pass  # every search says so by itself

    def close(self) -> None:
        """End as soon as the file under way is read."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()

    def raise_if_damaged(self) -> None:
        """Raise EngineUnavailable if the generation that is live was found damaged."""
        generation, files = self._damaged
        if files and self._live() == generation:
            shown = ", ".join(files[:3])
            raise EngineUnavailable(
                vi=f"Tệp chỉ mục bị hỏng ({shown}); hãy chạy: searchsvc reindex",
                en=f"Files of the index are damaged ({shown}); run: searchsvc reindex",
            )

    def look(self) -> None:
        """Verify what is live, if that was not done yet, or long ago."""
        generation = self._live()
        if not generation or (generation == self._verified and not _is_old(self._verified_at)):
            return
        with self._shared.in_turn():
            moment = self._shared.since(generation)
            if moment is None or _is_old(moment):
                self._read(generation)
            else:
                self._verified, self._verified_at, self._damaged = generation, moment, ("", ())

    def _read(self, generation: str) -> None:
        try:
            files = self._engine.damaged_files()
        except ServiceError:  # replaced meanwhile, or what every search says by itself
            return
        if self._live() != generation:
            return
        self._verified, self._damaged = generation, (generation, files)
        if files:
            self._shared.forget()
            self._verified_at = time.monotonic()
            _logger.error("files of the index are damaged: %s", ", ".join(files[:20]))
        else:
            self._verified_at = self._shared.note(generation)

    def _live(self) -> str:
        try:
            return self._engine.status().generation
        except ServiceError:
            return ""

    def _run(self) -> None:
        while not self._stop.is_set():
            self.look()
            self._stop.wait(_LOOK_S)


def _is_old(moment: float) -> bool:
    return time.monotonic() - moment > _AGAIN_S


def verify_beforehand(settings: Settings, verified: Verified) -> threading.Thread:
    """Begin to verify an index of usual size, in a thread that ends when that is done; nothing stays open."""

    def look() -> None:
        with opened_engine(settings) as engine:
            Verification(engine, verified).look_at_once()

    thread = threading.Thread(target=look, name="verification", daemon=True)
    thread.start()
    return thread
