"""The keyboard alone is enough, and the box is a combobox as WAI-ARIA says it."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit

pytestmark = pytest.mark.browser


def test_the_combobox_follows_the_authoring_practices(visit: Visit) -> None:
    page = visit()
    box = page.get_by_role("combobox")
    expect(box).to_have_attribute("aria-expanded", "false")
    box.focus()
    page.keyboard.type("nghi q")
    expect(page.get_by_role("listbox")).to_be_visible()
    expect(box).to_have_attribute("aria-expanded", "true")
    expect(page.get_by_role("status")).to_contain_text(re.compile(r"Gợi ý: \d+"))
    assert box.get_attribute("aria-activedescendant") is None

    options = page.get_by_role("option")
    page.keyboard.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    assert box.get_attribute("aria-activedescendant") == options.first.get_attribute("id")
    expect(box).to_be_focused()
    expect(box).to_have_value("nghi q")
    page.keyboard.press("ArrowUp")  # back into the box
    assert box.get_attribute("aria-activedescendant") is None
    page.keyboard.press("ArrowUp")  # and around to the last
    expect(options.last).to_have_attribute("aria-selected", "true")

    page.keyboard.press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
    expect(box).to_have_value("nghi q")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("listbox")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(box).to_have_value("")

    page.keyboard.type("nghi q")
    expect(page.get_by_role("listbox")).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("#q")).to_have_value("nghị quyết")
    expect(page.locator(".hit").first).to_be_visible()


def test_leaving_the_box_closes_the_list(visit: Visit) -> None:
    page = visit()
    page.locator("#q").fill("nghi q")
    expect(page.get_by_role("listbox")).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_role("listbox")).to_be_hidden()


def test_a_suggestion_keeps_the_language_and_leads_to_its_article(visit: Visit) -> None:
    page = visit("/?lang=en")
    page.locator("#q").press_sequentially("bo phieu kin")
    page.locator("#q").fill("the bao hiem y te va")
    option = page.get_by_role("option", name=re.compile("Thẻ bảo hiểm y tế"))
    expect(option).to_contain_text("Article")
    option.click()
    expect(page.locator("article h1")).to_contain_text("Thẻ bảo hiểm y tế")
    assert page.url.endswith("?lang=en")


def reach(page: Page, what: str, most: int = 60) -> None:
    """Press Tab until the element with the focus matches `what`, each stop visibly marked."""
    for _ in range(most):
        page.keyboard.press("Tab")
        focused = page.locator(":focus")
        style = focused.evaluate("each => getComputedStyle(each).outlineStyle")
        assert style != "none", focused.evaluate("each => each.outerHTML")
        if focused.evaluate("(each, what) => each.matches(what)", what):
            return
    raise AssertionError(f"the keyboard does not reach {what}")


def test_every_step_of_a_search_can_be_made_with_the_keyboard(visit: Visit) -> None:
    page = visit()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Đến nội dung chính")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    page.keyboard.press("/")
    page.keyboard.type("công tác/đảng")  # the key is a letter again within the box
    expect(page.locator("#q")).to_have_value("công tác/đảng")
    page.keyboard.press("Control+a")
    page.keyboard.type("công tác")
    page.keyboard.press("Enter")
    expect(page.locator(".hit").first).to_be_visible()

    reach(page, ".timeline a")
    page.keyboard.press("Enter")
    expect(page.locator(".chip")).to_have_count(1)
    reach(page, ".chip")
    page.keyboard.press("Enter")
    expect(page.locator(".chip")).to_have_count(0)
    reach(page, ".tree summary", most=90)
    page.keyboard.press("Enter")
    reach(page, ".tree details[open] a")
    page.keyboard.press("Enter")
    expect(page.locator(".chip")).to_have_count(1)
    reach(page, ".hit h2 a")
    page.keyboard.press("Enter")
    expect(page.locator("article h1")).to_be_visible()
    reach(page, ".back a")
    page.keyboard.press("Enter")
    expect(page.locator(".hit").first).to_be_visible()
