"""The search box on pages of other origins, in a real Chromium (docs/widget.md)."""

from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import HOSTILE_TITLE, Opener
from tests.browser.hosting import Hosts
from tests.browser.serving import served

pytestmark = pytest.mark.browser


def box(page: Page, number: int = 0) -> Locator:
    return page.locator("bulletin-search").nth(number)


def field(page: Page, number: int = 0) -> Locator:
    return box(page, number).get_by_role("combobox")


def titles(page: Page, number: int = 0) -> Locator:
    return box(page, number).locator(".title")


def asked(address: str | None) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(address or "").query))


def told(page: Page) -> list[tuple[str, dict[str, object]]]:
    return [(name, detail) for name, detail in page.evaluate("window.told")]


def search(page: Page, text: str, number: int = 0) -> None:
    field(page, number).fill(text)
    field(page, number).press("Enter")
    expect(titles(page, number).first).to_be_visible()


@pytest.mark.parametrize(("name", "width"), [("plain", 360), ("strict", 1280), ("hostile", 360)])
def test_the_keyboard_alone_is_enough(opened: Opener, name: str, width: int) -> None:
    page = opened(name, width=width)
    expect(field(page)).to_be_visible()
    page.keyboard.press("Tab")
    expect(field(page)).to_be_focused()
    page.keyboard.type("nghi quy")
    options = box(page).get_by_role("option")
    expect(options.first).to_be_visible()
    expect(field(page)).to_have_attribute("aria-expanded", "true")
    expect(box(page).get_by_role("status")).to_contain_text("gợi ý")
    page.keyboard.press("ArrowDown")
    expect(field(page)).to_have_attribute("aria-activedescendant", "option-0")
    expect(options.first).to_have_attribute("aria-selected", "true")
    assert violations(page) == []
    page.keyboard.press("ArrowUp")
    expect(field(page)).not_to_have_attribute("aria-activedescendant", "option-0")
    page.keyboard.press("ArrowUp")
    expect(options.last).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Escape")
    expect(options.first).to_be_hidden()
    expect(field(page)).to_have_value("nghi quy")

    field(page).fill("nghi quyet dai hoi")
    page.keyboard.press("Enter")
    expect(titles(page)).to_have_count(5)
    expect(box(page).locator("mark").first).to_be_visible()
    expect(box(page).get_by_role("status")).to_contain_text("kết quả cho “nghi quyet dai hoi”")
    assert violations(page) == []
    page.keyboard.press("ArrowDown")
    expect(titles(page).first).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(titles(page).nth(1)).to_be_focused()
    page.keyboard.press("Escape")
    expect(field(page)).to_be_focused()
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0
    assert page.url.endswith(f"/{name}")


def violations(page: Page) -> list[str]:
    """What axe finds: on the whole page, or inside the boxes where the page around is bad by intent."""
    context = "bulletin-search" if page.url.endswith("/hostile") else None
    found = Axe().run(page, context=context).response["violations"]
    return [f"{rule['id']}: {rule['nodes'][0]['html']}" for rule in found]


def test_hostile_styles_stay_outside(opened: Opener) -> None:
    looks = """element => ['color', 'fontSize', 'direction', 'textTransform', 'opacity', 'marginTop'].map(
        name => getComputedStyle(element)[name])"""
    plain, strict, hostile = opened("plain"), opened("strict"), opened("hostile")
    for part in (".input", ".button"):
        expected = box(plain).locator(part).evaluate(looks)
        assert box(hostile).locator(part).evaluate(looks) == expected
        assert box(strict).locator(part).evaluate(looks) == expected, "a strict policy took the style away"
    width = "element => element.getBoundingClientRect().width"
    assert box(hostile).evaluate(width) >= 1200
    box(hostile).evaluate("element => { element.hidden = true; }")
    expect(field(hostile)).to_be_hidden()


def test_an_article_is_opened_in_the_archive(opened: Opener, archive: str) -> None:
    page = opened("plain")
    search(page, "nghị quyết")
    titles(page).first.click()
    expect(page.locator("article mark").first).to_be_visible()
    assert page.url.startswith(f"{archive}/articles/")
    assert page.evaluate("document.referrer") == ""


def test_a_chosen_suggestion_is_searched_for(opened: Opener) -> None:
    page = opened("plain")
    field(page).press_sequentially("05-CT")
    # The box has a preset, so only what can be searched for within it is proposed.
    option = box(page).get_by_role("option", name="05-CT/TW")
    option.first.click()
    expect(field(page)).to_have_value("05-CT/TW")
    expect(titles(page).first).to_be_visible()
    assert set(box(page).locator(".kind").all_inner_texts()) <= {"Cụm từ", "Văn bản"}


