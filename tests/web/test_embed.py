"""The widget's scripts and their addresses, `/embed`, and what `/widget` gives to paste."""

import base64
import gzip
import hashlib
import html
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from searchsvc.resources import static_folder
from searchsvc.settings import Settings
from searchsvc.web.app import create_app
from searchsvc.web.widget_files import NAMES, current_script, published

ROOT = Path(__file__).resolve().parents[2]
OTHER = "https://thcs.example.vn"


@pytest.fixture(scope="module")
def allowing(sample_settings: Settings) -> Iterator[FlaskClient]:
    """A client of the service at a public address, with one other site on its list."""
    settings = sample_settings.model_copy(
        update={"allowed_origins": (OTHER,), "base_url": "https://kho.example.vn/tim"}
    )
    app = create_app(settings)
    yield app.test_client()
    app.extensions["searchsvc"].close()


def pasted(client: FlaskClient, query: str = "") -> dict[str, str]:
    """The HTML that `/widget` gives, by form, as an owner copies it out of the field."""
    page = client.get(f"/widget?{query}")
    assert page.status_code == 200
    found = re.findall(r'<textarea id="(\w+)"[^>]*>(.*?)</textarea>', page.text, re.DOTALL)
    return {form: html.unescape(code) for form, code in found}


class Tags(HTMLParser):
    """All start tags of a text with their attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


@pytest.mark.parametrize("name", NAMES)
def test_a_script_stays_at_the_address_of_its_content(client: FlaskClient, name: str) -> None:
    script = current_script(name)  # type: ignore[arg-type]
    answer = client.get(script.path)
    assert answer.data == (static_folder() / "widget" / name).read_bytes()
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert answer.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert script.integrity == "sha384-" + base64.b64encode(hashlib.sha384(answer.data).digest()).decode()
    again = client.get(script.path, headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_the_newest_widget_is_kept_for_an_hour_only(client: FlaskClient) -> None:
    answer = client.get("/widget.js")
    assert answer.data == current_script("widget.js").content
    assert answer.headers["Cache-Control"] == "public, max-age=3600"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    "path",
    ["0000000000000000/widget.js", "../widget.js", "%2e%2e/frame.js", f"{'0' * 5000}/widget.js", "x/page.js"],
)
def test_no_other_content_has_an_address(client: FlaskClient, path: str) -> None:
    assert client.get(f"/widget/v1/{path}").status_code == 404


def test_the_scripts_of_earlier_releases_stay(tmp_path: Path) -> None:
    for name in NAMES:
        (tmp_path / name).write_text("now")
    (tmp_path / "released" / "first").mkdir(parents=True)
    (tmp_path / "released" / "first" / "widget.js").write_text("before")
    digest = hashlib.sha256(b"before").hexdigest()[:16]
    assert published(tmp_path)[digest, "widget.js"].content == b"before"
    assert len(published(tmp_path)) == 3


def test_the_scripts_are_small() -> None:
    sizes = {name: len(gzip.compress(current_script(name).content)) for name in NAMES}
    assert sizes["widget.js"] < 10_000
    assert sizes["frame.js"] < 1_000


def test_the_document_names_all_that_a_page_may_rely_on() -> None:
    source = current_script("widget.js").content.decode()
    document = (ROOT / "docs" / "widget.md").read_text(encoding="utf-8")
    options = (
        re.findall(r'option\("(\w+)"\)', source)
        + re.findall(r"PRESETS = \[(.*?)\]", source)[0].split('"')[1::2]
    )
    for option in options:
        assert f"`data-{option}`" in document, option
    for part in re.findall(r'make\("\w+", "(\w+)"', source):
        assert f"`{part}`" in document, part
    for event in re.findall(r'tell\("(\w+)"', source):
        assert f"`bulletin-search:{event}`" in document, event
    (colours,) = re.findall(r'COLOURS = "([^"]+)"', source)
    for name in (*colours.split(), *re.findall(r"var\(--bulletin-([a-z-]+)", source)):
        assert f"`--bulletin-{name}`" in document, name


def test_the_widget_makes_no_markup_and_keeps_nothing() -> None:
    source = current_script("widget.js").content.decode()
    for word in (
        "innerHTML",
        "outerHTML",
        "insertAdjacent",
        "document.write",
        "eval(",
        "Function(",
        "cookie",
        "localStorage",
        "sessionStorage",
        "indexedDB",
        ".style.",
        "onclick",
    ):
        assert word not in re.sub(r"/\*.*?\*/", "", source, flags=re.DOTALL), word


def test_only_the_frame_may_be_framed_and_only_by_the_list(
    allowing: FlaskClient, client: FlaskClient
) -> None:
    for query in ("", "?q=nghị+quyết", "?theme=blue"):
        answer = allowing.get(f"/embed{query}")
        assert answer.headers["Content-Security-Policy"].endswith(f"; frame-ancestors 'self' {OTHER}")
        assert "X-Frame-Options" not in answer.headers
        assert f'data-origins="{OTHER}"' in answer.text
    assert client.get("/embed").headers["Content-Security-Policy"].endswith("; frame-ancestors 'self'")
    assert allowing.get("/widget").headers["Content-Security-Policy"].endswith("frame-ancestors 'none'")


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("theme=blue", "theme: chỉ nhận light, dark, auto."),
        ("results=21", "results: phải là số nguyên từ 1 đến 20."),
        ("results=x", "results: phải là số nguyên từ 1 đến 20."),
        ("unit=zzz", "Không có đơn vị “zzz”"),
        ("code=x", "code=x: không phải là số hiệu văn bản"),
        ("page=0", "page: phải là số nguyên"),
    ],
)
def test_a_wrong_option_of_the_frame_is_named_in_the_frame(
    client: FlaskClient, query: str, told: str
) -> None:
    answer = client.get(f"/embed?{query}")
    assert answer.status_code == 400
    assert f"<h1>{told}" in answer.text
    assert 'class="embedded"' in answer.text


@pytest.mark.parametrize(
    "query",
    ["open=x", "language=fr", "address=x", "results=0", "collection=x", "code=%22%3E%3Cb%3E", "to=31/2/2020"],
)
def test_a_wrong_option_gives_nothing_to_paste(client: FlaskClient, query: str) -> None:
    answer = client.get(f"/widget?{query}")
    assert answer.status_code == 400
    assert 'role="alert"' in answer.text
    assert "<textarea" not in answer.text
    assert "<b>" not in answer.text


def test_the_options_reach_every_form(allowing: FlaskClient) -> None:
    query = (
        "collection=ban-tin&code=5-ct/tw,35-NQ/TW&from=1/1/2021&language=en&results=8&open=archive&theme=auto"
    )
    forms = pasted(allowing, query)
    element = Tags(forms["element"]).found
    assert element[0] == (
        "bulletin-search",
        {"data-results": "8", "data-open": "archive", "data-theme": "auto"},
    )
    assert element[1][1]["action"] == "https://kho.example.vn/tim/search"
    assert [(tag["name"], tag["value"]) for name, tag in element if tag.get("type") == "hidden"] == [
        ("from", "2021-01-01"),
        ("code", "05-CT/TW"),
        ("code", "35-NQ/TW"),
        ("collection", "ban-tin"),
        ("lang", "en"),
    ]
    script = current_script("widget.js")
    assert element[-1] == (
        "script",
        {
            "src": f"https://kho.example.vn/tim{script.path}",
            "integrity": script.integrity,
            "crossorigin": "anonymous",
            "referrerpolicy": "no-referrer",
            "async": None,
        },
    )
    tag = Tags(forms["script"]).found[0][1]
    assert {name: value for name, value in tag.items() if name.startswith("data-")} == {
        "data-collection": "ban-tin",
        "data-code": "05-CT/TW,35-NQ/TW",
        "data-from": "2021-01-01",
        "data-lang": "en",
        "data-results": "8",
        "data-open": "archive",
        "data-theme": "auto",
    }
    frame = Tags(forms["iframe"]).found[0][1]
    assert frame["src"] == (
        "https://kho.example.vn/tim/embed?from=2021-01-01&code=05-CT/TW&code=35-NQ/TW"
        "&collection=ban-tin&lang=en&results=8&theme=auto"
    )


def test_the_policy_to_set_names_the_origin_alone(allowing: FlaskClient) -> None:
    assert (
        "script-src https://kho.example.vn; connect-src https://kho.example.vn;"
        in allowing.get("/widget").text
    )


def test_the_newest_script_has_no_hash(allowing: FlaskClient) -> None:
    tag = Tags(pasted(allowing, "address=latest")["script"]).found[0][1]
    assert tag["src"] == "https://kho.example.vn/tim/widget.js"
    assert "integrity" not in tag


def test_what_is_pasted_escapes_the_address_it_was_asked_at(client: FlaskClient) -> None:
    page = client.get("/widget?from=2021-01-01&x=%22%3E%3Cscript%3E", headers={"Host": "a.example"})
    assert "<script>" not in page.text
    assert 'action="http://a.example/search"' in html.unescape(page.text)
    typed = client.get("/widget?unit=%22%3E%3Cscript%3E")
    assert "<script>" not in typed.text
    assert 'value="&#34;&gt;&lt;script&gt;"' in typed.text


def test_both_pages_speak_both_languages(client: FlaskClient) -> None:
    assert "A search box for your site" in client.get("/widget?lang=en").text
    assert "Ô tìm kiếm cho trang của bạn" in client.get("/widget?lang=vi").text
    assert "results" in client.get("/embed?lang=en&q=nghị+quyết").text
    assert "kết quả" in client.get("/embed?lang=vi&q=nghị+quyết").text


def test_the_frame_keeps_its_options(client: FlaskClient) -> None:
    page = client.get("/embed?q=nghị+quyết&from=2016-01-01&results=3&theme=dark&lang=en")
    hidden = [(tag["name"], tag["value"]) for _, tag in Tags(page.text).found if tag.get("type") == "hidden"]
    assert hidden == [("from", "2016-01-01"), ("results", "3"), ("theme", "dark"), ("lang", "en")]
    following = re.search(r'href="([^"]+)" rel="next', page.text)
    assert following
    second = client.get(html.unescape(following[1]))
    assert 'start="4"' in second.text
    assert 'data-theme="dark"' in second.text
