"""Work done ahead of its use, in a thread. The primary entrypoint is `ahead`."""

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar, cast

Item = TypeVar("Item")


def ahead(items: Iterator[Item], most: int) -> Iterator[Item]:
    """Yield `items` in their order; up to `most` of them are made in a thread before they are asked for.

    What `items` raises is raised where its item would have come.
    """
    end = object()
    waiting: deque[Future[Item | object]] = deque()
    with ThreadPoolExecutor(1, thread_name_prefix="ahead") as thread:
        try:
            while True:
                while len(waiting) < most:
                    waiting.append(thread.submit(next, items, end))
                item = waiting.popleft().result()
                if item is end:
                    return
                yield cast("Item", item)
        finally:
            for future in waiting:
                future.cancel()
