"""The search on other sites: the widget's scripts, the iframe form `/embed`, and the page `/widget`.

The contract with those sites is docs/widget.md.
"""

from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from flask import Blueprint, Response, make_response, render_template, request
from werkzeug.exceptions import NotFound

from searchsvc.errors import InvalidQuery
from searchsvc.queries import SearchQuery
from searchsvc.web import present
from searchsvc.web.box_options import BoxOptions, LookParameters, box_options_from
from searchsvc.web.caching import base_url, revalidate_page
from searchsvc.web.language import current_language, language_pairs
from searchsvc.web.links import Link, page_address
from searchsvc.web.observing import noted
from searchsvc.web.params import args_for, query_from
from searchsvc.web.security import policy
from searchsvc.web.services import search_service, services
from searchsvc.web.snippets import snippet
from searchsvc.web.widget_files import Script, current_script, published_script

embedding = Blueprint("embedding", __name__)

_LATEST_MAX_AGE_S = 3600
_FIXED_MAX_AGE_S = 31_536_000
_PATH = "/embed"


@dataclass(frozen=True, slots=True)
class FrameView:
    """What `/embed` shows around the results; the addresses are None where there is no such page.

    `kept` are the parameters that its form keeps.
    """

    kept: tuple[tuple[str, str], ...]
    previous: str | None = None
    following: str | None = None
    suggestion: Link | None = None
    everything: str = ""


@embedding.get("/widget.js")
def latest_widget() -> Response:
    """Send the script of this release; pages that load it get the next one within the hour."""
    return _sent(current_script("widget.js"), f"public, max-age={_LATEST_MAX_AGE_S}")


@embedding.get("/widget/v1/<digest>/<name>")
def fixed_script(digest: str, name: str) -> Response:
    """Send the script with exactly that content, of this release or an earlier one."""
    script = published_script(digest, name)
    if script is None:
        raise NotFound
    return _sent(script, f"public, max-age={_FIXED_MAX_AGE_S}, immutable")


def _sent(script: Script, caching: str) -> Response:
    response = Response(script.content, content_type="text/javascript; charset=utf-8")
    response.headers["Cache-Control"] = caching
    response.set_etag(script.digest)
    response.make_conditional(request)
    return response


@embedding.get(_PATH)
def frame() -> Response:
    """Show the form, and the results of a query, as a page that the allowed origins may frame."""
    service = search_service()
    # A wrong theme is refused; the template takes it from the address, for errors too.
    results = LookParameters.read(request.args, service).results
    query = replace(query_from(request.args, service, results), per_page=results)
    revalidate_page()
    found = noted(service.search(query, facets=())) if query.text.strip() else None
    suggestion = found.suggestion.text if found and found.suggestion else ""
    view = present.search_view(found, service) if found else None
    around = _around(query, view.last_page if view else 1, suggestion)
    return make_response(render_template("widget/embed.html", view=view, frame=around, query=query))


@embedding.context_processor
def _receivers() -> dict[str, str]:
    # The pages that may frame /embed, and so may be told how high it is.
    return {"origins": " ".join(services().settings.allowed_origins)}


@embedding.after_request
def _framed(response: Response) -> Response:
    # Errors too: a frame that its page may not show tells its reader nothing.
    if request.path == _PATH:
        origins = services().settings.allowed_origins
        response.headers["Content-Security-Policy"] = policy(("'self'", *origins))
    return response


def _around(query: SearchQuery, last_page: int, suggestion: str) -> FrameView:
    looks = tuple((name, request.args[name]) for name in ("results", "theme") if name in request.args)

    def address(**changes: Any) -> str:
        pairs = (*args_for(replace(query, **changes)), *looks, *language_pairs())
        return f"{_PATH}?{urlencode(pairs, quote_via=quote, safe='/')}"

    return FrameView(
        kept=(*args_for(SearchQuery(filters=query.filters)), *looks),
        previous=address(page=query.page - 1) if query.page > 1 else None,
        following=address(page=query.page + 1) if query.page < last_page else None,
        suggestion=Link(suggestion, address(text=suggestion, page=1)) if suggestion else None,
        everything=page_address(replace(query, page=1)),
    )


@embedding.get("/widget")
def owners_page() -> tuple[str, HTTPStatus]:
    """Show the page where the owner of another site sets options, sees the box and copies the HTML."""
    service = search_service()
    options, refusal = BoxOptions(language=current_language()), ""
    try:
        options = box_options_from(request.args, service, current_language())
    except InvalidQuery as error:
        refusal = error.message.text(current_language())
    root = base_url()
    page = render_template(
        "widget/page.html",
        options=options,
        refusal=refusal,
        snippet=snippet(options, root),
        # The preview asks this very host, which its strict policy lets it.
        preview=snippet(options, ""),
        # A source of a policy that has a path matches that very path.
        origin=urlsplit(root)._replace(path="", query="", fragment="").geturl(),
        collections=service.collection_names,
        units=service.registry.units,
    )
    return page, HTTPStatus.BAD_REQUEST if refusal else HTTPStatus.OK
