"""From operands to a clause tree: which layers and parts a word is looked for in, and at what weight.

The primary entrypoint is `build`. Accents that were typed are respected, accents that were not are
forgiven, word by word (vietnamese.md §1.7): a word with a diacritic scores where it stands exactly so and,
less, where only its folded form does; a word without one is looked for folded. Keywords must all match; of
a question, what it quotes and a share. The weights stand in `ranking`.
"""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from searchsvc.analysis.fold import fold
from searchsvc.analysis.pipelines import analyze
from searchsvc.articles import PARTS, VIETNAM_TIME, Part
from searchsvc.clauses import (
    AllOf,
    AnyOf,
    Best,
    Clause,
    Everything,
    Nothing,
    Phrase,
    Prefer,
    Recent,
    Term,
    Without,
    Word,
)
from searchsvc.extract.codes import query_keys
from searchsvc.fields import CODES_FIELD, LEADING_CODES_FIELD, Layer, field_name
from searchsvc.search.neighbours import DocumentFrequency, fields_of, neighbours, with_variants
from searchsvc.search.parsing import Operand, ParsedQuery, Reading
from searchsvc.search.ranking import WEIGHTS, Weights
from searchsvc.search.spellings import is_uncommon, iy_variant


@dataclass(frozen=True, slots=True)
class WordMark:
    """A word to mark: its folded form and, if its accents were typed, its exact key."""

    folded: str
    exact: str | None


@dataclass(frozen=True, slots=True)
class Built:
    """The clause, what to fall back on, and what to mark and to tell.

    `whole` is what an article with all words matches; None where `clause` asks for them all. `looser` are the
    clauses for where no article has them all, in the order in which to ask; empty for a single word.
    """

    clause: Clause
    whole: Clause | None = None
    looser: tuple[Clause, ...] = ()
    words: tuple[WordMark, ...] = ()
    codes: tuple[str, ...] = ()
    code_keys: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()


def build(parsed: ParsedQuery, document_frequency: DocumentFrequency, weights: Weights = WEIGHTS) -> Built:
    """Return the clause for `parsed`; an empty query gives `Everything`.

    `document_frequency(field, term)` tells which compounds the archive knows.
    """
    if not parsed.required and not parsed.excluded:
        return Built(Nothing() if parsed.text else Everything())
    return _Builder(weights, _is_accented(parsed.text)).built(parsed, document_frequency)


def today() -> date:
    """Return the day in Vietnam, from which the age of an article counts."""
    return datetime.now(VIETNAM_TIME).date()


def _is_accented(text: str) -> bool:
    return fold(text) != text.lower()


def _any(clauses: Iterable[Clause]) -> Clause:
    children = tuple(clauses)
    if not children:
        return Nothing()
    return children[0] if len(children) == 1 else AnyOf(children)


def _all(clauses: Iterable[Clause]) -> Clause:
    children = tuple(clauses)
    return children[0] if len(children) == 1 else AllOf(children)


def _best(clauses: Iterable[Clause]) -> Clause:
    children = tuple(clauses)
    return children[0] if len(children) == 1 else Best(children)


def marks_of(text: str) -> tuple[WordMark, ...]:
    """Return the words of `text`, each with its exact key if it has a diacritic."""
    # The layers share positions, so the two lists run in parallel.
    return tuple(
        WordMark(folded.text, exact.text if exact.text != folded.text else None)
        for exact, folded in zip(analyze("exact", text), analyze("folded", text), strict=True)
    )


