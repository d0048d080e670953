"""Texts that are found by the beginning of any of their words: a sorted table over one run of bytes.

The primary entrypoints are `table_arrays` (build) and `PrefixTable` (look up). The table holds one number
per word, the place where it starts, in the order of what follows there. So all texts in which some word
starts a given string stand together, and two binary searches find them, however many there are.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from searchsvc.array_file import ArrayFile

END = 10
"""The byte after each text, a line feed: below every byte of a text."""

_SPACE = 32
_SORTED_AT_ONCE = 32
"""Bytes that one vectorised sort compares; what still ties is sorted text by text."""

_COMPARED = 200
"""Bytes compared among ties; longer common beginnings keep any order, and no query is that long."""

_SAMPLED, _SAMPLED_BYTES = 128, 64
"""Every so many-th entry is kept in memory, up to so many bytes of it."""


def table_arrays(name: str, texts: Sequence[str], *, every_word: bool = True) -> dict[str, NDArray[Any]]:
    """Return the arrays of a table over `texts` (single spaces, no line breaks), under `name`.

    With `every_word` each word starts an entry, else only the text as a whole.
    """
    data = "".join(f"{text}\n" for text in texts).encode("utf-8", "replace")
    blob = np.frombuffer(data, np.uint8)
    ends = np.flatnonzero(blob == END)
    firsts = np.concatenate([np.zeros(min(1, len(ends)), np.int64), ends[:-1] + 1])
    starts = np.union1d(firsts, np.flatnonzero(blob == _SPACE) + 1) if every_word else firsts
    starts = starts[blob[starts] != END] if len(starts) else starts
    starts = _sorted_starts(data, blob, starts)
    return {
        f"{name}.blob": blob,
        f"{name}.starts": starts.astype(np.uint32),
        f"{name}.owners": np.searchsorted(ends, starts).astype(np.uint32),
        f"{name}.firsts": firsts.astype(np.uint32),
    }


def _sorted_starts(data: bytes, blob: NDArray[np.uint8], starts: NDArray[np.int64]) -> NDArray[np.int64]:
    if not len(starts):
        return starts
    padded = np.concatenate([blob, np.full(_SORTED_AT_ONCE, END, np.uint8)])
    windows = np.lib.stride_tricks.sliding_window_view(padded, _SORTED_AT_ONCE)[starts]
    keys = np.ascontiguousarray(windows).view(f"S{_SORTED_AT_ONCE}").ravel()
    order = np.argsort(keys, kind="stable")
    starts, keys = starts[order], keys[order]
    changes = np.flatnonzero(np.concatenate([[True], keys[1:] != keys[:-1], [True]]))
    for first, last in pairwise(changes.tolist()):
        if last - first > 1:
            tied = starts[first:last].tolist()
            starts[first:last] = sorted(tied, key=lambda start: data[start : start + _COMPARED])
    return starts


class PrefixTable:
    """The table `name` of `file`."""

    def __init__(self, file: ArrayFile, name: str) -> None:
        self.starts = file[f"{name}.starts"]
        self.owners = file[f"{name}.owners"]
        self.firsts = file[f"{name}.firsts"]
        self._size = len(file[f"{name}.blob"])
        self._map, self._base = file.place_of(f"{name}.blob")
        # Single numbers come out of a view faster than out of an array.
        self._starts = self.starts.data

    def range_of(self, prefix: bytes) -> tuple[int, int]:
        """Return from where to where in `starts` and `owners` the words stand that start `prefix`."""
        if not prefix:
            return 0, len(self.starts)
        # What starts so stands before the least that is greater; no byte of UTF-8 is the greatest.
        return self._lower_bound(prefix), self._lower_bound(prefix[:-1] + bytes([prefix[-1] + 1]))

    def find(self, text: bytes) -> int | None:
        """Return the number of the first entry that has `text` at the beginning of a word, or None."""
        place = self._lower_bound(text)
        found = place < len(self.starts) and self._beginnings(len(text))(self._starts[place]) == text
        return int(self.owners[place]) if found else None

    def _lower_bound(self, text: bytes) -> int:
        """Return the place of the first entry that is not smaller than `text`."""
        low, high = 0, len(self.starts)
        if len(text) <= _SAMPLED_BYTES:
            sampled = bisect_left(self._sample, text)
            low, high = max(0, sampled - 1) * _SAMPLED, min(sampled * _SAMPLED, high)
        return bisect_left(self._starts, text, low, high, key=self._beginnings(len(text)))

    @cached_property
    def _sample(self) -> list[bytes]:
        """The beginning of every so many-th entry; a list of bytes is searched far faster than the file."""
        return list(map(self._beginnings(_SAMPLED_BYTES), self.starts[::_SAMPLED].tolist()))

    def _beginnings(self, length: int) -> Callable[[int], bytes]:
        """Return what gives the first `length` bytes from a start on."""
        content, base = self._map, self._base
        return lambda start: content[base + start : base + start + length]

    def text(self, owner: int) -> str:
        """Return the text number `owner`, as it was given."""
        first = int(self.firsts[owner])
        last = int(self.firsts[owner + 1]) if owner + 1 < len(self.firsts) else self._size
        return self._map[self._base + first : self._base + last - 1].decode("utf-8", "replace")

    def __len__(self) -> int:
        return len(self.firsts)

    def __iter__(self) -> Iterator[str]:
        """Yield all texts in the order in which they were given."""
        whole = self._map[self._base : self._base + self._size].decode("utf-8", "replace")
        yield from whole.split("\n")[: len(self)]

    def texts(self, low: int, high: int) -> Iterator[tuple[int, str]]:
        """Yield number and text of the entries from `low` to `high`."""
        for owner in self.owners[low:high].tolist():
            yield owner, self.text(owner)
