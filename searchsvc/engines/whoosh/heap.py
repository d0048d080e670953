"""The memory that arrays come from. The primary entrypoint is `keep_freed_memory`."""

import ctypes

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3  # from glibc's malloc.h
_LARGEST_KEPT = 64 * 2**20
_KEPT = 64 * 2**20


def keep_freed_memory() -> None:
    """Let the process use freed memory again instead of giving it back to the system and asking for new.

    A search makes some large arrays and frees them at once; a new page costs more time than what is then
    written into it, so that joining two arrays takes five times as long. Does nothing without glibc.
    """
    try:
        set_option = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError):
        return
    set_option(_M_MMAP_THRESHOLD, _LARGEST_KEPT)
    set_option(_M_TRIM_THRESHOLD, _KEPT)
