"""Rate limits by class of address."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from searchsvc.settings import load_settings
from searchsvc.web.app import create_app
from searchsvc.web.counters import Rate
from searchsvc.web.limiting import class_of, client_of, rates_of

Maker = Callable[..., FlaskClient]


@pytest.fixture
def limited(sample_data: Path) -> Iterator[Maker]:
    """Clients of an app over the sample archive, with other settings."""
    apps = []

    def make(**values: object) -> FlaskClient:
        apps.append(create_app(load_settings(data=sample_data, **values)))
        return apps[-1].test_client()

    yield make
    for app in apps:
        app.extensions["searchsvc"].close()


def statuses(client: FlaskClient, address: str, times: int, **extra: object) -> list[int]:
    found = []
    for _ in range(times):
        with client.get(address, **extra) as answer:
            found.append(answer.status_code)
    return found


def test_the_api_says_when_to_ask_again(limited: Maker) -> None:
    client = limited(rate_search="2/hour")
    assert statuses(client, "/api/v1/search?q=a", 2) == [200, 200]
    answer = client.get("/api/v1/search?q=a", headers={"Accept-Language": "en"})
    assert answer.status_code == 429
    assert answer.content_type.startswith("application/problem+json")
    assert 1 <= int(answer.headers["Retry-After"]) <= 7200
    assert answer.headers["Retry-After"] in json.loads(answer.text)["detail"]
    assert answer.headers["Cache-Control"] == "no-store"


def test_people_get_a_page(limited: Maker) -> None:
    client = limited(rate_pages="1/hour")
    assert statuses(client, "/search?q=a", 1) == [200]
    page = client.get("/search?q=a")
    assert page.status_code == 429
    assert page.content_type.startswith("text/html")
    assert "thử lại sau" in page.text


def test_classes_are_counted_apart(limited: Maker) -> None:
    client = limited(rate_search="1/hour", rate_suggest="1/hour", rate_pages="1/hour")
    for address in ("/api/v1/search", "/api/v1/suggest?q=a", "/search"):
        assert statuses(client, address, 2) == [200, 429]


def test_pages_that_do_not_exist_count_too(limited: Maker) -> None:
    assert statuses(limited(rate_pages="2/hour"), "/no-such-page", 3) == [404, 404, 429]


def test_health_is_exempt_and_this_machine_is_not(limited: Maker) -> None:
    client = limited(rate_pages="1/hour")
    assert statuses(client, "/healthz", 3) == [200, 200, 200]
    assert statuses(client, "/static/site.css", 3) == [200, 200, 200]
    assert statuses(client, "/", 2, environ_overrides={"REMOTE_ADDR": "127.0.0.1"}) == [200, 429]


def test_limits_can_be_switched_off(limited: Maker) -> None:
    assert statuses(limited(rate_pages="1/hour", rate_limits=False), "/", 3) == [200, 200, 200]
    assert statuses(limited(rate_pages=""), "/", 3) == [200, 200, 200]


def test_a_header_that_nobody_vouches_for_is_no_address(limited: Maker) -> None:
    client = limited(rate_pages="1/hour")
    answers = [client.get("/", headers={"X-Forwarded-For": f"9.9.9.{n}"}).status_code for n in range(2)]
    assert answers == [200, 429]


def test_behind_a_proxy_its_clients_are_told_apart(limited: Maker) -> None:
    client = limited(rate_pages="1/hour", trusted_proxies=1)
    for forwarded, status in (("9.9.9.1", 200), ("9.9.9.2", 200), ("1.1.1.1, 9.9.9.1", 429)):
        assert client.get("/", headers={"X-Forwarded-For": forwarded}).status_code == status


def test_a_forwarded_host_that_is_none_is_refused(limited: Maker) -> None:
    client = limited(trusted_proxies=1)
    assert client.get("/", headers={"X-Forwarded-Host": "a b<c>"}).status_code == 400
    link = client.get(
        "/api/v1/search?q=05-CT/TW",
        headers={"X-Forwarded-Host": "tim.example.vn", "X-Forwarded-Proto": "https"},
    ).get_json()["results"][0]["link"]
    assert link.startswith("https://tim.example.vn/articles/")


@pytest.mark.parametrize(
    ("address", "client"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", "unknown"),
        (None, "unknown"),
        ("nonsense", "unknown"),
    ],
)
def test_one_line_is_one_client(address: str | None, client: str) -> None:
    assert client_of(address) == client


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/", "pages"),
        ("/articles/a", "pages"),
        ("/widget", "pages"),
        ("/widget.js", None),
        ("/api/v1/search", "search"),
        ("/api/v1/codes", "search"),
        ("/api/v1/codes/lookup", "lookup"),
        ("/api/v1/suggest", "suggest"),
        ("/feed.atom", "feeds"),
        ("/metrics", None),
        ("*", "pages"),
    ],
)
def test_every_path_has_a_class(path: str, name: str | None) -> None:
    assert class_of(path) == name


def test_several_rates_of_one_class() -> None:
    settings = load_settings(rate_search="20 / second; 600/minute", rate_feeds="")
    assert rates_of(settings)["search"] == (Rate(20, 1), Rate(600, 60))
    assert rates_of(settings)["feeds"] == ()
