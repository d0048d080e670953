"""The browser of the tests in this folder, and the archive with pages of other sites around it."""

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.browser.hosting import Hosts, hosting
from tests.browser.serving import served
from tests.conftest import REQUIRED, run_command

HOSTILE_TITLE = '<img src=x onerror="top.hacked=1">Hội nghị zzyzx <script>top.hacked=1</script>'
HOSTILE = {
    "id": "hostile",
    "title": HOSTILE_TITLE,
    "body": 'Đoạn zzyzx </mark><svg onload=top.hacked=1> "><a href=javascript:top.hacked=1>bấm</a> {{7*7}}',
    "published": "2022-03-01",
    "collection": "thu",
}
RECORD = """
window.told = [];
for (const name of ["ready", "search", "results", "open", "error"]) {
  addEventListener(`bulletin-search:${name}`, ({ detail }) => window.told.push([name, detail]));
}
addEventListener("message", ({ data, origin }) => window.told.push(["message", { ...data, origin }]));
"""

Opener = Callable[..., Page]
Visit = Callable[..., Page]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    executable = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if executable is None:
        if "browser" in REQUIRED:
            pytest.fail("no Chromium: apt-get install chromium")
        pytest.skip("no Chromium: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=executable,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"],
        )
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def site(sample_data: Path) -> Iterator[str]:
    """The address of the sample archive on the production server."""
    with served(sample_data) as address:
        yield address


@pytest.fixture
def visit(chromium: Browser, site: str) -> Iterator[Visit]:
    """Opens a page of the site as a visitor has it. Cookies, requests to other hosts, and errors in the
    console that the test does not allow (`faults`), fail it."""
    contexts: list[tuple[BrowserContext, list[str], bool]] = []

    def opener(
        path: str = "/",
        *,
        width: int = 1280,
        theme: Literal["light", "dark"] = "light",
        faults: bool = False,
        **options: Any,
    ) -> Page:
        phone = width < 600
        context = chromium.new_context(
            **{
                "viewport": {"width": width, "height": 800},
                "locale": "vi-VN",
                "color_scheme": theme,
                "has_touch": phone,
                "is_mobile": phone,
                **options,
            }
        )
        context.set_default_timeout(20_000)
        page = context.new_page()
        errors: list[str] = []
        contexts.append((context, errors, faults))
        page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("request", lambda asked: errors.extend([] if asked.url.startswith(site) else [asked.url]))
        page.goto(site + path)
        return page

    yield opener
    for context, errors, faults in contexts:
        assert context.cookies() == []
        context.close()
        assert faults or errors == []


@pytest.fixture(scope="session")
def hosts() -> Iterator[Hosts]:
    with hosting() as server:
        yield server


@pytest.fixture(scope="session")
def hostile_data(sample_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample archive and one article full of markup. Read only."""
    folder = tmp_path_factory.mktemp("hostile")
    data = folder / "index"
    shutil.copytree(sample_data, data)
    (folder / "hostile.jsonl").write_text(json.dumps(HOSTILE), encoding="utf-8")
    for arguments in (("import", str(folder / "hostile.jsonl")), ("reindex",)):
        assert run_command(*arguments, data=data).exit_code == 0
    return data


@pytest.fixture(scope="session")
def archive(hostile_data: Path, hosts: Hosts) -> Iterator[str]:
    """The address of the service; pages at `hosts.listed` are allowed, those at `hosts.unlisted` are not."""
    with served(hostile_data, allowed_origins=hosts.listed) as address:
        hosts.service = address
        yield address


@pytest.fixture
def opened(chromium: Browser, hosts: Hosts, archive: str) -> Iterator[Opener]:
    """Opens a page. Cookies, and errors in the console that the test does not allow, fail it."""
    contexts: list[tuple[BrowserContext, list[str], bool]] = []

    def opener(
        name: str, *, width: int = 1280, scripts: bool = True, root: str = "", faults: bool = False
    ) -> Page:
        context = chromium.new_context(
            viewport={"width": width, "height": 800}, java_script_enabled=scripts, locale="vi"
        )
        context.set_default_timeout(20_000)
        page = context.new_page()
        errors: list[str] = []
        contexts.append((context, errors, faults))
        page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: errors.append(str(error)))
        if scripts:
            page.add_init_script(RECORD)
        page.goto(f"{root or hosts.listed}/{name}")
        return page

    yield opener
    for context, errors, faults in contexts:
        assert context.cookies() == []
        context.close()
        assert faults or errors == []
