"""A timeline: articles per year, and per month of one year, as columns of an inline SVG that lead to them.

The primary entrypoint is `timeline`. All numbers are pixels; the template only writes them out.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from searchsvc.queries import DateRange, FacetName
from searchsvc.results import LabelledCount
from searchsvc.search.filtering import period
from searchsvc.web.language import gettext as _
from searchsvc.web.language import ngettext
from searchsvc.web.wording import grouped

COLUMN = 24
"""Width of a column, the least that a finger or WCAG 2.2 (2.5.8) asks for."""
HEIGHT = 64
FOOT = 22
"""Height of the labels under the columns."""
_MOST_YEARS = 60
_ROOM_FOR_EACH_LABEL = 6

AddressOf = Callable[[FacetName, str], str]


@dataclass(frozen=True, slots=True)
class Bar:
    """One column. `label` is empty where there is no room for it, `address` where there are no articles."""

    x: int
    height: int
    label: str
    title: str
    address: str
    chosen: bool

    @property
    def middle(self) -> int:
        return self.x + COLUMN // 2

    @property
    def top(self) -> int:
        return HEIGHT - self.height


@dataclass(frozen=True, slots=True)
class Chart:
    """One row of columns."""

    title: str
    bars: tuple[Bar, ...]

    @property
    def width(self) -> int:
        return len(self.bars) * COLUMN

    @property
    def height(self) -> int:
        return HEIGHT + FOOT


def timeline(
    years: Sequence[LabelledCount], months: Sequence[LabelledCount], chosen: DateRange, address_of: AddressOf
) -> tuple[Chart, ...]:
    """Return the chart of the years and, where all lies in one year or one is chosen, that of its months.

    `years` and `months` are the facets; `address_of` gives where a column leads. Without dates there is none.
    """
    counts = {int(count.value): count.count for count in years[:_MOST_YEARS]}
    if not counts:
        return ()
    shown = _without_gaps(sorted(counts))
    charts = []
    if len(shown) > 1:
        columns = [(str(year), f"{year:04d}", counts.get(year, 0)) for year in shown]
        title = _("Số bài theo năm; nhiều nhất %(most)s", most=_most(columns))
        charts.append(_chart(title, columns, FacetName.YEAR, chosen, address_of))
    year = _year_of(chosen) or (shown[0] if len(shown) == 1 else None)
    if year is not None:
        in_month = {count.value: count.count for count in months}
        keys = [(str(month), f"{year:04d}-{month:02d}") for month in range(1, 13)]
        columns = [(label, key, in_month.get(key, 0)) for label, key in keys]
        title = _("Số bài theo tháng năm %(year)s; nhiều nhất %(most)s", year=year, most=_most(columns))
        charts.append(_chart(title, columns, FacetName.MONTH, chosen, address_of))
    return tuple(charts)


def _without_gaps(years: list[int]) -> list[int]:
    """Return all years from the first to the last; a stray date centuries away adds none between."""
    span = range(years[0], years[-1] + 1)
    return list(span) if len(span) <= _MOST_YEARS else years


def _most(columns: Sequence[tuple[str, str, int]]) -> str:
    """Return the count of the highest column, which gives the chart its scale."""
    return grouped(max(count for _label, _key, count in columns))


def _chart(
    title: str,
    columns: Sequence[tuple[str, str, int]],
    facet: FacetName,
    chosen: DateRange,
    address_of: AddressOf,
) -> Chart:
    most = max((count for _label, _key, count in columns), default=0) or 1
    step = 1 if facet is FacetName.MONTH or len(columns) <= _ROOM_FOR_EACH_LABEL else 2
    bars = []
    for place, (label, key, count) in enumerate(columns):
        full = label if facet is FacetName.YEAR else _("tháng %(month)s", month=label)
        number = ngettext("%(count)s bài", "%(count)s bài", count, count=grouped(count))
        bars.append(
            Bar(
                x=place * COLUMN,
                height=max(3, round(count / most * HEIGHT)) if count else 0,
                # Counted from the last one, which is the one that people look for.
                label=label if (len(columns) - 1 - place) % step == 0 else "",
                title=f"{full}: {number}",
                address=address_of(facet, key) if count else "",
                chosen=_is_within(key, chosen),
            )
        )
    return Chart(title, tuple(bars))


def _is_within(key: str, chosen: DateRange) -> bool:
    """Return whether the column lies wholly in the days chosen, or they in the column."""
    first, last = chosen.first or date.min, chosen.last or date.max
    begin, end = _bounds(key)
    return bool(chosen) and ((first <= begin and end <= last) or (begin <= first and last <= end))


def _bounds(key: str) -> tuple[date, date]:
    days = period(key)
    return days.first or date.min, days.last or date.max


def _year_of(chosen: DateRange) -> int | None:
    """Return the year in which all days chosen lie."""
    first, last = chosen.first, chosen.last
    return first.year if first and last and first.year == last.year else None
