"""Rate limits: how often one address may ask, by class of page. The primary entrypoint is `register`.

A client is an IPv4 address, or the /64 network of an IPv6 one, which is what a single line is given
(RFC 6177). Limits hold for all workers of one machine; machines count for themselves.
"""

import time
from collections.abc import Mapping, Sequence
from ipaddress import IPv4Address, IPv6Network, ip_address

from flask import Flask, request

from searchsvc.errors import TooManyRequests
from searchsvc.settings import Settings
from searchsvc.web.counters import Counters, Rate

_SECONDS = {"second": 1, "minute": 60, "hour": 3600}
_NETWORK_BITS = 64

# The first prefix of a path decides. What is exempt costs nothing, or is asked by machines that watch us.
_CLASSES: tuple[tuple[str, str | None], ...] = (
    ("/healthz", None),
    ("/readyz", None),
    ("/metrics", None),
    ("/static/", None),
    ("/widget.js", None),
    ("/widget/", None),
    ("/robots.txt", None),
    ("/opensearch.xml", None),
    ("/api/v1/suggest", "suggest"),
    ("/api/v1/codes/lookup", "lookup"),
    ("/api/", "search"),
    ("/feed", "feeds"),
    ("/sitemap", "feeds"),
    ("/", "pages"),
)


def register(app: Flask, settings: Settings, counters: Counters) -> None:
    """Refuse requests to `app` beyond the rates of `settings`; count them in `counters`."""
    rates = rates_of(settings)

    def check() -> None:
        name = class_of(request.path)
        if name is not None:
            _take(counters, f"{name} {client_of(request.remote_addr)}", rates[name])

    if settings.rate_limits:
        app.before_request(check)


def class_of(path: str) -> str | None:
    """Return the class of address that `path` belongs to, None where there is no limit."""
    return next((name for prefix, name in _CLASSES if path.startswith(prefix)), "pages")


def rates_of(settings: Settings) -> Mapping[str, Sequence[Rate]]:
    """Return the rates of each class."""
    texts = {
        "pages": settings.rate_pages,
        "search": settings.rate_search,
        "suggest": settings.rate_suggest,
        "lookup": settings.rate_lookup,
        "feeds": settings.rate_feeds,
    }
    return {name: tuple(map(_rate, filter(None, text.split(";")))) for name, text in texts.items()}


def _rate(text: str) -> Rate:
    allowed, _, window = text.partition("/")
    return Rate(int(allowed), _SECONDS[window.strip()])


def client_of(address: str | None) -> str:
    """Return what counts as one client; what is no address (a Unix socket) is one client all together."""
    try:
        found = ip_address((address or "").partition("%")[0])
    except ValueError:
        return "unknown"
    if isinstance(found, IPv4Address):
        return str(found)
    return str(found.ipv4_mapped or IPv6Network((int(found), _NETWORK_BITS), strict=False))


def _take(counters: Counters, client: str, rates: Sequence[Rate]) -> None:
    now = time.time()
    waits = [counters.wait_for(f"{client} {rate.window_s}", rate, now) for rate in rates]
    if any(waits):
        raise TooManyRequests(max(waits))
