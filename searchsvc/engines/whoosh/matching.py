"""Evaluation of a clause tree: the documents that match and their scores.

The primary entrypoint is `Evaluation.evaluate`. The tree is combined over whole arrays (`combining.py`), so
totals are exact and nothing is visited document by document.
"""

from collections.abc import Hashable, Sequence
from datetime import date
from functools import reduce
from itertools import pairwise
from typing import TypeVar

import numpy as np

from searchsvc.analysis.compounds import JOINT
from searchsvc.analysis.pipelines import folded_of_exact
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
from searchsvc.engines.whoosh.columns import Columns
from searchsvc.engines.whoosh.combining import at_least, best, in_all, preferring, without
from searchsvc.engines.whoosh.leaves import Counted, Fading, Packed, Weighted, leaf, mask_of_any
from searchsvc.engines.whoosh.matches import NONE, Documents, Few, Matches, Unscored, are_few
from searchsvc.engines.whoosh.phrases import count_rows
from searchsvc.engines.whoosh.postings import Postings, PostingSource, Row, in_fitting_form
from searchsvc.engines.whoosh.scoring import FieldScoring, Scoring
from searchsvc.fields import FIELD_BY_NAME, RARITY, Layer, field_name
from searchsvc.keeping import Kept

EPOCH = date(1970, 1, 1)

CACHE_BYTES = 20 * 2**20
"""Scores of rare terms and words, and masks of others, kept per generation: many a word of one query is in
the next. What is kept holds no postings, which have a bound of their own."""

FREQUENT_PHRASES = 64
"""Rows of phrases that many documents have, kept per generation; a row is a byte a document."""

Kept_ = TypeVar("Kept_", Few, Fading, Packed)


