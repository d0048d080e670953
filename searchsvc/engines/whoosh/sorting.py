"""Whole numbers sorted, numbered, and told apart, as arrays.

The primary entrypoints are `numbered`, `distinct` and `changes`.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int64]


def numbered(keys: NDArray[np.integer[Any]]) -> tuple[Numbers, Numbers]:
    """Return the number of each key among the distinct ones, ascending, and a place of each of those."""
    places = _stable_order(keys)
    new = changes(keys[places])
    numbers = np.empty(len(keys), np.int64)
    numbers[places] = np.cumsum(new) - 1
    return numbers, places[new]


def distinct(keys: NDArray[Any]) -> NDArray[Any]:
    """Return each of the `keys` once, ascending; several times as fast as `np.unique`."""
    ordered = np.sort(keys)
    return ordered[changes(ordered)]


def changes(row: NDArray[Any]) -> NDArray[np.bool_]:
    """Return which values of `row` differ from the one before; the first one does."""
    new = np.ones(len(row), bool)
    np.not_equal(row[1:], row[:-1], out=new[1:])
    return new


def _stable_order(keys: NDArray[np.integer[Any]]) -> Numbers:
    bits = max(1, len(keys)).bit_length()
    if len(keys) and int(keys.max()).bit_length() + bits > 64:
        return np.argsort(keys, kind="stable")
    # A sort of whole numbers, each with its place, is several times as fast as a stable argsort.
    order = (keys.astype(np.uint64) << np.uint64(bits)) | np.arange(len(keys), dtype=np.uint64)
    order.sort()
    order &= np.uint64((1 << bits) - 1)
    return order.astype(np.int64)
