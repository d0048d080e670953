"""A store of bounded size that forgets what was not asked for longest. The primary entrypoint is `Kept`."""

import threading
from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")

OVERHEAD = 400
"""Bytes that an entry takes beside its value, roughly."""


class Kept(Generic[Key, Value]):
    """Keeps values up to `limit` bytes together; threads may share it."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._guard = threading.Lock()
        self._values: OrderedDict[Key, tuple[Value, int]] = OrderedDict()
        self._bytes = 0

    def get(self, key: Key) -> Value | None:
        """Return the value of `key`, or None."""
        with self._guard:
            found = self._values.get(key)
            if found is None:
                return None
            self._values.move_to_end(key)
            return found[0]

    def put(self, key: Key, value: Value, size: int) -> None:
        """Keep `value` of `size` bytes; a value larger than the limit is not kept."""
        size += OVERHEAD
        if size > self._limit:
            return
        with self._guard:
            old = self._values.pop(key, None)
            self._values[key] = (value, size)
            self._bytes += size - (old[1] if old else 0)
            while self._bytes > self._limit:
                self._bytes -= self._values.popitem(last=False)[1][1]
