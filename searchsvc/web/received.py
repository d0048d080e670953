"""A request as it was received, before the app sees it. The primary entrypoint is `only_proper`.

Links are made from its host and scheme where SEARCHSVC_BASE_URL is not set, so these must at least be a host
name (RFC 9112, 3.2) and a scheme of the web. Bytes of a query that are not ASCII, which no address may have
(RFC 3986, 2), are taken for what they stand for: some clients send them unescaped.
"""

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING
from urllib.parse import quote_from_bytes

from werkzeug.sansio.utils import get_host
from werkzeug.wrappers import Response

from searchsvc.settings import HIGHEST_PORT

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_NAME = r"(?!-)[A-Za-z0-9_-]{1,63}"
_HOST = re.compile(rf"(?:{_NAME}(?:\.{_NAME})*\.?|\[[0-9A-Fa-f:.]{{2,45}}\])(?::(?P<port>\d{{1,5}})?)?")
_MOST_CHARS = 253 + len(".:65535")
_SCHEMES = ("http", "https")
_PRINTABLE = bytes(range(0x21, 0x7F))


def is_host(text: str) -> bool:
    """Return whether `text` is a host name or an address, with or without a port."""
    found = _HOST.fullmatch(text) if len(text) <= _MOST_CHARS else None
    # What Werkzeug takes for no host (an underscore) is left out of the links it makes.
    return found is not None and int(found["port"] or 0) <= HIGHEST_PORT and get_host("http", text) != ""


def only_proper(application: "WSGIApplication") -> "WSGIApplication":
    """Return `application` behind the checks, which answer 400. Without a host (HTTP/1.0) one passes."""

    def checked(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        wrong = _wrong(environ)
        if wrong is None:
            query = environ.get("QUERY_STRING", "")
            if not query.isascii():
                # Escapes that are there already stay: '%' is among the printable ones.
                environ["QUERY_STRING"] = quote_from_bytes(query.encode("latin-1"), safe=_PRINTABLE)
            return application(environ, start_response)
        refusal = Response(f"400: {wrong}.\n", status=400, mimetype="text/plain")
        return refusal(environ, start_response)

    return checked


def _wrong(environ: "WSGIEnvironment") -> str | None:
    host = environ.get("HTTP_HOST")
    if host is not None and not is_host(host):
        return "the Host header is not a host name"
    if environ["wsgi.url_scheme"] not in _SCHEMES:
        return "the scheme is neither http nor https"
    return None
