"""Saved pages of portals: by rule, by the library, refused; hostile markup is bounded."""

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchsvc.articles import Draft
from searchsvc.ingest.page_metadata import host_of
from searchsvc.ingest.portals import rules
from searchsvc.ingest.selectors import xpaths_from
from searchsvc.ingest.sources import Limits, Refusal
from tests.ingest.builders import PAGES, openings, page, read_bytes, refusal

TEXT = (
    "Sáng 12/5, Đảng ủy xã Nậm Lộc tổ chức hội nghị sơ kết hai năm thực hiện nghị quyết về cây chè, "
    "dự hội nghị có 64 đại biểu đến từ 11 chi bộ trong toàn xã."
)

# page: (title, published, url, captions, author, openings of the body's paragraphs)
GOLDEN = {
    "nukeviet.html": (
        "Xã Nậm Lộc làm đường mới vào vùng chè",
        "Thứ sáu - 13/05/2022 09:44",
        "https://namloc.example.vn/vi/news/duong-moi-12.html",
        ("Thi công đoạn qua thôn Nà Pục",),
        "Tác giả: Lường Thị Pún",
        ["Báo cáo", "Kết luận"],
    ),
    "onecms.html": (
        "Chè Nậm Lộc ra thị trường",
        "Thứ ba, 14/02/2023 - 07:30",
        "https://bao.example.vn/che-nam-loc-post123.html",
        ("Đóng gói chè tại hợp tác xã",),
        "Hà Vi",
        ["Báo cáo", "Năm |", "2021 |", "Tổng: 210", "Kết luận"],
    ),
    "vnpt.html": (
        "ĐOÀN THANH NIÊN RA QUÂN",
        "(09:15 26/03/2021)",
        None,
        ("Đoàn viên dọn kênh mương",),
        "Tỉnh đoàn",
        ["Báo cáo", "Kết luận"],
    ),
    "old_portal.html": (
        "Nậm Lộc tổ chức ngày hội đọc sách",
        "Thứ Năm, 15/10/2020, 16:21 (GMT+7)",
        None,
        (),
        "BTG",
        ["Sáng 12/5,", "Báo cáo", "Hội nghị", "Kết luận"],
    ),
    "meta_only.html": (
        "Lớp học xóa mù chữ ở Bản Hẻo",
        "2024-06-09T09:54:00+07:00",
        None,
        ("Lớp học buổi tối",),
        None,
        ["Sáng 12/5,", "Báo cáo", "Hội nghị", "Kết luận"],
    ),
}


@pytest.mark.parametrize("name", GOLDEN)
def test_golden_page(name: str) -> None:
    draft = page(name)
    title, published, url, captions, author, body = GOLDEN[name]
    assert (draft.title, draft.published, draft.url) == (title, published, url)
    assert (draft.captions, draft.author) == (captions, author)
    assert openings(draft) == body
    assert "alert" not in draft.body
    assert "Bản quyền" not in draft.body


def test_page_without_an_article_is_refused() -> None:
    data = (PAGES / "home.html").read_bytes()
    found = refusal(data, "home.html")
    assert "No article" in found.reason.en
    assert found.original == data


@pytest.mark.corpora
def test_real_pages(corpora: Path) -> None:
    found = {}
    for path in sorted((corpora / "extraction" / "html").glob("*.html")):
        (found[path.stem],) = read_bytes(path.read_bytes(), path.name)
    drafts = {name: draft for name, draft in found.items() if isinstance(draft, Draft)}
    assert set(drafts) == {"anle_thuoctinh", "vbpl_thuoctinh", "vbpl_v1"}
    assert drafts["vbpl_v1"].title == "Hiến pháp Không số"
    assert drafts["vbpl_v1"].body.endswith("thông qua ngày 28 tháng 11 năm 2013.")
    assert "Số ký hiệu | 101/2015/QH13" in drafts["vbpl_thuoctinh"].body
    assert "Số án lệ: 63/2023/AL" in drafts["anle_thuoctinh"].body