def test_three_boxes_keep_to_themselves(opened: Opener, archive: str) -> None:
    page = opened("three")
    expect(page.locator("bulletin-search")).to_have_count(3)
    expect(field(page, 0)).to_have_attribute("aria-label", "Tìm văn bản 05-CT/TW")
    expect(box(page, 1).get_by_role("button", name="Search")).to_be_visible()
    search(page, "học tập", 0)
    expect(titles(page, 0)).to_have_count(2)
    all_of_it = box(page, 0).get_by_role("link", name="Xem tất cả").get_attribute("href")
    assert asked(all_of_it) == {
        "q": "học tập",
        "code": "05-CT/TW",
        "lang": "vi",
    }
    search(page, "đại hội", 1)
    expect(box(page, 1).get_by_role("status")).to_contain_text("results for “đại hội”")
    expect(titles(page, 0)).to_have_count(2)
    assert violations(page) == []

    field(page, 2).fill("đại hội")
    field(page, 2).press("Enter")
    page.wait_for_url(f"{archive}/search?**")
    assert asked(page.url) == {
        "q": "đại hội",
        "unit": "tinh-uy",
        "to": "31/12/2024",
        "lang": "en",
    }
    expect(page.locator(".hit").first).to_be_visible()


def test_without_script_it_is_a_plain_form(opened: Opener, archive: str) -> None:
    page = opened("plain", scripts=False)
    page.get_by_label("Tìm trong kho bản tin").fill("nghị quyết")
    page.get_by_role("button", name="Tìm").click()
    expect(page.locator(".hit").first).to_be_visible()
    assert asked(page.url) == {
        "q": "nghị quyết",
        "from": "2015-01-01",
        "lang": "vi",
    }
    page = opened("cms", scripts=False)
    page.get_by_role("link", name="Tìm trong kho bản tin").click()
    page.wait_for_url(f"{archive}/search?lang=vi")


def test_a_form_around_is_neither_sent_nor_broken(opened: Opener) -> None:
    page = opened("cms")
    search(page, "sos nghị quyết")
    field(page).press("Escape")
    assert page.evaluate("seen") == []
    # What the box has no use for is the page's: leaving it, and closing a dialog around it.
    field(page).press("Escape")
    field(page).press("Tab")
    assert page.evaluate("seen") == ["Escape", "Tab"]
    names = page.evaluate("[...new FormData(document.forms.outer).keys()]")
    assert names == ["title", "body"]
    page.get_by_label("Nội dung").press("Enter")
    page.wait_for_url("**/outer?**")
    assert asked(page.url) == {"title": "Bài mới", "body": "Chữ"}


def test_hostile_articles_and_queries_are_text(opened: Opener) -> None:
    page = opened("strict")
    search(page, "zzyzx")
    expect(titles(page)).to_have_text([HOSTILE_TITLE])
    expect(box(page).locator(".snippet")).to_contain_text("<svg onload=top.hacked=1>")
    typed = 'zzyzx "><img src=x onerror=top.hacked=1><b id=b>'
    field(page).fill(typed)
    field(page).press("Enter")
    expect(box(page).locator(".summary")).to_contain_text(typed)
    assert box(page).locator(".root").locator("img, svg, script, b").count() == 0
    assert page.evaluate("window.hacked") is None


def test_a_page_off_the_list_is_refused_and_told_politely(opened: Opener, hosts: Hosts, archive: str) -> None:
    page = opened("plain", root=hosts.unlisted, faults=True)
    field(page).fill("nghị quyết")
    field(page).press("Enter")
    expect(box(page).get_by_role("status")).to_have_text("Lúc này chưa tìm được ở đây.")
    assert told(page)[-1] == ("error", {"kind": "unavailable", "status": 0})
    assert violations(page) == []
    # The plain form's way is still open: Enter again, or the link.
    expect(box(page).get_by_role("link", name="Tìm trên trang của kho")).to_be_visible()
    field(page).press("Enter")
    page.wait_for_url(f"{archive}/search?**")
    expect(page.locator(".hit").first).to_be_visible()


