"""Columns per year and month, with what they count and where they lead."""

from datetime import date

import pytest
from flask import Flask

from searchsvc.queries import DateRange
from searchsvc.results import LabelledCount
from searchsvc.web.timeline import COLUMN, HEIGHT, Chart, timeline


def counts(**by_value: int) -> tuple[LabelledCount, ...]:
    return tuple(
        LabelledCount(value[1:].replace("_", "-"), value, number) for value, number in by_value.items()
    )


ANY_DAY = DateRange()


def charts(app: Flask, chosen: DateRange = ANY_DAY, **by_value: int) -> tuple[Chart, ...]:
    years = counts(**{value: number for value, number in by_value.items() if "_" not in value})
    months = counts(**{value: number for value, number in by_value.items() if "_" in value})
    with app.test_request_context("/search"):
        return timeline(years, months, chosen, lambda facet, value: f"{facet.value}={value}")


def test_years_without_articles_have_a_place_but_no_link(app: Flask) -> None:
    (chart,) = charts(app, y2021=4, y2018=1)
    assert [(bar.label, bar.height, bar.address) for bar in chart.bars] == [
        ("2018", HEIGHT // 4, "year=2018"),
        ("2019", 0, ""),
        ("2020", 0, ""),
        ("2021", HEIGHT, "year=2021"),
    ]
    assert [bar.x for bar in chart.bars] == [0, COLUMN, 2 * COLUMN, 3 * COLUMN]
    assert chart.bars[0].title == "2018: 1 bài"


def test_the_months_of_a_chosen_year_are_shown(app: Flask) -> None:
    chosen = DateRange(date(2021, 3, 1), date(2021, 3, 31))
    years, months = charts(app, chosen, y2021=4, y2020=1, y2021_03=3, y2021_12=1, y2020_05=1)
    assert [bar.chosen for bar in years.bars] == [False, True]
    assert [bar.label for bar in months.bars if bar.address] == ["3", "12"]
    assert [bar.label for bar in months.bars if bar.chosen] == ["3"]
    assert months.bars[2].title == "tháng 3: 3 bài"
    assert months.bars[2].address == "month=2021-03"


def test_one_year_alone_shows_its_months_at_once(app: Flask) -> None:
    (months,) = charts(app, y2021=1, y2021_03=1)
    assert len(months.bars) == 12


@pytest.mark.parametrize(
    ("first", "last", "chosen"),
    [
        (date(2021, 1, 1), None, ["2021", "2022"]),
        (None, date(2020, 12, 31), ["2019", "2020"]),
        (date(2020, 6, 1), date(2021, 5, 31), []),
        (date(2020, 6, 1), date(2020, 6, 2), ["2020"]),
        (None, None, []),
    ],
)
def test_columns_within_the_days_chosen_stand_out(
    app: Flask, first: date | None, last: date | None, chosen: list[str]
) -> None:
    years = charts(app, DateRange(first, last), y2022=1, y2021=1, y2020=1, y2019=1)[0]
    assert [bar.label for bar in years.bars if bar.chosen] == chosen


def test_a_stray_date_does_not_stretch_the_chart(app: Flask) -> None:
    (chart,) = charts(app, y9999=1, y2021=1, y1=1)
    assert [bar.title.split(":")[0] for bar in chart.bars] == ["1", "2021", "9999"]
    many = {f"y{year}": 1 for year in range(3000, 1000, -1)}
    assert len(charts(app, **many)[0].bars) == 60
    assert charts(app) == ()
