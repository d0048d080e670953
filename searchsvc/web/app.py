"""Assembles the Flask app.

The primary entrypoints are `create_app` and, where the app is made before a fork, `after_fork`.
"""

from flask import Flask
from flask_compress import Compress
from werkzeug.middleware.proxy_fix import ProxyFix

from searchsvc.resources import static_folder, templates_folder
from searchsvc.settings import Settings
from searchsvc.web import (
    api,
    api_catalogue,
    api_documents,
    caching,
    discovery,
    documents,
    embed,
    errors,
    feeds,
    health,
    kept_answers,
    language,
    limiting,
    metrics,
    observing,
    pages,
    present,
    security,
    sharing,
    unit_pages,
    wording,
)
from searchsvc.web.counters import Counters
from searchsvc.web.received import only_proper
from searchsvc.web.services import Services

_MAX_BODY_BYTES = 64 * 1024
_COMPRESSION = {
    "COMPRESS_MIMETYPES": [
        "application/atom+xml",
        "application/javascript",
        "application/json",
        "application/opensearchdescription+xml",
        "application/problem+json",
        "application/xml",
        "image/svg+xml",
        "text/css",
        "text/html",
        "text/javascript",
        "text/plain",
        "text/xml",
    ],
    "COMPRESS_ALGORITHM": ["br", "zstd", "gzip"],
    "COMPRESS_STREAMS": False,
}


def create_app(
    settings: Settings, services: Services | None = None, counters: Counters | None = None
) -> Flask:
    """Return the app; archive and index are opened with the first request that needs them.

    `counters` are those that the worker processes share.
    """
    app = Flask(__name__, template_folder=str(templates_folder()), static_folder=str(static_folder()))
    app.config.update(_COMPRESSION, MAX_CONTENT_LENGTH=_MAX_BODY_BYTES)
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.extensions["searchsvc"] = services or Services(settings)
    observing.register(app, settings)
    language.register(app)
    wording.register(app)
    present.register(app)
    errors.register(app)
    for blueprint in (
        pages.pages,
        documents.documents,
        unit_pages.units,
        feeds.feeds,
        discovery.discovery,
        api.api,
        api_catalogue.catalogue_api,
        api_documents.documents,
        embed.embedding,
        health.health,
        metrics.monitoring,
    ):
        app.register_blueprint(blueprint)
    limiting.register(app, settings, counters or Counters())
    Compress(app)
    for module in (caching, security, sharing, kept_answers):
        module.register(app, settings)
    app.wsgi_app = only_proper(app.wsgi_app)  # type: ignore[assignment, method-assign]
    if proxies := settings.trusted_proxies:
        # Outermost: what a proxy says of host and scheme is checked like any other.
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies)  # type: ignore[method-assign]
    return app


def after_fork(app: Flask, settings: Settings) -> None:
    """Give `app`, made before this process was forked, what each process has for itself.

    Those are its metrics, what counts its searches, and the state of files that staff edit.
    """
    observing.after_fork(app, settings)
    caching.after_fork(app, settings)
