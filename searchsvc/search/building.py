"""From operands to a clause tree: which layers and parts a word is looked for in, and at what weight.

The primary entrypoint is `build`. Accents that were typed are respected, accents that were not are
forgiven, word by word (vietnamese.md §1.7): a word with a diacritic scores where it stands exactly so and,
less, where only its folded form does; a word without one is looked for folded.
"""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import groupby, pairwise

from searchsvc.analysis.fold import fold
from searchsvc.analysis.pipelines import analyze
from searchsvc.articles import PARTS, Part
from searchsvc.clauses import AllOf, AnyOf, Clause, Everything, Nothing, Phrase, Prefer, Term, Without
from searchsvc.extract.codes import query_keys
from searchsvc.fields import CODES_FIELD, field_name
from searchsvc.search.parsing import Operand, ParsedQuery

PARTIAL_SHARE = 0.5
"""Share of the words that a partial match must have."""


@dataclass(frozen=True, slots=True)
class WordMark:
    """A word to mark: its folded form and, if its accents were typed, its exact key."""

    folded: str
    exact: str | None


@dataclass(frozen=True, slots=True)
class Built:
    """The clause, a looser one to fall back on (None if there is none), and what to mark and to tell."""

    clause: Clause
    partial: Clause | None = None
    words: tuple[WordMark, ...] = ()
    codes: tuple[str, ...] = ()
    code_keys: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()


@dataclass(slots=True)
class _Collector:
    words: dict[WordMark, None] = field(default_factory=dict)
    codes: dict[str, None] = field(default_factory=dict)
    keys: dict[str, None] = field(default_factory=dict)


def build(parsed: ParsedQuery, document_frequency: Callable[[str, str], int]) -> Built:
    """Return the clause for `parsed`; an empty query gives `Everything`.

    `document_frequency(field, term)` tells which compounds the archive knows.
    """
    if not parsed.required and not parsed.excluded:
        return Built(Nothing() if parsed.text else Everything())
    seen = _Collector()
    accented = _is_accented(parsed.text)
    required = [_group(group, accented, seen) for group in parsed.required]
    wanted: Clause = _all(required) if required else Everything()
    bonus = tuple(_compounds(parsed, document_frequency))
    if bonus:
        wanted = Prefer(wanted, AnyOf(bonus))
    partial = _partial(required, bonus)
    unwanted = tuple(_operand_clause(operand, accented, _Collector()) for operand in parsed.excluded)
    return Built(
        clause=_without(wanted, unwanted),
        partial=_without(partial, unwanted) if partial else None,
        words=tuple(seen.words),
        codes=tuple(seen.codes),
        code_keys=tuple(seen.keys),
        terms=tuple(operand.text for group in parsed.required for operand in group if operand.kind != "code"),
    )


def _is_accented(text: str) -> bool:
    return fold(text) != text.lower()


def _all(clauses: list[Clause]) -> Clause:
    return clauses[0] if len(clauses) == 1 else AllOf(tuple(clauses))


def _any(clauses: Iterable[Clause]) -> Clause:
    children = tuple(clauses)
    if not children:
        return Nothing()
    return children[0] if len(children) == 1 else AnyOf(children)


def _without(wanted: Clause, unwanted: tuple[Clause, ...]) -> Clause:
    return Without(wanted, _any(unwanted)) if unwanted else wanted


def _partial(required: list[Clause], bonus: tuple[Clause, ...]) -> Clause | None:
    if len(required) < 2:
        return None
    loose = AnyOf(tuple(required), at_least=max(1, math.ceil(len(required) * PARTIAL_SHARE)))
    return Prefer(loose, AnyOf(bonus)) if bonus else loose


def _group(group: tuple[Operand, ...], accented: bool, seen: _Collector) -> Clause:
    return _any(_operand_clause(operand, accented, seen) for operand in group)


def _operand_clause(operand: Operand, accented: bool, seen: _Collector) -> Clause:
    parts: tuple[Part, ...] = ("title",) if operand.title_only else PARTS
    if operand.kind == "code":
        return _code(operand, parts, accented, seen)
    marks = _marks(operand.text)
    seen.words.update(dict.fromkeys(marks))
    as_typed = _typed(operand, marks, parts, accented)
    return _any([as_typed, *(_reading(reading.text, parts, seen) for reading in operand.readings)])


