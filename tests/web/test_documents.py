"""The pages of documents and units: the journey by links, any spelling, hostile addresses, sizes."""

import re
from html import unescape
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from searchsvc.search.service import SearchService
from tests.web.test_pages import outline

MAX_BYTES = 60_000


def text_of(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def shown(client: FlaskClient, address: str) -> str:
    page = client.get(address)
    assert page.status_code == 200, address
    assert len(page.data) < MAX_BYTES
    outline(page.text)
    return page.text


def test_the_list_leads_to_every_dossier(client: FlaskClient) -> None:
    page = shown(client, "/codes/")
    links = re.findall(r'<a class="name" href="([^"]+)">', page)
    assert len(links) == 50
    following = next(link for link in outline(page).links if "page=2" in link)
    links += re.findall(r'<a class="name" href="([^"]+)">', shown(client, unescape(following)))
    assert len(set(links)) == len(links) > 80
    for link in links[::5]:
        shown(client, unescape(link))


def test_the_list_is_filtered_by_its_form_and_tells_counts(client: FlaskClient) -> None:
    page = shown(client, "/codes/")
    (kind,) = re.findall(r'<option value="CT">chỉ thị \(CT\) \((\d+)\)</option>', page)
    filtered = shown(client, "/codes/?type=CT")
    assert f"{kind} văn bản" in text_of(filtered)
    assert '<option value="CT" selected>' in filtered
    assert text_of(shown(client, "/codes/?q=chỉ+thị+35&year=2019")).count("35-CT/TW") == 1
    none = text_of(shown(client, "/codes/?q=zzz&issuer=khong-co"))
    assert "Không có văn bản nào như vậy" in none
    assert "không còn văn bản" in text_of(shown(client, "/codes/?page=900"))


@pytest.mark.parametrize("bad", ["year=x", "year=0", "sort=best", "page=0", "page=1e3"])
def test_a_bad_parameter_of_the_list_is_named(client: FlaskClient, bad: str) -> None:
    page = client.get(f"/codes/?{bad}")
    assert page.status_code == 400
    assert f"tham số {bad.split('=', maxsplit=1)[0]}" in page.text


def test_a_dossier_tells_what_the_document_is_and_who_cites_it(client: FlaskClient) -> None:
    page = shown(client, "/codes/05-CT/TW")
    text = text_of(page)
    for expected in (
        "Chỉ thị 05-CT/TW",
        "Bộ Chính trị (TW)",
        "Ngày ban hành 15/5/2016",
        "khóa XII",
        "Nhắc đến lần đầu 20/7/2016",
        "Thường được dẫn cùng",
        "Đơn vị dẫn văn bản này",
    ):
        assert expected in text
    assert page.count("<mark>05-CT/TW</mark>") > 1
    assert '<svg width="' in page
    assert "?q=05-CT/TW" in next(link for link in outline(page).links if link.startswith("/articles/"))


def test_the_counts_of_a_dossier_are_those_of_the_search(client: FlaskClient) -> None:
    page = shown(client, "/codes/05-CT/TW")
    rows = re.findall(
        r'<a href="(/search[^"]+)" rel="nofollow"><span lang="vi">[^<]+</span> <span class="count">(\d+)<',
        page,
    )
    assert rows
    for address, count in rows:
        found = client.get("/api/v1" + unescape(address)).get_json()
        assert found["total"] == int(count)


def test_the_timeline_narrows_the_list(client: FlaskClient) -> None:
    page = shown(client, "/codes/05-CT/TW")
    year, count = re.findall(
        r'<a href="(/codes/05-CT/TW\?period=2021[^"]*)"[^>]*><title>2021: (\d+) bài', page
    )[0]
    narrowed = shown(client, unescape(year).split("#")[0])
    assert narrowed.count('<li class="hit">') == int(count)
    assert "· năm 2021" in text_of(narrowed)
    month = re.findall(r'href="(/codes/05-CT/TW\?period=2021-\d\d)#', narrowed)[0]
    assert "· tháng" in text_of(shown(client, month))
    assert '<meta name="robots" content="noindex, follow">' in narrowed
    for bad in ("2021-13", "0000", "x", "20211", "2021-1", "２０２１"):
        assert client.get(f"/codes/05-CT/TW?period={bad}").status_code == 400


def test_several_documents_of_one_code_are_told_apart(client: FlaskClient) -> None:
    page = shown(client, "/codes/35-CT/TW")
    text = text_of(page)
    assert "Một số hiệu, nhiều văn bản" in text
    assert "Ban hành ngày 30/5/2019, khóa XII" in text
    assert "Ban hành ngày 14/6/2024" in text
    days = [link for link in outline(page).links if "code=35-CT/TW" in link and "from=" in link]
    assert client.get(days[0]).status_code == 200


@pytest.mark.parametrize(
    ("spelling", "address"),
    [
        ("5/CT-TW", "/codes/05-CT/TW"),
        ("05 ct tw", "/codes/05-CT/TW"),
        ("05-ct/tw", "/codes/05-CT/TW"),
        ("05-CT/TW/", "/codes/05-CT/TW"),
        ("Chỉ thị 05 của Bộ Chính trị", "/codes/05-CT/TW"),
        ("nghị quyết đại hội xiii", "/codes/NQ-%C4%90H-XIII"),
        ("NQ35", "/codes/35-NQ"),
        ("số 35", "/codes/35"),
    ],
)
def test_any_spelling_leads_to_the_one_address(client: FlaskClient, spelling: str, address: str) -> None:
    answer = client.get(f"/codes/{quote(spelling)}?lang=en")
    assert answer.status_code == 301
    assert answer.headers["Location"] == f"{address}?lang=en"
    shown(client, address)


def test_fragments_and_numbers_offer_what_they_may_mean(client: FlaskClient) -> None:
    fragment = shown(client, "/codes/35-NQ")
    assert "chưa biết cơ quan ban hành" in fragment
    assert '<a class="name" href="/codes/35-NQ/TW">' in fragment
    assert "Các bài không nói rõ là văn bản nào" in shown(client, "/codes/05-CT")
    number = shown(client, "/codes/35")
    assert "Chỉ biết số." in number
    assert '<a class="name" href="/codes/35-CT/TW">' in number
    named = shown(client, "/codes/NQ-ĐH-XIII")
    assert '<h1 lang="vi">Nghị quyết Đại hội XIII</h1>' in named


def test_an_unknown_code_offers_help(client: FlaskClient) -> None:
    page = client.get("/codes/35-CT/TU")
    assert page.status_code == 404
    assert "Chưa có bài nào dẫn văn bản “35-CT/TU”" in page.text
    assert '<a class="name" href="/codes/35-CT/TW">' in page.text
    assert 'href="/search?q=35-CT/TU"' in page.text
    assert '<meta name="robots" content="noindex">' in page.text


HOSTILE = [
    "../..",
    "..%2f..%2fetc%2fpasswd",
    "%00",
    "05-CT%00/TW%0a",
    "%3Cscript%3Ealert(1)%3C/script%3E",
    "%22%20onmouseover=%22alert(1)",
    "{{7*7}}",
    "%ff%fe",
    "%ed%a0%80",
    "//evil.example",
    "http:%2F%2Fevil.example",
    "05-CT/TW" * 300,
    "9" * 4000,
    "-" * 4000,
    "%E2%80%AE05-CT/TW",
]


@pytest.mark.parametrize("path", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.parametrize("section", ["codes", "units"])
def test_hostile_addresses_are_answered_and_stay_text(client: FlaskClient, section: str, path: str) -> None:
    answer = client.get(f"/{section}/{path}")
    assert answer.status_code in (301, 308, 404)
    assert len(answer.data) < MAX_BYTES
    if answer.status_code == 404:
        outline(answer.text)
    else:
        location = answer.headers["Location"].removeprefix("http://localhost")
        assert location.startswith(f"/{section}/")


def test_pages_beyond_the_end_and_beyond_the_cap(client: FlaskClient) -> None:
    assert "không còn bài nào" in shown(client, "/codes/05-CT/TW?page=90")
    assert client.get("/codes/05-CT/TW?page=100000").status_code == 400
    assert client.get("/units/tinh-uy?page=x").status_code == 400


def test_units_lead_down_to_their_articles(client: FlaskClient, service: SearchService) -> None:
    tree = shown(client, "/units/")
    for unit in service.registry.units:
        assert f'href="/units/{unit.slug}"' in tree
    page = shown(client, "/units/tinh-uy")
    assert "Đơn vị trực thuộc" in page
    assert 'href="/units/ban-tuyen-giao-tinh-uy"' in page
    assert page.count('<li class="hit">') == 10
    assert "Văn bản được dẫn nhiều nhất" in page
    second = next(link for link in outline(page).links if "page=2" in link)
    assert '<ol class="hits" start="11"' in shown(client, second.split("#")[0])


def test_a_unit_tells_what_was_before_and_after_it(client: FlaskClient) -> None:
    before = text_of(shown(client, "/units/ban-tuyen-giao-tinh-uy"))
    assert "Hoạt động 2007–2025" in before
    assert "Nay là Ban Tuyên giáo và Dân vận Tỉnh ủy" in before
    assert "Tiền thân Ban Tuyên giáo Tỉnh ủy" in text_of(
        shown(client, "/units/ban-tuyen-giao-va-dan-van-tinh-uy")
    )


def test_a_unit_is_found_by_its_name_and_an_unknown_one_names_the_closest(client: FlaskClient) -> None:
    answer = client.get("/units/" + quote("Ban Tuyên giáo Tỉnh ủy"))
    assert (answer.status_code, answer.headers["Location"]) == (301, "/units/ban-tuyen-giao-tinh-uy")
    unknown = client.get("/units/ban-tuyen-giao-tinh-uyy")
    assert unknown.status_code == 404
    assert "ban-tuyen-giao-tinh-uy (Ban Tuyên giáo Tỉnh ủy)" in unknown.text


def test_a_unit_without_articles_says_so(client: FlaskClient) -> None:
    assert "Kho chưa có bài nào của đơn vị này." in shown(client, "/units/quoc-hoi")


def test_pages_keep_the_language(client: FlaskClient) -> None:
    for address in ("/codes/", "/codes/05-CT/TW", "/units/", "/units/tinh-uy", "/codes/35"):
        page = shown(client, f"{address}?lang=en")
        assert '<html lang="en">' in page
        links = [link for link in outline(page).links if link.startswith(("/codes", "/units", "/articles"))]
        assert links
        assert all("lang=" in link for link in links)


def test_pages_are_not_sent_twice(client: FlaskClient) -> None:
    for address in ("/codes/", "/codes/05-CT/TW", "/units/", "/units/tinh-uy"):
        tag = client.get(address).headers["ETag"]
        assert client.get(address, headers={"If-None-Match": tag}).status_code == 304
