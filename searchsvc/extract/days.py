"""Days that exist: the calendar behind all reading of dates.

The primary entrypoints are `valid_day` and `year_for`.
"""

from calendar import monthrange
from datetime import date, timedelta

FIRST_YEAR, LAST_YEAR = 1900, 2100


def valid_day(year: int, month: int, day: int) -> date | None:
    """Return the date, or None if there is no such day or its year is outside 1900-2100."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def whole_month(year: int, month: int) -> tuple[date, date]:
    """Return the first and the last day of a month."""
    return date(year, month, 1), date(year, month, monthrange(year, month)[1])


def year_for(day: int, month: int, published: date | None) -> date | None:
    """Return the date that 'd/m' means in an article of `published`; None without `published`.

    It is in the year of publication, or the year before if that lies more than a month ahead.
    """
    if published is None:
        return None
    found = valid_day(published.year, month, day)
    if found is not None and found - published <= timedelta(days=31):
        return found
    return valid_day(published.year - 1, month, day)
