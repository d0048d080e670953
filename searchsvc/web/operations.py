"""The operations of the API: a view with what it takes and answers, declared once.

The primary entrypoint is `operation`. What is declared here is what checks a request, and what `openapi`
tells others of it.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any, NamedTuple
from urllib.parse import quote

from flask import Blueprint, Response, abort, jsonify, request

from searchsvc.errors import InvalidQuery, Message
from searchsvc.web.caching import API_MAX_AGE_S, revalidate
from searchsvc.web.parameters import MAX_TEXT_CHARS, Parameters
from searchsvc.web.services import search_service, services

PREFIX = "/api/v1"
JSON = "application/json"
PLAIN = "text/plain"
MAX_BODY_BYTES = 8 * MAX_TEXT_CHARS
"""Room for a text all of whose letters are written as JSON escapes."""

_KEY = "api_operation"
_VARIABLE = re.compile(r"<(?:[^:<>]+:)?([^<>]+)>")


class PathParameter(NamedTuple):
    """A part of the path that names a thing: what it is, and one that there is in the sample archive."""

    meaning: Message
    example: str


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation. `parameters` are those of the address, or of the body of a POST.

    `answers` is the type of its JSON; `example` the query of an address, or a body.
    """

    name: str
    rule: str
    summary: Message
    details: Message
    parameters: type[Parameters]
    answers: Any
    example: str = ""
    path: Mapping[str, PathParameter] | None = None
    max_age_s: int = API_MAX_AGE_S
    method: str = "GET"

    @property
    def template(self) -> str:
        """The path with its variable parts in braces, as OpenAPI writes it."""
        return PREFIX + _VARIABLE.sub(r"{\1}", self.rule)

    @property
    def example_address(self) -> str:
        """The path and query of the example."""
        path = self.template
        for name, part in (self.path or {}).items():
            path = path.replace(f"{{{name}}}", quote(part.example, safe="/"))
        return f"{path}?{self.example}" if self.example and self.method == "GET" else path


View = Callable[..., Any]


def operation(blueprint: Blueprint, described: Operation) -> Callable[[View], View]:
    """Return a decorator that answers `described` with a view that takes the checked parameters.

    The view is called with its `Parameters` and the parts of the path, and returns the JSON object. One
    function may be several operations.
    """

    def decorate(function: View) -> View:
        @wraps(function)
        def view(**path: str) -> Response:
            if request.accept_mimetypes and not request.accept_mimetypes.quality(JSON):
                abort(406)
            given = _given(described)
            if described.method == "GET":
                revalidate(given, max_age_s=described.max_age_s, keep=True)
            answered = function(given, **path)
            response = jsonify(answered)
            _add_links(response, answered.get("links"))
            return response

        setattr(view, _KEY, described)
        blueprint.add_url_rule(described.rule, described.name, view, methods=[described.method])
        return function

    return decorate


def operation_of(view: View) -> Operation | None:
    """Return what a view function answers, None if it is no operation of the API."""
    found: Operation | None = getattr(view, _KEY, None)
    return found


def _given(described: Operation) -> Parameters:
    service, settings = search_service(), services().settings
    if described.method == "POST":
        return described.parameters.checked(_posted(), service)
    defaults = {name: getattr(settings, name) for name in described.parameters.defaults_set}
    return described.parameters.read(request.args, service, **defaults)


def _posted() -> dict[str, object]:
    """Return the members of a JSON body, or a plain text as the member `text`. Raises InvalidQuery."""
    request.max_content_length = MAX_BODY_BYTES
    if request.mimetype == PLAIN:
        return {"text": request.get_data().decode("utf-8", "replace")}
    if request.mimetype != JSON:
        abort(415)
    try:
        found = json.loads(request.get_data())
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise InvalidQuery(
            vi='Nội dung gửi lên phải là JSON như {"text": "…"}.',
            en='The body must be JSON such as {"text": "…"}.',
            parameter="text",
        )
    return found


def _add_links(response: Response, links: Mapping[str, str | None] | None) -> None:
    """Tell programs the neighbouring pages in the header too (RFC 8288)."""
    if links:
        relations = {"first": "first", "previous": "prev", "next": "next", "last": "last"}
        texts = [f'<{links[name]}>; rel="{relation}"' for name, relation in relations.items() if links[name]]
        response.headers["Link"] = ", ".join(texts)
