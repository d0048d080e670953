"""The allocator of glibc: its options, and giving memory back. Nothing is done without glibc.

The primary entrypoints are `set_option` and `trim`.
"""

import ctypes

TRIM_THRESHOLD, MMAP_THRESHOLD, ARENA_MAX = -1, -3, -8  # from malloc.h


def set_option(option: int, value: int) -> None:
    """Set an option of this process, such as TRIM_THRESHOLD (mallopt)."""
    _call("mallopt", option, value)


def trim() -> bool:
    """Give back to the system what is free; return False where that cannot be done."""
    return _call("malloc_trim", 0) is not None


def _call(name: str, *values: int) -> int | None:
    """Return what a function of the C library returns, None where there is no such function."""
    try:
        found: int = getattr(ctypes.CDLL(None), name)(*values)
    except (OSError, AttributeError):
        return None
    return found
