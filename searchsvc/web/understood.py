"""How a query was understood, as the search page says it. The primary entrypoint is `step_views`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from searchsvc.queries import DateRange
from searchsvc.results import Offer, Step
from searchsvc.web.params import address_of

_OPERATORS = {
    "phrase": "đúng cụm {text}",
    "single-quotes": "dấu nháy đơn hiểu là dấu ngoặc kép",
    "doubled-quote": "dấu ngoặc kép thừa, đã bỏ",
    "unclosed-quote": "dấu ngoặc kép chưa đóng, đã bỏ qua",
    "exclude": "không có {bare}",
    "doubled-minus": "không có {bare}",
    "lone-minus": "dấu trừ đứng riêng, đã bỏ qua",
    "either": "{text}: một trong hai",
    "both": "{text}: có cả hai",
    "nothing-to-join": "{text} không nối gì, đã bỏ qua",
    "title": "trong {text}",
    "nothing-in-title": "sau {text} chưa có từ nào",
    "require": "{bare}: từ nào cũng đã được tìm, không cần dấu cộng",
    "brackets": "dấu ngoặc đơn không gộp được từ, đã bỏ qua",
}
_UNDO = {
    "keyboard": "giữ chữ đã gõ",
    "code": "tìm như từ thường",
    "abbreviation": "chỉ tìm chữ đã gõ",
    "synonym": "chỉ tìm chữ đã gõ",
    "operator": "tìm như từ thường",
    "unit": "bỏ",
    "date": "bỏ",
}
_LONGEST = 60


@dataclass(frozen=True, slots=True)
class OfferView:
    """A link to a narrower or surer query; `count` is the number of articles there, if known."""

    text: str
    address: str
    count: int | None = None


@dataclass(frozen=True, slots=True)
class StepView:
    """One step in words, its offers, and the link that undoes or restores it."""

    text: str
    offers: tuple[OfferView, ...]
    toggle: str | None
    toggle_text: str


def step_views(steps: Sequence[Step]) -> tuple[StepView, ...]:
    """Return the steps as the page shows them, in their order."""
    return tuple(
        StepView(
            text=_off(step) if step.state == "off" else _text(step),
            offers=tuple(_offer(step, offer) for offer in step.offers),
            toggle=address_of(step.toggle) if step.toggle else None,
            toggle_text="hiểu lại" if step.state == "off" else _UNDO[step.kind],
        )
        for step in steps
    )


def _off(step: Step) -> str:
    return f"{_quoted(step.text)}: để nguyên như đã gõ"


def _text(step: Step) -> str:
    if step.kind == "operator":
        bare = _quoted(step.text.lstrip("+-–− "))
        return _OPERATORS[step.note].format(text=_shown(step.text), bare=bare)
    meanings = " hoặc ".join(_shown(meaning) for meaning in step.meanings)
    if step.kind == "synonym" or (step.kind == "abbreviation" and " " in step.text):
        return f"{_quoted(step.text)} hoặc {meanings}"
    if step.kind == "date":
        return f"{_quoted(step.text)} là ngày đăng?"
    if step.kind == "unit":
        return f"{_quoted(step.text)} là đơn vị đăng?"
    if step.kind == "code" and len(step.meanings) == 1 and step.text == step.meanings[0]:
        return f"{step.text} là số hiệu văn bản"
    return f"{_quoted(step.text)} là {meanings}"


def _offer(step: Step, offer: Offer) -> OfferView:
    return OfferView(_offer_text(step, offer), address_of(offer.query), offer.count)


def _offer_text(step: Step, offer: Offer) -> str:
    if step.kind == "date":
        return f"chỉ bài đăng {_days(offer.query.filters.published)}"
    if step.kind == "unit":
        return f"chỉ bài của {offer.meaning}"
    if step.kind == "code":
        issued = f"ngày {_day(offer.issued)}" if offer.issued else ""
        facts = ", ".join(filter(None, [issued, f"khóa {offer.term}" if offer.term else ""]))
        return f"chỉ bài dẫn {offer.meaning}" + (f" ({facts})" if facts else "")
    return f"tìm {_quoted(offer.meaning)}"


def _days(days: DateRange) -> str:
    first, last = days.first, days.last
    if first is None or last is None:
        return ""
    if first == last:
        return f"ngày {_day(first)}"
    if (first.month, first.day, last.month, last.day) == (1, 1, 12, 31):
        return f"năm {first.year}" if first.year == last.year else f"từ năm {first.year} đến {last.year}"
    if first.day == 1 and (first.year, first.month) == (last.year, last.month):
        return f"tháng {first.month}/{first.year}"
    return f"từ {_day(first)} đến {_day(last)}"


def _day(value: date) -> str:
    return f"{value.day}/{value.month}/{value.year}"


def _quoted(text: str) -> str:
    shown = _shown(text)
    return shown if shown.startswith('"') else f"“{shown}”"


def _shown(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
