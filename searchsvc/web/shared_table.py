"""A few bytes that the worker processes of one machine share. The primary entrypoint is `SharedTable`.

They lie in one mapped file that processes inherit when they are forked; it has no name, so it is gone with
the last of them.
"""

import fcntl
import mmap
import os
import tempfile
import threading
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class SharedTable:
    """So many bytes, zeros at first; the same for all processes forked after it was made."""

    def __init__(self, name: str, size: int) -> None:
        self._file, path = tempfile.mkstemp(prefix=f"searchsvc-{name}-")
        Path(path).unlink()
        weakref.finalize(self, os.close, self._file)
        os.truncate(self._file, size)
        self.content = mmap.mmap(self._file, 0)
        self._threads = threading.Lock()

    @contextmanager
    def locked(self) -> Iterator[mmap.mmap]:
        """Lend the bytes to one thread of one process at a time; others wait."""
        # A lock on the file ends with the process that holds it: a worker that is killed blocks nobody. It
        # does not part the threads of one process.
        with self._threads:
            fcntl.lockf(self._file, fcntl.LOCK_EX)
            try:
                yield self.content
            finally:
                fcntl.lockf(self._file, fcntl.LOCK_UN)
