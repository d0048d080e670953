"""The API against its own OpenAPI document, on a running server: requests that nobody thinks of.

A longer run against a server of one's own stands in docs/api.md.
"""

import http.client
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.serving import WSGIRequestHandler, make_server

from searchsvc.settings import Settings
from searchsvc.web.app import create_app

CONFIG = Path(__file__).with_name("schemathesis.toml")


class Quiet(WSGIRequestHandler):
    """Logs nothing."""

    def log(self, type: str, message: str, *args: object) -> None:
        """Log nothing."""


@pytest.fixture(scope="module")
def port(sample_settings: Settings) -> Iterator[int]:
    """The port of a real server over the sample archive."""
    app = create_app(sample_settings)
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
    # Closing it waits for the requests under way: one that came after the app is closed would open it again.
    server.daemon_threads = False
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.server_port
    server.shutdown()
    thread.join()
    server.server_close()
    app.extensions["searchsvc"].close()


def test_every_operation_does_as_the_document_says(port: int, tmp_path: Path) -> None:
    seed = ["--seed", "1"] if "CI" in os.environ else []
    command = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(CONFIG), "run"]
    address = f"http://127.0.0.1:{port}/api/v1/openapi.json"
    done = subprocess.run(
        [*command, address, "--max-examples", "20", "--no-color", *seed],
        check=False,
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={name: value for name, value in os.environ.items() if "PROXY" not in name.upper()},
    )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr
    assert "9 selected / 9 total" in done.stdout


@pytest.mark.parametrize(
    ("address", "parameter"),
    [
        ("search?page=x", "page"),
        ("search?per_page=101", "per_page"),
        ("search?page=500&per_page=100", "page"),
        ("search?sort=best", "sort"),
        ("search?from=2022-02-30", "from"),
        ("search?from=2022&to=2021", "from"),
        ("search?unit=khong-co", "unit"),
        ("search?code=abc", "code"),
        ("search?collection=khong-co", "collection"),
        ("search?" + "code=05-CT/TW&" * 21, "code"),
        ("search?q=" + "a" * 1001, "q"),
        ("suggest?q=a&limit=0", "limit"),
        ("articles/x?version=0", "version"),
        ("codes?year=20022", "year"),
        ("codes?sort=x", "sort"),
        ("codes?q=" + "a" * 201, "q"),
        ("codes/05-CT/TW?page=0", "page"),
        ("codes/05-CT/TW?page=10000", "page"),
        ("codes/lookup", "text"),
        ("codes/lookup?text=" + "a" * 1001, "text"),
    ],
)
def test_a_wrong_parameter_is_named(client: FlaskClient, address: str, parameter: str) -> None:
    for language in ("vi", "en"):
        refused = client.get(f"/api/v1/{address}", headers={"Accept-Language": language})
        assert refused.status_code == 400
        assert refused.get_json(force=True)["parameter"] == parameter
        assert len(refused.get_json(force=True)["detail"]) > 10


RAW = st.binary(max_size=80) | st.sampled_from(
    [
        b"\x00",
        b"%00",
        b"%ff%fe",
        b"q=%ED%A0%80",
        b"q=" + b"a" * 6000,
        b"q=%F0%9F",
        b"&&&===",
        b"q[]=1",
        b"page=%D9%A3",
    ]
)
PATHS = st.sampled_from(
    [
        "/api/v1/search", "/api/v1/suggest", "/api/v1/articles/x", "/api/v1/codes", "/api/v1/codes/lookup",
        "/api/v1/codes/05-CT/TW", "/api/v1/units", "/api/v1/collections", "/search", "/api/docs",
    ]
)  # fmt: skip
HEADERS = st.dictionaries(
    st.sampled_from(
        ["Accept", "Accept-Encoding", "Accept-Language", "If-None-Match", "Origin", "X-Forwarded-For",
         "Range", "If-Modified-Since", "Content-Type", "Cookie", "Forwarded"]
    ),
    st.binary(max_size=60).map(lambda value: bytes(byte for byte in value if byte not in b"\r\n\0"))
    | st.sampled_from([b"*", b'W/"', b"en;q=x", b"br;q=9", b"a" * 5000, b"application/json;q=0", b",,,;;"]),
    max_size=4,
)  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(path=PATHS, query=RAW, headers=HEADERS)
def test_raw_bytes_never_give_a_server_error(
    port: int, path: str, query: bytes, headers: dict[str, bytes]
) -> None:
    target = path.encode() + b"?" + bytes(byte for byte in query if byte not in b" \r\n")
    lines = [b"GET " + target + b" HTTP/1.1", b"Host: localhost", b"Connection: close"]
    lines += [name.encode() + b": " + value for name, value in headers.items()]
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        connection.sendall(b"\r\n".join(lines) + b"\r\n\r\n")
        with connection.makefile("rb") as answer:
            status = answer.readline().split()[1]
            answer.read()
    assert status[:1] != b"5"


BODIES = st.binary(max_size=200) | st.sampled_from(
    [b"[" * 5000, b'{"text": ' + b"9" * 5000 + b"}", b'{"text": "\\ud800"}', b'{"text": null}', b"null",
     b'{"text": "35-CT/TW"}', b"\xff\xfe", b'{"text": "' + b"a" * 30_000 + b'"}', b"a" * 170_000]
)  # fmt: skip
TYPES = st.sampled_from(
    ["application/json", "text/plain", "text/plain; charset=utf-16", "text/html", "", "a/b;;;"]
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=BODIES, kind=TYPES)
def test_bodies_never_give_a_server_error(port: int, body: bytes, kind: str) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("POST", "/api/v1/codes/lookup", body, {"Content-Type": kind})
        answer = connection.getresponse()
        answer.read()
    except (BrokenPipeError, ConnectionResetError):
        return  # refused while the body was still being sent
    finally:
        connection.close()
    assert answer.status in (200, 400, 413, 415)