class Evaluation:
    """Evaluates clauses over one opened generation; threads may share it."""

    def __init__(self, columns: Columns, source: PostingSource) -> None:
        self._columns = columns
        self._source = source
        self._size = len(columns.live)
        self.documents = int(np.count_nonzero(columns.live))
        """How many documents are live."""
        self._scoring = Scoring(columns)
        self._kept: Kept[Hashable, Few | Fading | Packed] = Kept(CACHE_BYTES)
        self._frequent: Kept[Hashable, Row] = Kept(FREQUENT_PHRASES * self._size)

    def evaluate(self, clause: Clause) -> Matches:  # noqa: C901, PLR0911 - one line per kind of clause
        """Return what `clause` matches, with the scores that `searchsvc.clauses` states."""
        match clause:
            case Everything():
                return Unscored(self._columns.live)
            case Nothing():
                return NONE
            case Term(field, text, boost):
                return self._term(field, text).times(boost)
            case Word():
                return self._word(clause)
            case Recent():
                return self._recent(clause)
            case Phrase(field, terms, slop, boost):
                return self._phrase(field, terms, slop).times(boost)
            case AllOf(children):
                return self._all_of(children)
            case AnyOf(children, least):
                return self._any_of(children, least)
            case Best(children, tie):
                return best([self.evaluate(child) for child in children], tie, self._size)
            case Prefer(required, optional):
                return self._prefer(required, optional)
            case Without(wanted, unwanted):
                return without(self.evaluate(wanted), self.evaluate(unwanted), self._size)

    def _keep(self, key: Hashable, found: Kept_) -> Kept_:
        self._kept.put(key, found, found.nbytes)
        return found

    def _term(self, field: str, text: str) -> Matches:
        key = (field, text)
        found = self._kept.get(key)
        if isinstance(found, Few):
            return found
        scoring = self._scoring.of_field(field)
        postings = self._source.postings(field, text)
        matches = leaf(postings, scoring, self._scoring.idf(postings.count))
        # The mask of a row takes no more time than to look it up.
        return self._keep(key, matches) if isinstance(matches, Few) else matches

    def _word(self, word: Word) -> Matches:
        key = (word.fields, word.forms)
        found = self._kept.get(key)
        if isinstance(found, Few):
            return found.times(word.boost)
        scoring = self._scoring.of_fields(word.fields)
        parts = [
            (field_weight * form_weight, postings)
            for field, field_weight in word.fields
            for form, form_weight in word.forms
            if (postings := self._source.postings(field, form)).count
        ]
        if are_few(sum(postings.count for _, postings in parts), self._size):
            return self._keep(key, self._rare_word(parts, scoring)).times(word.boost)
        if not isinstance(found, Packed):
            found = self._keep(key, Packed(mask_of_any(parts, self._size)))
        return Counted(parts, scoring, self._word_idf(found.count), found.mask()).times(word.boost)

    def _rare_word(self, parts: Sequence[Weighted], scoring: FieldScoring) -> Few:
        weighted = [
            Few(postings.numbers, postings.frequencies * np.float64(weight))
            for weight, postings in parts
            if isinstance(postings, Postings)
        ]
        added = at_least(weighted, 1, self._size).few()
        return Few(added.numbers, scoring.scores(added.numbers, added.scores, self._word_idf(added.count)))

    def _word_idf(self, count: int) -> float:
        return float(self._scoring.idf(count) ** RARITY)

    def _recent(self, recent: Recent) -> Matches:
        key = (recent.today, recent.half_life_days)
        found = self._kept.get(key)
        if not isinstance(found, Fading):
            mask = self._columns.live & self._columns.dated
            today = (recent.today - EPOCH).days
            found = self._keep(key, Fading(mask, self._columns.day, today, recent.half_life_days))
        return found.times(recent.boost)

    def _phrase(self, field: str, terms: tuple[str, ...], slop: int) -> Matches:
        scoring = self._scoring.of_field(field)
        if not terms:
            return NONE
        if len(terms) == 1 or not scoring.positions:
            return self._all_of(tuple(Term(field, term) for term in terms))
        key = (field, terms, slop)
        found = self._kept.get(key)
        if isinstance(found, Few):
            return found
        idf = sum(self._scoring.idf(self._source.count(field, term)) for term in terms)
        rows: Postings | Row | None = self._frequent.get(key)
        if rows is None:
            rows = self._rows(field, terms, slop)
            if isinstance(rows, Row):
                self._frequent.put(key, rows, rows.nbytes)
        matches = leaf(rows, scoring, idf)
        return self._keep(key, matches) if isinstance(matches, Few) else matches

    def _rows(self, field: str, terms: tuple[str, ...], slop: int) -> Postings | Row:
        """Return in which documents `terms` follow one another, and how often."""
        joined = self._narrowing(field, terms, slop)
        if len(joined) == 1:
            return joined[0]
        numbers = self._in_all(joined)
        occurrences = [self._source.positions(field, term, numbers) for term in terms]
        frequencies = count_rows(occurrences, len(numbers), slop)
        found = frequencies > 0
        return in_fitting_form(numbers[found], frequencies[found].astype(np.uint32), self._size)

    def _narrowing(self, field: str, terms: tuple[str, ...], slop: int) -> list[Postings | Row]:
        """Return postings whose common documents may have `terms` in a row; one has just those that do."""
        row = FIELD_BY_NAME[field]
        folded = _folded(row.layer, terms)
        if slop or folded is None:
            return [self._source.postings(field, term) for term in terms]
        # Every two neighbours are a term of their own: it has the documents of the two, or nearly.
        pairs = field_name(row.part, "pairs")
        joined = [self._source.postings(pairs, JOINT.join(pair)) for pair in pairwise(folded)]
        if row.layer == "folded":
            return joined
        return joined + [self._source.postings(field, term) for term in terms]

    def _in_all(self, lists: Sequence[Postings | Row]) -> Documents:
        """Return the documents that are in all of `lists`."""
        fewest, *others = sorted(lists, key=lambda postings: postings.count)
        if isinstance(fewest, Row):
            return np.flatnonzero(
                reduce(np.logical_and, (row.mask() for row in lists if isinstance(row, Row)))
            )
        numbers = fewest.numbers
        for other in others:
            numbers = numbers[other.frequencies_in(numbers, self._size) > 0]
        return numbers

    def _all_of(self, children: tuple[Clause, ...]) -> Matches:
        if not children:
            return self.evaluate(Everything())
        found = []
        for child in children:
            matches = self.evaluate(child)
            if not matches.count:
                return matches
            found.append(matches)
        return in_all(found, self._size)

    def _any_of(self, children: tuple[Clause, ...], least: int) -> Matches:
        if least >= len(children) > 0:
            return self._all_of(children) if least == len(children) else NONE
        return at_least([self.evaluate(child) for child in children], max(1, least), self._size)

    def _prefer(self, required: Clause, optional: Clause) -> Matches:
        wanted = self.evaluate(required)
        if not wanted.count:
            return wanted
        return preferring(wanted, self.evaluate(optional), self._size)


def _folded(layer: Layer, terms: Sequence[str]) -> Sequence[str] | None:
    """Return the terms of the same syllables in the folded layer; None where they are not known."""
    if layer == "folded":
        return terms
    known = [found for term in terms if (found := folded_of_exact(term))] if layer == "exact" else []
    return known if len(known) == len(terms) else None
