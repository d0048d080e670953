"""Days as people type them into a field, in whatever way: the primary entrypoint is `typed_period`."""

import re
from datetime import date

from searchsvc.extract.dates import parse_day, parse_period

MAX_CHARS = 60
_COMPACT = re.compile(r"([0-9]{2})([0-9]{2})([0-9]{4})")
_BETWEEN = re.compile(r"\s*[\s/.,_-]\s*")
_DAY_FIRST = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{2}|[0-9]{4})")
_YEAR_FIRST = re.compile(r"([0-9]{4})/([0-9]{1,2})/([0-9]{1,2})")
_CENTURY = 2000
"""A year of two digits is of this century: the archives are of the web's time."""


def typed_period(text: str) -> tuple[date, date]:
    """Return the first and last day of what a person typed: a day, a month or a year, day before month.

    '7/1/2022', '7-1-22', '7 1 2022', '07012022', '2022-01-07', '1/2022', 'tháng 1 năm 2022', '2022'.
    Raises DayError, a ValueError, for anything else and for days that do not exist.
    """
    typed = " ".join(text.split())
    if len(typed) <= MAX_CHARS:
        day = _day_first(typed)
        if day is not None:
            return day, day
        period = parse_period(typed)
        if period is not None:
            return period
    day = parse_day(typed)
    return day, day


def _day_first(typed: str) -> date | None:
    """Return the day in the order of numbers that `typed` has; None if it is no three numbers."""
    numbers = _BETWEEN.sub("/", _COMPACT.sub(r"\1/\2/\3", typed))
    if match := _DAY_FIRST.fullmatch(numbers):
        year = int(match[3]) + (_CENTURY if len(match[3]) == 2 else 0)
        return parse_day(f"{match[1]}/{match[2]}/{year}")
    if match := _YEAR_FIRST.fullmatch(numbers):
        return parse_day(f"{match[1]}-{match[2]}-{match[3]}")
    return None
