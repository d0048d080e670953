"""Requests as received: what is no host name or no scheme of the web is refused; any bytes make a query."""

import pytest
from flask.testing import FlaskClient

from searchsvc.settings import Settings
from searchsvc.web.app import create_app
from searchsvc.web.received import is_host

GOOD = (
    "bantin.example.vn",
    "localhost:8080",
    "127.0.0.1",
    "[::1]:8080",
    "kho-tin.local.",
    "a" * 63 + ".vn",
)
BAD = (
    "..",
    ".",
    "a..b",
    "a" * 64,
    ".".join(["a" * 60] * 5),
    "a b",
    '"><script>',
    "evil/x",
    "@evil",
    "a\tb",
    "x:99999",
    "x:-1",
    "x:1:2",
    "[::1",
    "-a",
    "a:b@c",
    "_",
    "kho_tin.local",
    "x:",
)


@pytest.mark.parametrize("host", GOOD)
def test_host_names_and_addresses_pass(client: FlaskClient, host: str) -> None:
    assert is_host(host)
    assert client.get("/healthz", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("host", BAD)
@pytest.mark.parametrize("path", ["/", "/search?q=a", "/api/v1/search?q=a", "/articles/x", "/no-such-page"])
def test_anything_else_is_400(client: FlaskClient, host: str, path: str) -> None:
    assert not is_host(host)
    answer = client.get(path, headers={"Host": host})
    assert answer.status_code == 400
    assert "<" not in answer.text


def test_links_of_the_api_stand_under_the_host_asked(client: FlaskClient) -> None:
    answer = client.get("/api/v1/search?q=nghi", headers={"Host": "bantin.example.vn"}).json
    assert answer["results"][0]["link"].startswith("http://bantin.example.vn/articles/")


@pytest.mark.parametrize("scheme", ["javascript", "", "x,http", "http,x", "ht\u1ead", "\x01", "HTTPS:"])
def test_a_scheme_of_the_web_is_needed(sample_settings: Settings, scheme: str) -> None:
    app = create_app(sample_settings.model_copy(update={"trusted_proxies": 1}))
    told = {"X-Forwarded-Proto": scheme.encode().decode("latin-1")}
    refused = app.test_client().get("/healthz", headers=told)
    assert refused.status_code == (200 if scheme in ("", "x,http") else 400)
    assert app.test_client().get("/healthz", headers={"X-Forwarded-Proto": "https"}).status_code == 200


@pytest.mark.parametrize(
    "path", ["/search", "/api/docs", "/api/v1/search", "/units/", "/embed", "/no-such-page"]
)
@pytest.mark.parametrize("query", [b"\x80", b"q=\xff", b"lang=\xed\xa0\x80", b"q=%C3\xa1&q=\xe1"])
def test_bytes_that_no_query_may_have_are_no_fault_of_ours(
    client: FlaskClient, path: str, query: bytes
) -> None:
    answer = client.get(path, environ_overrides={"QUERY_STRING": query.decode("latin-1")})
    assert answer.status_code in (200, 400, 404)


def test_a_query_that_was_sent_unescaped_is_understood(client: FlaskClient) -> None:
    raw = {"QUERY_STRING": "q=h\u1ed9i+ngh%E1%BB%8B".encode().decode("latin-1")}
    assert client.get("/api/v1/search", environ_overrides=raw).json["query"]["q"] == "h\u1ed9i ngh\u1ecb"
