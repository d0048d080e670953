"""How a query was understood, as the search page says it. The primary entrypoint is `step_views`."""

from collections.abc import Sequence
from dataclasses import dataclass

from searchsvc.queries import DateRange
from searchsvc.results import Offer, Step, StepKind
from searchsvc.web.language import gettext as _
from searchsvc.web.links import page_address
from searchsvc.web.wording import day

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
            toggle=page_address(step.toggle) if step.toggle else None,
            toggle_text=_("hiểu lại") if step.state == "off" else _undo(step.kind),
        )
        for step in steps
    )


def _off(step: Step) -> str:
    return _("%(text)s: để nguyên như đã gõ", text=_quoted(step.text))


def _undo(kind: StepKind) -> str:
    return {
        "keyboard": _("giữ chữ đã gõ"),
        "code": _("tìm như từ thường"),
        "abbreviation": _("chỉ tìm chữ đã gõ"),
        "synonym": _("chỉ tìm chữ đã gõ"),
        "operator": _("tìm như từ thường"),
        "unit": _("bỏ"),
        "date": _("bỏ"),
    }[kind]


def _operator(step: Step) -> str:
    text, bare = _shown(step.text), _quoted(step.text.lstrip("+-–− "))
    return {
        "phrase": _("đúng cụm %(text)s", text=text),
        "single-quotes": _("dấu nháy đơn hiểu là dấu ngoặc kép"),
        "doubled-quote": _("dấu ngoặc kép thừa, đã bỏ"),
        "unclosed-quote": _("dấu ngoặc kép chưa đóng, đã bỏ qua"),
        "exclude": _("không có %(text)s", text=bare),
        "doubled-minus": _("không có %(text)s", text=bare),
        "lone-minus": _("dấu trừ đứng riêng, đã bỏ qua"),
        "either": _("%(text)s: một trong hai", text=text),
        "both": _("%(text)s: có cả hai", text=text),
        "nothing-to-join": _("%(text)s không nối gì, đã bỏ qua", text=text),
        "title": _("trong %(text)s", text=text),
        "nothing-in-title": _("sau %(text)s chưa có từ nào", text=text),
        "require": _("%(text)s: từ nào cũng đã được tìm, không cần dấu cộng", text=bare),
        "brackets": _("dấu ngoặc đơn không gộp được từ, đã bỏ qua"),
    }[step.note]


def _text(step: Step) -> str:
    if step.kind == "operator":
        return _operator(step)
    either = _("hoặc")
    meanings = f" {either} ".join(map(_shown, step.meanings))
    if step.kind == "synonym" or (step.kind == "abbreviation" and " " in step.text):
        return f"{_quoted(step.text)} {either} {meanings}"
    if step.kind == "date":
        return _("%(text)s là ngày đăng?", text=_quoted(step.text))
    if step.kind == "unit":
        return _("%(text)s là đơn vị đăng?", text=_quoted(step.text))
    if step.kind == "code" and len(step.meanings) == 1 and step.text == step.meanings[0]:
        return _("%(code)s là số hiệu văn bản", code=step.text)
    return _("%(text)s là %(meaning)s", text=_quoted(step.text), meaning=meanings)


def _offer(step: Step, offer: Offer) -> OfferView:
    return OfferView(_offer_text(step, offer), page_address(offer.query), offer.count)


def _offer_text(step: Step, offer: Offer) -> str:
    if step.kind == "date":
        return _days(offer.query.filters.published)
    if step.kind == "unit":
        return _("chỉ bài của %(unit)s", unit=offer.meaning)
    if step.kind == "code":
        issued = _("ngày %(day)s", day=day(offer.issued)) if offer.issued else ""
        term = _("khóa %(term)s", term=offer.term) if offer.term else ""
        facts = ", ".join(filter(None, [issued, term]))
        return _("chỉ bài dẫn %(code)s", code=offer.meaning) + (f" ({facts})" if facts else "")
    return _("tìm %(text)s", text=_quoted(offer.meaning))


def _days(days: DateRange) -> str:
    first, last = days.first, days.last
    if first is None or last is None:
        return ""
    if first == last:
        return _("chỉ bài đăng ngày %(day)s", day=day(first))
    if (first.month, first.day, last.month, last.day) == (1, 1, 12, 31):
        if first.year == last.year:
            return _("chỉ bài đăng năm %(year)s", year=first.year)
        return _("chỉ bài đăng từ năm %(first)s đến %(last)s", first=first.year, last=last.year)
    if first.day == 1 and (first.year, first.month) == (last.year, last.month):
        return _("chỉ bài đăng tháng %(month)s", month=f"{first.month}/{first.year}")
    return _("chỉ bài đăng từ %(first)s đến %(last)s", first=day(first), last=day(last))


def _quoted(text: str) -> str:
    shown = _shown(text)
    return shown if shown.startswith('"') else f"“{shown}”"


def _shown(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
