"""The iframe form on pages of other origins, and the page where their owners make what they paste."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import HOSTILE_TITLE, Opener
from tests.browser.hosting import Hosts

pytestmark = pytest.mark.browser


def violations(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [f"{rule['id']}: {rule['nodes'][0]['html']}" for rule in found]


@pytest.mark.parametrize("scripts", [True, False], ids=["script", "no-script"])
def test_the_frame_searches_on_a_listed_page(opened: Opener, scripts: bool) -> None:
    page = opened("frame", scripts=scripts)
    frame = page.frame_locator("iframe")
    frame.get_by_role("textbox").fill("nghị quyết")
    frame.get_by_role("button", name="Tìm").click()
    expect(frame.locator(".hit")).to_have_count(3)
    first = frame.locator(".hit").first.inner_text()
    frame.get_by_role("link", name="Trang sau").click()
    expect(frame.locator(".hit").first).not_to_have_text(first)
    with page.context.expect_page() as article:
        frame.locator(".hit a").first.click()
    expect(article.value.locator("article mark").first).to_be_visible()
    assert page.url.endswith("/frame")


def test_the_frame_grows_and_shrinks_with_its_content(opened: Opener, archive: str) -> None:
    page = opened("frame")
    iframe, frame = page.locator("iframe"), page.frame_locator("iframe")
    page.wait_for_function("document.querySelector('iframe').height < 120")
    frame.get_by_role("textbox").fill("nghị quyết")
    frame.get_by_role("button", name="Tìm").click()
    page.wait_for_function("document.querySelector('iframe').height > 300")
    content = frame.locator("body").evaluate("body => Math.ceil(body.getBoundingClientRect().height)")
    assert int(iframe.get_attribute("height") or 0) == content
    messages = [detail for name, detail in page.evaluate("told") if name == "message"]
    assert messages[-1] == {"type": "searchsvc:size", "version": 1, "height": content, "origin": archive}
    frame.get_by_role("textbox").fill("")
    frame.get_by_role("button", name="Tìm").click()
    page.wait_for_function("document.querySelector('iframe').height < 120")


def test_a_page_off_the_list_may_not_frame(opened: Opener, hosts: Hosts, archive: str) -> None:
    page = opened("frame", root=hosts.unlisted, faults=True)
    page.wait_for_function("document.readyState === 'complete'")
    assert [frame.url for frame in page.frames[1:]] == ["chrome-error://chromewebdata/"]
    assert page.evaluate("told") == []


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize(
    "address", ["embed?q=zzyzx", "embed?q=nghi+quyet&theme=dark&lang=en", "embed?unit=x"]
)
def test_the_frame_is_accessible(opened: Opener, archive: str, address: str, width: int) -> None:
    page = opened(address, root=archive, width=width, faults="unit=x" in address)
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    if "zzyzx" in address:
        expect(page.locator(".hit h2")).to_have_text([HOSTILE_TITLE])
        assert page.evaluate("window.hacked") is None


def test_an_owner_chooses_tries_and_copies(opened: Opener, hosts: Hosts, archive: str) -> None:
    page = opened("widget", root=archive, width=360, faults=True)  # a wrong code is answered 400
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    options = page.locator("#options")
    options.get_by_label("Số hiệu văn bản").fill('"><img src=x onerror=top.hacked=1>')
    expect(page.get_by_role("alert")).to_contain_text("không phải là số hiệu văn bản")
    options.get_by_label("Số hiệu văn bản").fill("05-CT/TW")
    options.get_by_label("Ngôn ngữ").select_option("en")
    options.get_by_label("Số kết quả").fill("2")
    # The preview is the box itself, under the strict policy of our own pages.
    expect(page.get_by_role("combobox", name="Search the bulletin archive")).to_be_visible()
    page.get_by_role("combobox", name="Search the bulletin archive").fill("học tập")
    page.keyboard.press("Enter")
    expect(page.locator("bulletin-search .title")).to_have_count(2)
    assert violations(page) == []

    page.set_viewport_size({"width": 1280, "height": 800})
    assert violations(page) == []
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=archive)
    page.get_by_role("button", name="Chép").first.click()
    expect(page.get_by_role("button", name="Đã chép")).to_be_visible()
    hosts.pasted["pasted"] = "<!doctype html><html lang=vi>" + page.evaluate("navigator.clipboard.readText()")
    other = opened("pasted")
    other.get_by_role("combobox").fill("học tập")
    other.keyboard.press("Enter")
    expect(other.locator(".title")).to_have_count(2)


@pytest.mark.parametrize("form", ["element", "script", "iframe"])
def test_each_form_works_as_pasted_also_under_a_strict_policy(
    opened: Opener, hosts: Hosts, archive: str, form: str
) -> None:
    page = opened(
        "widget?lang=en&language=vi&results=3&theme=auto&address=fixed", root=archive, scripts=False
    )
    pasted = page.locator(f"#{form}").input_value()
    hosts.pasted[f"strict-{form}"] = f"<!doctype html><html lang=vi><body>{pasted}"
    other = opened(f"strict-{form}")
    where = other.frame_locator("iframe") if form == "iframe" else other
    where.locator("[name=q]:visible").fill("nghị quyết")
    where.locator("[name=q]:visible").press("Enter")
    expect(where.locator(".hit, .result")).to_have_count(3)


def test_an_owner_without_script_makes_the_same(opened: Opener, archive: str) -> None:
    page = opened("widget", root=archive, scripts=False)
    options = page.locator("#options")
    options.get_by_label("Từ ngày").fill("1/1/2021")
    options.get_by_label("Kết quả mở").select_option("archive")
    options.get_by_role("button", name="Tạo đoạn mã").click()
    assert 'data-open="archive"' in page.locator("#element").input_value()
    assert '<input name="from" type="hidden" value="2021-01-01">' in page.locator("#element").input_value()
    expect(options.get_by_label("Từ ngày")).to_have_value("1/1/2021")
