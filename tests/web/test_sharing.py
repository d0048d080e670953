"""Which pages of other sites may read the answers."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from searchsvc.settings import load_settings
from searchsvc.web.app import create_app

LISTED, OTHER = "https://thcs.example.vn", "https://elsewhere.example"
ALLOW = "Access-Control-Allow-Origin"


def client_with(origins: object, data: Path | None = None) -> FlaskClient:
    values = {"data": data} if data else {}
    return create_app(load_settings(allowed_origins=origins, rate_limits=False, **values)).test_client()


@pytest.fixture(scope="module")
def sharing(sample_data: Path) -> Iterator[FlaskClient]:
    """A client of a service that lets two sites read its API."""
    client = client_with(f"{LISTED} http://localhost:5000", sample_data)
    yield client
    client.application.extensions["searchsvc"].close()


def test_a_listed_site_may_read(sharing: FlaskClient) -> None:
    answer = sharing.get("/api/v1/search?q=a", headers={"Origin": LISTED})
    assert answer.headers.getlist(ALLOW) == [LISTED]
    assert "ETag" in answer.headers["Access-Control-Expose-Headers"]
    assert "Retry-After" in answer.headers["Access-Control-Expose-Headers"]
    assert "Origin" in answer.headers["Vary"]
    assert "Access-Control-Allow-Credentials" not in answer.headers


@pytest.mark.parametrize(
    "origin",
    [
        OTHER,
        "null",
        "",
        f"{LISTED}.evil.example",
        LISTED.upper(),
        f"{LISTED}/",
        f"{LISTED}, {OTHER}",
        "http" + LISTED[5:],
    ],
)
def test_others_may_not(sharing: FlaskClient, origin: str) -> None:
    answer = sharing.get("/api/v1/search?q=a", headers={"Origin": origin})
    assert answer.status_code == 200
    assert ALLOW not in answer.headers
    assert LISTED not in str(answer.headers)
    # Else a cache would hand this answer to a listed site.
    assert "Origin" in answer.headers["Vary"]


def test_the_list_is_not_told(sharing: FlaskClient) -> None:
    assert "example.vn" not in str(sharing.get("/api/v1/search").headers)


def test_a_304_says_so_too(sharing: FlaskClient) -> None:
    tag = sharing.get("/api/v1/search?q=a").headers["ETag"]
    again = sharing.get("/api/v1/search?q=a", headers={"Origin": LISTED, "If-None-Match": tag})
    assert (again.status_code, again.headers[ALLOW]) == (304, LISTED)
    assert "Origin" in again.headers["Vary"]


def test_errors_can_be_read(sharing: FlaskClient) -> None:
    for address in ("/api/v1/search?page=0", "/api/v1/nope"):
        assert sharing.get(address, headers={"Origin": LISTED}).headers[ALLOW] == LISTED


def preflight(client: FlaskClient, origin: str) -> dict[str, str]:
    asked = {
        "Origin": origin,
        "Access-Control-Request-Method": "GET",
        "Access-Control-Request-Headers": "if-none-match",
    }
    answer = client.options("/api/v1/search", headers=asked)
    assert answer.status_code == 200
    return dict(answer.headers)


def test_the_question_before_is_answered_and_kept(sharing: FlaskClient) -> None:
    headers = preflight(sharing, LISTED)
    assert headers[ALLOW] == LISTED
    assert "GET" in headers["Access-Control-Allow-Methods"].split(", ")
    assert "If-None-Match" in headers["Access-Control-Allow-Headers"]
    assert int(headers["Access-Control-Max-Age"]) >= 7200
    refused = preflight(sharing, OTHER)
    assert not [name for name in refused if name.startswith("Access-Control")]


def test_pages_are_not_shared(sharing: FlaskClient) -> None:
    for address in ("/", "/search?q=a", "/healthz"):
        assert ALLOW not in sharing.get(address, headers={"Origin": LISTED}).headers


def test_usually_nobody_else_may_read() -> None:
    answer = client_with("").get("/api/v1/nope", headers={"Origin": LISTED})
    assert ALLOW not in answer.headers


def test_everybody_may_read_if_so_set() -> None:
    for headers in ({}, {"Origin": OTHER}, {"Origin": "null"}):
        answer = client_with("*").get("/api/v1/nope", headers=headers)
        assert answer.headers[ALLOW] == "*"
        assert "Origin" not in answer.headers["Vary"]
