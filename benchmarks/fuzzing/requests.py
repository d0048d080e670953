"""Requests to the app, as the server hands them over. The primary entrypoints are `Site` and `targets`."""

import io
import json
import logging
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_from_bytes, unquote_to_bytes

from flask import Flask
from hypothesis import strategies as st
from werkzeug.http import parse_options_header

from benchmarks.fuzzing import texts
from benchmarks.fuzzing.markup import judge
from benchmarks.fuzzing.running import Finding, Target
from searchsvc.settings import load_settings
from searchsvc.web.app import create_app

REQUEST_S = 2.0
ASKED = (
    *("/search", "/search", "/", "/api/v1/search", "/api/v1/search", "/api/v1/suggest", "/api/v1/suggest"),
    *("/embed", "/feed.atom", "/codes/", "/api/v1/codes", "/api/v1/codes/lookup", "/widget"),
)
"""The addresses that take a text, the usual ones more often."""
NAMES = (
    *("q", "from", "to", "code", "unit", "collection", "sort", "asis", "page", "per_page", "lang", "limit"),
    *("type", "issuer", "year", "period", "version", "text", "facet", "theme", "origin", "v", "mode"),
)
LINE_BYTES = 8190
"""The server refuses a longer first line (414): `limit_request_line` in web/server.py."""
_METHODS = ("GET", "GET", "GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE")


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


def query_requests() -> st.SearchStrategy[Request]:
    """Return requests that ask a text, some with filters."""
    filters = st.lists(parameter(), max_size=3)

    def made(path: str, text: str, more: list[tuple[str, str]]) -> Request:
        name = "text" if path.endswith("lookup") else "q"
        return Request(path.encode(), pairs([(name, text), *more]))

    return st.builds(made, st.sampled_from(ASKED), texts.queries(), st.just([]) | filters)


def parameter() -> st.SearchStrategy[tuple[str, str]]:
    """Return a parameter with a value that is mostly of its kind."""
    known = {
        "from": ("2020", "2020-05", "1/1/2016", "2024-12-31", "05/2021"),
        "to": ("2020", "2020-05", "1/1/2016", "2024-12-31"),
        "period": ("2020", "2020-05"),
        "code": ("05-CT/TW", "5/CT-TW", "35-NQ/TW"),
        "unit": ("tinh-uy", "ban-tuyen-giao-tinh-uy"),
        "collection": ("ban-tin", "cong-bao"),
        "sort": ("relevance", "newest", "oldest", "cited"),
        "asis": ("abbreviation:btv", "telex:nghij", "unit:tinh-uy"),
        "page": ("1", "2", "999", "0"),
        "per_page": ("1", "10", "100", "101"),
        "limit": ("1", "10", "20"),
        "lang": ("vi", "en"),
        "type": ("CT", "NQ"),
        "year": ("2020",),
        "version": ("1", "2"),
    }
    return st.sampled_from(NAMES).flatmap(
        lambda name: st.tuples(st.just(name), texts.values(*known.get(name, ())))
    )


def parameter_requests(paths: list[str]) -> st.SearchStrategy[Request]:
    """Return requests for each page with parameters of any name and value, and with queries of any bytes."""
    named = st.lists(parameter() | st.tuples(texts.values("q"), texts.queries()), max_size=6).map(pairs)
    repeated = st.builds(
        lambda each, times: pairs([each] * times), parameter(), st.sampled_from((2, 20, 21, 60))
    )
    spoiled = st.builds(lambda query, cut, more: query[:cut] + more, named, st.integers(0, 60), texts.raw(20))
    loose = texts.raw().map(lambda query: quote_from_bytes(query, safe=b"&=;%+/?").encode())
    return st.builds(
        Request,
        st.sampled_from([path.encode() for path in paths]),
        named | named | repeated | spoiled | loose,
    )


def path_requests(prefixes: list[str]) -> st.SearchStrategy[Request]:
    """Return requests for paths that nobody links to."""
    names = st.one_of(
        st.sampled_from(
            (
                "..",
                "../..",
                "%2e%2e",
                "%00",
                "%ff",
                "a" * 2000,
                "//",
                "05-CT/TW",
                "35",
                "05-ct",
                "x;y",
                "%2F%2F",
            )
        ),
        texts.queries().map(lambda text: quote(text, errors="surrogatepass")[:4000]),
        texts.raw(40).map(quote_from_bytes),
    )
    whole = st.builds(
        lambda prefix, name, end: f"{prefix}{name}{end}".encode(),
        st.sampled_from(prefixes),
        names,
        st.sampled_from(("", "", "/", ".xml", ".json")),
    )
    return st.builds(Request, whole, st.just(b"") | st.lists(parameter(), max_size=2).map(pairs))


