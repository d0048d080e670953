"""Filters as people give them."""

from datetime import date

import pytest

from searchsvc.errors import InvalidQuery
from searchsvc.extract.units import Registry
from searchsvc.queries import DateRange
from searchsvc.search import filtering


@pytest.fixture(scope="module")
def registry() -> Registry:
    return Registry.load(None)


def test_days_are_read_in_both_forms() -> None:
    assert filtering.date_range("7/1/2022", "2022-12-31") == DateRange(date(2022, 1, 7), date(2022, 12, 31))
    assert not filtering.date_range("", None)


@pytest.mark.parametrize(
    ("first", "last", "parameter"),
    [
        ("31/4/2022", None, "from"),
        (None, "hôm qua", "to"),
        ("2/1/2022", "1/1/2022", "from"),
        ("1" * 500, None, "from"),
    ],
)
def test_a_wrong_day_names_its_parameter(first: str | None, last: str | None, parameter: str) -> None:
    with pytest.raises(InvalidQuery) as caught:
        filtering.date_range(first, last)
    assert caught.value.parameter == parameter
    assert len(caught.value.message.vi) < 200


def test_codes_in_any_spelling_become_canonical() -> None:
    assert filtering.codes(["5/CT-TW", "05-CT/TW", " "]) == ("05-CT/TW",)
    with pytest.raises(InvalidQuery, match="code=xin chào"):
        filtering.codes(["xin chào"])


def test_units_by_slug_or_name(registry: Registry) -> None:
    unit = registry.units[0]
    assert filtering.units([unit.slug, unit.name], registry) == (unit.slug,)


def test_an_unknown_unit_is_answered_with_the_closest(registry: Registry) -> None:
    with pytest.raises(InvalidQuery, match=r"closest: .*ban-tuyen-giao") as caught:
        filtering.units(["Ban Tuyên giaó Tỉnh"], registry)
    assert caught.value.parameter == "unit"


def test_an_unknown_collection_names_those_that_exist() -> None:
    assert filtering.collections(["ban-tin"], ["ban-tin"]) == ("ban-tin",)
    with pytest.raises(InvalidQuery, match="there are: ban-tin"):
        filtering.collections(["x"], ["ban-tin"])
