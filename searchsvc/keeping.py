"""A store of bounded size that keeps what is asked for again.

The primary entrypoint is `Kept`; `Hashed` makes a large key cheap to look up, `bytes_of` tells its size.
"""

import threading
from collections import OrderedDict
from collections.abc import Hashable
from sys import getsizeof
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")

OVERHEAD = 400
"""Bytes that an entry takes beside its value, roughly."""

PROTECTED = 0.8
"""The share of the room that is for what was asked for again."""


class Hashed:
    """A key that hashes its parts, however many and deep, once."""

    __slots__ = ("_hash", "parts")

    def __init__(self, *parts: Hashable) -> None:
        self.parts = parts
        self._hash = hash(parts)

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Hashed) and self.parts == other.parts


def bytes_of(key: object) -> int:
    """Return how many bytes of memory a tree of tuples and of objects with slots takes, roughly."""
    size, pending = 0, [key]
    while pending:
        part = pending.pop()
        size += getsizeof(part)
        if isinstance(part, tuple):
            pending.extend(part)
        elif not isinstance(part, str):
            pending.extend([getattr(part, slot) for slot in getattr(part, "__slots__", ())])
    return size


class Kept(Generic[Key, Value]):
    """Keeps values up to `limit` bytes together; threads may share it.

    A value that is new is on probation; the one that was not asked for longest goes first. One that is asked
    for again is protected from those that never are: a crawler's queries do not drive out those of people
    (segmented LRU; Karedla, Love and Wherry, "Caching strategies to improve disk system performance", 1994).
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._guard = threading.Lock()
        self._probation: OrderedDict[Key, tuple[Value, int]] = OrderedDict()
        self._protected: OrderedDict[Key, tuple[Value, int]] = OrderedDict()
        self._bytes = 0
        self._protected_bytes = 0

    def get(self, key: Key) -> Value | None:
        """Return the value of `key`, or None."""
        with self._guard:
            found = self._protected.get(key)
            if found is not None:
                self._protected.move_to_end(key)
                return found[0]
            found = self._probation.pop(key, None)
            if found is None:
                return None
            self._protect(key, found)
            return found[0]

    def put(self, key: Key, value: Value, size: int) -> None:
        """Keep `value` of `size` bytes; a value larger than the limit is not kept."""
        size += OVERHEAD
        if size > self._limit:
            return
        with self._guard:
            self._forget(key)
            self._probation[key] = (value, size)
            self._bytes += size
            while self._bytes > self._limit:
                oldest = next(iter(self._probation or self._protected))
                self._forget(oldest)

    def _protect(self, key: Key, entry: tuple[Value, int]) -> None:
        self._protected[key] = entry
        self._protected_bytes += entry[1]
        while self._protected_bytes > self._limit * PROTECTED:
            old, demoted = self._protected.popitem(last=False)
            self._protected_bytes -= demoted[1]
            self._probation[old] = demoted

    def _forget(self, key: Key) -> None:
        protected = self._protected.pop(key, None)
        found = protected or self._probation.pop(key, None)
        if protected:
            self._protected_bytes -= protected[1]
        if found:
            self._bytes -= found[1]
