"""Whole articles: the instant, the unit from field, signature or byline, the codes of all parts."""

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchsvc.analysis.normalize import clean
from searchsvc.articles import VIETNAM_TIME, Draft
from searchsvc.extract.annotate import annotate, fingerprint
from searchsvc.extract.units import Registry

UNITS = Registry.load()

KHOI = Draft(
    title="Đảng bộ Khối các cơ quan và doanh nghiệp tỉnh học tập nghị quyết",
    summary="Ban Tuyên giáo Đảng ủy Khối tham mưu giúp Ban Thường vụ Đảng ủy Khối.",
    body="Thực hiện hướng dẫn của Ban Tuyên giáo Tỉnh ủy và Ban Thường vụ Tỉnh ủy, hội nghị đã diễn ra.",
    published="Thứ Sáu, ngày 7/1/2022 - 09:44",
)
TINH = Draft(
    title="Tỉnh ủy tổng kết công tác năm",
    summary="Ban Thường vụ Tỉnh ủy họp phiên cuối năm.",
    body="Đồng chí Bí thư Đảng ủy Khối dự.",
    published="7/1/2022",
)


def unit_of(draft: Draft) -> str | None:
    return annotate(draft, UNITS).unit


@pytest.mark.parametrize(
    ("base", "author", "expected"),
    [
        (KHOI, "BTG", "ban-tuyen-giao-dang-uy-khoi"),
        (TINH, "BTG", "ban-tuyen-giao-tinh-uy"),
        (KHOI, "Ban Tổ chức", "ban-to-chuc-dang-uy-khoi"),
        (TINH, "BAN TỔ CHỨC", "ban-to-chuc-tinh-uy"),
        (KHOI, "VP", "van-phong-dang-uy-khoi"),
        (KHOI, "UBKT Đảng uỷ Khối", "uy-ban-kiem-tra-dang-uy-khoi"),
        (KHOI, "ĐKH", "doan-khoi"),
        (TINH, "Theo Nguyễn Văn An, Phòng Tổng hợp", "phong-tong-hop-van-phong-tinh-uy"),
        (TINH, "Tin, ảnh: Trần Thị Bình (Sở Nội vụ)", "so-noi-vu"),
        (TINH, "Lê Minh - Liên đoàn Lao động tỉnh", "lien-doan-lao-dong-tinh"),
        (TINH, "Sở Thông tin và Truyền thông", "so-thong-tin-va-truyen-thong"),
        (TINH, "Theo Sở Thông tin và Truyền thông", "so-thong-tin-va-truyen-thong"),
        # Persons and editors are no units.
        (KHOI, "P.Sinh", None),
        (KHOI, "T.H(bt)", None),
        (KHOI, "B.T.G", None),
        (KHOI, "Linh Lan", None),
        (KHOI, "TUYẾT MAI", None),
        (KHOI, "Mỹ Hạnh – Tạ Nhật", None),
        (KHOI, "BBT", None),
        (KHOI, "QH", None),
        (KHOI, "x" * 5_000, None),
        (KHOI, None, None),
    ],
)
def test_unit_from_the_signature(base: Draft, author: str | None, expected: str | None) -> None:
    annotations = annotate(replace(base, author=author), UNITS)
    assert annotations.unit == expected
    assert annotations.warnings == ()


@pytest.mark.parametrize(
    ("opening", "expected"),
    [
        ("(TTV) ", "dai-phat-thanh-va-truyen-hinh-tinh"),
        ("TCCS - ", "tap-chi-cong-san"),
        ("Tuyên Quang (TTXVN) - ", "thong-tan-xa-viet-nam"),
        ("(Ban Tổ chức Tỉnh ủy) - ", "ban-to-chuc-tinh-uy"),
        ("LSO-", None),
        ("(khóa XII) ", None),
        ("COVID-19 và ", None),
    ],
)
def test_unit_from_the_byline(opening: str, expected: str | None) -> None:
    assert unit_of(replace(KHOI, body=opening + KHOI.body)) == expected


def test_the_field_decides_before_the_signature() -> None:
    assert unit_of(replace(KHOI, unit="Sở Y tế", author="BTG")) == "so-y-te"
    assert unit_of(replace(KHOI, unit="so-y-te")) == "so-y-te"
    assert unit_of(replace(KHOI, unit="Ban Tuyên giáo")) == "ban-tuyen-giao-dang-uy-khoi"
    assert unit_of(replace(KHOI, unit="  ", author="BTG")) == "ban-tuyen-giao-dang-uy-khoi"


def test_unknown_unit_is_told_with_the_closest() -> None:
    annotations = annotate(replace(KHOI, unit="Sở Y tê tỉnh", author="BTG"), UNITS)
    assert annotations.unit is None
    ((vi, en),) = annotations.warnings
    assert "Sở Y tê tỉnh" in vi
    assert "so-y-te" in vi
    assert "so-y-te" in en


def test_unclear_unit_is_told_with_the_candidates() -> None:
    draft = Draft(
        title="Hội nghị", body="Không nói tới cấp nào.", unit="Ban Tuyên giáo", published="7/1/2022"
    )
    annotations = annotate(draft, UNITS)
    assert annotations.unit is None
    assert "ban-tuyen-giao-tinh-uy" in annotations.warnings[0][1]
    assert annotate(replace(draft, unit=None, author="BTG"), UNITS).warnings == ()


