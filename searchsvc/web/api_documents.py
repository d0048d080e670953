"""What tells others of the API: its OpenAPI document, and the page that shows it to people."""

import json

from flask import Blueprint, Response, current_app, jsonify, render_template, request

from searchsvc.web import openapi
from searchsvc.web.operations import PREFIX
from searchsvc.web.services import services

documents = Blueprint("api_documents", __name__)


@documents.get(f"{PREFIX}/openapi.json")
def openapi_document() -> Response:
    """Answer the OpenAPI document."""
    # Its ETag is of its content: it needs no archive, and holds as long as the code and the settings.
    response = jsonify(openapi.document(current_app, services().settings))
    response.add_etag(weak=True)
    response.cache_control.no_cache = True
    response.make_conditional(request)
    return response


@documents.get("/api/docs")
def page() -> str:
    """Show the API to people."""
    return render_template("api/docs.html", document=openapi.document(current_app, services().settings))


@documents.app_template_filter()
def pretty(value: object) -> str:
    """Return a value as indented JSON."""
    return json.dumps(value, ensure_ascii=False, indent=2)
