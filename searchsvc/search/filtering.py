"""Filters as people give them (a unit's name, a code in any spelling) made exact, or refused by name."""

from calendar import monthrange
from collections.abc import Callable, Iterable, Sequence
from datetime import date

from searchsvc.errors import InvalidQuery
from searchsvc.extract.codes import canonical
from searchsvc.extract.typed_days import typed_period
from searchsvc.extract.units import Registry, Unit
from searchsvc.queries import DateRange

_SHOWN_UNITS = 8


def date_range(first: str | None, last: str | None) -> DateRange:
    """Return the days from `first` to `last`, as people type them (`typed_period`).

    A month or a year stands for its first day in `first`, for its last in `last`. Raises InvalidQuery naming
    the one that is wrong.
    """
    days = DateRange(first_day("from", first), last_day("to", last))
    in_order(days)
    return days


def in_order(days: DateRange) -> None:
    """Raise InvalidQuery where the first day is after the last."""
    if days.first and days.last and days.first > days.last:
        raise InvalidQuery(
            vi="Ngày bắt đầu (from) ở sau ngày kết thúc (to).",
            en="The first day (from) is after the last day (to).",
            parameter="from",
        )


def period(value: str) -> DateRange:
    """Return the days of a year or a month, given as a facet names them: '2022', '2022-01'."""
    year, _, month = value.partition("-")
    first = date(int(year), int(month or 1), 1)
    last_month = int(month or 12)
    return DateRange(first, date(int(year), last_month, monthrange(int(year), last_month)[1]))


def first_day(parameter: str, text: str | None) -> date | None:
    """Return the first day of what `text` says, None for a blank one. Raises InvalidQuery."""
    found = _period(parameter, text)
    return found[0] if found else None


def last_day(parameter: str, text: str | None) -> date | None:
    """Return the last day of what `text` says, None for a blank one. Raises InvalidQuery."""
    found = _period(parameter, text)
    return found[1] if found else None


def _period(parameter: str, text: str | None) -> tuple[date, date] | None:
    if not text or not text.strip():
        return None
    try:
        return typed_period(text)
    except ValueError as error:
        shown = _shown(text)
        raise InvalidQuery(
            vi=f"{parameter}={shown}: không phải là ngày; hãy viết như 7/1/2022 hoặc 2022-01-07.",
            en=f"{parameter}={shown}: not a date; write it as 7/1/2022 or 2022-01-07.",
            parameter=parameter,
        ) from error


def codes(texts: Iterable[str]) -> tuple[str, ...]:
    """Return the canonical form of each code. Raises InvalidQuery for a text that is no code."""
    return _each(texts, canonical, _bad_code)


def _bad_code(text: str) -> InvalidQuery:
    return InvalidQuery(
        vi=f"code={text}: không phải là số hiệu văn bản; hãy viết như 05-CT/TW.",
        en=f"code={text}: not a document code; write it as 05-CT/TW.",
        parameter="code",
    )


def units(texts: Iterable[str], registry: Registry) -> tuple[str, ...]:
    """Return the slug of each unit, given by slug or by name. Raises InvalidQuery naming the closest ones."""

    def slug(text: str) -> str | None:
        unit = registry.get(text) or registry.find(text)
        return unit.slug if unit else None

    return _each(texts, slug, lambda text: unknown_unit(text, registry))


def unknown_unit(text: str, registry: Registry) -> InvalidQuery:
    """Return the error for a unit that the registry does not know, with the closest it knows; or, where the
    name is that of several units, with those."""
    meant = _listed(registry.named(text))
    if meant:
        return InvalidQuery(
            vi=f"“{_shown(text)}” là tên chung của nhiều đơn vị: {meant}; hãy nêu rõ một đơn vị.",
            en=f"“{_shown(text)}” may mean several units: {meant}; name one of them.",
            parameter="unit",
        )
    closest = _listed(registry.closest(text)[:3])
    vi = f"Không có đơn vị “{_shown(text)}” trong danh mục"
    en = f"No unit “{_shown(text)}” in the registry"
    return InvalidQuery(
        vi=f"{vi}; gần nhất: {closest}." if closest else f"{vi}.",
        en=f"{en}; closest: {closest}." if closest else f"{en}.",
        parameter="unit",
    )


def _listed(units: Sequence[Unit]) -> str:
    return ", ".join(f"{unit.slug} ({unit.name})" for unit in units[:_SHOWN_UNITS])


def collections(texts: Iterable[str], known: Sequence[str]) -> tuple[str, ...]:
    """Return the slug of each collection. Raises InvalidQuery naming those that there are."""

    def bad(text: str) -> InvalidQuery:
        names = ", ".join(known[:10])
        return InvalidQuery(
            vi=f"Không có bộ sưu tập “{text}”; hiện có: {names}.",
            en=f"No collection “{text}”; there are: {names}.",
            parameter="collection",
        )

    return _each(texts, lambda text: text if text in known else None, bad)


def _each(
    texts: Iterable[str], find: Callable[[str], str | None], bad: Callable[[str], InvalidQuery]
) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for text in texts:
        stripped = text.strip()
        if not stripped:
            continue
        value = find(stripped)
        if value is None:
            raise bad(_shown(stripped))
        found[value] = None
    return tuple(found)


def _shown(text: str) -> str:
    """Return `text` short enough for a one-line message."""
    line = " ".join(text.split())
    return line if len(line) <= 60 else f"{line[:57]}…"