def test_a_service_that_is_busy_or_away_is_told_politely(
    opened: Opener, hosts: Hosts, hostile_data: Path
) -> None:
    with served(hostile_data, allowed_origins=hosts.listed, rate_search="2/minute") as address:
        hosts.pasted["pasted"] = (
            f'<!doctype html><html lang=vi><script src="{address}/widget.js"></script><body>'
            + (f'<bulletin-search><form action="{address}/search"><input name="q"></form></bulletin-search>')
        )
        page = opened("pasted", faults=True)
        search(page, "nghị quyết")
        search(page, "đại hội")
        field(page).fill("chỉ thị")
        field(page).press("Enter")
        expect(box(page).get_by_role("status")).to_contain_text("Vừa có quá nhiều lượt tìm")
        assert told(page)[-1] == ("error", {"kind": "limited", "status": 429})
    field(page).press_sequentially(" 05")
    field(page).press("Enter")
    expect(box(page).get_by_role("status")).to_have_text("Lúc này chưa tìm được ở đây.")
    expect(titles(page)).to_have_count(0)
    link = box(page).get_by_role("link", name="Tìm trên trang của kho")
    assert asked(link.get_attribute("href")) == {"q": "chỉ thị 05", "lang": "vi"}


@pytest.mark.parametrize(
    ("status", "body", "kind", "message"),
    [
        (400, '{"detail": "<b>code=x</b>"}', "invalid", "<b>code=x</b>"),
        (503, "<html>", "unavailable", "chưa tìm được"),
        (200, "<html>", "unavailable", "chưa tìm được"),
        (200, '{"results": null}', "unavailable", "chưa tìm được"),
    ],
)
def test_bad_answers_are_told_politely(
    opened: Opener, status: int, body: str, kind: str, message: str
) -> None:
    page = opened("plain", faults=True)
    allowed = {"Access-Control-Allow-Origin": "*"}
    page.route("**/api/v1/search?**", lambda route: route.fulfill(status=status, body=body, headers=allowed))
    field(page).fill("x")
    field(page).press("Enter")
    expect(box(page).get_by_role("status")).to_contain_text(message)
    assert told(page)[-1][0] == "error"
    assert told(page)[-1][1]["kind"] == kind


# A network that takes no notice of an abort, and brings the answer for "bão" only when it is released.
SLOW = """
const real = window.fetch;
window.fetch = async (address, options) => {
  const answer = await real(address, { ...options, signal: undefined });
  if (!address.includes("q=b%C3%A3o")) return answer;
  await new Promise((release) => { window.release = release; });
  window.aborted = options.signal.aborted;
  const found = await answer.json();
  const json = async () => { setTimeout(() => { window.arrived = true; }); return found; };
  return { ok: true, json };
};
"""


@pytest.mark.parametrize("what", ["search", "suggest"])
def test_stale_answers_are_dropped(opened: Opener, what: str) -> None:
    page = opened("plain")
    page.evaluate(f"() => {{ {SLOW} }}")
    key = "Enter" if what == "search" else ""
    for text in ("bão", "nghị quyết"):
        field(page).fill(text)
        if key:
            field(page).press(key)
        if text == "bão":
            page.wait_for_function("!!window.release")
    shown = titles(page) if key else box(page).get_by_role("option")
    expect(shown.first).to_be_visible()
    before = shown.all_inner_texts()
    page.evaluate("release()")
    page.wait_for_function("window.arrived")
    assert page.evaluate("aborted")
    assert shown.all_inner_texts() == before
    assert [detail["q"] for name, detail in told(page) if name == "results"] == ["nghị quyết"] * bool(key)


def test_the_host_is_told_and_may_decide(opened: Opener) -> None:
    page = opened("plain")
    page.evaluate("addEventListener('bulletin-search:open', (event) => event.preventDefault())")
    search(page, "nghị quyết")
    link = titles(page).first.get_attribute("href")
    titles(page).first.click()
    names = [name for name, _ in told(page)]
    assert names == ["ready", "search", "results", "open"]
    assert told(page)[-1][1]["link"] == link
    assert page.url.endswith("/plain")
    page.evaluate("addEventListener('bulletin-search:search', (event) => event.preventDefault())")
    field(page).fill("đại hội")
    field(page).press("Enter")
    assert [name for name, _ in told(page)] == [*names, "search"]
    page.evaluate("document.querySelector('bulletin-search').remove()")


def test_a_script_that_was_changed_is_not_run(opened: Opener) -> None:
    page = opened("wrong-hash", faults=True)
    expect(page.get_by_label("Tìm")).to_be_visible()
    assert page.evaluate("customElements.get('bulletin-search')") is None


def test_a_did_you_mean_is_searched_for(opened: Opener) -> None:
    page = opened("plain")
    search(page, "ngi quyet")
    meant = box(page).locator(".meant button")
    text = meant.inner_text()
    meant.click()
    expect(field(page)).to_have_value(text)
    expect(box(page).get_by_role("status")).to_contain_text(f"kết quả cho “{text}”")
