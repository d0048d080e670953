"""Dates: in running text, in publication stamps, and as people type them.

The primary entrypoints are `find_dates`, `match_date_at`, `find_timestamp`, `parse_timestamp`, `parse_day`
and `parse_period`; this module is the door to `date_mentions` and `timestamps`.
"""

import re
from datetime import date

from searchsvc.errors import Message
from searchsvc.extract.date_mentions import (
    DateMention,
    Precision,
    find_dates,
    match_date_at,
)
from searchsvc.extract.days import FIRST_YEAR, LAST_YEAR, valid_day, whole_month
from searchsvc.extract.timestamps import (
    Timestamp,
    contradicts_weekday,
    find_dateline,
    find_timestamp,
    parse_timestamp,
)

__all__ = [
    "DateMention",
    "DayError",
    "Precision",
    "Timestamp",
    "contradicts_weekday",
    "find_dateline",
    "find_dates",
    "find_timestamp",
    "match_date_at",
    "parse_day",
    "parse_period",
    "parse_timestamp",
]

_YEAR_FIRST = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})")
_DAY_FIRST = re.compile(r"([0-9]{1,2})([/.-])([0-9]{1,2})\2([0-9]{4})")
_MONTH = re.compile(r"(?:T\s?)?(0?[1-9]|1[0-2])\s?[/.-]\s?((?:19|20)[0-9]{2})", re.IGNORECASE)
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
_LEAD = re.compile(r"(?:(?:trong|vào|từ|ngày|năm học|giai đoạn|nhiệm kỳ)\s+){0,3}", re.IGNORECASE)
_TO = re.compile(r"\s*(?:-|–|đến|tới)\s*(?:hết\s+)?(?:ngày\s*)?", re.IGNORECASE)
_MAX_PERIOD_CHARS = 100


class DayError(ValueError):
    """What a person typed is no day; `message` says in both languages how to write one."""

    def __init__(self, message: Message) -> None:
        super().__init__(message.en)
        self.message = message


def parse_day(text: str) -> date:
    """Return the day that a person typed: '2021-11-30', '30/11/2021', '30-11-2021', '30.11.2021'.

    Raises DayError, a ValueError, for any other form, for days that do not exist and for years outside
    1900-2100.
    """
    typed = text.strip()
    if match := _YEAR_FIRST.fullmatch(typed):
        year, month, day = (int(part) for part in match.groups())
    elif match := _DAY_FIRST.fullmatch(typed):
        day, month, year = int(match[1]), int(match[3]), int(match[4])
    else:
        raise _not_a_day(typed)
    found = valid_day(year, month, day)
    if found is None:
        raise _not_a_day(typed)
    return found


def _not_a_day(typed: str) -> DayError:
    shown = typed if len(typed) <= 40 else typed[:40] + "…"
    return DayError(
        Message(
            vi=f"“{shown}” không phải là ngày hợp lệ; viết ngày/tháng/năm (30/11/2021) hoặc năm-tháng-ngày "
            f"(2021-11-30), năm từ {FIRST_YEAR} đến {LAST_YEAR}",
            en=f"'{shown}' is not a valid day; write D/M/YYYY (30/11/2021) or YYYY-MM-DD (2021-11-30), "
            f"years {FIRST_YEAR} to {LAST_YEAR}",
        )
    )


def parse_period(text: str) -> tuple[date, date] | None:
    """Return the first and last day of the period that is the whole of `text`, or None.

    'tháng 11/2021', '11/2021', 'quý II năm 2018', 'năm 2020', '2020', '2020 - 2025', '7/1/2022',
    'từ 1/1/2020 đến 31/3/2020'.
    """
    typed = text.strip()
    if not typed or len(typed) > _MAX_PERIOD_CHARS:
        return None
    if match := _MONTH.fullmatch(typed):
        return whole_month(int(match[2]), int(match[1]))
    if _YEAR.fullmatch(typed):
        return date(int(typed), 1, 1), date(int(typed), 12, 31)
    return _period_of(typed, find_dates(typed))


def _period_of(typed: str, mentions: list[DateMention]) -> tuple[date, date] | None:
    if not mentions or mentions[-1].end != len(typed):
        return None
    first, last = mentions[0], mentions[-1]
    if not _LEAD.fullmatch(typed, 0, first.start):
        return None
    if len(mentions) == 1:
        return first.first, first.last
    linked = len(mentions) == 2 and _TO.fullmatch(typed, first.end, last.start)
    return (first.first, last.last) if linked and first.first <= last.last else None
