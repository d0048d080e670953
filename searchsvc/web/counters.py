"""Counts of requests in a sliding window, shared by the worker processes of one machine.

The primary entrypoint is `Counters.wait_for`. The counts keep no addresses, only hashes under a key that is
new with each start.
"""

import math
import os
from dataclasses import dataclass, replace
from hashlib import blake2b
from struct import Struct

from searchsvc.web.shared_table import SharedTable

_SLOT = Struct("<QQdII")
"""Hash of what is counted, number of the window, when it and the next are over, counts of it and the last."""
_SLOTS_IN_BUCKET = 8
_BUCKETS = 8192
_BUCKET_BYTES = _SLOTS_IN_BUCKET * _SLOT.size
_MOST = 2**32 - 1


@dataclass(frozen=True, slots=True)
class Rate:
    """So many requests in so many seconds."""

    allowed: int
    window_s: int


@dataclass(frozen=True, slots=True)
class _Slot:
    """One place of the table. `window` counts windows since the epoch."""

    mark: int = 0
    window: int = 0
    over: float = 0.0
    current: int = 0
    previous: int = 0


class Counters:
    """A table of counts; safe between threads, and between processes forked after it was made.

    Where more is counted at once than the table holds, the smallest count of eight is forgotten: the limit
    then lets more through, never less.
    """

    def __init__(self) -> None:
        self._shared = SharedTable("counters", _BUCKETS * _BUCKET_BYTES)
        self._table = self._shared.content
        self._secret = os.urandom(16)

    def wait_for(self, name: str, rate: Rate, now: float) -> float:
        """Count a request of `name` at `now` (seconds since the epoch) and return 0.0 if `rate` allows it;
        else do not count it, and return after how many seconds the next one is allowed."""
        mark = int.from_bytes(blake2b(name.encode(), digest_size=8, key=self._secret).digest(), "little")
        window, passed = divmod(now, rate.window_s)
        with self._shared.locked():
            place, found = self._find(mark, now)
            slot = _moved_to(found, int(window), now - passed + 2 * rate.window_s)
            wait = _wait(slot, rate, passed)
            if not wait:
                self._put(place, replace(slot, mark=mark, current=min(slot.current + 1, _MOST)))
        return wait

    def _find(self, mark: int, now: float) -> tuple[int, _Slot]:
        """Return the offset of the slot of `mark`, and the slot; an empty one where it may take its place."""
        first = mark % _BUCKETS * _BUCKET_BYTES
        least, place = math.inf, first
        for offset in range(first, first + _BUCKET_BYTES, _SLOT.size):
            slot = _Slot(*_SLOT.unpack_from(self._table, offset))
            if slot.mark == mark:
                return offset, slot if slot.over > now else _Slot()
            weight = slot.current + slot.previous if slot.over > now else -1
            if weight < least:
                least, place = weight, offset
        return place, _Slot()

    def _put(self, place: int, slot: _Slot) -> None:
        values = (slot.mark, slot.window, slot.over, slot.current, slot.previous)
        _SLOT.pack_into(self._table, place, *values)


def _moved_to(slot: _Slot, window: int, over: float) -> _Slot:
    if slot.window == window:
        return slot
    previous = slot.current if slot.window == window - 1 else 0
    return _Slot(slot.mark, window, over, 0, previous)


def _wait(slot: _Slot, rate: Rate, passed: float) -> float:
    """Return how long to wait, in seconds; the last window counts with the share that is still in sight."""
    if slot.previous * (1 - passed / rate.window_s) + slot.current + 1 <= rate.allowed:
        return 0.0
    room = rate.allowed - 1
    if slot.current <= room:
        return rate.window_s * (1 - (room - slot.current) / slot.previous) - passed
    return rate.window_s - passed + rate.window_s * (1 - room / slot.current)
