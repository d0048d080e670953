"""Light and dark: as the system says, or as chosen; and letters that are never clipped."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit

pytestmark = pytest.mark.browser


def paper(page: Page) -> str:
    return str(page.evaluate("getComputedStyle(document.body).backgroundColor"))


def test_the_theme_of_the_system_can_be_changed_and_stays(visit: Visit) -> None:
    page = visit(theme="dark")
    dark = paper(page)
    page.get_by_role("button", name="Nền sáng").click()
    light = paper(page)
    assert light != dark
    page.goto(page.url + "search?q=nghị")
    assert paper(page) == light
    page.get_by_role("button", name="Nền tối").click()
    assert paper(page) == dark
    assert page.evaluate("localStorage.length") == 0  # the choice of the system is not stored
    page.emulate_media(color_scheme="light")
    page.reload()
    assert paper(page) == light
    expect(page.get_by_role("button", name="Nền tối")).to_be_visible()


CLIPPED = """
() => [...document.querySelectorAll("main *, header *, footer *")]
  .filter((each) => !each.closest(".visually-hidden, svg") && each.checkVisibility())
  .filter((each) => [...each.childNodes].some((node) => node.nodeType === 3 && node.data.trim()))
  .filter((each) => {
    const style = getComputedStyle(each);
    return style.overflowY === "hidden" || parseFloat(style.lineHeight) / parseFloat(style.fontSize) < 1.3;
  })
  .map((each) => each.outerHTML.slice(0, 120))
"""


@pytest.mark.parametrize("width", [360, 1280])
def test_stacked_diacritics_have_room(visit: Visit, width: int) -> None:
    page = visit("/search?q=nghị quyết", width=width)
    assert page.evaluate(CLIPPED) == []
    page.locator(".hit h2 a").first.click()
    assert page.evaluate(CLIPPED) == []
