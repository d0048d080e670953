"""Bytes of any kind over connections to the real server. The primary entrypoint is `targets`."""

import re
import socket
import time
from contextlib import suppress

from hypothesis import strategies as st

from benchmarks.fuzzing import texts
from benchmarks.fuzzing.requests import header_requests
from benchmarks.fuzzing.running import Finding, Target
from benchmarks.fuzzing.site import Request
from benchmarks.sites import HOST

ANSWER_S = 20.0
"""Time on the clock until the server must have answered or hung up; it waits 10 s for headers."""
_STATUS = re.compile(rb"HTTP/1\.[01] (\d{3}) ")
_PATHS = [
    "/search",
    "/api/v1/search",
    "/api/v1/suggest",
    "/embed",
    "/feed.atom",
    "/healthz",
    "/codes/05-CT/TW",
    "/static/site.css",
    "/no-such-page",
]


class Wire:
    """Sends bytes to a server on this machine."""

    def __init__(self, port: int) -> None:
        self._port = port

    def attempt(self, sent: bytes) -> str:
        """Return the status of the first answer, or 'closed'. Raises Finding for 5xx, noise, and no end."""
        began = time.monotonic()
        with socket.create_connection((HOST, self._port), timeout=ANSWER_S) as client:
            answer = b""
            with suppress(ConnectionError):
                client.sendall(sent)
                client.shutdown(socket.SHUT_WR)
            try:
                while part := client.recv(1 << 16):
                    answer += part
            except ConnectionError:
                pass
            except TimeoutError:
                raise Finding("neither an answer nor an end") from None
        if time.monotonic() - began > ANSWER_S:
            raise Finding("the answer took too long")
        if not answer:
            return "closed"
        found = _STATUS.match(answer)
        if found is None:
            raise Finding(f"no HTTP: {answer[:100]!r}")
        # 501 is what RFC 9112 (6.1) asks for where a transfer coding is not known.
        if found[1].startswith(b"5") and found[1] != b"501":
            raise Finding(answer[:300].decode("latin-1"))
        return found[1].decode()


def requests() -> st.SearchStrategy[bytes]:
    """Return requests that are right, wrong, cut off, or several at once."""
    built = header_requests(_PATHS).map(_written)
    query = st.builds(
        lambda path, query: (
            b"GET "
            + path.encode()
            + b"?"
            + query
            + b" HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        ),
        st.sampled_from(_PATHS),
        texts.raw(80),
    )
    spoiled = st.builds(
        _spoiled,
        built | query,
        st.integers(0, 300),
        st.sampled_from((b"", b"\0", b"\r\n", b"\n", b" ", b"\xff", b"\r\n\r\n", b"x" * 9000)),
        st.booleans(),
    )
    smuggled = st.sampled_from(
        (
            b"Content-Length: 5\r\nTransfer-Encoding: chunked",
            b"Transfer-Encoding: chunked, identity",
            b"Content-Length: 1\r\nContent-Length: 2",
            b"Transfer-Encoding:\tchunked",
            b"Content-Length: +1",
            b"X: a\r\n b",
            b"Expect: 100-continue",
            b"Upgrade: h2c",
        )
    ).map(
        lambda lines: (
            b"POST /api/v1/codes/lookup HTTP/1.1\r\nHost: localhost\r\n"
            + lines
            + b"\r\n\r\n1\r\na\r\n0\r\n\r\nGET / HTTP/1.1\r\n\r\n"
        )
    )
    noise = st.sampled_from(
        (
            b"",
            b"\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03",
            b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
            b"PROXY TCP4 1.2.3.4 5.6.7.8 1 2\r\n",
            b"GET /\r\n\r\n",
        )
    ) | st.binary(max_size=200)
    several = st.lists(query, min_size=2, max_size=3).map(
        lambda each: b"".join(each).replace(b"Connection: close\r\n", b"")
    )
    return st.one_of(built, query, spoiled, smuggled, noise, several)


def _written(request: Request) -> bytes:
    target = request.path + (b"?" + request.query if request.query else b"")
    given = dict(request.headers)
    lines = [request.method.encode() + b" " + target + b" HTTP/1.1"]
    lines += [name.encode() + b": " + value for name, value in ({"Host": b"localhost"} | given).items()]
    return b"\r\n".join(lines) + b"\r\n\r\n"


def _spoiled(whole: bytes, place: int, more: bytes, cut: bool) -> bytes:
    place %= len(whole)
    return whole[:place] + more + (b"" if cut else whole[place:])


def targets(port: int) -> list[Target]:
    """Return what is tried of a server that listens on `port`."""
    return [Target("bytes over connections", requests(), Wire(port).attempt, 5.0)]
