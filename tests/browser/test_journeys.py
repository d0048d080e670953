"""Three people at work in a real Chromium: a citizen, a journalist, a clerk of a Party office."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Visit

pytestmark = pytest.mark.browser

TOUCH = 44
"""Least size of a target for a finger, in CSS pixels (WCAG 2.2, 2.5.5)."""


def fits(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "the page scrolls sideways"


def asked(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def easy_to_touch(*targets: Locator) -> None:
    for target in targets:
        box = target.bounding_box()
        assert box is not None
        assert round(box["height"], 1) >= TOUCH, (target, box)


def test_a_citizen_on_a_phone_finds_out_about_health_insurance(visit: Visit) -> None:
    page = visit(width=360)
    expect(page.get_by_role("heading", level=1)).to_have_text("Tìm trong kho bản tin")
    expect(page.locator(".welcome .lead")).to_contain_text("109 bài, từ năm 2015 đến năm 2025")
    fits(page)
    page.locator("#q").fill("bao hiem y te")  # as people type on a phone
    button = page.get_by_role("button", name="Tìm", exact=True)
    easy_to_touch(page.locator("#q"), button, page.get_by_role("link", name="Văn bản", exact=True))
    button.tap()

    expect(page.locator("h1")).to_have_text("4 kết quả")
    expect(page.locator(".hit mark").first).to_have_text("bảo")
    fits(page)
    page.get_by_role("link", name="Lọc theo ngày, đơn vị, văn bản").tap()
    expect(page.locator("#loc")).to_be_in_viewport()
    page.get_by_role("link", name="2018: 1 bài").tap()
    expect(page.locator(".chip")).to_have_text(["Bỏ lọc: từ 1/1/2018 đến 31/12/2018×"])
    easy_to_touch(page.locator(".chip"), page.get_by_role("button", name="Lọc theo ngày"))

    page.locator(".hit a").first.tap()
    expect(page.locator("article h1")).to_have_text("Thẻ bảo hiểm y tế và những thay đổi từ ngày 01/12/2018")
    expect(page.locator("article mark").first).to_be_visible()
    fits(page)
    size = page.locator("article > p:last-of-type").evaluate(
        "each => parseFloat(getComputedStyle(each).fontSize)"
    )
    assert size >= 16
    expect(page.locator("article a.cite").first).to_have_text("146/2018/NĐ-CP")
    page.get_by_role("link", name="Về kết quả tìm kiếm").tap()
    expect(page.locator("h1")).to_have_text("4 kết quả")

    page.locator("#q").fill("nghi quiet")  # misspelt
    page.get_by_role("button", name="Tìm", exact=True).tap()
    page.get_by_role("link", name="nghị quyết", exact=True).tap()
    expect(page.locator("#q")).to_have_value("nghị quyết")

    page.locator("#q").fill("bảo hiểm y tế zzqq")  # a word that no article has
    page.get_by_role("button", name="Tìm", exact=True).tap()
    expect(page.locator("h1")).to_have_text("Không bài nào có đủ các từ")
    page.get_by_role("link", name="Bỏ từ “zzqq”").tap()
    expect(page.locator("h1")).to_have_text("4 kết quả")

    page.get_by_role("link", name="English").tap()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("h1")).to_have_text("4 results")
    page.locator(".hit a").first.tap()
    expect(page.get_by_role("link", name="Back to the results")).to_be_visible()


def test_a_journalist_traces_a_directive_and_cites_it(visit: Visit) -> None:
    page = visit(width=1280, permissions=["clipboard-read", "clipboard-write"])
    page.keyboard.press("/")
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.type("35")
    options = page.get_by_role("option")
    expect(options.first).to_contain_text("35-CT/TW")
    page.get_by_role("option", name="35-CT/TW").first.click()
    expect(page.locator(".chip")).to_have_text(["Bỏ lọc: 35-CT/TW×"])
    expect(page.locator("h1")).to_have_text("5 bài")

    page.get_by_role("link", name="Cũ nhất").click()
    expect(page.get_by_text("Cũ nhất")).to_have_attribute("aria-current", "true")
    days = [each.get_attribute("datetime") or "" for each in page.locator(".hit time").all()]
    assert len(days) == 5
    assert days == sorted(days)

    page.locator(".chip").click()
    page.locator("#q").fill("chỉ thị 35")  # one number, several documents: told apart by term
    page.keyboard.press("Enter")
    offer = page.get_by_role("link", name="chỉ bài dẫn 35-CT/TW (ngày 14/6/2024, khóa XIII)")
    offer.click()
    expect(page.locator(".chip")).to_have_text(["Bỏ lọc: từ 14/6/2024×", "Bỏ lọc: 35-CT/TW×"])
    page.locator(".chip").first.click()
    expect(page.locator(".chip")).to_have_text(["Bỏ lọc: 35-CT/TW×"])

    year = page.get_by_role("link", name=re.compile(r"^2019: \d+ bài$"))
    year.click()
    expect(page.locator(".timeline .chosen")).not_to_have_count(0)
    month = page.get_by_role("link", name=re.compile(r"^tháng 8: \d+ bài$"))
    number = re.findall(r"\d+", month.locator("title").text_content() or "")[-1]
    month.click()
    expect(page.locator("h1")).to_contain_text(number)
    assert asked(page)["from"] == ["2019-08-01"]
    assert asked(page)["to"] == ["2019-08-31"]
    assert asked(page)["code"] == ["35-CT/TW"]

    seen = page.locator("main").aria_snapshot()  # an address is all that a colleague needs
    colleague = visit(urlsplit(page.url)._replace(scheme="", netloc="").geturl())
    assert colleague.locator("main").aria_snapshot() == seen

    page.locator(".hit h2 a").first.click()
    expect(page.locator("article time")).to_contain_text("2019")
    page.get_by_role("button", name="Chép trích dẫn").click()
    expect(page.get_by_role("button", name="Đã chép")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == page.locator("#citation").inner_text()
    assert page.locator("h1").inner_text() in copied
    assert urlsplit(page.url).path in copied
    expect(page.get_by_role("heading", name="Bài tương tự")).to_be_visible()
    first = page.locator(".similar a").first
    title = first.inner_text()
    first.click()
    expect(page.locator("article h1")).to_have_text(title)


def test_a_clerk_collects_what_a_board_wrote_and_prints_it(visit: Visit) -> None:
    page = visit(width=768, faults=True)  # one answer is 400, on purpose
    page.locator("#q").fill("nghị quyết")
    page.keyboard.press("Enter")
    expect(page.locator(".hit").first).to_be_visible()
    branch = page.locator(".tree > li", has=page.locator("> a", has_text=re.compile(r"^Tỉnh ủy ")))
    branch.locator("> details > summary").click()
    board = branch.get_by_role("link", name=re.compile("^Ban Tổ chức Tỉnh ủy"))
    count = board.locator(".count").inner_text()
    board.click()
    expect(page.locator("h1")).to_have_text(f"{count} kết quả")
    expect(page.locator(".tree [aria-current]")).to_contain_text("Ban Tổ chức Tỉnh ủy")

    page.get_by_label("Tìm trong các số hiệu").fill("18 nq")
    rows = page.locator("#so-hieu .values li:visible")
    expect(rows).to_have_count(1)  # narrowed in place
    page.get_by_label("Tìm trong các số hiệu").press("Enter")
    expect(page.get_by_label("Tìm trong các số hiệu")).to_have_value("18 nq")
    page.locator("#so-hieu .values a", has_text="18-NQ/TW").click()
    expect(page.locator(".chip")).to_have_count(2)

    page.get_by_label("Từ ngày").fill("31/2/2017")
    page.get_by_label("Từ ngày").press("Enter")
    expect(page.locator("h1")).to_contain_text("không phải là ngày")
    expect(page.get_by_label("Từ ngày")).to_have_attribute("aria-invalid", "true")
    page.get_by_label("Từ ngày").fill("1/2017")
    page.get_by_label("Đến ngày").fill("2025")
    page.get_by_role("button", name="Lọc theo ngày").click()
    expect(page.get_by_label("Từ ngày")).to_have_value("1/1/2017")
    expect(page.locator(".chip")).to_have_count(3)

    expect(page.locator(".chip", has_text="18-NQ/TW")).to_be_visible()
    page.locator(".chip", has_text="18-NQ/TW").click()
    expect(page.locator(".chip")).to_have_count(2)
    page.get_by_role("link", name="Bỏ mọi bộ lọc").click()
    expect(page.locator(".chip")).to_have_count(0)
    expect(page.locator("#q")).to_have_value("nghị quyết")

    total = page.locator("h1").inner_text()
    page.get_by_role("link", name="Trang sau").click()
    expect(page.locator(".pager")).to_contain_text("Trang 2 /")
    expect(page.locator("h1")).to_have_text(total)
    expect(page.locator(".hits")).to_have_attribute("start", "11")
    page.go_back()
    expect(page.locator(".pager")).to_contain_text("Trang 1 /")

    page.locator(".hit h2 a").first.click()
    expect(page.get_by_role("heading", name="Văn bản được dẫn trong bài")).to_be_visible()
    page.emulate_media(media="print")
    for hidden in (".masthead", ".colophon", ".similar"):
        expect(page.locator(hidden)).to_be_hidden()
    expect(page.locator("#citation")).to_be_visible()
