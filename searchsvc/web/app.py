"""Assembles the Flask app. The primary entrypoint is `create_app`."""

from flask import Flask, Response

from searchsvc.resources import static_folder, templates_folder
from searchsvc.settings import Settings
from searchsvc.web import api, errors, health, language, pages, present, wording
from searchsvc.web.hosts import only_hosts
from searchsvc.web.services import Services

# Nothing from elsewhere, nothing inline: a title that smuggles markup in finds no way to run.
_POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "script-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
_STATIC_MAX_AGE_S = 3600
_MAX_BODY_BYTES = 64 * 1024


def create_app(settings: Settings, services: Services | None = None) -> Flask:
    """Return the app; archive and index are opened with the first request that needs them."""
    app = Flask(__name__, template_folder=str(templates_folder()), static_folder=str(static_folder()))
    app.config.update(SEND_FILE_MAX_AGE_DEFAULT=_STATIC_MAX_AGE_S, MAX_CONTENT_LENGTH=_MAX_BODY_BYTES)
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.extensions["searchsvc"] = services or Services(settings)
    language.register(app)
    wording.register(app)
    present.register(app)
    errors.register(app)
    for blueprint in (pages.pages, api.api, health.health):
        app.register_blueprint(blueprint)
    app.after_request(_with_headers)
    app.wsgi_app = only_hosts(app.wsgi_app)  # type: ignore[assignment, method-assign]
    return app


def _with_headers(response: Response) -> Response:
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    return response
