"""The pages, through Flask's client over the sample archive."""

import re
from html import unescape
from html.parser import HTMLParser
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from searchsvc.search.service import SearchService


class Outline(HTMLParser):
    """Collects tags and links, and fails on what a strict page must not have."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        names = dict(attrs)
        data = names == {"type": "application/ld+json"}
        assert tag != "script" or data or (names.get("src") or "").startswith("/static/"), attrs
        assert not any(name.startswith("on") for name in names), attrs
        assert "style" not in names
        if tag == "a" and names.get("href"):
            self.links.append(names["href"] or "")


def outline(html: str) -> Outline:
    parser = Outline()
    parser.feed(html)
    return parser


def test_the_home_page_shows_the_newest(client: FlaskClient) -> None:
    page = client.get("/")
    assert page.status_code == 200
    assert '<html lang="vi">' in page.text
    assert "Bài mới nhất" in page.text
    assert outline(page.text).tags.count("h3") == 10


def test_results_are_marked_and_lead_to_marked_articles(client: FlaskClient) -> None:
    page = client.get("/search?q=nghi+quyet+dai+hoi")
    assert "<mark>" in page.text
    link = next(link for link in outline(page.text).links if link.startswith("/articles/"))
    assert "q=nghi" in link
    article = client.get(link)
    assert article.status_code == 200
    assert "<mark>" in article.text


def test_the_filters_in_force_are_chips_that_lead_back(client: FlaskClient) -> None:
    page = client.get("/search?q=c%C3%B4ng+t%C3%A1c&code=5/CT-TW&from=1/1/2016&to=2024-12-31")
    assert page.status_code == 200
    assert "từ 1/1/2016 đến 31/12/2024" in page.text
    chip = re.search(r'<a class="chip" href="([^"]+)"', page.text)
    assert chip
    assert client.get(chip[1].replace("&amp;", "&")).status_code == 200


def test_every_facet_link_gives_what_it_counts(client: FlaskClient) -> None:
    page = client.get("/search?q=c%C3%B4ng+t%C3%A1c")
    rows = re.findall(
        r'<li><a href="([^"]+)" rel="nofollow"><span>[^<]+</span> <span class="count">([\d.]+)<', page.text
    )
    assert len(rows) > 8
    for address, count in rows[:12]:
        followed = client.get("/api/v1" + address.replace("&amp;", "&"))
        assert followed.get_json()["total"] == int(count.replace(".", ""))


@pytest.mark.parametrize(
    ("address", "parameter"),
    [
        ("/search?page=0", "page"),
        ("/search?page=999999", "page"),
        ("/search?page=x", "page"),
        ("/search?sort=best", "sort"),
        ("/search?from=31/2/2020", "from"),
        ("/search?to=never", "to"),
        ("/search?code=hello", "code"),
        ("/search?unit=nobody-knows", "unit"),
        ("/search?collection=none", "collection"),
        ("/search?q=" + "a" * 1001, "q"),
        ("/search?" + "code=05-CT/TW&" * 30, "code"),
    ],
)
def test_a_bad_parameter_is_told_in_vietnamese(client: FlaskClient, address: str, parameter: str) -> None:
    page = client.get(address)
    assert page.status_code == 400
    assert f"tham số {parameter}" in page.text
    assert "<h1>" in page.text


def test_unknown_pages_and_articles_are_404(client: FlaskClient) -> None:
    for address in (
        "/nope",
        "/articles/nope",
        "/articles/../etc/passwd",
        "/articles/%00",
        "/static/../cli.py",
    ):
        assert client.get(address).status_code == 404
    assert client.post("/search").status_code == 405


HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{7*7}}",
    "';alert(1)//",
    "\u202e<b>",
    "&lt;script&gt;",
    "\x00\x1b[31m",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text(client: FlaskClient, text: str) -> None:
    for address in (f"/search?q={quote(text)}", f"/?q={quote(text)}&page=0", f"/articles/{quote(text)}"):
        page = client.get(address)
        assert page.status_code in (200, 400, 404)
        assert "<script>" not in page.text
        assert "<img" not in page.text
        assert "49" not in page.text or "{{7*7}}" not in text or "{{7*7}}" in page.text
        outline(page.text)


def test_headers_forbid_what_the_pages_do_not_need(client: FlaskClient) -> None:
    for address in ("/", "/nope", "/api/v1/search", "/static/site.css"):
        answer = client.get(address)
        headers = answer.headers
        answer.close()
        assert headers["Content-Security-Policy"].startswith("default-src 'none'")
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "Set-Cookie" not in headers


def test_an_article_without_an_index_entry_is_still_readable(
    client: FlaskClient, service: SearchService
) -> None:
    for article in next(service.archive.changes(0, batch=1000)):
        page = client.get(f"/articles/{quote(article.id)}")
        assert page.status_code == 200
        outline(page.text)


def test_the_page_says_how_it_understood_and_lets_people_undo_it(client: FlaskClient) -> None:
    page = client.get("/search", query_string={"q": "nghij quyeets 35"})
    assert "Hiểu là:" in page.text
    assert "“nghij quyeets” là nghị quyết" in page.text
    undo = next(link for link in outline(page.text).links if "asis=" in link and link.startswith("/search"))
    undone = client.get(undo)
    assert "để nguyên như đã gõ" in undone.text
    assert "hiểu lại" in undone.text


def test_documents_of_one_number_are_told_apart(client: FlaskClient) -> None:
    page = client.get("/search", query_string={"q": "chỉ thị 35"})
    assert "chỉ bài dẫn 35-CT/TW (ngày 30/5/2019, khóa XII)" in page.text
    assert "chỉ bài dẫn 35-CT/TW (ngày 14/6/2024, khóa XIII)" in page.text


def test_a_plain_query_has_nothing_to_say(client: FlaskClient) -> None:
    assert "Hiểu là:" not in client.get("/search?q=xây+dựng").text
    assert "Hiểu là:" not in client.get("/").text


def test_markup_in_a_step_is_text(client: FlaskClient) -> None:
    page = client.get(
        "/search", query_string={"q": '-"<b>lũ</b>" "<script>alert(1)</script>"', "asis": "<i>"}
    )
    assert page.status_code == 200
    assert "<script>" not in page.text
    assert "<b>l" not in page.text


@pytest.mark.parametrize("q", ['"' * 10_000, "(" * 10_000, "nq35 " * 2_000, "🎉" * 10_000, "\u200f" * 10_000])
@pytest.mark.parametrize("path", ["/search", "/api/v1/search"])
def test_ten_thousand_characters_are_answered_or_refused(client: FlaskClient, path: str, q: str) -> None:
    answer = client.get(path, query_string={"q": q})
    assert answer.status_code == 400
    assert client.get(path, query_string={"q": q[:1000]}).status_code == 200


def test_pages_join_whatever_per_page_an_address_carries(client: FlaskClient) -> None:
    first = client.get("/search?q=nghị&per_page=3").text
    (following,) = set(re.findall(r'href="([^"]+)" rel="next', first))
    seen = [
        set(re.findall(r'href="(/articles/[^?"]+)', page))
        for page in (first, client.get(unescape(following)).text)
    ]
    every = client.get("/api/v1/search?q=nghị&per_page=20").get_json()["results"]
    assert not seen[0] & seen[1]
    assert len(seen[0] | seen[1]) == len(every) == 20
