"""`/healthz`: the process is alive. `/readyz`: archive and index are open and answer."""

from http import HTTPStatus

from flask import Blueprint, Response, json

from searchsvc.errors import ServiceError
from searchsvc.web.services import search_service

health = Blueprint("health", __name__)


@health.get("/healthz")
def alive() -> Response:
    """Answer that the process takes requests."""
    return _plain(HTTPStatus.OK, {"status": "ok"})


@health.get("/readyz")
def ready() -> Response:
    """Answer 200 with what is live, or 503 with what is wrong and the command to run.

    `degraded`: the index is whole, but copies of it are missing.
    """
    try:
        service = search_service()
        index = service.engine.status()
        state = {
            "status": "ok",
            "engine": index.engine,
            "degraded": index.degraded,
            "generation": index.generation,
            "documents": index.documents,
            "articles": service.archive.counts().articles,
            "behind": service.archive.changes_since(index.change),
        }
    except ServiceError as error:
        return _plain(HTTPStatus.SERVICE_UNAVAILABLE, {"status": "unavailable", "detail": error.message.en})
    return _plain(HTTPStatus.OK, state)


def _plain(status: HTTPStatus, state: dict[str, object]) -> Response:
    response = Response(json.dumps(state), status=status, content_type="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response