@dataclass(slots=True)
class _Builder:
    """Builds one query; remembers what is to be marked and told."""

    weights: Weights
    accented: bool
    words: dict[WordMark, None] = field(default_factory=dict)
    spellings: dict[WordMark, None] = field(default_factory=dict)
    codes: dict[str, None] = field(default_factory=dict)
    keys: dict[str, None] = field(default_factory=dict)

    def built(self, parsed: ParsedQuery, document_frequency: DocumentFrequency) -> Built:
        groups = [_any([self._operand(operand) for operand in group]) for group in parsed.required]
        bonus = (*neighbours(parsed, document_frequency, self.weights), *self._fresh())
        outside = _Builder(self.weights, self.accented)
        unwanted = tuple(outside._operand(operand) for operand in parsed.excluded)

        def finished(wanted: Clause) -> Clause:
            scored = Prefer(wanted, AnyOf(bonus)) if bonus and groups else wanted
            return Without(scored, _any(unwanted)) if unwanted else scored

        every = finished(_all(groups))
        result = Built(
            clause=every,
            words=tuple(dict.fromkeys((*self.words, *self.spellings))),
            codes=tuple(self.codes),
            code_keys=tuple(self.keys),
            terms=tuple(each.text for group in parsed.required for each in group if each.kind != "code"),
        )
        if len(groups) < 2:
            return result
        if self._is_question(parsed):
            asked = tuple(finished(clause) for clause in self._question(parsed, groups))
            return replace(result, clause=asked[0], whole=every, looser=asked)
        loose = finished(_share(groups, self.weights.partial_share))
        if len(groups) >= self.weights.forgiving_from and self._is_plain(parsed):
            but_one = AnyOf(tuple(groups), at_least=len(groups) - 1)
            return replace(result, clause=finished(but_one), whole=every, looser=(loose,))
        return replace(result, looser=(loose,))

    def _fresh(self) -> Iterator[Clause]:
        if self.weights.fresh:
            yield Recent(today(), self.weights.fresh_half_life_days, self.weights.fresh)

    def _question(self, parsed: ParsedQuery, groups: list[Clause]) -> tuple[Clause, ...]:
        """Return what a question asks for: what it quotes and a share of its words; else a share of all."""
        share = self.weights.question_share
        placed = list(zip(parsed.required, groups, strict=True))
        quoted = [clause for group, clause in placed if group[0].kind == "phrase"]
        words = [clause for group, clause in placed if group[0].kind != "phrase"]
        some = _share(groups, share)
        return (_all([*quoted, _share(words, share)]), some) if quoted and words else (some,)

    def _is_question(self, parsed: ParsedQuery) -> bool:
        """Return whether the text reads as a sentence; one that ends with a question mark may quote."""
        if parsed.text.endswith("?"):
            return self._is_plain(parsed, quoting=True)
        return len(parsed.required) > self.weights.longest_keywords and self._is_plain(parsed)

    @staticmethod
    def _is_plain(parsed: ParsedQuery, *, quoting: bool = False) -> bool:
        """Return whether there are only words and codes; one who uses operators means every word."""
        return all(
            len(group) == 1 and (quoting or group[0].kind != "phrase") and not group[0].title_only
            for group in parsed.required
        )

    def _operand(self, operand: Operand) -> Clause:
        if operand.kind == "code":
            return self._code(operand)
        readings = [self._reading(reading, operand.title_only) for reading in operand.readings]
        return _best([self._typed(operand), *readings])

    def _typed(self, operand: Operand) -> Clause:
        marks = self._marks(operand.text)
        if operand.kind == "phrase" and len(marks) > 1:
            return self._phrase(marks, operand.title_only)
        return self._all_words(marks, operand.title_only, self.accented)

    def _reading(self, reading: Reading, title_only: bool) -> Clause:
        marks = self._marks(reading.text)
        if len(marks) > 1:
            return self._phrase(marks, title_only, reading.weight)
        return self._all_words(marks, title_only, accented=True, boost=reading.weight)

    def _marks(self, text: str) -> tuple[WordMark, ...]:
        marks = marks_of(text)
        self.words.update(dict.fromkeys(marks))
        for mark in marks:
            folded = iy_variant(mark.folded)
            if folded:
                self.spellings[WordMark(folded, iy_variant(mark.exact) if mark.exact else None)] = None
        return marks

    def _all_words(
        self, marks: tuple[WordMark, ...], title_only: bool, accented: bool, boost: float = 1.0
    ) -> Clause:
        words = [self._word(mark, title_only, accented, boost) for mark in marks]
        return _all(words) if words else Nothing()

    def _word(self, mark: WordMark, title_only: bool, accented: bool, boost: float) -> Clause:
        weights = self.weights
        boost *= weights.uncommon if is_uncommon(mark.folded) else 1.0
        if mark.exact:
            exact, folded = weights.exact, weights.folded
        elif accented:
            exact, folded = weights.unmarked_exact, weights.unmarked_folded
        else:
            exact, folded = 0.0, 1.0

        def word(layer: Layer, term: str, weight: float) -> Word:
            forms = with_variants([(term, 1.0)], weights.iy)
            return Word(fields_of(layer, weights, title_only=title_only), forms, weight * boost)

        found = [word("folded", mark.folded, folded)]
        if exact:
            found.append(word("exact", mark.exact or mark.folded, exact))
        return _any(found)

    def _phrase(self, marks: tuple[WordMark, ...], title_only: bool, boost: float = 1.0) -> Clause:
        parts: tuple[Part, ...] = ("title",) if title_only else PARTS
        return _any(self._phrase_in(marks, part, boost) for part in parts)

    def _phrase_in(self, marks: tuple[WordMark, ...], part: Part, boost: float) -> Clause:
        boost *= self.weights.phrase * self.weights.parts[part]
        terms = tuple(mark.folded for mark in marks)
        folded: Clause = Phrase(field_name(part, "folded"), terms, boost=boost)
        exact = tuple(
            Term(field_name(part, "exact"), mark.exact, self.weights.exact * boost)
            for mark in marks
            if mark.exact
        )
        return AllOf((folded, *exact)) if exact else folded

    def _code(self, operand: Operand) -> Clause:
        assert operand.code is not None  # noqa: S101 - what the kind says
        keys = query_keys(operand.code)
        self.keys.update(dict.fromkeys(keys))
        weights = self.weights
        cited = _best([Term(CODES_FIELD, key, weights.code) for key in keys])
        leading = _best([Term(LEADING_CODES_FIELD, key, weights.leading_code) for key in keys])
        if operand.code.code:
            self.codes[operand.code.code] = None
            return Prefer(cited, leading)
        # A number and a type alone ('nghị quyết 35') may also be just these words.
        words = self._all_words(self._marks(operand.text), operand.title_only, self.accented)
        return AnyOf((Prefer(cited, leading), words))


def _share(groups: list[Clause], share: float) -> Clause:
    return AnyOf(tuple(groups), at_least=max(1, math.ceil(len(groups) * share)))