def test_after_the_merger_the_new_board_signs() -> None:
    assert unit_of(replace(TINH, author="BTGDV", published="7/1/2026")) == "ban-tuyen-giao-va-dan-van-tinh-uy"


@pytest.mark.parametrize(
    ("published", "expected"),
    [
        ("2022-01-07T02:44:00Z", datetime(2022, 1, 7, 9, 44, tzinfo=VIETNAM_TIME)),
        ("Thứ Sáu, ngày 7/1/2022 - 09:44", datetime(2022, 1, 7, 9, 44, tzinfo=VIETNAM_TIME)),
        ("7/1/2022", datetime(2022, 1, 7, tzinfo=VIETNAM_TIME)),
    ],
)
def test_published(published: str, expected: datetime) -> None:
    annotations = annotate(replace(KHOI, published=published), UNITS)
    assert annotations.published == expected
    assert annotations.warnings == ()


@pytest.mark.parametrize("published", ["hôm qua", "31/4/2021", "29/02/2021 10:00", "x" * 100_000])
def test_unreadable_date_is_told(published: str) -> None:
    annotations = annotate(replace(KHOI, published=published), UNITS)
    assert annotations.published is None
    ((vi, en),) = annotations.warnings
    assert published[:20] in vi
    assert len(en) < 250


def test_contradicting_weekday_is_told_and_the_date_taken() -> None:
    annotations = annotate(replace(KHOI, published="Thứ Hai, ngày 7/1/2022 - 09:44"), UNITS)
    assert annotations.published == datetime(2022, 1, 7, 9, 44, tzinfo=VIETNAM_TIME)
    assert len(annotations.warnings) == 1


def test_dateline_stands_in_for_a_missing_date() -> None:
    dated = Draft(title="Thư", body="Hà Nội, ngày 07 tháng 11 năm 2006\n\nKính gửi các đồng chí")
    assert annotate(dated, UNITS).published == datetime(2006, 11, 7, tzinfo=VIETNAM_TIME)
    undated = annotate(Draft(title="Tin", body="Ngày 7/11/2006, hội nghị khai mạc."), UNITS)
    assert (undated.published, undated.warnings) == (None, ())


def test_codes_of_all_parts_are_linked() -> None:
    draft = replace(
        KHOI,
        summary="Sơ kết Chỉ thị 05 của Bộ Chính trị",
        body="Thực hiện Chỉ thị số 05-CT/TW ngày 15/5/2016 của Bộ Chính trị",
        captions=("Hội nghị", "Triển khai Kết luận số 01-KL/TW"),
    )
    annotations = annotate(draft, UNITS)
    codes = {(mention.part, mention.kind, mention.code) for mention in annotations.codes}
    assert ("summary", "partial", "05-CT/TW") in codes
    assert ("body", "full", "05-CT/TW") in codes
    assert ("captions", "full", "01-KL/TW") in codes
    captions = "\n".join(draft.captions)
    for mention in annotations.codes:
        text = captions if mention.part == "captions" else getattr(draft, mention.part)
        assert text[mention.start : mention.end] == mention.raw


def test_issue_date_without_year_takes_that_of_the_news() -> None:
    body = "Ban Thường vụ ban hành Kế hoạch số 45-KH/TU ngày 28/12 về học tập nghị quyết"
    (mention,) = annotate(replace(KHOI, summary="", body=body), UNITS).codes
    assert mention.issued == date(2021, 12, 28)


def test_fingerprint_names_rules_and_registry() -> None:
    assert UNITS.fingerprint in fingerprint(UNITS)
    assert annotate(KHOI, UNITS).fingerprint == fingerprint(UNITS)


@given(
    text=st.text(max_size=60),
    field=st.sampled_from(["title", "summary", "body", "published", "unit", "author"]),
)
def test_annotate_never_raises(text: str, field: str) -> None:
    draft = replace(replace(KHOI, author="BTG"), **{field: text})  # type: ignore[arg-type]
    annotations = annotate(draft, UNITS)
    assert annotations.unit is None or UNITS.get(annotations.unit)


@pytest.mark.corpora
def test_seed_page_is_of_the_bloc_committees_board(corpora: Path) -> None:
    page = clean((corpora / "seed" / "bulletin-page.txt").read_text(encoding="utf-8"))
    lines = [line.strip() for line in page.splitlines() if line.strip()]
    signature = lines.index("BTG")
    body = "\n\n".join(lines[3:signature])
    draft = Draft(title=lines[0], summary=lines[2], body=body, published=lines[1], author="BTG")
    annotations = annotate(draft, UNITS)
    assert annotations.published == datetime(2022, 1, 7, 9, 44, tzinfo=VIETNAM_TIME)
    assert annotations.unit == "ban-tuyen-giao-dang-uy-khoi"
    assert len(annotations.distinct_codes()) == 13
    assert len([mention for mention in annotations.codes if mention.kind == "full"]) == 16
    assert annotations.warnings == ()
