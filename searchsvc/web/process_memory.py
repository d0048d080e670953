"""How a process that serves gets and gives back memory; nothing of it is done without glibc.

The primary entrypoints are `use_one_arena`, before a process has threads, and in each worker `bound_freed`
and `give_back_regularly`. Figures are of a worker with four threads over 112,000 articles, after a thousand
searches.
"""

import threading
import time

from searchsvc.glibc import ARENA_MAX, TRIM_THRESHOLD, set_option, trim

_FREED_BYTES = 16 * 2**20, 64 * 2**20
_FREED_BYTES_PER_DOCUMENT = 150
"""About twenty arrays of a search, each with a number a document."""

_PAUSE_S = 10.0


def use_one_arena() -> None:
    """Let the threads of this process, and of those forked from it, take memory from one heap.

    glibc gives each thread a heap, and what one has freed the others cannot use: 113 MB, and 43 MB with one.
    They do not wait for it, as Python runs one of them at a time.
    """
    set_option(ARENA_MAX, 1)


def bound_freed(documents: int) -> None:
    """Give back at once what is freed at the end of the heap beyond what the next searches need, over so many
    `documents`: up to 16 MB instead of 64, and 40 new pages a search instead of 18, a hundredth of a
    millisecond."""
    least, most = _FREED_BYTES
    set_option(TRIM_THRESHOLD, max(least, min(_FREED_BYTES_PER_DOCUMENT * documents, most)))


def give_back_regularly() -> threading.Thread:
    """Begin to give back every ten seconds what is free between what is in use: up to 20 MB, in 4 ms."""

    def run() -> None:
        while trim():
            time.sleep(_PAUSE_S)

    thread = threading.Thread(target=run, name="memory", daemon=True)
    thread.start()
    return thread
