"""Which pages of other sites may read what we answer (Fetch, CORS). The primary entrypoint is `register`.

The API is for the origins of SEARCHSVC_ALLOWED_ORIGINS. The widget's files are for everyone: a browser checks
their integrity only where it may read them. There is nothing secret and nobody is logged in: no credentials.
"""

from flask import Flask, Response, request

from searchsvc.settings import ANY_ORIGIN, Settings

_API = "/api/"
_FOR_EVERYONE = ("/widget.js", "/widget/")
_EXPOSED = "ETag, Link, Retry-After"
_ACCEPTED = "Content-Type, If-None-Match"
_PREFLIGHT_MAX_AGE_S = 86_400


def register(app: Flask, settings: Settings) -> None:
    """Let the allowed origins read the answers of `app`."""
    allowed = frozenset(settings.allowed_origins)
    app.after_request(lambda response: _shared(response, allowed))


def _shared(response: Response, allowed: frozenset[str]) -> Response:
    everyone = request.path.startswith(_FOR_EVERYONE) or ANY_ORIGIN in allowed
    if not request.path.startswith((_API, *_FOR_EVERYONE)):
        return response
    origin = request.headers.get("Origin", "")
    if everyone:
        response.access_control_allow_origin = ANY_ORIGIN
    else:
        # Also where nothing is allowed: a cache must not hand this answer to another origin.
        response.vary.add("Origin")
        if origin not in allowed:
            return response
        response.access_control_allow_origin = origin
    response.headers["Access-Control-Expose-Headers"] = _EXPOSED
    if request.method == "OPTIONS":
        response.headers["Access-Control-Allow-Methods"] = ", ".join(sorted(response.allow))
        response.headers["Access-Control-Allow-Headers"] = _ACCEPTED
        response.access_control_max_age = _PREFLIGHT_MAX_AGE_S
    return response
