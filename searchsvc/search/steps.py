"""Steps of the interpretation, and the queries that their links ask: `StepMaker` is the entrypoint."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from searchsvc.queries import DateRange, SearchQuery
from searchsvc.results import Offer, Step, StepKind, StepState
from searchsvc.search.operators import MAX_TOKEN_CHARS, is_off, step_token

MAX_STEPS = 20
MAX_OFFERS = 6
MAX_ASIS = 20
"""Values of the parameter `asis` that count; further ones are ignored."""


def known_asis(values: Sequence[str]) -> tuple[str, ...]:
    """Return the values of `asis` that can name a step, each once, at most `MAX_ASIS`."""
    longest = MAX_TOKEN_CHARS + 20
    return tuple(dict.fromkeys(value for value in values if 0 < len(value) <= longest))[:MAX_ASIS]


@dataclass(frozen=True, slots=True)
class StepMaker:
    """Makes the steps of one query; `text` is the query cleaned, into which all spans point."""

    query: SearchQuery
    text: str

    def step(
        self,
        kind: StepKind,
        span: tuple[int, int],
        state: StepState,
        meanings: tuple[str, ...] = (),
        offers: tuple[Offer, ...] = (),
        note: str = "",
    ) -> Step:
        """Return a step; it can be toggled unless there is nothing to switch off."""
        raw = self.text[span[0] : span[1]]
        token = step_token(kind, raw)
        # Of doubled quotes the phrase is what can be switched off.
        reversible = state in ("applied", "off") and note not in ("require", "doubled-quote")
        toggle = self.without(kind, token) if state == "off" else self.toggled(token)
        return Step(kind, raw, *span, state, token, meanings, offers, note, toggle if reversible else None)

    def is_off(self, kind: StepKind, start: int, end: int) -> bool:
        """Return whether the person wants this stretch taken as it stands."""
        return is_off(self.query.asis, kind, self.text[start:end])

    def toggled(self, token: str) -> SearchQuery:
        """Return the query with one step switched off."""
        return replace(self.query, asis=known_asis((*self.query.asis, token)), page=1)

    def without(self, kind: str, token: str) -> SearchQuery:
        """Return the query with a step, that was switched off by itself or with its kind, on again."""
        left = tuple(value for value in self.query.asis if value not in (kind, token))
        return replace(self.query, asis=left, page=1)

    def without_kind(self, kind: str) -> SearchQuery:
        """Return the query with all steps of `kind` on again."""
        left = tuple(value for value in self.query.asis if value != kind and not value.startswith(f"{kind}:"))
        return replace(self.query, asis=left, page=1)

    def rewritten(self, start: int, end: int, new: str) -> SearchQuery:
        """Return the query with `new` in the place of a stretch."""
        text = f"{self.text[:start]} {new} {self.text[end:]}"
        return replace(self.query, text=" ".join(text.split()), page=1)

    def in_days(self, start: int, end: int, days: DateRange) -> SearchQuery:
        """Return the query with a filter by date instead of the words that name the days."""
        query = self.rewritten(start, end, "")
        return replace(query, filters=replace(query.filters, published=days))

    def in_unit(self, start: int, end: int, slug: str) -> SearchQuery:
        """Return the query with a filter by unit instead of the words that name it."""
        query = self.rewritten(start, end, "")
        return replace(query, filters=replace(query.filters, units=(slug,)))

    def with_code(self, code: str, days: DateRange | None = None) -> SearchQuery:
        """Return the query narrowed to a document, and to the days in which its number means it."""
        filters = self.query.filters
        filters = replace(filters, codes=tuple(dict.fromkeys((*filters.codes, code))))
        if days and not filters.published:
            filters = replace(filters, published=days)
        return replace(self.query, filters=filters, page=1)
