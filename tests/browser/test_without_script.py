"""All that matters works without JavaScript, at three widths."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("width", [360, 768, 1280])
def test_search_filter_and_read_without_script(visit: Visit, width: int) -> None:
    page = visit(width=width, java_script_enabled=False)
    expect(page.locator("button.theme")).to_be_hidden()  # what would do nothing is not shown
    page.locator("#q").fill("nghị quyết")
    page.get_by_role("button", name="Tìm", exact=True).click()
    expect(page.locator(".hit").first).to_be_visible()

    page.get_by_label("Tìm trong các số hiệu").fill("18nq")
    page.get_by_role("button", name="Tìm số hiệu").click()
    expect(page.locator("#so-hieu .values li")).to_have_count(1)
    page.locator("#so-hieu .values a").click()
    expect(page.locator(".chip")).to_contain_text("18-NQ/TW")

    page.locator(".timeline a").last.click()
    expect(page.locator(".chip")).to_have_count(2)
    page.locator(".tree summary").first.click()
    expect(page.locator(".tree details[open] a").first).to_be_visible()
    page.locator(".hit h2 a").first.click()
    expect(page.locator("article mark").first).to_be_visible()
    expect(page.locator("#citation")).to_be_visible()
    expect(page.locator("button.copy")).to_be_hidden()
    page.get_by_role("link", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
