"""Days as people type them into a field."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchsvc.extract.typed_days import typed_period

DAY = date(2022, 1, 7)


@pytest.mark.parametrize(
    "typed",
    [
        "7/1/2022", "07/01/2022", "7-1-2022", "7.1.2022", "7 1 2022", " 7 / 1 / 2022 ", "7/1-2022",
        "7/1/22", "07.01.22", "07012022", "2022-01-07", "2022-1-7", "2022/1/7", "ngày 7/1/2022",
        "ngày 7 tháng 1 năm 2022", "7 tháng 1 năm 2022",
    ],
)  # fmt: skip
def test_a_day_in_many_forms(typed: str) -> None:
    assert typed_period(typed) == (DAY, DAY)


@pytest.mark.parametrize("typed", ["1/2022", "01/2022", "1-2022", "tháng 1/2022", "tháng 1 năm 2022"])
def test_a_month(typed: str) -> None:
    assert typed_period(typed) == (date(2022, 1, 1), date(2022, 1, 31))


@pytest.mark.parametrize("typed", ["2022", "năm 2022"])
def test_a_year(typed: str) -> None:
    assert typed_period(typed) == (date(2022, 1, 1), date(2022, 12, 31))


@pytest.mark.parametrize(
    "typed", ["31/2/2020", "0/1/2020", "1/13/2020", "never", "1/1/0099", "7/1", "12", "20220", "٧/١/٢٠٢٢"]
)
def test_what_is_no_day_is_refused(typed: str) -> None:
    with pytest.raises(ValueError):
        typed_period(typed)


@given(st.dates(date(1900, 1, 1), date(2100, 12, 31)), st.sampled_from("/-. "))
def test_every_day_comes_back(day: date, between: str) -> None:
    assert typed_period(f"{day.day}{between}{day.month}{between}{day.year:04d}") == (day, day)
    assert typed_period(day.isoformat()) == (day, day)


@given(st.text(max_size=200))
def test_any_text_is_a_period_or_refused(text: str) -> None:
    try:
        first, last = typed_period(text)
    except ValueError:
        return
    assert first <= last
