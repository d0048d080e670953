"""The writer's lock: one document in the cluster, renewed while its owner lives.

The primary entrypoint is `writer_lock`. Taking it is one conditional write, so of two writers one gets it. A
writer that is killed stops renewing; after LEASE_S another one takes the lock over, at once if both are on
one machine and the process is gone. Clocks of machines may differ by less than LEASE_S.
"""

import os
import secrets
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import Any

from opensearchpy.exceptions import ConflictError, OpenSearchException, RequestError

from searchsvc.engines.opensearch import failures
from searchsvc.engines.opensearch.client import Cluster, IndexGone, Json, asked

LEASE_S = 60.0
_ID = "writer"


class Lock:
    """A lock that is held; `check` before a step that readers see."""

    def __init__(self, cluster: Cluster, index: str) -> None:
        self._client = cluster.client
        self._index = index
        self._token = secrets.token_hex(8)
        self._since = f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC"
        self._renewed = 0.0
        self._place: Json = {}
        self._released = threading.Event()
        self._thread = threading.Thread(target=self._renew, daemon=True, name="searchsvc-writer-lock")

    def take(self) -> None:
        """Take the lock. Raises IndexLocked that names the process that has it."""
        with asked():
            self._make_index()
            found = self._found()
            if found is None:
                self._write({"op_type": "create"})
            elif _is_abandoned(found["_source"]):
                self._write({"if_seq_no": found["_seq_no"], "if_primary_term": found["_primary_term"]})
            else:
                raise _held(found["_source"])
        self._thread.start()

    def check(self) -> None:
        """Raise EngineUnavailable if the lock may be another writer's by now."""
        if time.monotonic() - self._renewed > LEASE_S:
            raise failures.lost_lock()

    def release(self) -> None:
        """Give the lock back; what cannot be said to the cluster, the lease says later."""
        self._released.set()
        if self._thread.is_alive():
            self._thread.join()
        with suppress(OpenSearchException):
            self._client.delete(index=self._index, id=_ID, params=self._place)

    def _write(self, condition: Json) -> None:
        body = {
            "token": self._token,
            "pid": os.getpid(),
            "host": socket.gethostname(),
            "since": self._since,
            "renewed": time.time(),
        }
        before = time.monotonic()
        try:
            done = self._client.index(index=self._index, id=_ID, body=body, params=condition)
        except ConflictError:
            # Another writer was quicker, or our own request came through before it was sent again.
            found = self._found()
            if found is None or found["_source"]["token"] != self._token:
                raise _held(found["_source"] if found else {}) from None
            done = found
        self._place = {"if_seq_no": done["_seq_no"], "if_primary_term": done["_primary_term"]}
        self._renewed = before

    def _renew(self) -> None:
        while not self._released.wait(LEASE_S / 6):
            try:
                self._write(self._place)
            except OpenSearchException:
                continue  # a node went away; `check` knows how long ago the last renewal was
            except Exception:  # noqa: BLE001 - another writer has it: `check` must fail
                self._renewed = float("-inf")
                return

    def _found(self) -> Any:
        found = self._client.get(index=self._index, id=_ID, params={"ignore": 404})
        return found if found.get("found") else None

    def _make_index(self) -> None:
        if self._client.indices.exists(index=self._index):
            return
        settings = {"number_of_shards": 1, "auto_expand_replicas": "0-2", "hidden": True}
        with suppress(RequestError):  # another process makes it
            self._client.indices.create(
                index=self._index,
                body={"settings": {"index": settings}, "mappings": {"dynamic": False}},
            )


@contextmanager
def writer_lock(cluster: Cluster, prefix: str) -> Iterator[Lock]:
    """Hold the writer's lock. Raises IndexLocked that names the process that has it."""
    lock = Lock(cluster, f"{prefix}-lock")
    try:
        lock.take()
    except IndexGone as error:
        raise failures.told(error) from error
    try:
        yield lock
    finally:
        lock.release()


def _is_abandoned(owner: Json) -> bool:
    if time.time() - owner["renewed"] > LEASE_S:
        return True
    return owner["host"] == socket.gethostname() and not _lives(owner["pid"])


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        pass
    return True


def _held(owner: Json) -> Exception:
    return failures.locked(f"{owner.get('pid', '?')}@{owner.get('host', '?')}", owner.get("since", "?"))
