"""Errors → answers: a page for people, problem+json (RFC 9457) for programs."""

from http import HTTPStatus
from typing import Annotated, NotRequired

from flask import Flask, Response, current_app, json, render_template, request
from typing_extensions import TypedDict
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from searchsvc.errors import (
    ArchiveError,
    EngineUnavailable,
    IndexLocked,
    IndexMismatch,
    IndexMissing,
    InvalidQuery,
    Message,
    NotFound,
    RegistryError,
    ServiceError,
    TooManyRequests,
)
from searchsvc.search.json_types import said
from searchsvc.web.language import address_with, current_language
from searchsvc.web.observing import note_error

_STATUS: dict[type[ServiceError], HTTPStatus] = {
    InvalidQuery: HTTPStatus.BAD_REQUEST,
    NotFound: HTTPStatus.NOT_FOUND,
    TooManyRequests: HTTPStatus.TOO_MANY_REQUESTS,
    ArchiveError: HTTPStatus.SERVICE_UNAVAILABLE,
    IndexMissing: HTTPStatus.SERVICE_UNAVAILABLE,
    IndexMismatch: HTTPStatus.SERVICE_UNAVAILABLE,
    IndexLocked: HTTPStatus.SERVICE_UNAVAILABLE,
    EngineUnavailable: HTTPStatus.SERVICE_UNAVAILABLE,
    RegistryError: HTTPStatus.SERVICE_UNAVAILABLE,
}
_RETRY_AFTER_S = 30


class ProblemObject(TypedDict):
    """Why a request was refused (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: Annotated[
        str,
        said(
            "Một câu cho người đọc, bằng tiếng Việt hoặc tiếng Anh.",
            "A sentence for people, in Vietnamese or English.",
        ),
    ]
    parameter: NotRequired[Annotated[str, said("Tham số sai.", "The parameter that is wrong.")]]


_KEPT = ("q", "from", "to", "code", "unit", "collection", "sort", "asis")
"""What an error page keeps of a search, in the forms that mend it."""
_PUBLIC_UNAVAILABLE = Message(
    vi="Kho tạm thời chưa tìm kiếm được; xin thử lại sau ít phút.",
    en="The archive cannot be searched right now; please try again in a few minutes.",
)
# Where the usual page, with its links through the site, has no place.
_TEMPLATES = {"/embed": "widget/embed_error.html"}
_HTTP_MESSAGES = {
    HTTPStatus.NOT_FOUND: Message(vi="Không có trang này.", en="There is no such page."),
    HTTPStatus.METHOD_NOT_ALLOWED: Message(
        vi="Địa chỉ này không nhận phương thức đó.", en="This address does not take that method."
    ),
    HTTPStatus.NOT_ACCEPTABLE: Message(
        vi="Địa chỉ này chỉ trả lời JSON; hãy cho phép application/json.",
        en="This address answers JSON only; accept application/json.",
    ),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: Message(vi="Nội dung gửi lên quá lớn.", en="The body is too large."),
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: Message(
        vi="Nội dung gửi lên phải là application/json hoặc text/plain.",
        en="The body must be application/json or text/plain.",
    ),
    HTTPStatus.INTERNAL_SERVER_ERROR: Message(
        vi="Có lỗi ở phía chúng tôi; lỗi đã được ghi lại.",
        en="Something failed on our side; it has been logged.",
    ),
}


def register(app: Flask) -> None:
    """Answer every error of `app` in the form that the address calls for."""
    app.register_error_handler(ServiceError, _service_error)
    app.register_error_handler(HTTPException, _http_error)


def _service_error(error: ServiceError) -> Response:
    status = _STATUS.get(type(error), HTTPStatus.INTERNAL_SERVER_ERROR)
    note_error(type(error).__name__)
    message = error.message
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        # Staff find the command to run in the log and in /readyz; the public is not told of commands.
        current_app.logger.error("%s: %s", type(error).__name__, message.en)
        message = _PUBLIC_UNAVAILABLE
    parameter = error.parameter if isinstance(error, InvalidQuery) else None
    response = _answer(status, message, parameter)
    if isinstance(error, TooManyRequests):
        response.headers["Retry-After"] = str(error.wait_s)
    return response


def _http_error(error: HTTPException) -> Response:
    if error.code is None or error.code < 400:  # a redirect
        return current_app.make_response(error.get_response())
    status = HTTPStatus(error.code)
    response = _answer(status, _HTTP_MESSAGES.get(status, Message(vi=status.phrase, en=status.phrase)))
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        response.allow.update(error.valid_methods)
    return response


def _answer(status: HTTPStatus, message: Message, parameter: str | None = None) -> Response:
    response = _problem(status, message, parameter) if _wants_json() else _page(status, message, parameter)
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        response.headers["Retry-After"] = str(_RETRY_AFTER_S)
    response.headers["Cache-Control"] = "no-store"
    return response


def _wants_json() -> bool:
    return request.path.startswith("/api/")


def _problem(status: HTTPStatus, message: Message, parameter: str | None) -> Response:
    body: ProblemObject = {
        "type": "about:blank",
        "title": status.phrase,
        "status": int(status),
        "detail": message.text(current_language()),
    }
    if parameter:
        body["parameter"] = parameter
    return Response(
        json.dumps(body, ensure_ascii=False),
        status=status,
        content_type="application/problem+json; charset=utf-8",
    )


def _page(status: HTTPStatus, message: Message, parameter: str | None) -> Response:
    kept = [pair for pair in request.args.items(multi=True) if pair[0] in _KEPT and pair[0] != parameter]
    page = render_template(
        _TEMPLATES.get(request.path, "error.html"),
        status=int(status),
        message=message.text(current_language()),
        parameter=parameter,
        # What was typed stays, so that only what is wrong needs to be typed again.
        text=request.args.get("q", "") if parameter != "q" else "",
        kept=[pair for pair in kept if pair[0] != "q"] if parameter else [],
        kept_but_days=[pair for pair in kept if pair[0] not in ("from", "to")],
        typed_first=request.args.get("from", ""),
        typed_last=request.args.get("to", ""),
        without=address_with(parameter) if parameter not in (None, "q") else None,
    )
    return Response(page, status=status, content_type="text/html; charset=utf-8")
