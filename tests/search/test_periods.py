"""Dates in queries."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchsvc.search.periods import MAX_PERIODS, find_periods


@pytest.mark.parametrize(
    ("text", "found", "first", "last"),
    [
        ("cách ly tháng 4/2020", "tháng 4/2020", "2020-04-01", "2020-04-30"),
        ("cach ly thang 4/2020", "thang 4/2020", "2020-04-01", "2020-04-30"),
        ("11/2021", "11/2021", "2021-11-01", "2021-11-30"),
        ("đại hội năm 2020", "năm 2020", "2020-01-01", "2020-12-31"),
        ("dai hoi nam 2020", "nam 2020", "2020-01-01", "2020-12-31"),
        ("đại hội 2020", "2020", "2020-01-01", "2020-12-31"),
        ("bầu cử ngày 22/5/2016", "ngày 22/5/2016", "2016-05-22", "2016-05-22"),
        ("quý II năm 2018", "quý II năm 2018", "2018-04-01", "2018-06-30"),
        ("từ 1/1/2020 đến 31/3/2020", "từ 1/1/2020 đến 31/3/2020", "2020-01-01", "2020-03-31"),
        ("từ tháng 3 đến tháng 5/2021 lũ", "từ tháng 3 đến tháng 5/2021", "2021-03-01", "2021-05-31"),
        ("từ năm 2019 đến 2021", "từ năm 2019 đến 2021", "2019-01-01", "2021-12-31"),
        ("NTM giai đoạn 2021 - 2025", "giai đoạn 2021 - 2025", "2021-01-01", "2025-12-31"),
        ("đại hội nam 2020", "nam 2020", "2020-01-01", "2020-12-31"),
        ("chống dịch Thang 11/2021", "Thang 11/2021", "2021-11-01", "2021-11-30"),
        ("bầu cử ngay 22/5/2016", "ngay 22/5/2016", "2016-05-22", "2016-05-22"),
        ("lũ ở miền nam 2020", "2020", "2020-01-01", "2020-12-31"),
        ("du lich viet nam 2020", "2020", "2020-01-01", "2020-12-31"),
    ],
)
def test_periods(text: str, found: str, first: str, last: str) -> None:
    (period,) = find_periods(text)
    assert text[period.start : period.end] == found
    assert (str(period.days.first), str(period.days.last)) == (first, last)


@pytest.mark.parametrize(
    "text", ["", "lao động năm", "31/4/2021", "khóa XIII", "2020%", "12.345/2.500", "24/7"]
)
def test_what_is_no_period(text: str) -> None:
    assert find_periods(text) == []


@given(st.text(max_size=200) | st.text(alphabet="0123456789/-. từđếnnăm tháng", max_size=200))
def test_any_text_has_few_periods_in_order(text: str) -> None:
    periods = find_periods(text)
    assert len(periods) <= MAX_PERIODS
    last = 0
    for period in periods:
        assert last <= period.start < period.end <= len(text)
        assert period.days.first <= period.days.last
        last = period.end
