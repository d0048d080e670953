"""`/healthz`: the process is alive. `/readyz`: whether searches are answered, and what is degraded."""

from datetime import UTC, datetime
from http import HTTPStatus

from flask import Blueprint, Response, json

from searchsvc.web.services import services
from searchsvc.web.standing import standing_of

health = Blueprint("health", __name__)


@health.get("/healthz")
def alive() -> Response:
    """Answer that the process takes requests."""
    return _plain(HTTPStatus.OK, {"status": "ok"})


@health.get("/readyz")
def ready() -> Response:
    """Answer 200 with what is live, or 503 with what is wrong; `reasons` name the commands to run.

    `status` is "ok", "degraded" (searches are answered, but see `reasons`) or "unavailable".
    """
    standing = standing_of(services())
    unavailable = standing.status != HTTPStatus.OK
    state: dict[str, object] = {
        "status": "unavailable" if unavailable else "degraded" if standing.reasons else "ok",
        "reasons": [{"part": part, "detail": message.en} for part, message in standing.reasons],
        "engine": standing.engine,
        "generation": standing.generation,
        "degraded": bool(standing.reasons),
        "generation_age_s": _age_s(standing.built_at),
        "documents": standing.documents,
        "articles": standing.articles,
        "behind": standing.behind,
    }
    if unavailable:
        state["detail"] = standing.reasons[0][1].en
    return _plain(standing.status, state)


def _age_s(built_at: datetime | None) -> int | None:
    return None if built_at is None else max(0, int((datetime.now(UTC) - built_at).total_seconds()))


def _plain(status: HTTPStatus, state: dict[str, object]) -> Response:
    response = Response(json.dumps(state), status=status, content_type="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response
