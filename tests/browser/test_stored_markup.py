"""Articles that are nothing but markup, in a real browser: nothing of it runs, loads or meets the policy."""

from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, expect

from benchmarks.fuzzing import stored, texts
from tests.browser.serving import served
from tests.web.test_stored_markup import markup_data

pytestmark = pytest.mark.browser

WATCH = """
window.hacked = () => console.log("HACKED");
addEventListener("securitypolicyviolation", event => console.log(`violation ${event.violatedDirective}`));
"""


@pytest.mark.slow
def test_no_page_runs_what_is_stored_in_it(chromium: Browser, tmp_path: Path) -> None:
    said: list[str] = []
    with served(
        markup_data(tmp_path), site_name=stored.SETTINGS["site_name"], rate_limits="false"
    ) as address:
        page = chromium.new_page()
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("dialog", lambda dialog: said.append(dialog.message))
        page.on("request", lambda asked: said.extend([] if asked.url.startswith(address) else [asked.url]))
        page.add_init_script(WATCH)
        names = [f"/articles/{quote(str(record['id']), safe='/')}" for record in stored.records()]
        searches = [f"/search?q={quote(payload)}" for payload in texts.MARKUP[::4]]
        for path in (
            *names,
            *searches,
            "/",
            "/search?q=zyzyx",
            "/embed?q=zyzyx",
            "/codes/",
            "/units/",
            "/widget",
        ):
            page.goto(address + path, wait_until="load")
            assert said == [], path
        page.goto(f"{address}/")
        page.get_by_role("combobox").first.press_sequentially("hack")
        expect(page.get_by_role("option").first).to_be_visible()
        assert said == []
        page.close()
