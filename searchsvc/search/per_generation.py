"""A value that is made once for each generation of the index. The primary entrypoint is `PerGeneration`."""

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class PerGeneration(Generic[T]):
    """Keeps what `make` returns for as long as the generation is the same. Safe to share between threads.

    While one thread makes the value of a new generation, others go on with the former one; only the first
    value of all is waited for.
    """

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make
        self._making = threading.Lock()
        self._kept: tuple[str, T] | None = None

    def at(self, generation: str) -> T:
        """Return the value for `generation`, or the former one while it is made; raises what `make` does."""
        kept = self._kept
        if kept is not None and kept[0] == generation:
            return kept[1]
        if kept is not None and not self._making.acquire(blocking=False):
            return kept[1]
        if kept is None:
            self._making.acquire()
        try:
            if self._kept is None or self._kept[0] != generation:
                self._kept = (generation, self._make())
            return self._kept[1]
        finally:
            self._making.release()
