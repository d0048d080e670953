"""Headers of every answer, so that nothing foreign runs in our pages or learns of their readers.

The primary entrypoint is `register`. A page that other sites may frame sets its own policy, made by `policy`.
"""

from collections.abc import Iterable

from flask import Flask, Response, request

from searchsvc.settings import Settings

# Nothing from elsewhere, nothing inline: a title that smuggles markup in finds no way to run.
_DIRECTIVES = (
    "default-src 'none'",
    "style-src 'self'",
    "script-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
)
_YEAR_S = 365 * 24 * 3600

# What pages of other origins may load at all (Fetch, cross-origin resource policy); who may read the API is
# `sharing`'s to say.
_FOR_OTHERS = ("/api/", "/embed", "/widget.js", "/widget/")


def policy(frame_ancestors: Iterable[str] = ()) -> str:
    """Return the Content-Security-Policy of a page that pages of these origins may frame; by default none."""
    ancestors = " ".join(frame_ancestors) or "'none'"
    return "; ".join((*_DIRECTIVES, f"frame-ancestors {ancestors}"))


def register(app: Flask, settings: Settings) -> None:
    """Add the headers to every answer of `app` that has not set them itself."""
    usual = {
        "Content-Security-Policy": policy(),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "strict-origin-when-cross-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=(), browsing-topics=()",
        "Cross-Origin-Opener-Policy": "same-origin",
    }
    if settings.base_url.startswith("https://"):
        usual["Strict-Transport-Security"] = f"max-age={_YEAR_S}"

    def add(response: Response) -> Response:
        for name, value in usual.items():
            response.headers.setdefault(name, value)
        if "frame-ancestors 'none'" in response.headers["Content-Security-Policy"]:
            response.headers["X-Frame-Options"] = "DENY"
        shared = request.path.startswith(_FOR_OTHERS)
        response.headers.setdefault(
            "Cross-Origin-Resource-Policy", "cross-origin" if shared else "same-origin"
        )
        return response

    app.after_request(add)
