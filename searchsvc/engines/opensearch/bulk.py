"""Bulk requests: several under way at once, with back-pressure, retries, and a report of what was refused.

The primary entrypoint is `Bulk`. A chunk that was rejected for want of room, or whose node went away, is sent
again after a pause that doubles; only what failed is sent again. Every operation may come twice without harm:
writes carry a version that only grows, so a request that was late loses.
"""

import random
import threading
import time
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import count
from types import TracebackType
from typing import Any, NamedTuple

from opensearchpy.exceptions import ConnectionError, OpenSearchException, TransportError

from searchsvc.engines.opensearch import failures
from searchsvc.engines.opensearch.client import Cluster, Json

CHUNK_BYTES = 4 * 2**20
CHUNK_OPERATIONS = 500
SENDERS = 3
UNDER_WAY = 4
"""Chunks in memory; whoever brings more waits."""

RETRY_FOR_S = 180.0
_LONGEST_PAUSE_S = 5.0
_SHOWN = 3
_PASSING = frozenset((408, 429, 502, 503, 504))


class Operation(NamedTuple):
    """One line or two of a bulk request, and the article it is about."""

    article: str
    action: Json
    source: Json | None


class Bulk:
    """Sends operations to one index; `finish` waits for all. Used by one thread."""

    def __init__(self, cluster: Cluster, index: str) -> None:
        self._cluster = cluster
        self._index = index
        self._versions = count(1)
        self._chunk: list[Operation] = []
        self._bytes = 0
        self._senders = ThreadPoolExecutor(SENDERS, thread_name_prefix="searchsvc-bulk")
        self._room = threading.Semaphore(UNDER_WAY)
        self._sent: list[Future[None]] = []
        self._refused: list[str] = []
        self._refused_count = 0
        self._stopped = threading.Event()

    def put(self, place: str, article: str, source: Json) -> None:
        """Write a document; a later `put` or `delete` of the same place wins."""
        action = {"index": {"_id": place, "version": next(self._versions), "version_type": "external"}}
        size = sum(len(value) for value in source.values() if isinstance(value, str))
        self._add(Operation(article, action, source), 2 * size)

    def delete(self, place: str, article: str) -> None:
        """Remove a document that may not be there."""
        action = {"delete": {"_id": place, "version": next(self._versions), "version_type": "external"}}
        self._add(Operation(article, action, None), 100)

    def change(self, place: str, article: str, values: Json) -> None:
        """Set some fields of a document that is there."""
        self._add(
            Operation(article, {"update": {"_id": place, "retry_on_conflict": 3}}, {"doc": values}), 200
        )

    def finish(self) -> None:
        """Wait until all is written. Raises EngineUnavailable that says what was refused for good."""
        self._send()
        sent, self._sent = self._sent, []
        for each in sent:
            each.result()
        if self._refused_count:
            raise failures.not_taken(self._refused, self._refused_count)

    def __enter__(self) -> "Bulk":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopped.set()
        self._senders.shutdown(cancel_futures=True)

    def _add(self, operation: Operation, size: int) -> None:
        self._chunk.append(operation)
        self._bytes += size
        if self._bytes >= CHUNK_BYTES or len(self._chunk) >= CHUNK_OPERATIONS:
            self._send()

    def _send(self) -> None:
        chunk, self._chunk, self._bytes = self._chunk, [], 0
        if not chunk:
            return
        self._room.acquire()
        done, self._sent = (
            [each for each in self._sent if each.done()],
            [each for each in self._sent if not each.done()],
        )
        future = self._senders.submit(self._deliver, chunk)
        future.add_done_callback(lambda _: self._room.release())
        self._sent.append(future)
        for each in done:
            each.result()  # what failed for good ends the writing now

    def _deliver(self, chunk: list[Operation]) -> None:
        deadline = time.monotonic() + RETRY_FOR_S
        pause = 0.1
        error: OpenSearchException
        while True:
            try:
                chunk, error = self._remaining(chunk)
            except OpenSearchException as failure:
                if not _passes(failure):
                    raise failures.told(failure) from failure
                error = failure
            if not chunk:
                return
            if time.monotonic() > deadline or self._stopped.is_set():
                raise failures.told(error)
            self._stopped.wait(pause * random.uniform(0.5, 1.0))  # noqa: S311 - spreads the senders only
            pause = min(2 * pause, _LONGEST_PAUSE_S)

    def _remaining(self, chunk: list[Operation]) -> tuple[list[Operation], TransportError]:
        """Send `chunk`; return what is to be sent again and why, and note what was refused for good."""
        lines = [part for each in chunk for part in (each.action, each.source) if part is not None]
        waiting = self._cluster.waiting(self._cluster.timeout_s)
        answer = self._cluster.client.bulk(body=lines, index=self._index, params=waiting)
        again: list[Operation] = []
        reason = TransportError(429, "rejected", {})
        for operation, item in zip(chunk, answer["items"] if answer["errors"] else (), strict=False):
            (outcome,) = item.values()
            status = outcome["status"]
            if status in _PASSING:
                again.append(operation)
                reason = TransportError(status, "rejected", {"error": outcome["error"]})
            elif "error" in outcome and status != 409:  # 409: a later write of ours is there already
                self._refuse(operation, outcome["error"])
        return again, reason

    def _refuse(self, operation: Operation, error: Mapping[str, Any]) -> None:
        self._refused_count += 1
        if len(self._refused) < _SHOWN:
            self._refused.append(f"{operation.article}: {error.get('reason', '?')}"[:200])


def _passes(error: OpenSearchException) -> bool:
    if isinstance(error, ConnectionError):
        return True
    return isinstance(error, TransportError) and error.status_code in _PASSING
