"""From an article to the dossier of a document it cites, through its timeline to other articles and units."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.serving import served
from tests.web.hostile import TITLE, hostile_settings

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def site(sample_data: Path) -> Iterator[str]:
    with served(sample_data, rate_limits="false") as address:
        yield address


@pytest.fixture(params=[(360, True), (1280, False)], ids=["phone", "desktop-no-script"])
def page(request: pytest.FixtureRequest, chromium: Browser) -> Iterator[Page]:
    width, scripts = request.param
    context = chromium.new_context(
        viewport={"width": width, "height": 800}, java_script_enabled=scripts, locale="vi-VN"
    )
    page = context.new_page()
    errors: list[str] = []
    page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    context.close()
    assert errors == []


def fits(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "the page scrolls sideways"


def test_the_journey_of_a_document(page: Page, site: str) -> None:
    page.goto(f"{site}/codes/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Văn bản được dẫn trong kho")
    fits(page)
    page.get_by_label("Số hiệu hoặc tên loại").fill("chỉ thị 05")
    page.get_by_label("Loại văn bản").select_option(label="chỉ thị (CT) (15)")
    page.get_by_role("button", name="Lọc văn bản").click()
    page.get_by_role("link", name="05-CT/TW").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Chỉ thị 05-CT/TW")
    assert page.url == f"{site}/codes/05-CT/TW"
    fits(page)
    whole = page.locator(".hit").count()

    page.locator(".timeline a").first.click()
    expect(page.locator("#bai h2")).to_contain_text("năm 2016")
    assert 0 < page.locator(".hit").count() < whole
    expect(page.locator(".timeline")).to_have_count(2)
    page.locator(".timeline").last.locator("a").first.click()
    expect(page.locator("#bai h2")).to_contain_text("tháng")
    page.get_by_role("link", name="Xem mọi thời gian").click()
    expect(page.locator(".hit")).to_have_count(whole)

    page.locator(".hit h3 a").first.click()
    expect(page.locator("article h1")).to_be_visible()
    expect(page.locator("article mark").first).to_be_visible()
    page.locator("article a.cite", has_text="05-CT").first.click()
    expect(page.locator("main h1")).to_contain_text("Chỉ thị 05-CT/TW")
    page.locator(".beside .codes a").first.click()
    expect(page.locator(".hit").first).to_be_visible()
    fits(page)


def test_any_spelling_in_the_address_leads_there(page: Page, site: str) -> None:
    page.goto(f"{site}/codes/chỉ thị số 5 của Bộ Chính trị")
    assert page.url == f"{site}/codes/05-CT/TW"
    page.goto(f"{site}/codes/số 35")
    page.get_by_role("link", name="35-CT/TW").click()
    expect(page.get_by_role("heading", name="Một số hiệu, nhiều văn bản")).to_be_visible()


def test_units_up_and_down(page: Page, site: str) -> None:
    page.goto(f"{site}/units/")
    fits(page)
    page.get_by_role("link", name="Tỉnh ủy", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Tỉnh ủy")
    fits(page)
    page.locator(".beside").get_by_role("link", name="Ban Tuyên giáo Tỉnh ủy").click()
    page.get_by_role("link", name="Ban Tuyên giáo và Dân vận Tỉnh ủy").first.click()
    expect(page.get_by_text("Tiền thân")).to_be_visible()
    page.get_by_role("link", name="Mọi đơn vị").click()
    expect(page).to_have_url(f"{site}/units/")


def test_a_data_block_is_neither_executed_nor_refused(chromium: Browser, tmp_path: Path) -> None:
    settings = hostile_settings(tmp_path)
    with served(settings.data) as address:
        page = chromium.new_page()
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        page.on("dialog", lambda dialog: said.append(dialog.message))
        page.add_init_script(
            "addEventListener('securitypolicyviolation', event => console.log(event.violatedDirective))"
        )
        page.goto(f"{address}/articles/xấu/1%262")
        expect(page.locator("article h1")).to_have_text(TITLE)
        block = page.evaluate("JSON.parse(document.querySelector('[type=\"application/ld+json\"]').text)")
        assert block["headline"] == TITLE
        assert page.evaluate("document.querySelectorAll('body script, body img').length") == 0
        assert said == []
        page.close()
