"""The OpenAPI 3.1 document of the API, made of the operations as they are declared (`operations`).

The primary entrypoint is `document`. Descriptions are English; their Vietnamese stands beside them under
`x-description-vi` and `x-summary-vi`.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from http import HTTPStatus
from typing import Any

from flask import Flask
from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema

from searchsvc import __version__
from searchsvc.errors import Message
from searchsvc.resources import package_folder
from searchsvc.settings import Settings
from searchsvc.web.errors import ProblemObject
from searchsvc.web.operations import JSON, PLAIN, Operation, operation_of
from searchsvc.web.parameters import Parameters, is_repeated

EXAMPLES = package_folder() / "web" / "data" / "api_examples.json"
_REFERENCE = "#/components/schemas/{model}"
_ABOUT = Message(
    vi="Tìm kiếm toàn văn kho bản tin. Không cần đăng ký, không có cookie. "
    "Trang web khác nguồn chỉ đọc được khi nguồn đó nằm trong danh sách cho phép.",
    en="Full-text search of the archive of bulletins. No registration, no cookies. "
    "Pages of other origins may read it if their origin is on the allow-list.",
)
_REFUSALS: Mapping[HTTPStatus, Message] = {
    HTTPStatus.BAD_REQUEST: Message(
        "Tham số sai; `parameter` nêu tên.", "A parameter is wrong; `parameter` names it."
    ),
    HTTPStatus.NOT_FOUND: Message("Không có trong kho.", "Not in the archive."),
    HTTPStatus.NOT_ACCEPTABLE: Message("Chỉ trả lời JSON.", "Answers are JSON only."),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: Message("Nội dung quá lớn.", "The body is too large."),
    HTTPStatus.REQUEST_URI_TOO_LONG: Message(
        "Địa chỉ quá dài; máy chủ từ chối trước khi đọc.", "The address is too long to be read."
    ),
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: Message(
        "Nội dung phải là JSON hoặc văn bản thuần.", "The body must be JSON or plain text."
    ),
    HTTPStatus.TOO_MANY_REQUESTS: Message("Hỏi quá nhanh.", "Too many requests."),
    HTTPStatus.SERVICE_UNAVAILABLE: Message("Tạm thời chưa tìm được.", "The archive cannot be searched now."),
}
_DESCRIBING = ("description", "x-description-vi")
_WITH_RETRY = (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE)


def document(app: Flask, settings: Settings) -> dict[str, Any]:
    """Return the OpenAPI document of `app`; limits and defaults are those of `settings`."""
    found = list(operations_of(app))
    schemas = _Schemas([described.answers for described in found])
    paths: dict[str, dict[str, Any]] = {}
    for described in found:
        methods = paths.setdefault(described.template, {})
        methods[described.method.lower()] = _operation(described, schemas, settings)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": settings.site_name,
            "version": __version__,
            **_texts("description", _ABOUT),
        },
        "servers": [{"url": settings.base_url.rstrip("/") or "/"}],
        "paths": paths,
        "components": {"schemas": schemas.components, "responses": dict(_refusals())},
    }


def operations_of(app: Flask) -> Iterator[Operation]:
    """Yield the operations of `app`, in the order in which they were declared."""
    for view in app.view_functions.values():
        described = operation_of(view)
        if described is not None:
            yield described


class _Schemas:
    """The schemas of the answers: a reference for each type, and the components they refer to."""

    def __init__(self, types: Iterable[Any]) -> None:
        self._keys = {id(each): each for each in [*types, ProblemObject]}
        adapters = [(key, "serialization", TypeAdapter(each)) for key, each in self._keys.items()]
        mapping, whole = TypeAdapter.json_schemas(
            adapters,  # type: ignore[arg-type]
            ref_template=_REFERENCE,
            schema_generator=_Untitled,
        )
        self._references = {key: reference for (key, _), reference in mapping.items()}
        self.components: dict[str, Any] = whole["$defs"]

    def reference(self, kind: Any) -> dict[str, Any]:
        """Return the schema of one of the types."""
        return dict(self._references[id(kind)])


class _Untitled(GenerateJsonSchema):
    """JSON schemas without the titles that only repeat the names of members."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        """Return that no member needs a title."""
        return False


def _operation(described: Operation, schemas: _Schemas, settings: Settings) -> dict[str, Any]:
    whole: dict[str, Any] = {
        "operationId": described.name,
        **_texts("summary", described.summary),
        **_texts("description", described.details),
    }
    parameters = [*_path_parameters(described)]
    if described.method == "POST":
        whole["requestBody"] = _body(described)
    else:
        parameters += _query_parameters(described.parameters, settings)
    if parameters:
        whole["parameters"] = parameters
    whole["responses"] = {"200": _answer(described, schemas), **_other_answers(described)}
    whole["x-codeSamples"] = [{"lang": "Shell", "label": "curl", "source": _curl(described, settings)}]
    return whole


def _path_parameters(described: Operation) -> Iterator[dict[str, Any]]:
    for name, part in (described.path or {}).items():
        yield {
            "name": name,
            "in": "path",
            "required": True,
            **_texts("description", part.meaning),
            "schema": {"type": "string", "minLength": 1},
            "example": part.example,
        }


def _query_parameters(model: type[Parameters], settings: Settings) -> Iterator[dict[str, Any]]:
    whole = model.model_json_schema(schema_generator=_Untitled)
    definitions = whole.get("$defs", {})
    for name, field in model.model_fields.items():
        parameter = name.rstrip("_")
        schema = _plain(dict(whole["properties"][parameter]), definitions)
        if parameter in model.defaults_set:
            schema["default"] = getattr(settings, parameter)
        if parameter == "q" and "maxLength" not in schema and "sort" in model.model_fields:
            schema["maxLength"] = settings.max_query_chars
        described: dict[str, Any] = {key: schema.pop(key) for key in _DESCRIBING if key in schema}
        examples = schema.pop("examples", [])
        yield {
            "name": parameter,
            "in": "query",
            **described,
            **({"required": True} if field.is_required() else {}),
            "schema": schema,
            **({"example": examples if is_repeated(field) else examples[0]} if examples else {}),
        }


def _plain(schema: dict[str, Any], definitions: Mapping[str, Any]) -> dict[str, Any]:
    """Return the schema of a parameter without references, and without null, which no address can say.

    What is no text may also be blank: a form sends its empty fields.
    """
    for choice in schema.pop("anyOf", []):
        if choice.get("type") != "null":
            schema |= choice
    if "$ref" in schema:
        schema = definitions[schema.pop("$ref").rsplit("/")[-1]] | schema
        schema.pop("title", None)
    if schema.get("default", 0) is None:
        del schema["default"]
    described = {key: schema.pop(key) for key in (*_DESCRIBING, "examples", "default") if key in schema}
    if schema.get("type") == "integer" or "enum" in schema:
        schema = {"anyOf": [schema, {"type": "string", "maxLength": 0}]}
    return described | schema


def _body(described: Operation) -> dict[str, Any]:
    schema = described.parameters.model_json_schema(schema_generator=_Untitled)
    schema.pop("title", None)
    schema.pop("description", None)
    text = {key: value for key, value in schema["properties"]["text"].items() if key != "examples"}
    return {
        "required": True,
        "content": {
            JSON: {"schema": schema, "example": json.loads(described.example)},
            PLAIN: {"schema": text, "example": json.loads(described.example)["text"]},
        },
    }


def _answer(described: Operation, schemas: _Schemas) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if described.method == "GET":
        headers = {
            name: {"schema": {"type": "string"}, "required": True} for name in ("ETag", "Cache-Control")
        }
    return {
        **_texts("description", Message("Câu trả lời.", "The answer.")),
        **({"headers": headers} if headers else {}),
        "content": {JSON: {"schema": schemas.reference(described.answers), **_example(described)}},
    }


def _example(described: Operation) -> dict[str, Any]:
    found = examples().get(described.name)
    return {"example": found} if found else {}


@cache
def examples() -> Mapping[str, Any]:
    """Return a shortened answer of each operation over the sample archive, made by `scripts/api_examples`."""
    found: Mapping[str, Any] = json.loads(EXAMPLES.read_text(encoding="utf-8"))
    return found


def _other_answers(described: Operation) -> dict[str, Any]:
    statuses = [HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_ACCEPTABLE, *_WITH_RETRY]
    if described.path:
        statuses.append(HTTPStatus.NOT_FOUND)
    if described.method == "GET":
        statuses.append(HTTPStatus.REQUEST_URI_TOO_LONG)
    else:
        statuses += [HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.UNSUPPORTED_MEDIA_TYPE]
    found = {
        str(int(status)): {"$ref": f"#/components/responses/{status.name}"} for status in sorted(statuses)
    }
    if described.method == "GET":
        unchanged = Message("Chưa có gì thay đổi từ lần trước.", "Nothing has changed since.")
        return {"304": _texts("description", unchanged), **found}
    return found


def _refusals() -> Iterator[tuple[str, dict[str, Any]]]:
    schema = {"$ref": _REFERENCE.format(model=ProblemObject.__name__)}
    for status, meaning in _REFUSALS.items():
        seconds = {"Retry-After": {"schema": {"type": "integer"}, "required": True}}
        yield (
            status.name,
            {
                **_texts("description", meaning),
                **({"headers": seconds} if status in _WITH_RETRY else {}),
                "content": (
                    {"text/html": {}}  # by the server in front, which has not read what is asked
                    if status == HTTPStatus.REQUEST_URI_TOO_LONG
                    else {"application/problem+json": {"schema": schema}}
                ),
            },
        )


def _curl(described: Operation, settings: Settings) -> str:
    host = settings.base_url.rstrip("/") or f"http://{settings.host}:{settings.port}"
    address = host + described.example_address
    if described.method == "POST":
        return f"curl -H 'Content-Type: {JSON}' -d '{described.example}' '{address}'"
    return f"curl '{address}'"


def _texts(name: str, message: Message) -> dict[str, str]:
    return {name: message.en, f"x-{name}-vi": message.vi}
