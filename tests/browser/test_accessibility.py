"""axe finds nothing on any kind of page, in both languages and both themes; nothing scrolls sideways."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask.testing import FlaskClient
from playwright.sync_api import Page

from tests.browser.conftest import Visit

pytestmark = pytest.mark.browser

PAGES = {
    "home": "/",
    "results": "/search?q=nghị quyết đại hội&from=2019&to=2019&unit=tinh-uy&code_like=nq",
    "understood": "/search?q=nghij quyeets 35 BTV tinh uy",
    "partial": "/search?q=bảo hiểm y tế zzqq",
    "empty": "/search?q=zzqq",
    "article": "",
    "bad-request": "/search?q=nghị&from=31/2/2020",
    "not-found": "/nope",
    "widget": "/widget",
    "frame": "/embed?q=nghị",
    "api": "/api/docs",
    "documents": "/codes/?type=CT&q=35",
    "dossier": "/codes/35-CT/TW?period=2025",
    "fragment": "/codes/05-CT",
    "number": "/codes/35",
    "unknown": "/codes/35-CT/TU",
    "units": "/units/",
    "unit": "/units/tinh-uy",
}


def violations(page: Page) -> list[tuple[str, str]]:
    found = Axe().run(page).response["violations"]
    return [(rule["id"], node["html"][:160]) for rule in found for node in rule["nodes"]]


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(visit: Visit, client: FlaskClient, name: str) -> None:
    path = PAGES[name]
    if name == "article":
        path = client.get("/api/v1/search?q=05-CT/TW").get_json()["results"][0]["link"]
        path = path.removeprefix("http://localhost") + "?q=05-CT/TW"
    page = visit(path, width=360, faults=True)
    for language in ("vi", "en"):
        page.goto(f"{page.url.partition('lang=')[0]}{'&' if '?' in page.url else '?'}lang={language}")
        for theme in ("light", "dark"):
            page.emulate_media(color_scheme=theme)
            assert violations(page) == [], (name, language, theme)
    for width in (320, 768, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (name, width)


def test_axe_finds_nothing_with_the_list_of_suggestions_open(visit: Visit) -> None:
    page = visit("/", theme="dark")
    page.locator("#q").fill("nghi q")
    page.get_by_role("listbox").wait_for()
    page.keyboard.press("ArrowDown")
    assert violations(page) == []


def test_axe_would_find_something(visit: Visit) -> None:
    page = visit("/")
    page.evaluate("document.documentElement.removeAttribute('lang')")
    assert violations(page)
