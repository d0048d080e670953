"""Days, instants and numbers as people of the current language write them."""

from datetime import date, datetime

from flask import Flask

from searchsvc.web.language import current_language, per_request
from searchsvc.web.language import gettext as _

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def register(app: Flask) -> None:
    """Give the templates their filters."""
    for function in (day, moment, grouped):
        app.jinja_env.filters[function.__name__] = per_request(function)


def day(value: date) -> str:
    """Return a date as people write it: 7/1/2022, in English 7 Jan 2022 (7/1 is read in two ways there)."""
    if current_language() == "en":
        return f"{value.day} {_MONTHS[value.month - 1]} {value.year}"
    return typed_day(value)


def typed_day(value: date) -> str:
    """Return a date as it is typed into a field, in either language: 7/1/2022."""
    return f"{value.day}/{value.month}/{value.year}"


def moment(value: datetime) -> str:
    """Return an instant as people write it; midnight stands for a date without a time."""
    if (value.hour, value.minute) == (0, 0):
        return _("Ngày %(day)s", day=day(value))
    return _("%(time)s ngày %(day)s", time=f"{value:%H:%M}", day=day(value))


def grouped(value: int) -> str:
    """Return a number with the separator of the language: 15.474, in English 15,474."""
    text = f"{value:,}"
    return text if current_language() == "en" else text.replace(",", ".")
