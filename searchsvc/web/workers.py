"""gunicorn's threaded worker, made proof against slow clients. The primary entrypoint is `PatientWorker`.

gunicorn gives a connection one of its few threads as soon as the first byte is there, and a client that
sends its headers byte by byte keeps the thread. Here a connection gets a thread when its headers are
complete; until then it only waits in the worker's poller. A request whose body or answer the client does
not take up is cut off after a while. Figures are in docs/reliability.md.
"""

import errno
import selectors
import socket
import time
from functools import partial
from typing import Any
from weakref import WeakKeyDictionary

from gunicorn.workers.gthread import TConn, ThreadWorker

HEADERS_S = 10.0
"""Time for the headers of a request, from the connection or from the first byte of a further request."""

ANSWER_S = 60.0
"""Time for a request from its headers to the end of its answer."""

_PEEKED_BYTES = 64 * 1024
_END_OF_HEADERS = (b"\r\n\r\n", b"\n\n")


class PatientWorker(ThreadWorker):  # type: ignore[misc]  # gunicorn ships no types
    """A worker in which waiting for a client costs no thread."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._started: dict[Any, float] = {}
        self._peeked: WeakKeyDictionary[Any, int] = WeakKeyDictionary()

    def accept(self, listener: Any) -> None:
        """Accept a connection and wait for its headers."""
        try:
            client, address = listener.accept()
        except OSError as error:
            if error.errno not in (errno.EAGAIN, errno.ECONNABORTED, errno.EWOULDBLOCK):
                raise
            return
        self.nr_conns += 1
        self._wait_for_headers(TConn(self.cfg, client, address, listener.getsockname()))

    def on_client_socket_readable(self, conn: Any, client: Any) -> None:
        """Wait for the headers of a further request on a connection that was kept open."""
        self.poller.unregister(client)
        self.keepalived_conns.remove(conn)
        self._wait_for_headers(conn)

    def on_pending_socket_readable(self, conn: Any, client: Any) -> None:
        """Give the connection a thread if its headers are complete, else go on waiting."""
        try:
            peeked = client.recv(_PEEKED_BYTES, socket.MSG_PEEK)
        except BlockingIOError:
            return
        except OSError:
            peeked = b""
        whole = len(peeked) == _PEEKED_BYTES or any(end in peeked for end in _END_OF_HEADERS)
        # Woken without more to read: the client has ended its side, and would be reported again and again.
        ended = len(peeked) <= self._peeked[conn]
        if not whole and not ended:
            self._peeked[conn] = len(peeked)
            # Not woken again for what is there already.
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT, len(peeked) + 1)
            return
        self.poller.unregister(client)
        self.pending_conns.remove(conn)
        if not whole:
            self.nr_conns -= 1
            conn.close()
            return
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT, 1)
        conn.data_ready = True
        self.enqueue_req(conn)

    def handle(self, conn: Any) -> Any:
        """Answer a request in a thread, with a bound on its time."""
        self._started[conn] = time.monotonic()
        try:
            return super().handle(conn)
        finally:
            self._started.pop(conn, None)

    def murder_pending(self) -> None:
        """Close connections whose headers do not come, and cut off those whose answer is not taken up."""
        super().murder_pending()
        overdue = time.monotonic() - ANSWER_S
        for conn, started in list(self._started.items()):
            if started < overdue:
                try:
                    # The thread that waits for this client is told of an end.
                    conn.sock.shutdown(socket.SHUT_RDWR)
                except OSError:
                    continue

    def _wait_for_headers(self, conn: Any) -> None:
        conn.sock.setblocking(False)
        conn.timeout = time.monotonic() + HEADERS_S
        self._peeked[conn] = 0
        self.pending_conns.append(conn)
        self.poller.register(conn.sock, selectors.EVENT_READ, partial(self.on_pending_socket_readable, conn))
