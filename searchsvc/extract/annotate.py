"""Extraction over a whole article: its publication instant, its unit, its document codes.

The primary entrypoint is `annotate`. It is pure: the same draft and registry give the same annotations.
"""

import re
from dataclasses import replace
from datetime import date, datetime, time

from searchsvc.articles import VIETNAM_TIME, Annotations, CodeMention, Draft
from searchsvc.errors import Message
from searchsvc.extract.codes import find_codes, link_partials
from searchsvc.extract.dates import contradicts_weekday, find_dateline, match_date_at, parse_timestamp
from searchsvc.extract.publishing import publishing_unit, unit_warning
from searchsvc.extract.units import Registry

_RULES = 1
"""The version of all rules of extraction. Raise it when any rule in `extract/` changes what it finds."""

_COMMA = re.compile(r"\s{0,2},")


def fingerprint(registry: Registry) -> str:
    """Return what names the rules and `registry`; annotations made under another one are out of date."""
    return f"{_RULES}-{registry.fingerprint}"


def annotate(draft: Draft, registry: Registry) -> Annotations:
    """Return what extraction finds in `draft`; never raises.

    Offsets of the mentions refer to the draft's parts (captions joined by line breaks). `warnings` tell of
    a publication date that cannot be read, a weekday that contradicts it, and a unit that is unknown.
    """
    published, warnings = _published(draft)
    unit = publishing_unit(draft, registry, published.date() if published else None)
    doubt = unit_warning(draft, registry, unit)
    if doubt is not None:
        warnings.append(doubt)
    return Annotations(
        published=published,
        unit=unit.slug if unit else None,
        codes=_codes(draft, published.date() if published else None),
        fingerprint=fingerprint(registry),
        warnings=tuple(warnings),
    )


def _published(draft: Draft) -> tuple[datetime | None, list[Message]]:
    stated = (draft.published or "").strip()
    if not stated:
        day = find_dateline(draft.body)
        return (datetime.combine(day, time(), VIETNAM_TIME) if day else None), []
    published = parse_timestamp(stated)
    shown = stated if len(stated) <= 80 else stated[:80] + "…"
    if published is None:
        return None, [
            Message(
                vi=f"Không đọc được ngày đăng “{shown}”, hoặc ngày không có thật",
                en=f"The publication date '{shown}' cannot be read or does not exist",
            )
        ]
    if contradicts_weekday(stated):
        return published, [
            Message(
                vi=f"Thứ và ngày không khớp: “{shown}”; lấy theo ngày",
                en=f"Weekday and date disagree: '{shown}'; the date is taken",
            )
        ]
    return published, []


def _codes(draft: Draft, published: date | None) -> tuple[CodeMention, ...]:
    """Return the mentions of all parts, partial ones linked to full codes anywhere in the article."""
    found = [
        _with_year(mention, text, published)
        for part, text in draft.texts()
        for mention in find_codes(text, part)
    ]
    return tuple(link_partials(found))


def _with_year(mention: CodeMention, text: str, published: date | None) -> CodeMention:
    """Return the mention with its issue date where the text gives no year ('ngày 15/5')."""
    if mention.issued is not None or published is None:
        return mention
    comma = _COMMA.match(text, mention.end)
    issued = match_date_at(text, comma.end() if comma else mention.end, published)
    return replace(mention, issued=issued.first) if issued else mention
