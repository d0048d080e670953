"""Tasks on several processes, results in the order of the tasks; a process that dies costs one file at most.

The primary entrypoint is `results_of`.
"""

import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import Any

from searchsvc.errors import Message
from searchsvc.ingest.sources import KEPT_BYTES, Refusal, SourceFile
from searchsvc.ingest.tasks import Item, Task, Work, is_streamed, perform, slices
from searchsvc.processes import without_interrupts

TASK_CPU_S = 120.0
"""Processor time after which a task is taken for hostile and its process ends; ordinary ones take seconds."""

_work: list[Work] = []
_CRASHED = Message(
    vi="Tiến trình đọc tệp này bị dừng (hết bộ nhớ hoặc quá lâu); xem lại tệp",
    en="The process that read this file died (out of memory, or too long); look at the file",
)

Results = Iterator[tuple[Task, list[Item]]]
Waiting = tuple[Task, "Future[list[Item]] | None"]
"""A task under way; one without a future is streamed by this process when its turn comes."""


def results_of(tasks: Iterable[Task], work: Work, processes: int) -> Results:
    """Yield the tasks with their items, in order, a long one in several pieces.

    `processes` 0 means all cores, 1 means in this process, where nothing bounds the time of a file.
    Only a few tasks are under way at any time. Closing the iterator ends the processes.
    """
    if processes == 1:
        return (result for task in tasks for result in slices(task, work))
    return _pooled(tasks, work, processes or os.cpu_count() or 1)


def _pooled(tasks: Iterable[Task], work: Work, count: int) -> Results:
    pool = _pool(work, count)
    waiting: deque[Waiting] = deque()
    try:
        for task in tasks:
            waiting.append((task, None if is_streamed(task) else _submitted(pool, _perform, task)))
            if len(waiting) < 2 * count + 2:
                continue
            if _is_broken(waiting[0]):
                pool.shutdown(wait=True, cancel_futures=True)
                pool = _pool(work, count)
                yield from _alone(waiting, work)
            else:
                yield from _first(waiting, work)
        while waiting:
            yield from _alone(waiting, work) if _is_broken(waiting[0]) else _first(waiting, work)
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _first(waiting: deque[Waiting], work: Work) -> Results:
    task, future = waiting.popleft()
    if future is None:
        yield from slices(task, work)
    else:
        yield task, future.result()


def _is_broken(entry: Waiting) -> bool:
    return entry[1] is not None and isinstance(entry[1].exception(), BrokenProcessPool)


def _alone(waiting: deque[Waiting], work: Work) -> Results:
    """Yield the results of all waiting tasks of a broken pool, those without one done again, each file alone.

    Which of them killed the process is not known; alone, only the guilty file is lost.
    """
    while waiting:
        if not _is_broken(waiting[0]):
            yield from _first(waiting, work)
            continue
        task, _ = waiting.popleft()
        items: list[Item] = []
        for source, name in task.files:
            single = Task(((source, name),), source.size)
            with _pool(work, 1) as pool:
                try:
                    items += _submitted(pool, _perform, single).result()
                except BrokenProcessPool:
                    items.append(_crashed(source))
        yield task, items


def _crashed(source: SourceFile) -> Refusal:
    try:
        original = source.head(KEPT_BYTES)
    except OSError:
        original = b""
    return source.refuse(_CRASHED, original, source.first_line if source.start else 0)


def _pool(work: Work, count: int) -> ProcessPoolExecutor:
    # Spawned, not forked: the parent holds database connections and perhaps threads.
    context = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(count, mp_context=context, initializer=_begin, initargs=(work,))


def _submitted(pool: ProcessPoolExecutor, function: Callable[..., Any], *args: Any) -> "Future[Any]":
    try:
        with without_interrupts():  # the first task starts the processes
            return pool.submit(function, *args)
    except BrokenProcessPool as error:
        broken: Future[Any] = Future()
        broken.set_exception(error)
        return broken


def _begin(work: Work) -> None:
    # Ctrl-C goes to the whole group of processes; the parent alone decides how to stop.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _work[:] = [work]


def _perform(task: Task) -> list[Item]:
    _limit_cpu(TASK_CPU_S)
    try:
        return perform(task, _work[0])
    finally:
        _limit_cpu(0.0)


def _limit_cpu(seconds: float) -> None:
    # The signal's default action ends the process even inside the parser's C code.
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_PROF, seconds)
