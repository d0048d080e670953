"""Looks on while requests are answered: their ids, log lines, metrics and the count of searches.

The primary entrypoints are `register` and, for the views, `noted`.
"""

import logging
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import perf_counter
from typing import Any

from flask import Flask, Response, current_app, g, request

from searchsvc.queries import Filters
from searchsvc.results import ResultPage
from searchsvc.searches.recorder import Recorder
from searchsvc.searches.store import FILE_NAME, SearchStore
from searchsvc.settings import Settings
from searchsvc.web.metrics import Metrics, metrics_of_app

_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_WATCHERS = frozenset({"health.alive", "health.ready", "monitoring.metrics"})
_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "POST"})
_logger = logging.getLogger("searchsvc.requests")


def register(app: Flask, settings: Settings) -> None:
    """Look on while `app` answers. To be registered first, so that it is told last of each answer."""
    after_fork(app, settings)
    app.log_exception = _log_exception  # type: ignore[method-assign]
    app.before_request(_begin)
    app.after_request(_end)


def after_fork(app: Flask, settings: Settings) -> None:
    """Give `app` metrics and a recorder of searches that belong to this process alone."""
    store = SearchStore(settings.data / FILE_NAME)
    app.extensions["searchsvc.metrics"] = Metrics()
    app.extensions["searchsvc.recorder"] = Recorder(store, settings.searches_days)


def recorder_of(app: Flask) -> Recorder:
    """Return what counts the searches of `app`; to be closed when the app ends."""
    found: Recorder = app.extensions["searchsvc.recorder"]
    return found


@dataclass(frozen=True, slots=True)
class Noted:
    """A search as it is counted; only the `first_page` of its results is a further search."""

    text: str
    results: int
    partial: bool
    filters: tuple[tuple[str, str], ...]
    first_page: bool


def noted(page: ResultPage) -> ResultPage:
    """Note the results of the search that is being answered, and return them."""
    query = page.query
    g.noted = Noted(query.text, page.total, page.partial, _kinds(query.filters), query.page == 1)
    count(g.noted)
    return page


def noted_in_request() -> Noted | None:
    """Return the search that was noted while this request was answered."""
    found: Noted | None = g.get("noted")
    return found


def count(search: Noted) -> None:
    """Count a search that is being answered, now or from what was kept."""
    g.results = search.results
    if not search.text.strip():
        return
    found = "none" if not search.results else "partial" if search.partial else "results"
    with _never_failing():
        metrics_of_app().searches.labels(found).inc()
    if search.first_page and request.method == "GET":
        recorder = recorder_of(current_app)
        dropped = recorder.dropped
        recorder.note(search.text, search.results, search.filters)
        if recorder.dropped > dropped:
            with _never_failing():
                metrics_of_app().uncounted.inc(recorder.dropped - dropped)


def note_error(kind: str) -> None:
    """Note that the request is answered with an error of this kind."""
    g.error_kind = kind


def _kinds(filters: Filters) -> tuple[tuple[str, str], ...]:
    """Return the filters as they are counted: of a code and of days only that there is one."""
    return (
        *(("unit", unit) for unit in filters.units),
        *(("collection", collection) for collection in filters.collections),
        *((("code", ""),) if filters.codes else ()),
        *((("days", ""),) if filters.published else ()),
    )


def _begin() -> None:
    g.started = perf_counter()
    given = request.headers.get("X-Request-ID", "")
    g.request_id = given if _ID.fullmatch(given) else secrets.token_hex(8)


def _end(response: Response) -> Response:
    seconds = perf_counter() - g.get("started", perf_counter())
    route = _route()
    method = request.method if request.method in _METHODS else "other"
    response.headers["X-Request-ID"] = g.get("request_id", "")
    with _never_failing():
        metrics = metrics_of_app()
        metrics.requests.labels(route, method, str(response.status_code)).inc()
        metrics.seconds.labels(route).observe(seconds)
        if response.status_code >= 400:
            metrics.errors.labels(_error_kind(response.status_code)).inc()
    facts: dict[str, object] = {
        "request_id": g.get("request_id", ""),
        "method": method,
        "route": route,
        "status": response.status_code,
        "duration_ms": round(seconds * 1000, 2),
    }
    results = g.get("results")
    if results is not None:
        facts |= {"results": results, "zero_results": not results}
    quiet = request.endpoint in _WATCHERS and response.status_code < 400
    _logger.log(logging.DEBUG if quiet else logging.INFO, "request", extra=facts)
    return response


def _log_exception(exc_info: Any) -> None:
    # Flask's own line has the path, which may be that of an article.
    facts = {"request_id": g.get("request_id", ""), "route": _route()}
    _logger.error("a request failed", exc_info=exc_info, extra=facts)


@contextmanager
def _never_failing() -> Iterator[None]:
    """Let a request be answered where its count cannot be kept: the disk of the counts is full, or gone."""
    try:
        yield
    except (OSError, ValueError) as error:
        _logger.warning("a request is not counted: %s", error)


def _route() -> str:
    """Return the pattern of the address, of which there are few; never the address."""
    return request.url_rule.rule if request.url_rule else "none"


def _error_kind(status: int) -> str:
    kind: str | None = g.get("error_kind")
    if kind:
        return kind
    return "internal" if status >= 500 else f"http_{status}"
