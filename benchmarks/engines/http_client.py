"""A small HTTP/1.1 client that costs little beside a fast server: one connection kept open, GET alone.

The primary entrypoints are `Connection.get` and `load`.
"""

import socket
import threading
import time
from collections.abc import Sequence
from types import TracebackType
from typing import Self

RECEIVED_BYTES = 1 << 16


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

    def get(self, path: str) -> tuple[int, int]:
        """Return the status and the bytes of the body. Raises OSError, ValueError for what is no HTTP."""
        request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{self._port}\r\n\r\n".encode()
        try:
            return self._asked(request)
        except (ConnectionError, _Closed):  # the server ends idle or old connections
            self._socket.close()
            self._socket = self._connected()
            return self._asked(request)

    def _asked(self, request: bytes) -> tuple[int, int]:
        self._socket.sendall(request)
        received = b""
        while (end := received.find(b"\r\n\r\n")) < 0:
            received += self._more()
        head = received[:end].decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (row.partition(":") for row in head[1:])}
        size, rest = int(headers["content-length"]), len(received) - end - 4
        while rest < size:
            rest += len(self._more())
        if headers.get("connection") == "close":
            self._socket.close()
            self._socket = self._connected()
        return int(head[0].split(" ")[1]), size

    def _more(self) -> bytes:
        block = self._socket.recv(RECEIVED_BYTES)
        if not block:
            raise _Closed
        return block

    def _connected(self) -> socket.socket:
        made = socket.create_connection(("127.0.0.1", self._port), self._timeout_s)
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return made


class _Closed(Exception):
    """The server closed the connection before it answered."""


def load(port: int, paths: Sequence[str], clients: int) -> tuple[list[float], float, int]:
    """Ask each of `paths` once, by `clients` at a time; return milliseconds each, seconds in all, bytes.

    Raises SystemExit where an answer is not 200.
    """
    times: list[list[float]] = [[] for _ in range(clients)]
    sizes = [0] * clients
    wrong: list[str] = []

    def ask(client: int) -> None:
        with Connection(port) as connection:
            for path in paths[client::clients]:
                started = time.perf_counter()
                status, size = connection.get(path)
                times[client].append((time.perf_counter() - started) * 1000)
                sizes[client] += size
                if status != 200:
                    wrong.append(f"{path}: HTTP {status}")

    threads = [threading.Thread(target=ask, args=(client,)) for client in range(clients)]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - started
    if wrong:
        raise SystemExit(f"{len(wrong)} answers were not 200: {wrong[0]}")
    return [value for part in times for value in part], seconds, sum(sizes)
