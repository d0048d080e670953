"""Dates: every real form of the reference, impossible days, stamps, what people type."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchsvc.analysis.normalize import clean
from searchsvc.articles import VIETNAM_TIME
from searchsvc.extract.dates import (
    contradicts_weekday,
    find_dateline,
    find_dates,
    find_timestamp,
    match_date_at,
    parse_day,
    parse_period,
    parse_timestamp,
)

PUBLISHED = date(2022, 6, 20)


def found(text: str, published: date | None = PUBLISHED) -> list[str]:
    """The dates as 'first' or 'first..last', ISO."""
    return [
        str(mention.first) if mention.first == mention.last else f"{mention.first}..{mention.last}"
        for mention in find_dates(text, published)
    ]


MENTIONS = [
    # The forms that the reference lists, as seen on portals and in bulletins.
    ("Thứ Sáu, ngày 7/1/2022 - 09:44", ["2022-01-07"]),
    ("Thứ ba, 20:02, 23/09/2025", ["2025-09-23"]),
    ("29/08/2024 - 08:00", ["2024-08-29"]),
    ("15:05 - 25/05/2024", ["2024-05-25"]),
    ("04:35 15/03/2016", ["2016-03-15"]),
    ("08:21, ngày 16-04-2021", ["2021-04-16"]),
    ("Cập nhật: 07/04/2021 15:38:00", ["2021-04-07"]),
    ("Cập nhật lúc: 18:00 |22/05/2022", ["2022-05-22"]),
    ("Thứ Tư, 08/04/2015, 08:11 [GMT+7]", ["2015-04-08"]),
    ("Thứ tư, 24 Tháng 7 2013 14:55", ["2013-07-24"]),
    ("Thứ Hai, 18 tháng 12, 2017", ["2017-12-18"]),
    ("14/9/15", ["2015-09-14"]),
    ("3/2/75", ["1975-02-03"]),
    ("Thứ ba 22/10/2019", ["2019-10-22"]),
    ("Hà Nội, ngày 07 tháng 11 năm 2006", ["2006-11-07"]),
    ("ngày22 tháng 7 năm 2010", ["2010-07-22"]),
    ("ngày\n24 tháng 9", ["2021-09-24"]),
    ("28-12-2010", ["2010-12-28"]),
    ("7-4-2015", ["2015-04-07"]),
    ("14 giờ 30 phút ngày 28/11/2025", ["2025-11-28"]),
    ("9/6/2024 9:54:47 AM", ["2024-06-09"]),
    ("2025-11-27", ["2025-11-27"]),
    ("July 21, 2025", ["2025-07-21"]),
    ("07 Jan 2022", ["2022-01-07"]),
    ("Sáng 24-6", ["2022-06-24"]),
    ("Sáng 17.6", ["2022-06-17"]),
    ("ngày 13.4", ["2022-04-13"]),
    ("Ngày 06/4", ["2022-04-06"]),
    ("sáng nay (20/6)", ["2022-06-20"]),
    ("tháng 11/2021", ["2021-11-01..2021-11-30"]),
    ("tháng 1/2016", ["2016-01-01..2016-01-31"]),
    ("tháng 12 năm 2020", ["2020-12-01..2020-12-31"]),
    ("tháng Năm năm 2020", ["2020-05-01..2020-05-31"]),
    ("quý II năm 2018", ["2018-04-01..2018-06-30"]),
    ("quý 1 - 2022", ["2022-01-01..2022-03-31"]),
    ("2020 - 2025", ["2020-01-01..2025-12-31"]),
    ("(19/5/1990- 19/5/2020)", ["1990-05-19", "2020-05-19"]),
    ("(19/5/1890- 19/5/2020)", ["2020-05-19"]),
    ("3/2/1930-3/2/2021", ["1930-02-03", "2021-02-03"]),
    ("từ ngày 11 đến 19-2-1951", ["1951-02-11..1951-02-19"]),
    ("từ ngày 20 đến 28/1/2016", ["2016-01-20..2016-01-28"]),
    ("từ ngày 12 đến ngày 15 tháng 10 năm 2020", ["2020-10-12..2020-10-15"]),
    ("từ ngày 28/1 đến 5/2/2016", ["2016-01-28", "2016-02-05"]),
    ("từ ngày 28/12 đến 5/1/2016", ["2015-12-28", "2016-01-05"]),
    ("ngày 7 và 8/6", ["2022-06-07", "2022-06-08"]),
    ("ngày 7, 8 và 10/6/2021", ["2021-06-07", "2021-06-08", "2021-06-10"]),
    ("ngày 7/6 và 8/6", ["2022-06-07", "2022-06-08"]),
    ("20-22/11/2020", ["2020-11-20..2020-11-22"]),
    ("từ tháng 5 đến tháng 8/2020", ["2020-05-01..2020-08-31"]),
    ("15 tháng Năm", ["2022-05-15"]),
    ("ngày 15 tháng giêng", ["2022-01-15"]),
    ("ngày 16/7/20 21", ["2021-07-16"]),
    ("năm 2025của", ["2025-01-01..2025-12-31"]),
    ("Quốc khánh 2/9", ["2021-09-02"]),
    ("NGÀY 15 THÁNG 5 NĂM 2016", ["2016-05-15"]),
    ("01-KL/TW ngày 18/5/2021, 05-CT/TW ngày 15/5/2016", ["2021-05-18", "2016-05-15"]),
    # A number before a dash is no first day of a list.
    ("Số 5 - 20/11/2020", ["2020-11-20"]),
    # Nine months of a year.
    ("kết quả 9 tháng năm 2021", ["2021-01-01..2021-12-31"]),
]

NO_DATES = [
    "10/3 âm lịch",
    "ngày 10/3/2021 (âm lịch)",
    "ngày 15 tháng 8 năm Quý Mão",
    "31/4/2021",
    "29/2/2021",
    "ngày 31/4",
    "ngày 30 tháng 2 năm 2020",
    "0/5/2020",
    "13/13/2020",
    "04/11/1831",
    "khóa XIII, lần thứ XVII, thứ 2",
    "05-CT/TW",
    "30/2020/NĐ-CP",
    "Thông tư 12/5/2020/TT-BTC",
    "24/24 giờ, 12.345/12.500 hộ, 1/2000, Km15+200",
    "mỗi tháng hai lần; trong 3 tháng 10 ngày",
    "1/5 số hộ, 3/4 dân số",
    "1234/5/20201",
    "điện thoại 0912.345.2020",
]


@pytest.mark.parametrize(("text", "expected"), MENTIONS)
def test_every_real_form_is_found(text: str, expected: list[str]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize("text", NO_DATES)
def test_no_date_is_made_up(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(("text", "expected"), MENTIONS)
def test_spans_and_raw_agree(text: str, expected: list[str]) -> None:
    for mention in find_dates(text, PUBLISHED):
        assert text[mention.start : mention.end] == mention.raw
        assert mention.raw.strip() == mention.raw


def test_precision_says_what_the_text_gives() -> None:
    text = "7/1/2022, tháng 11/2021, quý II năm 2018, năm 2017, 2020 - 2025, từ ngày 2 đến 5/3/2020"
    precisions = [mention.precision for mention in find_dates(text)]
    assert precisions == ["day", "month", "quarter", "year", "span", "span"]


def test_a_day_without_year_needs_the_publication_date() -> None:
    assert found("Ngày 06/4", None) == []
    assert found("Sáng 25/12", date(2022, 1, 7)) == ["2021-12-25"]
    assert found("Sáng 25/1", date(2022, 1, 7)) == ["2022-01-25"]
    assert found("Sáng 28/12", date(2021, 12, 1)) == ["2021-12-28"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (" ngày 15/5/2016 của Bộ Chính trị", "2016-05-15"),
        ("ngày 24 tháng 11 năm 2015", "2015-11-24"),
        ("ngày24/11/2015", "2015-11-24"),
        ("\nngày\n24 tháng 9 năm 2015", "2015-09-24"),
        ("15/5/20 16 của", "2016-05-15"),
        ("ngày 31/4/2016", None),
        (", ngày 15/5/2016", None),
        ("của Bộ Chính trị ngày 15/5/2016", None),
        ("ngày 15/5 của", None),
    ],
)
def test_issue_date_after_a_code(text: str, expected: str | None) -> None:
    mention = match_date_at("05-CT/TW" + text, len("05-CT/TW"))
    assert (str(mention.first) if mention else None) == expected


def test_issue_date_takes_its_year_from_the_publication_date() -> None:
    mention = match_date_at("05-CT/TW ngày 15/5 của", 8, date(2016, 6, 1))
    assert mention is not None
    assert mention.first == date(2016, 5, 15)
    assert match_date_at("05-CT/TW 15/5 của", 8, date(2016, 6, 1)) is None


STAMPS = [
    ("Thứ Sáu, ngày 7/1/2022 - 09:44", "2022-01-07T09:44"),
    ("Thứ ba, 20:02, 23/09/2025", "2025-09-23T20:02"),
    ("29/08/2024 - 08:00", "2024-08-29T08:00"),
    ("15:05 - 25/05/2024", "2024-05-25T15:05"),
    ("04:35 15/03/2016", "2016-03-15T04:35"),
    ("08:21, ngày 16-04-2021", "2021-04-16T08:21"),
    ("Cập nhật: 07/04/2021 15:38:00", "2021-04-07T15:38"),
    ("Cập nhật lúc: 18:00 |22/05/2022", "2022-05-22T18:00"),
    ("Thứ Tư, 08/04/2015, 08:11 [GMT+7]", "2015-04-08T08:11"),
    ("Thứ Năm, 15/10/2020, 16:21 (GMT+7)", "2020-10-15T16:21"),
    ("08:11 (GMT+7), Thứ Tư, 08/04/2015", "2015-04-08T08:11"),
    ("Thứ tư, 24 Tháng 7 2013 14:55", "2013-07-24T14:55"),
    ("Thứ Hai, 18 tháng 12, 2017", "2017-12-18T00:00"),
    ("14/9/15", "2015-09-14T00:00"),
    ("Thứ ba 22/10/2019", "2019-10-22T00:00"),
    ("Hà Nội, ngày 07 tháng 11 năm 2006", "2006-11-07T00:00"),
    ("ngày22 tháng 7 năm 2010", "2010-07-22T00:00"),
    ("28-12-2010", "2010-12-28T00:00"),
    ("14 giờ 30 phút ngày 28/11/2025", "2025-11-28T14:30"),
    ("17h05 ngày 28/11/2025", "2025-11-28T17:05"),
    ("9/6/2024 9:54:47 AM", "2024-06-09T09:54"),
    ("9/6/2024 12:05:47 AM", "2024-06-09T00:05"),
    ("12/05/2020 | 08:15 PM", "2020-05-12T20:15"),
    ("22/5/2020 11:03 CH", "2020-05-22T23:03"),
    ("2025-11-27", "2025-11-27T00:00"),
    ("July 21, 2025", "2025-07-21T00:00"),
    ("2022-01-07T02:44:00Z", "2022-01-07T09:44"),
    ("2022-01-07T09:44:00+07:00", "2022-01-07T09:44"),
    ("2022-01-07 09:44:00.123456+0700", "2022-01-07T09:44"),
    ("Fri, 07 Jan 2022 02:44:00 GMT", "2022-01-07T09:44"),
    ("Fri Jan 07 2022 09:44:00 GMT+0700 (Indochina Time)", "2022-01-07T09:44"),
    ("2022-01-07 02:44:00+00", "2022-01-07T09:44"),
    ("Thứ sáu - 07/01/2022 09:44 - Người đăng: quản trị", "2022-01-07T09:44"),
    ("T6, 07/01/2022 09:44", "2022-01-07T09:44"),
    ("22:10' 7/1/2022", "2022-01-07T22:10"),
    ("09:44 -07/01/2022", "2022-01-07T09:44"),
    ("Tuyên Quang, 22/10/2019", "2019-10-22T00:00"),
]


@pytest.mark.parametrize(("text", "expected"), STAMPS)
def test_publication_stamps(text: str, expected: str) -> None:
    instant = parse_timestamp(text)
    assert instant is not None
    assert instant.utcoffset() == timedelta(hours=7)
    assert instant.strftime("%Y-%m-%dT%H:%M") == expected


@pytest.mark.parametrize(
    "text", ["", "hôm qua", "31/4/2021 10:00", "tháng 11/2021", "2015", "9/25/2024 9:54 AM"]
)
def test_no_stamp(text: str) -> None:
    assert parse_timestamp(text) is None


def test_stamp_of_a_page_is_the_first_after_the_title() -> None:
    page = (
        "KỶ NIỆM NGÀY THÀNH LẬP ĐẢNG (3/2/1930 - 3/2/2021)\n\nThứ Tư, 03/02/2021 - 07:15 Đã xem: 12\n\n"
        "Lúc 14 giờ 30 phút ngày 2/2/2021, hội nghị khai mạc.\n\nCập nhật: 05/02/2021 08:00"
    )
    stamp = find_timestamp(page)
    assert stamp is not None
    assert stamp.instant == datetime(2021, 2, 3, 7, 15, tzinfo=VIETNAM_TIME)
    assert page[stamp.start : stamp.end] == "Thứ Tư, 03/02/2021 - 07:15"


def test_a_date_inside_a_paragraph_is_no_stamp() -> None:
    assert find_timestamp("Thực hiện Chỉ thị số 05-CT/TW ngày 15/5/2016 của Bộ Chính trị") is None
    paragraph = "Hội nghị khai mạc lúc 14:30 ngày 2/2/2021 với sự tham dự của " + "đại biểu các đơn vị, " * 10
    assert find_timestamp(paragraph) is None


def test_weekday_that_contradicts_is_noted() -> None:
    assert contradicts_weekday("Thứ Hai, 7/1/2022 09:44")
    assert not contradicts_weekday("Thứ Sáu, 7/1/2022 09:44")
    assert not contradicts_weekday("7/1/2022 09:44")
    assert contradicts_weekday("Chủ nhật, 7/1/2022")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("Hà Nội, ngày 07 tháng 11 năm 2006\nKính gửi", date(2006, 11, 7)),
        ("ĐẢNG CỘNG SẢN VIỆT NAM\nTuyên Quang, ngày 5 tháng 3 năm 2019\nSố 12", date(2019, 3, 5)),
        ("Hà Nội, ngày 07 tháng 11 năm 2006 - Hội nghị", date(2006, 11, 7)),
        ("Hội nghị diễn ra tại Hà Nội, ngày 07 tháng 11 năm 2006 với", None),
        ("Hà Nội, 7/11", None),
        ("", None),
    ],
)
def test_datelines(body: str, expected: date | None) -> None:
    assert find_dateline(body) == expected


@pytest.mark.parametrize("text", ["2021-11-30", "30/11/2021", "30-11-2021", "30.11.2021", " 30/11/2021 "])
def test_typed_days(text: str) -> None:
    assert parse_day(text) == date(2021, 11, 30)


@pytest.mark.parametrize(
    "text",
    ["", "hôm nay", "31/4/2021", "2021-02-29", "11/2021", "30/11/21", "1/1/1899", "1/1-2020", "9" * 5000],
)
def test_other_typed_days_say_how_to_write_one(text: str) -> None:
    with pytest.raises(ValueError, match="YYYY-MM-DD") as caught:
        parse_day(text)
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("tháng 11/2021", "2021-11-01", "2021-11-30"),
        ("11/2021", "2021-11-01", "2021-11-30"),
        ("năm 2020", "2020-01-01", "2020-12-31"),
        ("2020", "2020-01-01", "2020-12-31"),
        ("quý II năm 2018", "2018-04-01", "2018-06-30"),
        ("ngày 7/1/2022", "2022-01-07", "2022-01-07"),
        ("nhiệm kỳ 2020 - 2025", "2020-01-01", "2025-12-31"),
        ("từ 1/1/2020 đến 31/3/2020", "2020-01-01", "2020-03-31"),
    ],
)
def test_periods(text: str, first: str, last: str) -> None:
    assert parse_period(text) == (date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize(
    "text", ["", "nghị quyết năm 2020", "từ 31/3/2020 đến 1/1/2020", "tháng 13/2020", "x" * 999]
)
def test_no_periods(text: str) -> None:
    assert parse_period(text) is None


# -- properties ---------------------------------------------------------------------------------------------

DAYS = st.dates(date(1900, 1, 1), date(2100, 12, 31))
FORMS = [
    "{d}/{m}/{y}",
    "{d:02}/{m:02}/{y}",
    "{d}-{m}-{y}",
    "{d}.{m}.{y}",
    "{d} - {m} - {y}",
    "{y}-{m:02}-{d:02}",
    "{d} tháng {m} năm {y}",
    "ngày {d:02} tháng {m:02} năm {y}",
    "ngày{d} tháng {m}, {y}",
    "{d}\ntháng {m}\nnăm {y}",
    "{d} Tháng {m} {y}",
]


@given(day=DAYS, form=st.sampled_from(FORMS), around=st.sampled_from(["{}", "({})", "họp {}, tại", "{}của"]))
def test_every_form_of_every_day_reads_back(day: date, form: str, around: str) -> None:
    text = around.format(form.format(d=day.day, m=day.month, y=day.year))
    assert found(text) == [str(day)]
    assert find_dates(text)[0].precision == "day"


@given(day=DAYS, hour=st.integers(0, 23), minute=st.integers(0, 59))
def test_every_instant_reads_back(day: date, hour: int, minute: int) -> None:
    instant = datetime(day.year, day.month, day.day, hour, minute, tzinfo=VIETNAM_TIME)
    shown = f"{day.day}/{day.month}/{day.year}"
    weekday = ["Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ nhật"][day.weekday()]
    for text in (
        f"{weekday}, ngày {shown} - {hour:02}:{minute:02}",
        f"{hour}:{minute:02} {shown}",
        f"{shown} | {hour}h{minute:02}",
        f"{hour} giờ {minute:02} phút ngày {shown}",
        instant.isoformat(),
    ):
        assert parse_timestamp(text) == instant
        assert not contradicts_weekday(text)
    if 1900 < day.year < 2100:
        assert parse_timestamp(instant.astimezone(UTC).isoformat()) == instant


IMPOSSIBLE = st.tuples(st.integers(29, 31), st.integers(1, 12), st.integers(1900, 2100)).filter(
    lambda parts: not _exists(*parts)
)


def _exists(day: int, month: int, year: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


@given(parts=IMPOSSIBLE, form=st.sampled_from(FORMS))
def test_impossible_days_never_come_out(parts: tuple[int, int, int], form: str) -> None:
    day, month, year = parts
    text = form.format(d=day, m=month, y=year)
    assert [mention for mention in find_dates(text, PUBLISHED) if mention.precision != "year"] == []
    assert parse_timestamp(text) is None


WORDS = (
    "ngày tháng năm quý từ đến và giờ thứ Năm II GMT+7 AM T Z / - . , : ( 31 12 4 2021 1 0 7 Hà Nội âm lịch"
)
PIECES = st.lists(st.sampled_from([*WORDS.split(), " ", "\n", "20 21"]), max_size=40).map("".join)


@given(text=st.one_of(st.text(max_size=60), PIECES))
def test_nothing_raises_and_mentions_are_sound(text: str) -> None:
    end = 0
    for mention in find_dates(text, PUBLISHED):
        assert end <= mention.start < mention.end
        assert mention.first <= mention.last
        assert 1900 <= mention.first.year <= mention.last.year <= 2100
        end = mention.end
    parse_timestamp(text)
    contradicts_weekday(text)
    find_dateline(text)
    parse_period(text)
    for position in range(len(text) + 1):
        match_date_at(text, position, PUBLISHED)


# -- real texts ---------------------------------------------------------------------------------------------


@pytest.mark.corpora
def test_seed_page(corpora: Path) -> None:
    page = clean((corpora / "seed" / "bulletin-page.txt").read_text(encoding="utf-8"))
    stamp = find_timestamp(page)
    assert stamp is not None
    assert stamp.instant.isoformat() == "2022-01-07T09:44:00+07:00"
    assert page[stamp.start : stamp.end] == "Thứ Sáu, ngày 7/1/2022 - 09:44"


@pytest.mark.corpora
def test_formats_of_real_sites(corpora: Path) -> None:
    instant = datetime(2021, 3, 4, 17, 5, tzinfo=VIETNAM_TIME)
    lines = (corpora / "extraction" / "site_date_formats.jsonl").read_text(encoding="utf-8").splitlines()
    assert lines
    for line in lines:
        printed = instant.strftime(json.loads(line)["strptime"])
        assert parse_timestamp(printed) == instant, printed
