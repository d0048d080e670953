"""The unit that publishes an article: from its field, its signature, or the byline that opens its body.

The primary entrypoint is `publishing_unit`. A signature is a unit's name or abbreviation, or a person's
name, which is no unit. An abbreviation without a level ('BTG') is that of the committee which the article
speaks of.
"""

import re
from collections.abc import Iterator
from datetime import date

from searchsvc.articles import Draft
from searchsvc.errors import Message
from searchsvc.extract.unit_names import MAX_NAME_CHARS, abbreviation_key, is_abbreviation, name_key
from searchsvc.extract.units import Registry, Unit, find_units

_TITLE_WEIGHT, _SUMMARY_WEIGHT, _BODY_WEIGHT = 5, 3, 1
_OWN_WEIGHT, _COMMITTEE_WEIGHT = 3, 1
_BODY_HEAD_CHARS = 3_000
_MAX_SIGNATURE_CHARS = 300
_MAX_SEGMENTS = 12

# Under an article BBT is the editorial board (ban biên tập), in its text the Secretariat (Ban Bí thư).
_EDITORS = "bbt"
_BREAKS = re.compile(r"[\n,;:/()\[\]|]|\s[-–—]\s")
_LEAD = re.compile(r"(?:theo|nguồn|tin|bài|ảnh|tin,? ảnh|tin,? bài|và)\s+", re.IGNORECASE)
_EDGES = " \t\n.,;:-–—*\"'“”"
# 'TCCS - ', '(QBĐT) - ', '(TTV)', 'Tuyên Quang (TTXVN) - '
_OPENING = re.compile(
    r"[\s\"“]{0,4}(?:(?:[^\W\d_]\w{0,12}\s){0,4}\((?P<inside>[^()\n]{2,60})\)"
    r"|(?P<before>[^\W\d_a-zđ][^\W_]{1,9})\s{0,2}[-–—](?!\w))"
)


def publishing_unit(draft: Draft, registry: Registry, on: date | None = None) -> Unit | None:
    """Return the unit that published `draft`, None if it is unknown, unclear or a person.

    An explicit `draft.unit` decides alone; else the signature in `draft.author`, else the byline at the
    start of the body. `on` is the day of publication.
    """
    context = _Context(draft, registry, on)
    if draft.unit and draft.unit.strip():
        stated = draft.unit.strip()[:MAX_NAME_CHARS]
        return registry.get(stated.lower()) or context.choose(registry.named(stated))
    for printed in _printed(draft):
        unit = context.signed(printed)
        if unit is not None:
            return unit
    return None


def unit_warning(draft: Draft, registry: Registry, unit: Unit | None) -> Message | None:
    """Return what staff should know when `draft.unit` is given and is no unit of the registry."""
    if unit is not None or not draft.unit or not draft.unit.strip():
        return None
    stated = draft.unit.strip()
    shown = stated if len(stated) <= 80 else stated[:80] + "…"
    several = registry.named(stated[:MAX_NAME_CHARS])
    closest = ", ".join(f"{near.name} ({near.slug})" for near in several[:5] or registry.closest(stated))
    if several:
        return Message(
            vi=f"Đơn vị “{shown}” chưa rõ là đơn vị nào: {closest}",
            en=f"Unit '{shown}' may be any of: {closest}",
        )
    return Message(
        vi=f"Đơn vị “{shown}” không có trong danh mục" + (f"; gần nhất: {closest}" if closest else ""),
        en=f"Unit '{shown}' is not in the registry" + (f"; closest: {closest}" if closest else ""),
    )


def _printed(draft: Draft) -> Iterator[str]:
    """Yield the texts that may name the publisher, the most explicit first."""
    signature = (draft.author or "").strip()[:_MAX_SIGNATURE_CHARS]
    if signature:
        yield signature
        segments = [segment for segment in _BREAKS.split(signature) if segment.strip()]
        yield from segments[-_MAX_SEGMENTS:]
    opening = _OPENING.match(draft.body)
    if opening:
        yield opening["inside"] or opening["before"]


class _Context:
    """An article as evidence for which committee a name without a level belongs to."""

    def __init__(self, draft: Draft, registry: Registry, on: date | None) -> None:
        self._draft, self._registry, self._on = draft, registry, on
        self._tally: dict[str, int] | None = None

    def signed(self, printed: str) -> Unit | None:
        """Return the unit that a signature is, as it stands there; None for a person or an unclear name."""
        name = printed.strip(_EDGES)
        if lead := _LEAD.match(name):
            name = name[lead.end() :]
        units = self._registry.candidates(name_key(name), abbreviated=False)
        if units:
            return self.choose(units)
        short = abbreviation_key(name)
        # Dots mark a person's initials ('T.H'), and so may two letters that the article never speaks of.
        if not is_abbreviation(name) or "." in name or short == _EDITORS:
            return None
        units = self._registry.candidates(short, abbreviated=True)
        return self.choose(units, needs_mention=len(short) == 2)

    def choose(self, units: tuple[Unit, ...], *, needs_mention: bool = False) -> Unit | None:
        """Return the one of `units` whose committee the article speaks of most."""
        only = self._registry.choose(units, on=self._on)
        if only is not None and not needs_mention:
            return only
        valid = tuple(unit for unit in units if self._on is None or unit.is_valid_in(self._on.year)) or units
        scores = {unit: self._score(unit) for unit in valid}
        best = max(scores.values(), default=0)
        leading = [unit for unit, score in scores.items() if score == best]
        return self._registry.choose(leading, on=self._on) if best else None

    def _score(self, unit: Unit) -> int:
        if self._tally is None:
            self._tally = self._count()
        committee = self._tally.get(unit.parent, 0) if unit.parent else 0
        return _OWN_WEIGHT * self._tally.get(unit.slug, 0) + _COMMITTEE_WEIGHT * committee

    def _count(self) -> dict[str, int]:
        draft = self._draft
        tally: dict[str, int] = {}
        for text, weight in (
            (draft.title, _TITLE_WEIGHT),
            (draft.summary, _SUMMARY_WEIGHT),
            (draft.body[:_BODY_HEAD_CHARS], _BODY_WEIGHT),
        ):
            for mention in find_units(text, self._registry, self._on):
                tally[mention.slug] = tally.get(mention.slug, 0) + weight
        return tally
