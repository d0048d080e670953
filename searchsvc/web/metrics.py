"""`/metrics`: Prometheus text that answers what is asked about the service; docs/operations.md says how.

The primary entrypoints are `Metrics`, `share_between_workers` and the blueprint. What happened (requests,
searches, errors) is counted by all workers together; what is (archive, index) is looked at when it is asked
for. All labels have few values: routes, methods, statuses, kinds of errors, never an address or a text.
"""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from ipaddress import ip_address, ip_network

from flask import Blueprint, Response, current_app, request
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
    multiprocess,
    values,
)
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from werkzeug.exceptions import NotFound

from searchsvc.settings import Settings
from searchsvc.web.services import services
from searchsvc.web.standing import Standing, standing_of

_FOLDER = "PROMETHEUS_MULTIPROC_DIR"
_BUCKETS_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)

monitoring = Blueprint("monitoring", __name__)


class Metrics:
    """What happened in this process, or in all workers where `share_between_workers` is in force."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "searchsvc_requests_total",
            "Requests by route, method and status.",
            ("route", "method", "status"),
            registry=self.registry,
        )
        self.seconds = Histogram(
            "searchsvc_request_seconds",
            "Time from the request to the answer, by route.",
            ("route",),
            buckets=_BUCKETS_S,
            registry=self.registry,
        )
        self.searches = Counter(
            "searchsvc_searches_total",
            "Searches for a text, by what they found: results, partial (not all words), none.",
            ("found",),
            registry=self.registry,
        )
        self.errors = Counter(
            "searchsvc_errors_total",
            "Answers that are errors, by kind; internal is a fault of the program.",
            ("kind",),
            registry=self.registry,
        )
        self.uncounted = Counter(
            "searchsvc_searches_uncounted_total",
            "Searches that are missing from the report, as they could not be written.",
            registry=self.registry,
        )


@contextmanager
def share_between_workers() -> Iterator[Callable[[int], None]]:
    """Within this, metrics made in forked workers are added up; yields what a worker calls with its number.

    The numbers of workers that run at the same time must differ; one that takes the place of another takes
    its number and goes on with its counts, so there are never more files than workers. They lie in a
    folder of this run that is removed at the end.
    """
    folder, owner = tempfile.mkdtemp(prefix="searchsvc-metrics-"), os.getpid()
    os.environ[_FOLDER] = folder
    try:
        yield _take_number
    finally:
        # A forked worker that ends comes by here too, and the others go on counting unless the owner is gone.
        if os.getpid() == owner or os.getppid() != owner:
            os.environ.pop(_FOLDER, None)
            shutil.rmtree(folder, ignore_errors=True)


def _take_number(number: int) -> None:
    values.ValueClass = values.MultiProcessValue(lambda: number)  # type: ignore[no-untyped-call]


@monitoring.get("/metrics")
def metrics() -> Response:
    """Answer the metrics to those who may read them; to others there is no such page."""
    if not may_read(services().settings):
        raise NotFound
    registry = CollectorRegistry()
    if _FOLDER in os.environ:
        multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    else:
        registry.register(_Others(metrics_of_app().registry))
    registry.register(_State(standing_of(services())))
    response = Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
    response.headers["Cache-Control"] = "no-store"
    return response


def metrics_of_app() -> Metrics:
    """Return the metrics of the current app."""
    found: Metrics = current_app.extensions["searchsvc.metrics"]
    return found


def may_read(settings: Settings) -> bool:
    """Return whether the request under way comes from an address of `metrics_from`, and from it directly.

    Behind a proxy that is not said to be trusted every request seems to come from the proxy's address.
    """
    forwarded = request.headers.get("X-Forwarded-For") or request.headers.get("Forwarded")
    if forwarded and not settings.trusted_proxies:
        return False
    try:
        address = ip_address((request.remote_addr or "").partition("%")[0])
    except ValueError:
        return False
    address = getattr(address, "ipv4_mapped", None) or address
    return any(address in ip_network(text) for text in settings.metrics_from.split())


class _Others(Collector):
    """The metrics of another registry."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._registry = registry

    def collect(self) -> Iterator[Metric]:
        yield from self._registry.collect()


class _State(Collector):
    """What is, as gauges; what cannot be known now is left out."""

    def __init__(self, standing: Standing) -> None:
        self._standing = standing

    def collect(self) -> Iterator[Metric]:
        standing = self._standing
        yield _gauge("searchsvc_ready", "1 while searches can be answered.", standing.status == HTTPStatus.OK)
        yield _gauge("searchsvc_degraded", "Things that are not as they should be.", len(standing.reasons))
        for name, text, value in (
            ("archive_articles", "Articles in the archive.", standing.articles),
            ("archive_versions", "Versions of articles in the archive.", standing.versions),
            ("archive_refused_items", "Items that could not be read and were kept aside.", standing.refused),
            ("archive_change", "Number of the archive's last change.", standing.archive_change),
            ("index_documents", "Articles in the index.", standing.documents),
            ("index_change", "Change up to which the index is complete.", standing.index_change),
            ("index_behind_articles", "Articles that changed since.", standing.behind),
            ("index_behind_seconds", "For how long the first of them has waited.", standing.waiting_s),
            ("index_bytes", "Size of the index.", standing.index_bytes),
            (
                "index_built_timestamp_seconds",
                "When the live generation was built.",
                standing.built_at.timestamp() if standing.built_at else None,
            ),
        ):
            if value is not None:
                yield _gauge(f"searchsvc_{name}", text, value)
        if standing.generation:
            info = GaugeMetricFamily(
                "searchsvc_index_info", "The live generation.", labels=("engine", "generation")
            )
            info.add_metric((standing.engine or "", standing.generation), 1)
            yield info


def _gauge(name: str, text: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, text, value=float(value))
