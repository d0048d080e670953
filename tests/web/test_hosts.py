"""The Host header: what is no host name is refused, whatever the path."""

import pytest
from flask.testing import FlaskClient

from searchsvc.web.hosts import is_host

GOOD = (
    "bantin.example.vn",
    "localhost:8080",
    "127.0.0.1",
    "[::1]:8080",
    "kho_tin.local.",
    "a" * 63 + ".vn",
    "x:",
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
