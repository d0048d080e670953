"""Requests of every kind. The primary entrypoint is `targets`."""

import json
from urllib.parse import quote, quote_from_bytes

from hypothesis import strategies as st

from benchmarks.fuzzing import texts
from benchmarks.fuzzing.running import Target
from benchmarks.fuzzing.site import REQUEST_S, Request, Site, known_paths, pairs

ASKED = (
    *("/search", "/search", "/", "/api/v1/search", "/api/v1/search", "/api/v1/suggest", "/api/v1/suggest"),
    *("/embed", "/feed.atom", "/codes/", "/api/v1/codes", "/api/v1/codes/lookup", "/widget"),
)
"""The addresses that take a text, the usual ones more often."""
NAMES = (
    *("q", "from", "to", "code", "unit", "collection", "sort", "asis", "page", "per_page", "lang", "limit"),
    *("type", "issuer", "year", "period", "version", "text", "facet", "theme", "origin", "v", "mode"),
)
_METHODS = ("GET", "GET", "GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE")


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
