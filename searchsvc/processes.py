"""Children that leave Ctrl-C to their parent, from their first instruction on."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import resource_tracker


@contextmanager
def without_interrupts() -> Iterator[None]:
    """Within this, processes that this thread starts never see SIGINT; this process still does.

    Ctrl-C goes to every process of a terminal. A child that is still importing when it comes would write a
    traceback; what it inherits is the blocked signal, so nothing that it does itself would be early enough.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    # Started by the first child otherwise, and then it unblocks the signal again.
    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
