"""The app over a data folder, asked as the server asks. The primary entrypoints are `Site` and `Request`."""

import io
import logging
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote_to_bytes

from flask import Flask
from werkzeug.http import parse_options_header

from benchmarks.fuzzing.markup import judge
from benchmarks.fuzzing.running import Finding
from searchsvc.settings import load_settings
from searchsvc.web.app import create_app

REQUEST_S = 2.0
LINE_BYTES = 8190
"""The server refuses a longer first line (414): `limit_request_line` in web/server.py."""


@dataclass(frozen=True)
class Request:
    """One request: path and query as they stand in the first line, headers as bytes."""

    path: bytes
    query: bytes = b""
    method: str = "GET"
    headers: tuple[tuple[str, bytes], ...] = ()
    body: bytes = b""


class Site:
    """An app over a data folder, asked without a network."""

    def __init__(self, data: Path, **settings: Any) -> None:
        self.app: Flask = create_app(
            load_settings(data=data, rate_limits=False, searches_days=0, trusted_proxies=1, **settings)
        )
        self._errors = _Errors()
        self.app.logger.addHandler(self._errors)
        self.app.logger.propagate = False

    def attempt(self, request: Request) -> str:
        """Return the status of the answer. Raises Finding for 500 and more, and for an answer badly made."""
        if len(request.path) + len(request.query) > LINE_BYTES - len("OPTIONS ? HTTP/1.1"):
            return "too long for the server"
        self._errors.last = ""
        status, headers, body = self._answer(request)
        code = int(status.split()[0])
        if code >= 500:
            raise Finding(f"{status}: {self._errors.last}")
        for name, value in headers:
            if "\n" in f"{name}{value}" or "\r" in f"{name}{value}" or not f"{name}{value}".isascii():
                raise Finding(f"a header that breaks out: {name}: {value!r}")
        told = dict(headers)
        if "Set-Cookie" in told or (code != 400 and "Content-Security-Policy" not in told):
            raise Finding("an answer with a cookie or without a policy")
        if body and code != 304 and "Content-Encoding" not in told and request.method != "HEAD":
            judge(parse_options_header(told.get("Content-Type", ""))[0], body)
        return str(code)

    def _answer(self, request: Request) -> tuple[str, list[tuple[str, str]], bytes]:
        told: list[Any] = []

        def start(status: str, headers: list[tuple[str, str]], _failure: Any = None) -> Any:
            told[:] = [status, headers]

        answer: Any = self.app.wsgi_app(_environ(request), start)
        with closing(answer):
            body = b"".join(answer)
        return told[0], told[1], body


class _Errors(logging.Handler):
    """Keeps the last error that the app logged."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.last = ""

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the message and the end of the traceback."""
        self.last = self.format(record)[-1500:]


def _environ(request: Request) -> dict[str, Any]:
    environ: dict[str, Any] = {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        # As gunicorn does: what the path's escapes stand for, each byte a character.
        "PATH_INFO": unquote_to_bytes(request.path).decode("latin-1"),
        "QUERY_STRING": request.query.decode("latin-1"),
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "8080",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": "localhost",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(request.body),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
        "wsgi.input_terminated": True,
    }
    if request.body:
        environ["CONTENT_LENGTH"] = str(len(request.body))
    for name, value in request.headers:
        key = name.upper().replace("-", "_")
        environ[key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"] = value.decode("latin-1")
    return environ


def pairs(given: Iterable[tuple[str, str]]) -> bytes:
    """Return parameters as a query string."""
    return "&".join(
        f"{quote(name, errors='surrogatepass')}={quote(value, errors='surrogatepass')}"
        for name, value in given
    ).encode()


def known_paths(app: Flask) -> tuple[list[str], list[str]]:
    """Return one address of each route that answers GET, and what stands before the names in addresses."""
    service = app.extensions["searchsvc"].search
    examples = {
        "article_id": next(iter(service.archive.headlines())).id,
        "slug": service.registry.units[0].slug,
        "code": "05-CT/TW",
        "filename": "site.css",
        "part": "1",
    }
    paths, prefixes = [], ["/", "/api/", "/api/v1/"]
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()):
            continue
        values = {name: examples.get(name, "x") for name in rule.arguments}
        paths.append(app.url_map.bind("localhost").build(rule.endpoint, values))
        if rule.arguments:
            prefixes.append(rule.rule.partition("<")[0])
    return sorted(set(paths)), sorted(set(prefixes))
