"""The report of searches as one HTML file that needs nothing else. The primary entrypoint is `report_html`.

It runs outside a request: staff make it on the command line and open or print it where they like.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from jinja2 import Environment, FileSystemLoader

from searchsvc.errors import Language, Message
from searchsvc.resources import templates_folder
from searchsvc.searches.report import DayCount, FilterCount, QueryCount, SearchReport
from searchsvc.searches.store import SHOWN_FROM

_WIDTH, _HEIGHT, _LEFT, _BELOW = 900, 220, 48, 24
_MOST_BARS = 120
_LABELS = 6

_KINDS = {
    "unit": Message(vi="đơn vị", en="unit"),
    "collection": Message(vi="bộ sưu tập", en="collection"),
    "code": Message(vi="văn bản", en="document"),
    "days": Message(vi="ngày đăng", en="days"),
}


@dataclass(frozen=True, slots=True)
class _Bar:
    title: str
    x: float
    y: float
    width: float
    height: float
    none_y: float
    none_height: float


@dataclass(frozen=True, slots=True)
class _Chart:
    bars: tuple[_Bar, ...]
    labels: tuple[tuple[float, str], ...]
    highest: int
    width: int = _WIDTH
    height: int = _HEIGHT
    left: int = _LEFT
    bottom: int = _HEIGHT - _BELOW


@dataclass(frozen=True, slots=True)
class _List:
    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def report_html(report: SearchReport, site_name: str, language: Language) -> str:
    """Return `report` as an HTML page in `language`; all text of queries is escaped."""

    def say(vi: str, en: str) -> str:
        return Message(vi, en).text(language)

    environment = Environment(
        loader=FileSystemLoader(templates_folder()), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    words = {
        "language": language,
        "title": say(f"Lượt tìm ở {site_name}", f"Searches at {site_name}"),
        "period": say(
            f"từ {_day(report.first, language)} đến {_day(report.last, language)}",
            f"{_day(report.first, language)} to {_day(report.last, language)}",
        ),
        "over_time": say("Theo thời gian", "Over time"),
        "with_results": say("có kết quả", "with results"),
        "without_results": say("không có kết quả", "without results"),
        "nothing": say("Không có.", "None."),
        "privacy": say(
            f"Câu tìm chỉ hiện khi được tìm nhiều lần (từ {SHOWN_FROM} lần, cách nhau); không ghi ai tìm, "
            "từ đâu, lúc mấy giờ, bấm vào đâu; câu giống số điện thoại, số định danh, thư điện tử không "
            "được ghi.",
            f"A query is shown only if it was asked repeatedly (at least {SHOWN_FROM} times, apart); who "
            "asked, from where, at what time and what was clicked is not recorded, nor is what looks like a "
            "telephone or identity number or an e-mail address.",
        ),
    }
    page: str = environment.get_template("report/searches.html").render(
        words=words,
        facts=_facts(report, language),
        chart=_chart(report.days, language),
        lists=_lists(report, language),
    )
    return page


def _facts(report: SearchReport, language: Language) -> list[tuple[str, str]]:
    def say(vi: str, en: str) -> str:
        return Message(vi, en).text(language)

    none = report.without_results
    return [
        (say("Lượt tìm", "Searches"), _number(report.searches, language)),
        (
            say("Không có kết quả", "Without results"),
            f"{_number(none, language)} ({_share(none, report.searches)})",
        ),
        (say("Câu hiếm, không hiện", "Rare, not shown"), _number(report.rare, language)),
    ]


def _lists(report: SearchReport, language: Language) -> list[_List]:
    def say(vi: str, en: str) -> str:
        return Message(vi, en).text(language)

    query, searches = say("câu tìm", "query"), say("lượt", "searches")
    results = tuple(
        (bucket, _number(count, language), _share(count, report.searches))
        for bucket, count in report.by_results
    )
    return [
        _List(
            say("Tìm nhiều nhất", "Most frequent"),
            (query, searches, say("không ra", "none")),
            tuple(_row(each, language) for each in report.top),
        ),
        _List(
            say("Không có kết quả", "Without results"),
            (query, say("không ra", "none"), searches),
            tuple(_row(each, language, none_first=True) for each in report.top_without_results),
        ),
        _List(
            say("Bộ lọc", "Filters"),
            (say("lọc theo", "filter"), searches),
            tuple(_filter_row(each, language) for each in report.filters),
        ),
        _List(say("Số kết quả", "Number of results"), (say("kết quả", "results"), searches, "%"), results),
    ]


def _row(each: QueryCount, language: Language, *, none_first: bool = False) -> tuple[str, ...]:
    numbers = (_number(each.searches, language), _number(each.without_results, language))
    return (each.text, *(reversed(numbers) if none_first else numbers))


def _filter_row(each: FilterCount, language: Language) -> tuple[str, ...]:
    kind = _KINDS[each.kind].text(language) if each.kind in _KINDS else each.kind
    return (f"{kind}: {each.value}" if each.value else kind, _number(each.searches, language))


def _chart(days: Sequence[DayCount], language: Language) -> _Chart:
    """Return bars of one or more days each, so that there are not too many, from left to right."""
    size = -(-len(days) // _MOST_BARS)
    groups = [days[start : start + size] for start in range(0, len(days), size)]
    sums = [
        (sum(day.searches for day in group), sum(day.without_results for day in group)) for group in groups
    ]
    highest = max((searches for searches, _ in sums), default=0)
    bottom, step = _HEIGHT - _BELOW, (_WIDTH - _LEFT) / max(len(groups), 1)
    bars = []
    for place, (group, (searches, none)) in enumerate(zip(groups, sums, strict=True)):
        height, none_height = (
            round(bottom * 0.95 * value / max(highest, 1), 1) for value in (searches, none)
        )
        first, last = (_day(day.day, language) for day in (group[0], group[-1]))
        span = first if first == last else f"{first} – {last}"
        bars.append(
            _Bar(
                title=f"{span}: {_number(searches, language)} ({_share(none, searches)} Ø)",
                x=round(_LEFT + place * step + step * 0.1, 1),
                y=round(bottom - height, 1),
                width=round(step * 0.8, 1),
                height=height,
                none_y=round(bottom - none_height, 1),
                none_height=none_height,
            )
        )
    every = max(1, len(groups) // _LABELS)
    labels = tuple(
        (round(_LEFT + (place + 0.5) * step, 1), _day(groups[place][0].day, language))
        for place in range(0, len(groups), every)
        if _LEFT + (place + 0.5) * step < _WIDTH - 40
    )
    return _Chart(tuple(bars), labels, highest)


def _day(value: date, language: Language) -> str:
    return f"{value.day}/{value.month}/{value.year}" if language == "vi" else value.isoformat()


def _number(value: int, language: Language) -> str:
    grouped = f"{value:,}"
    return grouped.replace(",", ".") if language == "vi" else grouped


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f} %" if whole else "–"
