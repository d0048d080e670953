"""How a process that serves gets and gives back memory.

The primary entrypoints are `use_one_arena`, before a process has threads, and `bound_freed`.
"""

import ctypes

_M_TRIM_THRESHOLD, _M_ARENA_MAX = -1, -8  # from glibc's malloc.h
_KEPT_BYTES_PER_DOCUMENT = 150
"""Twenty times a mask: the arrays of two or three searches."""


def use_one_arena() -> None:
    """Let the threads of this process, and of those forked from it, take memory from one heap.

    glibc gives each a heap of its own, and what one has freed the others cannot use: after a thousand searches
    113 MB in a worker with four threads, and 43 MB from one heap. They seldom wait for it: arrays are asked
    for under Python's lock. Does nothing without glibc.
    """
    _set_option(_M_ARENA_MAX, 1)


def bound_freed(documents: int) -> None:
    """Give back to the system what is freed beyond what searches over so many `documents` soon need again."""
    least, most = 16 * 2**20, 64 * 2**20
    _set_option(_M_TRIM_THRESHOLD, max(least, min(_KEPT_BYTES_PER_DOCUMENT * documents, most)))


def _set_option(option: int, value: int) -> None:
    try:
        ctypes.CDLL(None).mallopt(option, value)
    except (OSError, AttributeError):
        return
