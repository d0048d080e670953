"""The OpenAPI document, and the page that shows it."""

import json
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pydantic import TypeAdapter

from searchsvc.settings import load_settings
from searchsvc.web.app import create_app
from searchsvc.web.openapi import document, examples, operations_of


@pytest.fixture
def described(client: FlaskClient) -> dict[str, Any]:
    return client.get("/api/v1/openapi.json").get_json()


def operations(described: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (path, method, each)
        for path, methods in described["paths"].items()
        for method, each in methods.items()
    ]


def test_every_route_of_the_api_is_described(app: Flask, described: dict[str, Any]) -> None:
    rules = {
        (each.template, method)
        for rule in app.url_map.iter_rules()
        for each in operations_of(app)
        if rule.rule == "/api/v1" + each.rule
        for method in rule.methods & {"GET", "POST"}
    }
    assert {(path, method.upper()) for path, method, _ in operations(described)} == rules
    others = {
        rule.rule
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/")
        and rule.rule not in {"/api/v1" + each.rule for each in operations_of(app)}
    }
    assert others == {"/api/v1/openapi.json", "/api/docs"}


def test_each_operation_says_all_in_both_languages(described: dict[str, Any]) -> None:
    assert described["openapi"] == "3.1.0"
    for _, _, operation in operations(described):
        for thing in (operation, *operation.get("parameters", ())):
            english, vietnamese = thing["description"], thing["x-description-vi"]
            assert english != vietnamese
            assert not vietnamese.isascii()
        assert operation["summary"] != operation["x-summary-vi"]
        assert {"200", "400", "406", "429", "503"} <= set(operation["responses"])


def test_no_reference_leads_nowhere(described: dict[str, Any]) -> None:
    def references(value: Any) -> list[str]:
        if isinstance(value, dict):
            own = [value["$ref"]] if isinstance(value.get("$ref"), str) else []
            return own + [each for member in value.values() for each in references(member)]
        return [each for member in value for each in references(member)] if isinstance(value, list) else []

    found = references(described)
    assert found
    for reference in found:
        target: Any = described
        for part in reference.removeprefix("#/").split("/"):
            target = target[part]


def test_each_example_is_answered_and_has_the_shape_of_its_type(app: Flask, client: FlaskClient) -> None:
    for each in operations_of(app):
        if each.method == "POST":
            answer = client.post(each.example_address, json=json.loads(each.example))
        else:
            answer = client.get(each.example_address)
        assert answer.status_code == 200, each.name
        kind = TypeAdapter(each.answers)
        for value in (answer.get_json(), examples()[each.name]):
            kind.validate_json(json.dumps(value), strict=True)
            assert members(kind.dump_python(value)) == members(value), each.name
        assert members(examples()[each.name]) <= members(answer.get_json()) | {"note"}, each.name


def members(value: Any) -> set[str]:
    """Return the names of all members at any depth."""
    if isinstance(value, dict):
        return set(value) | {name for member in value.values() for name in members(member)}
    return {name for member in value for name in members(member)} if isinstance(value, list) else set()


def test_limits_are_those_of_the_settings() -> None:
    settings = load_settings(max_query_chars=77, per_page=33, base_url="https://tim.example.vn/")
    described = document(create_app(settings), settings)
    parameters = {each["name"]: each for each in described["paths"]["/api/v1/search"]["get"]["parameters"]}
    assert parameters["q"]["schema"]["maxLength"] == 77
    assert parameters["per_page"]["schema"]["default"] == 33
    assert parameters["page"]["schema"]["anyOf"][0]["minimum"] == 1
    assert parameters["code"]["schema"]["maxItems"] == 20
    assert described["servers"] == [{"url": "https://tim.example.vn"}]
    source = described["paths"]["/api/v1/search"]["get"]["x-codeSamples"][0]["source"]
    assert source.startswith("curl 'https://tim.example.vn/api/v1/search?")


@pytest.mark.parametrize(
    ("language", "text"), [("vi", "Hồ sơ một văn bản"), ("en", "The dossier of a document")]
)
def test_the_page_shows_every_operation(
    client: FlaskClient, described: dict[str, Any], language: str, text: str
) -> None:
    page = client.get(f"/api/docs?lang={language}")
    assert page.status_code == 200
    assert text in page.text
    for path, method, operation in operations(described):
        assert f'id="{operation["operationId"]}"' in page.text
        assert f"{method.upper()} {path}" in page.text


def test_document_and_page_need_no_archive(tmp_path: Any) -> None:
    client = create_app(load_settings(data=tmp_path / "none")).test_client()
    for address in ("/api/v1/openapi.json", "/api/docs"):
        assert client.get(address).status_code == 200


@pytest.mark.parametrize(
    ("accept", "status"),
    [("application/json", 200), ("*/*", 200), ("text/html,*/*;q=0.1", 200), ("text/html", 406),
     ("application/json;q=0", 406), ("application/*", 200), ("", 200)],
)  # fmt: skip
def test_who_takes_no_json_is_told(client: FlaskClient, accept: str, status: int) -> None:
    answer = client.get("/api/v1/search?q=a", headers={"Accept": accept})
    assert answer.status_code == status
    assert "json" in answer.content_type


def test_other_methods_are_named(client: FlaskClient) -> None:
    answer = client.post("/api/v1/search")
    assert answer.status_code == 405
    assert answer.content_type.startswith("application/problem+json")
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}


def test_neighbouring_pages_are_linked(client: FlaskClient) -> None:
    answer = client.get("/api/v1/search?q=nghị+quyết&per_page=5&page=2&sort=newest")
    links = answer.get_json()["links"]
    assert f'<{links["next"]}>; rel="next"' in answer.headers["Link"]
    assert f'<{links["previous"]}>; rel="prev"' in answer.headers["Link"]
    following = client.get(links["next"]).get_json()
    assert (following["page"], following["per_page"], following["sort"]) == (3, 5, "newest")
    assert client.get(links["last"]).get_json()["links"]["next"] is None
    assert client.get(links["first"]).get_json()["links"]["previous"] is None
    seen, address = [], links["first"]
    while address:
        page = client.get(address).get_json()
        seen += [result["id"] for result in page["results"]]
        address = page["links"]["next"]
    assert len(seen) == len(set(seen)) == page["total"]


def test_the_document_is_sent_once(client: FlaskClient) -> None:
    first = client.get("/api/v1/openapi.json")
    again = client.get("/api/v1/openapi.json", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
