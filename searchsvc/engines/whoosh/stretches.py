"""Distinct stretches of text, numbered: one number for each stretch between white space, as arrays.

The primary entrypoint is `Stretches`. A stretch of up to 16 bytes is two whole numbers; where these are in a
table of those seen before, it is numbered without a step of Python.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from searchsvc.engines.whoosh.packing import starts_of

LONGEST_REMEMBERED = 160
"""Bytes; longer stretches are addresses and noise, which do not come again."""

_SPACE = 32
"""White space and control characters are up to this byte."""

_HALF = 8
_SHORT = 2 * _HALF
_FIRST_SLOTS = 1 << 12
_CHOICES = 2
_TOGETHER = 10_000
"""Stretches looked up as bytes before the others are looked up in the table again."""

_SLOTS_EACH = 4
"""Slots of the table for each stretch in it, at the least."""

_ALL = (1 << 64) - 1
_LOW_BYTES = [(1 << 8 * count) - 1 for count in range(_HALF + 1)]
_KEPT_FIRST = np.array(_LOW_BYTES + [_ALL] * _HALF, np.uint64)
_KEPT_SECOND = np.array([0] * _HALF + _LOW_BYTES, np.uint64)
# Odd numbers without a pattern, as in the 64-bit hash functions of Fibonacci's kind.
_MIX, _MIX_SECOND, _MIX_AGAIN = (
    np.uint64(each) for each in (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0xD6E8FEB86659FD93)
)

Halves = NDArray[np.uint64]
Numbers = NDArray[np.uint32]
Slots = NDArray[np.uint32]
Places = NDArray[np.int64]


class Stretches:
    """Remembers the stretches met, numbered from 1 in the order that they came; for one thread."""

    def __init__(self) -> None:
        self._numbers: dict[bytes, int] = {}
        self._new: list[bytes] = []
        self._count = 0
        self._first, self._second = np.zeros((2, _FIRST_SLOTS // _SLOTS_EACH), np.uint64)
        self._table = np.zeros(_FIRST_SLOTS, np.uint32)

    def __len__(self) -> int:
        return self._count

    def take_new(self) -> list[bytes]:
        """Return the stretches that were numbered since this was last called, in order."""
        new, self._new = self._new, []
        return new

    def numbers(self, pieces: Sequence[bytes]) -> tuple[Numbers, Places]:
        """Return the numbers of the stretches of `pieces` in order, and where those of each piece start among
        them, and the end. `pieces` are UTF-8; no stretch goes over the end of one."""
        text = b"\n".join(pieces) + b"\n" + bytes(_SHORT)
        starts, ends = _bounds(np.frombuffer(text, np.uint8))
        piece_starts = starts_of(np.fromiter(map(len, pieces), np.int64, len(pieces)) + 1)
        first, second = _halves(text, starts, ends - starts)
        numbers = self._known(first, second)
        unknown = np.flatnonzero(numbers == 0)
        while len(unknown):
            # A few bring most of what is new in the others too.
            some, rest = unknown[:_TOGETHER], unknown[_TOGETHER:]
            before = self._count
            spans = zip(starts[some].tolist(), ends[some].tolist(), strict=True)
            numbers[some] = [self._number(text[start:end]) for start, end in spans]
            self._remember(numbers[some], first[some], second[some], before)
            numbers[rest] = self._known(first[rest], second[rest])
            unknown = rest[numbers[rest] == 0]
        return numbers, np.searchsorted(starts, piece_starts)

    def _number(self, stretch: bytes) -> int:
        found = self._numbers.get(stretch)
        if found is None:
            self._count = found = self._count + 1
            self._new.append(stretch)
            if len(stretch) <= LONGEST_REMEMBERED:
                self._numbers[stretch] = found
        return found

    def _known(self, first: Halves, second: Halves) -> Numbers:
        """Return the numbers of the stretches that are found in the table, 0 for the others."""
        one, other = self._slots(first, second)
        numbers = self._found(one, first, second)
        left = np.flatnonzero(numbers == 0)
        numbers[left] = self._found(other[left], first[left], second[left])
        return numbers

    def _found(self, slots: Slots, first: Halves, second: Halves) -> Numbers:
        found = self._table[slots]
        same = self._first[found] == first
        same &= self._second[found] == second
        numbers: Numbers = found * same
        return numbers

    def _slots(self, first: Halves, second: Halves) -> tuple[Slots, Slots]:
        """Return the two slots of the table in which a stretch may be."""
        mixed = first * _MIX
        mixed ^= second * _MIX_SECOND
        mixed ^= mixed >> np.uint64(29)
        mixed *= _MIX_AGAIN
        last = np.uint32(len(self._table) - 1)
        return (mixed >> np.uint64(32)).astype(np.uint32) & last, mixed.astype(np.uint32) & last

    def _remember(self, numbers: Numbers, first: Halves, second: Halves, before: int) -> None:
        """Put those with a number above `before` where `_known` finds them, but for the long ones."""
        new, places = np.unique(numbers, return_index=True)
        chosen = (new > before) & (first[places] != 0)
        new, places = new[chosen], places[chosen]
        self._grow()
        self._first[new], self._second[new] = first[places], second[places]
        self._insert(new)

    def _grow(self) -> None:
        """Make room for all numbers."""
        size = len(self._first)
        while size <= self._count:
            size *= 2
        if size > len(self._first):
            self._first = np.concatenate((self._first, np.zeros(size - len(self._first), np.uint64)))
            self._second = np.concatenate((self._second, np.zeros(size - len(self._second), np.uint64)))
            self._table = np.zeros(size * _SLOTS_EACH, np.uint32)
            self._insert(np.flatnonzero(self._first).astype(np.uint32))

    def _insert(self, numbers: Numbers) -> None:
        """Put `numbers` into free slots; those that find none are known by their bytes alone."""
        for which in range(_CHOICES):
            slots = self._slots(self._first[numbers], self._second[numbers])[which]
            free = self._table[slots] == 0
            self._table[slots[free]] = numbers[free]
            # Of two that came to one slot the last has it.
            numbers = numbers[self._table[slots] != numbers]


def _bounds(text: NDArray[np.uint8]) -> tuple[Places, Places]:
    """Return where the stretches of `text`, which ends with white space, start and end."""
    space = np.ones(len(text) + 1, bool)
    np.less_equal(text, _SPACE, out=space[1:])
    edges = np.flatnonzero(space[1:] != space[:-1])
    return edges[::2], edges[1::2]


def _halves(text: bytes, starts: Places, lengths: Places) -> tuple[Halves, Halves]:
    """Return the first eight bytes of each stretch and the next eight, as numbers; 0 for what is not there.

    Both are 0 for longer stretches, which are not in the table.
    """
    at = np.ndarray(len(text) - _HALF + 1, "<u8", text, strides=(1,))
    short = np.where(lengths <= _SHORT, lengths, 0)
    return at[starts] & _KEPT_FIRST[short], at[starts + _HALF] & _KEPT_SECOND[short]