def header_requests(paths: list[str]) -> st.SearchStrategy[Request]:
    """Return requests with headers and methods of any kind."""
    usual = {
        "Accept": (b"*/*", b"text/html", b"application/json;q=0", b",,;", b"a/b;q=x"),
        "Accept-Encoding": (b"br", b"gzip, zstd;q=0", b"identity;q=0, *;q=0", b"br;q=9"),
        "Accept-Language": (b"en", b"vi-VN,vi;q=0.9", b"*", b"en;q=x", b"a-" * 900),
        "If-None-Match": (b"*", b'W/"', b'"a", W/"b"', b"x" * 900),
        "If-Modified-Since": (b"Fri, 07 Jan 2022 09:44:00 GMT", b"Fri, 99 Jan 2022", b"0"),
        "Range": (b"bytes=0-1", b"bytes=-1", b"bytes=9-1,2-", b"x=1"),
        "Host": (b"localhost", b"evil.example", b"[::1]:1", b"a b", b"a" * 300, b"localhost:99999"),
        "X-Forwarded-For": (b"1.2.3.4", b"::1", b"a, b", b"999.1.1.1"),
        "X-Forwarded-Host": (b"kho.example.vn", b"a<b", b"a,b", b""),
        "X-Forwarded-Proto": (b"https", b"javascript", b"http,https"),
        "X-Request-ID": (b"abc", b"a" * 900, b"\xff"),
        "Origin": (b"null", b"https://evil.example", b"x"),
        "Access-Control-Request-Method": (b"POST", b"x"),
        "Content-Type": (
            b"application/json",
            b"text/plain; charset=utf-16",
            b"multipart/form-data; boundary=a",
            b"a/b;;;",
        ),
        "Content-Length": (b"0", b"5", b"-1", b"x", b"99999999999"),
        "Transfer-Encoding": (b"chunked", b"x"),
        "Cookie": (b"a=b", b"=;;"),
        "Referer": (b"javascript:x",),
        "Forwarded": (b"for=_x", b'host="'),
        "Authorization": (b"Basic x", b"Bearer"),
        "Connection": (b"upgrade",),
    }
    plain = bytes.maketrans(b"\r\n\0", b"   ")
    header = st.sampled_from(sorted(usual)).flatmap(
        lambda name: st.tuples(
            st.just(name),
            st.sampled_from(usual[name]) | texts.raw(40).map(lambda value: value.translate(plain)),
        )
    )
    queries = st.just(b"") | st.just(b"q=h%E1%BB%99i+ngh%E1%BB%8B")
    return st.builds(
        lambda path, query, method, headers: Request(path, query, method, tuple(dict(headers).items())),
        st.sampled_from([path.encode() for path in paths]),
        queries,
        st.sampled_from(_METHODS),
        st.lists(header, max_size=5),
    )


def body_requests() -> st.SearchStrategy[Request]:
    """Return texts and other things that are sent to be looked through for codes."""
    told = st.one_of(
        texts.bodies().map(lambda text: json.dumps({"text": text}).encode()),
        texts.bodies().map(
            lambda text: json.dumps({"text": text}, ensure_ascii=False).encode("utf-8", "surrogatepass")
        ),
        texts.bodies().map(lambda text: text.encode("utf-8", "replace")),
        texts.articles().map(lambda record: json.dumps(record).encode()),
        texts.raw(300),
        st.sampled_from(
            (
                b"[" * 5000,
                b'{"a":' * 5000,
                b'{"text": ' + b"9" * 5000 + b"}",
                b'{"text": "\\ud800"}',
                b"null",
                b"05-CT/TW " * 7000,
                b"\xff\xfe",
                b'{"text": 1e999}',
                b"a" * 70_000,
            )
        ),
    )
    kinds = st.sampled_from(
        (
            b"application/json",
            b"application/json",
            b"text/plain",
            b"text/plain; charset=utf-16",
            b"",
            b"a/b;;;",
        )
    )
    return st.builds(
        lambda body, kind: Request(b"/api/v1/codes/lookup", b"", "POST", (("Content-Type", kind),), body),
        told,
        kinds,
    )


def targets(site: Site) -> list[Target]:
    """Return what is tried of a site over the samples."""
    paths, prefixes = known_paths(site.app)
    return [
        Target("queries", query_requests(), site.attempt, REQUEST_S),
        Target("parameters", parameter_requests(paths), site.attempt, REQUEST_S),
        Target("paths", path_requests(prefixes), site.attempt, REQUEST_S),
        Target("headers", header_requests(paths), site.attempt, REQUEST_S),
        Target("posted texts", body_requests(), site.attempt, REQUEST_S),
    ]


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
