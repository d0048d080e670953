"""A small HTTP/1.1 client that costs little beside a fast server: one connection kept open, GET alone.

The primary entrypoints are `Connection.get` and `load`.
"""

import socket
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Self

RECEIVED_BYTES = 1 << 16
NOT_MODIFIED = 304


@dataclass(frozen=True, slots=True)
class Received:
    """The status of an answer, the bytes of its body, and its ETag, '' without one."""

    status: int
    size: int
    etag: str


class Connection:
    """One connection to a server on this machine."""

    def __init__(self, port: int, timeout_s: float = 60) -> None:
        self._port, self._timeout_s = port, timeout_s
        self._socket = self._connected()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._socket.close()

    def get(self, path: str, etag: str = "") -> Received:
        """Return what is answered, to one who has the answer of `etag` already. Raises OSError, Closed,
        and ValueError for what is no HTTP."""
        known = f"If-None-Match: {etag}\r\n" if etag else ""
        request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{self._port}\r\n{known}\r\n".encode()
        try:
            return self._asked(request)
        except (ConnectionError, Closed):  # the server ends idle or old connections
            self._socket.close()
            self._socket = self._connected()
            return self._asked(request)

    def _asked(self, request: bytes) -> Received:
        self._socket.sendall(request)
        received = b""
        while (end := received.find(b"\r\n\r\n")) < 0:
            received += self._more()
        head = received[:end].decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (row.partition(":") for row in head[1:])}
        status = int(head[0].split(" ")[1])
        size = 0 if status == NOT_MODIFIED else int(headers["content-length"])
        rest = len(received) - end - 4
        while rest < size:
            rest += len(self._more())
        if headers.get("connection") == "close":
            self._socket.close()
            self._socket = self._connected()
        return Received(status, size, headers.get("etag", ""))

    def _more(self) -> bytes:
        block = self._socket.recv(RECEIVED_BYTES)
        if not block:
            raise Closed
        return block

    def _connected(self) -> socket.socket:
        made = socket.create_connection(("127.0.0.1", self._port), self._timeout_s)
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return made


class Closed(Exception):
    """The server closed the connection before it answered."""


def load(
    port: int, paths: Sequence[str], clients: int, etags: Mapping[str, str] | None = None
) -> tuple[list[float], float, int]:
    """Ask each of `paths` once, by `clients` at a time; return milliseconds each, seconds in all, bytes.

    With `etags` each is asked by one who has the answer already. Raises SystemExit where an answer is not
    200, or then 304.
    """
    expected = 200 if etags is None else NOT_MODIFIED
    times: list[list[float]] = [[] for _ in range(clients)]
    sizes = [0] * clients
    wrong: list[str] = []

    def ask(client: int) -> None:
        with Connection(port) as connection:
            for path in paths[client::clients]:
                started = time.perf_counter()
                received = connection.get(path, etags[path] if etags else "")
                times[client].append((time.perf_counter() - started) * 1000)
                sizes[client] += received.size
                if received.status != expected:
                    wrong.append(f"{path}: HTTP {received.status}")

    threads = [threading.Thread(target=ask, args=(client,)) for client in range(clients)]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - started
    if wrong:
        raise SystemExit(f"{len(wrong)} answers were not {expected}: {wrong[0]}")
    return [value for part in times for value in part], seconds, sum(sizes)