def html(body: str) -> bytes:
    return f"<html><head><title>Trang</title></head><body>{body}</body></html>".encode()


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("<div>" * 100_000 + TEXT, "deep"),
        ("<b>" * 300 + TEXT, "deep"),
        ("<p " + " ".join(f"a{n}=1" for n in range(100_000)) + f">{TEXT}</p>", "attributes"),
        ("<" * 200_000, "tags"),
    ],
)
def test_hostile_markup_is_refused(body: str, reason: str) -> None:
    assert reason in refusal(html(body), form="html").reason.en


def test_entities_are_not_expanded_and_nothing_is_fetched() -> None:
    bomb = '<!DOCTYPE html [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;"><!ENTITY f SYSTEM "file:///etc/passwd">]>'
    (draft,) = read_bytes(
        (bomb + f"<html><body><h1>T</h1>{f'<p>&b; &f; {TEXT}</p>' * 4}</body></html>").encode()
    )
    assert isinstance(draft, Draft)
    assert "aaaa" not in draft.body
    assert "root:" not in draft.body


def test_control_characters_do_not_keep_a_page_from_being_read() -> None:
    after = f"\x08&#8;<p>{TEXT}\x01&#xFFFE;</p>"
    body = f"<h1>Tin</h1><article><p>{TEXT}</p><figcaption>Ảnh</figcaption>{after}</article>"
    (draft,) = read_bytes(html(body), form="html")
    assert isinstance(draft, Draft)
    assert draft.captions == ("Ảnh",)
    assert not set(draft.body) & set("\x01\x08\ufffe")


def test_size_limit_keeps_the_beginning() -> None:
    data = html(f"<p>{TEXT}</p>" * 100)
    (found,) = read_bytes(data, form="html", limits=Limits(max_item_bytes=1000))
    assert isinstance(found, Refusal)
    assert "Larger" in found.reason.en
    assert data.startswith(found.original)


def test_declared_code_page_is_used() -> None:
    text = f"<html><head><meta charset=windows-1258></head><body><h1>Tin</h1><p>{TEXT}</p></body></html>"
    data = b"".join(_cp1258(letter) for letter in unicodedata.normalize("NFC", text))
    (draft,) = read_bytes(data, form="html")
    assert isinstance(draft, Draft)
    assert "Đảng ủy xã Nậm Lộc" in draft.body


def _cp1258(letter: str) -> bytes:
    try:
        return letter.encode("cp1258")
    except UnicodeEncodeError:
        tones = "\u0300\u0301\u0303\u0309\u0323"
        parts = unicodedata.normalize("NFD", letter)
        base = unicodedata.normalize("NFC", "".join(mark for mark in parts if mark not in tones))
        return (base + "".join(mark for mark in parts if mark in tones)).encode("cp1258")


def test_json_ld_may_be_anything() -> None:
    for value in (
        "[" * 50_000,
        "{}",
        '{"@type": 3}',
        '{"@type":"Article","author":[1,{"name":null}]}',
        "nul",
    ):
        (draft,) = read_bytes(
            html(f'<script type="application/ld+json">{value}</script><h1>T</h1>' + f"<p>{TEXT}</p>" * 3)
        )
        assert isinstance(draft, Draft)


def test_every_rule_is_complete() -> None:
    assert len({rule.name for rule in rules()}) == len(rules())
    for rule in rules():
        assert rule.body, rule.name
        assert rule.title, rule.name
        assert rule.domains or rule.marker, rule.name


def test_selectors() -> None:
    assert xpaths_from("h1, #a") == (".//h1", ".//*[@id='a']")
    assert xpaths_from("ul li:last-child") == (".//ul//li[not(following-sibling::*)]",)
    assert xpaths_from("meta[name=date]") == (".//meta[@name='date']",)
    for wrong in ("a > b", "a[", "x:hover", "", "a[b='c']"):
        with pytest.raises(ValueError, match="selector"):
            xpaths_from(wrong)


def test_host_of() -> None:
    assert host_of("https://VBPL.vn:443/x") == "vbpl.vn"
    assert host_of("https://[") == ""


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_give_one_reading(data: bytes) -> None:
    (found,) = read_bytes(b"<html><p>" + data, form="html")
    assert isinstance(found, Draft | Refusal)
