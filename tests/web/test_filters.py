"""The filters of the search page: units as a tree, codes to look through, days as typed, and their state."""

import re
from html import unescape
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient
from lxml import html
from werkzeug.test import TestResponse


def rows(page: TestResponse) -> dict[str, tuple[str, int]]:
    """Return the values of all facets: label to address and count."""
    found = re.findall(
        r'<a href="([^"]+)" rel="nofollow"[^>]*><span>([^<]+)</span> <span class="count">([\d.]+)<', page.text
    )
    return {
        unescape(label): (unescape(address), int(count.replace(".", ""))) for address, label, count in found
    }


def total(client: FlaskClient, address: str) -> int:
    answer = client.get("/api/v1/search?" + urlsplit(address).query)
    assert answer.status_code == 200
    return int(answer.get_json()["total"])


def test_units_stand_under_their_parents_with_counts_that_hold(client: FlaskClient) -> None:
    page = client.get("/search?q=nghị+quyết")
    (tree,) = html.fromstring(page.text).find_class("tree")
    under = {row.findtext("a/span"): row for row in tree.findall("li")}
    assert {"Tỉnh ủy", "Ủy ban nhân dân tỉnh"} <= set(under)
    children = [span.text for span in under["Tỉnh ủy"].findall("details/ul/li/a/span[1]")]
    assert "Ban Tổ chức Tỉnh ủy" in children
    assert not set(children) & set(under)
    for label, (address, count) in list(rows(page).items())[:8]:
        assert total(client, address) == count, label


def test_the_branch_of_a_chosen_unit_is_open(client: FlaskClient) -> None:
    page = client.get("/search?q=nghị+quyết&unit=ban-to-chuc-tinh-uy")
    assert "<details open><summary>" in page.text
    assert re.search(r'aria-current="true"><span>Ban Tổ chức Tỉnh ủy</span>', page.text)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("18 nq", {"18-NQ/TW"}),
        ("05ct", {"05-CT/TW"}),
        ("nd-cp", {"30/2020/NĐ-CP"}),
        ("NĐ CP", {"30/2020/NĐ-CP"}),
    ],
)
def test_codes_are_found_by_any_pieces(client: FlaskClient, typed: str, expected: set[str]) -> None:
    page = client.get("/search", query_string={"q": "công tác", "code_like": typed})
    codes = {label for label in rows(page) if re.search(r"\d", label)}
    assert expected <= codes
    pieces = re.findall(r"\w+", typed.lower().replace("đ", "d"))
    for code in codes:
        assert all(
            piece in code.lower().replace("đ", "d").replace("-", "").replace("/", "") for piece in pieces
        )
    assert f'name="code_like" value="{typed}"' in page.text


def test_narrowing_the_codes_looks_beyond_those_on_the_page(client: FlaskClient) -> None:
    shown = set(rows(client.get("/search?q=")))
    every = client.get("/search?q=&code_like=QH").text
    assert "QH" in every
    rare = [label for label in rows(client.get("/search?code_like=QĐ")) if label not in shown]
    assert rare


def test_no_code_like_it_is_told(client: FlaskClient) -> None:
    page = client.get("/search", query_string={"q": "nghị", "code_like": '<b>"'})
    assert page.status_code == 200
    assert "<b>" not in page.text
    page = client.get("/search", query_string={"q": "nghị", "code_like": "zz"})
    assert "Không có số hiệu nào như “zz”" in page.text


def test_every_column_of_the_timeline_gives_what_it_counts(client: FlaskClient) -> None:
    page = client.get("/search?q=nghị+quyết&from=1/2021&to=2021")
    bars = re.findall(r'<a href="([^"]+)" rel="nofollow"[^>]*><title>([^<]+): (\d+) bài</title>', page.text)
    assert {title for _, title, _ in bars} >= {"2015", "2021", "tháng 3"}
    for address, title, count in bars:
        assert total(client, unescape(address)) == int(count), title


@pytest.mark.parametrize(
    ("typed", "chip"),
    [
        ("from=2021", "từ 1/1/2021"),
        ("to=3/2021", "đến 31/3/2021"),
        ("from=7.1.21&to=ngày+9+tháng+2+năm+2021", "từ 7/1/2021 đến 9/2/2021"),
    ],
)
def test_days_are_taken_as_typed(client: FlaskClient, typed: str, chip: str) -> None:
    assert f"</span>{chip}<" in client.get(f"/search?q=nghị&{typed}").text


def test_a_wrong_day_can_be_mended_without_losing_the_rest(client: FlaskClient) -> None:
    page = client.get("/search?q=nghị&from=31/2/2020&to=2021&unit=tinh-uy&sort=newest&page=3")
    assert page.status_code == 400
    form = re.search(r'<form class="days".*?</form>', page.text, re.DOTALL)
    assert form
    assert 'value="31/2/2020" aria-describedby="days-hint" aria-invalid="true"' in form[0]
    assert 'name="to" inputmode="numeric" autocomplete="off" maxlength="40" value="2021"' in form[0]
    for name, value in (("q", "nghị"), ("unit", "tinh-uy"), ("sort", "newest")):
        assert f'name="{name}" value="{value}"' in form[0]
    assert 'name="page"' not in form[0]
    without = re.search(r'<a href="([^"]+)">Tìm mà bỏ phần này', page.text)
    assert without
    assert client.get(unescape(without[1])).status_code == 200


STATES = (
    "/search?q=công tác&from=2016-01-01&to=2024-12-31&code=05-CT/TW&unit=tinh-uy&collection=ban-tin"
    "&sort=oldest",
    "/search?q=&unit=tinh-uy&unit=so-y-te&page=2",
    "/search?code=05-CT/TW&code=01-KL/TW&code_like=kl",
    "/search?q=BTC họp&asis=abbreviation:btc&from=2019-05-01",
)


@pytest.mark.parametrize("address", STATES)
def test_every_state_is_restored_from_its_address(client: FlaskClient, address: str) -> None:
    """What the address says stands in fields, chips, marked values and order; and links carry it on."""
    page = client.get(address)
    assert page.status_code == 200
    asked = dict(pair.split("=", 1) for pair in urlsplit(address).query.split("&"))
    assert (
        f'name="q" type="text" inputmode="search" enterkeyhint="search" value="{asked.get("q", "")}"'
        in page.text
    )
    chips = [unescape(chip) for chip in re.findall(r'<a class="chip" href="([^"]+)"', page.text)]
    names = [name for name in ("from", "unit", "code", "collection") if name in asked]
    assert len(chips) >= len(names)
    for name in names:  # without one filter, the others stay
        others = [chip for chip in chips if f"{name}=" not in urlsplit(chip).query]
        assert others or address.count(f"{name}=") > 1, name
    if "sort" in asked:
        assert '<span aria-current="true">Cũ nhất</span>' in page.text
    if "code_like" in asked:
        assert f'name="code_like" value="{asked["code_like"]}"' in page.text
    if "from" in asked:
        year, month, day = map(int, asked["from"].split("-"))
        assert f'value="{day}/{month}/{year}"' in page.text
