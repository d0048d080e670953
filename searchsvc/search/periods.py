"""Dates in a query, offered as a filter: 'tháng 11/2021', 'năm 2020', 'từ … đến …'.

The primary entrypoint is `find_periods`. Queries typed without diacritics are understood too.
"""

import re
from dataclasses import dataclass

from searchsvc.analysis.fold import fold
from searchsvc.extract.dates import DateMention, find_dates
from searchsvc.queries import DateRange

MAX_PERIODS = 4
_MAX_CHARS = 1_000

# Of the same length, so that spans hold.
_ACCENTED = {
    "thang": "tháng",
    "nam": "năm",
    "ngay": "ngày",
    "quy": "quý",
    "tu": "từ",
    "den": "đến",
    "toi": "tới",
    "giai doan": "giai đoạn",
}
_UNACCENTED = re.compile(rf"(?<!\w)(?<!viet )(?:{'|'.join(_ACCENTED)})(?!\w)")
# In a query with other accents only what numbers of a date follow: 'đại hội nam 2021'.
_BEFORE_A_DATE = re.compile(
    r"(?<!\w)(?<!việt )(?<!viet )(?<!miền )(?<!phía )(?:thang|nam|ngay)"
    r"(?=[ ](?:\d{1,2}[ ]?/[ ]?)?\d{1,2}[ ]?/[ ]?(?:19|20)\d\d(?!\w)|[ ](?:19|20)\d\d(?!\w))",
    re.IGNORECASE,
)
_BEFORE = re.compile(r"(?:(?:trong|vào|từ|ngày|năm|tháng|giai đoạn|nhiệm kỳ|T)[ ]?){1,3}$", re.IGNORECASE)
_MONTH = re.compile(r"(?<![\w/.\-])(?:0?[1-9]|1[0-2])[ ]?[/-][ ]?(?:19|20)\d\d(?![\w/\-]|\.\d)")
_YEAR = re.compile(r"(?<![\w/.\-,])(?:19|20)\d\d(?![\w/\-%]|[.,]\d)")
_TO = re.compile(r"[ ]?(?:-|–|đến|tới)[ ]?(?:hết )?(?:ngày |tháng |năm )?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of the query that names days, both included."""

    start: int
    end: int
    days: DateRange


def find_periods(text: str) -> list[Period]:
    """Return the periods that a cleaned query names, in order, none overlapping, at most `MAX_PERIODS`.

    A bare year or month counts; only the first characters of a very long query are read.
    """
    text = text[:_MAX_CHARS]
    if fold(text) == text.lower():
        text = _UNACCENTED.sub(lambda match: _ACCENTED[match[0]], text.lower())
    else:
        text = _BEFORE_A_DATE.sub(lambda match: _ACCENTED[match[0].lower()], text)
    found = _with_bare(text, find_dates(text))
    joined: list[Period] = []
    for period in found:
        last = joined[-1] if joined else None
        if last and _TO.fullmatch(text, last.end, period.start) and _in_order(last, period):
            joined[-1] = Period(last.start, period.end, DateRange(last.days.first, period.days.last))
        else:
            joined.append(period)
    return [_with_lead(text, period, joined) for period in joined][:MAX_PERIODS]


def _in_order(earlier: Period, later: Period) -> bool:
    first, last = earlier.days.first, later.days.last
    return first is not None and last is not None and first <= last


def _with_bare(text: str, mentions: list[DateMention]) -> list[Period]:
    """Return the dates found, and the months and years that stand alone."""
    periods = [Period(date.start, date.end, DateRange(date.first, date.last)) for date in mentions]
    for pattern, lead in ((_MONTH, "tháng "), (_YEAR, "năm ")):
        for match in pattern.finditer(text):
            if any(period.start < match.end() and match.start() < period.end for period in periods):
                continue
            for date in find_dates(lead + match[0].replace(" ", "").replace("-", "/"))[:1]:
                periods.append(Period(*match.span(), DateRange(date.first, date.last)))
    return sorted(periods, key=lambda period: period.start)


def _with_lead(text: str, period: Period, others: list[Period]) -> Period:
    """Return the period with the words before it that belong to it: 'từ ngày', 'năm'."""
    floor = max((other.end for other in others if other.end <= period.start), default=0)
    lead = _BEFORE.search(text[max(floor, period.start - 30) : period.start])
    start = period.start - len(lead[0]) if lead else period.start
    whole_word = start == 0 or not text[start - 1].isalnum()
    return Period(start if whole_word else period.start, period.end, period.days)