def _typed(operand: Operand, marks: tuple[WordMark, ...], parts: tuple[Part, ...], accented: bool) -> Clause:
    if operand.kind == "phrase" and len(marks) > 1:
        return _phrase(marks, parts)
    return _words(marks, parts, accented)


def _reading(text: str, parts: tuple[Part, ...], seen: _Collector) -> Clause:
    marks = _marks(text)
    seen.words.update(dict.fromkeys(marks))
    return _phrase(marks, parts) if len(marks) > 1 else _words(marks, parts, accented=True)


def _marks(text: str) -> tuple[WordMark, ...]:
    # The layers share positions, so the two lists run in parallel.
    return tuple(
        WordMark(folded.text, exact.text if exact.text != folded.text else None)
        for exact, folded in zip(analyze("exact", text), analyze("folded", text), strict=True)
    )


def _words(marks: tuple[WordMark, ...], parts: tuple[Part, ...], accented: bool) -> Clause:
    return _all([_word(mark, parts, accented) for mark in marks]) if marks else Nothing()


def _word(mark: WordMark, parts: tuple[Part, ...], accented: bool) -> Clause:
    # In an accented query a word without marks ('trong') is also meant as it stands.
    exact = mark.exact or (mark.folded if accented else None)
    terms = [Term(field_name(part, "folded"), mark.folded) for part in parts]
    if exact:
        terms += [Term(field_name(part, "exact"), exact) for part in parts]
    return _any(terms)


def _phrase(marks: tuple[WordMark, ...], parts: tuple[Part, ...]) -> Clause:
    return _any(_phrase_in(marks, part) for part in parts)


def _phrase_in(marks: tuple[WordMark, ...], part: Part) -> Clause:
    folded: Clause = Phrase(field_name(part, "folded"), tuple(mark.folded for mark in marks))
    exact = tuple(Term(field_name(part, "exact"), mark.exact) for mark in marks if mark.exact)
    return AllOf((folded, *exact)) if exact else folded


def _code(operand: Operand, parts: tuple[Part, ...], accented: bool, seen: _Collector) -> Clause:
    assert operand.code is not None  # noqa: S101 - what the kind says
    keys = query_keys(operand.code)
    seen.keys.update(dict.fromkeys(keys))
    if operand.code.code:
        seen.codes[operand.code.code] = None
        return _any(Term(CODES_FIELD, key) for key in keys)
    # A number and a type alone ('nghị quyết 35') may also be just these words.
    marks = _marks(operand.text)
    seen.words.update(dict.fromkeys(marks))
    return _any([*(Term(CODES_FIELD, key) for key in keys), _words(marks, parts, accented)])


def _compounds(parsed: ParsedQuery, document_frequency: Callable[[str, str], int]) -> Iterable[Clause]:
    """Yield a scoring term for each compound of the plain words that the archive knows."""
    for run in _runs(parsed):
        for compound in _candidates(run):
            for part in PARTS:
                name = field_name(part, "words")
                if document_frequency(name, compound):
                    yield Term(name, compound)


def _runs(parsed: ParsedQuery) -> Iterable[str]:
    """Yield each run of plain words as typed, for segmentation in context."""
    single = [group[0] if len(group) == 1 and group[0].kind == "word" else None for group in parsed.required]
    for is_word, run in groupby(single, key=lambda operand: operand is not None):
        words = [operand for operand in run if operand]
        if is_word and len(words) > 1:
            yield parsed.text[words[0].start : words[-1].end]


def _candidates(run: str) -> Iterable[str]:
    if _is_accented(run):
        return dict.fromkeys(token.text for token in analyze("words", run))
    # Without accents there is no telling words apart: every pair that the archive joins is a candidate.
    folded = [token.text for token in analyze("folded", run)]
    return dict.fromkeys(f"{first}_{second}" for first, second in pairwise(folded))
