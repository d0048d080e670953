"""Requests whose Host header is no host name are answered 400 before anything else (RFC 9112, 3.2).

Links are made from that header where SEARCHSVC_BASE_URL is not set, so it must at least be one.
"""

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from werkzeug.wrappers import Response

from searchsvc.settings import HIGHEST_PORT

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_NAME = r"(?!-)[A-Za-z0-9_-]{1,63}"
_HOST = re.compile(rf"(?:{_NAME}(?:\.{_NAME})*\.?|\[[0-9A-Fa-f:.]{{2,45}}\])(?::(?P<port>\d{{1,5}})?)?")
_MOST_CHARS = 253 + len(".:65535")


def is_host(text: str) -> bool:
    """Return whether `text` is a host name or an address, with or without a port."""
    found = _HOST.fullmatch(text) if len(text) <= _MOST_CHARS else None
    return found is not None and int(found["port"] or 0) <= HIGHEST_PORT


def only_hosts(application: "WSGIApplication") -> "WSGIApplication":
    """Return `application` behind the check. A request without the header (HTTP/1.0) passes."""

    def checked(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        host = environ.get("HTTP_HOST")
        if host is None or is_host(host):
            return application(environ, start_response)
        refusal = Response("400: the Host header is not a host name.\n", status=400, mimetype="text/plain")
        return refusal(environ, start_response)

    return checked
