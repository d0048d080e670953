"""Reads the live index against its checksums while the site serves. The primary entrypoint is `Verification`.

Opening an index looks only at sizes, so that it is quick; a changed byte in the middle of a file would make
answers wrong without a word. So each worker reads every generation through, an index of usual size before
its first answer, others in a thread of its own, and again now and then: disks decay. What is found is said
instead of answers until `searchsvc reindex`, which builds anew.
"""

import logging
import threading
import time

from searchsvc.engines.base import Engine
from searchsvc.errors import EngineUnavailable, ServiceError

_AT_ONCE_BYTES = 1 << 30
_LOOK_S = 5.0
_AGAIN_S = 6 * 3600.0
_logger = logging.getLogger(__name__)


class Verification:
    """Verifies what `engine` has live, from `start` to `close`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="verification", daemon=True)
        self._verified = ""
        self._verified_at = 0.0
        self._damaged: tuple[str, tuple[str, ...]] = ("", ())

    def start(self) -> None:
        """Verify now what is read within a second or so, and all that comes in a thread."""
        try:
            if self._engine.status().bytes_on_disk <= _AT_ONCE_BYTES:
                self.look()
        except ServiceError:
            pass  # every search says so by itself
        self._thread.start()

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
        again = time.monotonic() - self._verified_at > _AGAIN_S
        if not generation or (generation == self._verified and not again):
            return
        try:
            files = self._engine.damaged_files()
        except ServiceError:  # replaced meanwhile, or what every search says by itself
            return
        if self._live() != generation:
            return
        self._verified, self._verified_at = generation, time.monotonic()
        self._damaged = (generation, files)
        if files:
            _logger.error("files of the index are damaged: %s", ", ".join(files[:20]))

    def _live(self) -> str:
        try:
            return self._engine.status().generation
        except ServiceError:
            return ""

    def _run(self) -> None:
        while not self._stop.is_set():
            self.look()
            self._stop.wait(_LOOK_S)
