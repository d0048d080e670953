"""What to let go of where nothing has all that was asked: each step with the number of articles it gives.

The primary entrypoint is `loosenings`. Filters come first: they are the usual reason, and the words are what
a person means. Each proposal is one question to the engine, so there is a fixed number of them at most.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import islice

from searchsvc.queries import DateRange, FacetName, Filters, SearchQuery
from searchsvc.results import Loosening
from searchsvc.search.parsing import Operand, ParsedQuery, parse

MAX_ASKED = 12
MAX_SHOWN = 5
MAX_WORDS = 6
"""Words up to which leaving one out is worth proposing; of a longer query one more or less says little."""

Count = Callable[[SearchQuery], int]
"""How many articles have all that a query asks for."""


def loosenings(query: SearchQuery, parsed: ParsedQuery, count: Count) -> tuple[Loosening, ...]:
    """Return what to drop from a query without results, and what that gives; nothing that gives nothing.

    Single filters before all of them, then operators, issuers of codes, and words, those that give most
    articles first.
    """
    first_page = replace(query, page=1)
    found = _asked(_steps(first_page, parsed), count)
    if not found:
        # One step is not enough: let go of filters and operators, and then of one word as well.
        plain = replace(first_page, text=_words_only(parsed), filters=Filters())
        found = _asked(_as_plain(plain, first_page), count) or _asked(
            _without_one_word(plain, parse(plain.text)), count
        )
    words = sorted((each for each in found if each.kind == "word"), key=lambda each: -each.total)
    return tuple([each for each in found if each.kind != "word"] + words)[:MAX_SHOWN]


def _asked(steps: "Iterator[Step]", count: Count) -> list[Loosening]:
    """Return those of the first MAX_ASKED steps that give something."""
    counted = ((step, count(step[2])) for step in islice(steps, MAX_ASKED))
    return [Loosening(kind, value, looser, total) for (kind, value, looser), total in counted if total]


Step = tuple[str, str, SearchQuery]


def _steps(query: SearchQuery, parsed: ParsedQuery) -> Iterator[Step]:
    single = list(_without_one_filter(query))
    yield from single[: MAX_ASKED // 2]
    if len(single) > 1:
        yield "filters", "", replace(query, filters=Filters())
    yield from _without_operators(query, parsed)
    yield from _without_issuer(query, parsed)
    yield from _without_one_word(query, parsed)


def _as_plain(plain: SearchQuery, asked: SearchQuery) -> Iterator[Step]:
    if plain.text and plain != asked:
        yield "everything", "", plain


def _words_only(parsed: ParsedQuery) -> str:
    """Return what must be there, without quotes, scopes and alternatives."""
    return " ".join(operand.text for group in parsed.required for operand in group[:1])


def _without_one_filter(query: SearchQuery) -> Iterator[Step]:
    filters = query.filters
    if filters.published:
        yield "days", "", replace(query, filters=replace(filters, published=DateRange()))
    # Several units are alternatives: leaving out one of them gives nothing more.
    for facet, values, looser in (
        (FacetName.UNIT, filters.units, replace(filters, units=())),
        (FacetName.COLLECTION, filters.collections, replace(filters, collections=())),
    ):
        if values:
            yield facet.value, values[0] if len(values) == 1 else "", replace(query, filters=looser)
    for code in filters.codes:
        left = tuple(other for other in filters.codes if other != code)
        yield FacetName.CODE.value, code, replace(query, filters=replace(filters, codes=left))


def _without_operators(query: SearchQuery, parsed: ParsedQuery) -> Iterator[Step]:
    if '"' in parsed.text:
        yield "quotes", "", replace(query, text=" ".join(parsed.text.replace('"', " ").split()))
    if parsed.excluded:
        yield "exclusions", "", replace(query, text=_without(parsed.text, parsed.excluded))


def _without_issuer(query: SearchQuery, parsed: ParsedQuery) -> Iterator[Step]:
    """Yield the query with the type and number alone of a code: documents of other bodies may be meant."""
    for group in parsed.required:
        operand = group[0]
        code = operand.code
        if len(group) == 1 and code and code.type and code.issuer:
            bare = f"{code.type} {code.number}"
            text = f"{parsed.text[: operand.start]}{bare}{parsed.text[operand.end :]}"
            yield "issuer", operand.text, replace(query, text=text)


def _without_one_word(query: SearchQuery, parsed: ParsedQuery) -> Iterator[Step]:
    if not 1 < len(parsed.required) <= MAX_WORDS:
        return
    for group in parsed.required:
        if len(group) == 1:
            shorter = _without(parsed.text, group)
            if shorter:
                yield "word", group[0].text, replace(query, text=shorter)


def _without(text: str, operands: tuple[Operand, ...]) -> str:
    """Return the query without these operands, and without the operator before each."""
    for operand in sorted(operands, key=lambda each: -each.start):
        start, end = operand.start, operand.end
        if text[start - 1 : start] == '"' and text[end : end + 1] == '"':
            start, end = start - 1, end + 1
        while start and not text[start - 1].isspace():
            start -= 1
        text = f"{text[:start]} {text[end:]}"
    return " ".join(text.split())
