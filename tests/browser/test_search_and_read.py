"""Search, filter, read and return in a real Chromium: phone, desktop, and a tablet without scripts."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

pytestmark = pytest.mark.browser


@pytest.fixture(
    params=[(360, True), (1280, True), (768, False)], ids=["phone", "desktop", "tablet-no-script"]
)
def page(request: pytest.FixtureRequest, chromium: Browser) -> Iterator[Page]:
    width, scripts = request.param
    context = chromium.new_context(
        viewport={"width": width, "height": 800}, java_script_enabled=scripts, locale="vi-VN"
    )
    page = context.new_page()
    errors: list[str] = []
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    context.close()
    assert errors == []


def test_search_filter_read_and_return(page: Page, site: str) -> None:
    page.goto(site)
    expect(page.get_by_role("heading", name="Bài mới nhất")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "the page scrolls sideways"

    page.locator("#q").fill("nghi quyet dai hoi")
    page.get_by_role("button", name="Tìm", exact=True).click()
    expect(page.locator(".hit").first).to_be_visible()
    expect(page.locator("mark").first).to_be_visible()
    total = page.locator("h1").inner_text()

    page.get_by_label("Từ ngày").fill("1/1/2021")
    page.get_by_role("button", name="Lọc theo ngày").click()
    expect(page.locator(".chip")).to_have_text(["Bỏ lọc: từ 1/1/2021×"])

    unit = page.locator(".tree a").first
    count = unit.locator(".count").inner_text()
    unit.click()
    expect(page.locator("h1")).to_have_text(f"{count} kết quả")
    expect(page.locator(".chip")).to_have_count(2)

    page.locator(".chip").last.click()
    expect(page.locator(".chip")).to_have_text(["Bỏ lọc: từ 1/1/2021×"])
    assert page.url.endswith("/search?q=nghi%20quyet%20dai%20hoi&from=2021-01-01")

    page.locator(".hit h2 a").first.click()
    expect(page.locator("article h1")).to_be_visible()
    expect(page.locator("article mark").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "the page scrolls sideways"
    page.get_by_role("link", name="Về kết quả").click()
    expect(page.locator("h1")).to_have_text(total)


def test_the_keyboard_alone_is_enough(page: Page, site: str) -> None:
    page.goto(site)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Đến nội dung chính")).to_be_focused()
    for _ in range(5):  # the name of the site, three sections, the box
        page.keyboard.press("Tab")
    page.keyboard.type("05-CT/TW")
    page.keyboard.press("Enter")
    expect(page.locator(".hit .code", has_text="05-CT/TW").first).to_be_visible()
