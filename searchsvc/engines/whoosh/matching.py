"""Evaluation of a clause tree: the documents that match and their scores.

The primary entrypoint is `Evaluation.evaluate`. Postings come from Whoosh (`postings.py`); the tree is
combined over whole arrays, so totals are exact and nothing is visited document by document.
"""

from dataclasses import dataclass, replace
from datetime import date
from functools import reduce

import numpy as np
from numpy.typing import NDArray

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
from searchsvc.engines.whoosh.keeping import Kept
from searchsvc.engines.whoosh.postings import Postings, PostingSource
from searchsvc.engines.whoosh.scoring import Scoring, Weights
from searchsvc.fields import RARITY

EPOCH = date(1970, 1, 1)

CACHE_BYTES = 32 * 2**20
"""Scores of words kept per generation: the common words of one query are those of the next."""


@dataclass(frozen=True, slots=True)
class Matches:
    """Document numbers, ascending, and the score of each."""

    numbers: NDArray[np.int64]
    scores: NDArray[np.float64]

    @classmethod
    def none(cls) -> "Matches":
        """Return no matches."""
        return cls(np.empty(0, np.int64), np.empty(0, np.float64))

    def score_of(self, number: int) -> float | None:
        """Return the score of one document, or None if it is not among them."""
        place = int(np.searchsorted(self.numbers, number))
        found = place < len(self.numbers) and self.numbers[place] == number
        return float(self.scores[place]) if found else None

    def times(self, factor: float) -> "Matches":
        """Return the same documents with scores multiplied."""
        return replace(self, scores=self.scores * factor)


class Evaluation:
    """Evaluates clauses over one opened generation; threads may share it."""

    def __init__(self, columns: Columns, source: PostingSource) -> None:
        self._columns = columns
        self._source = source
        self._everything = np.flatnonzero(columns.live)
        self._scoring = Scoring(columns)
        self._words: Kept[tuple[Weights, Weights], Matches] = Kept(CACHE_BYTES)

    @property
    def documents(self) -> int:
        """How many documents are live."""
        return len(self._everything)

    def evaluate(self, clause: Clause) -> Matches:  # noqa: C901, PLR0911 - one line per kind of clause
        """Return what `clause` matches, with the scores that `searchsvc.clauses` states."""
        match clause:
            case Everything():
                return Matches(self._everything, np.zeros(self.documents))
            case Nothing():
                return Matches.none()
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
            case AnyOf(children, at_least):
                return self._any_of(children, at_least)
            case Best(children, tie):
                return self._best(children, tie)
            case Prefer(required, optional):
                return self._prefer(self.evaluate(required), self.evaluate(optional))
            case Without(wanted, unwanted):
                return self._without(self.evaluate(wanted), self.evaluate(unwanted))

    def _term(self, field: str, text: str) -> Matches:
        scoring = self._scoring.of_field(field)
        postings = self._source.postings(field, text)
        scores = scoring.scores(postings.numbers, postings.frequencies, self._idf(len(postings)))
        return Matches(postings.numbers, scores)

    def _idf(self, count: int) -> float:
        return self._scoring.idf(count)

    def _word(self, word: Word) -> Matches:
        key = (word.fields, word.forms)
        found = self._words.get(key)
        if found is None:
            found = self._word_matches(word)
            self._words.put(key, found, found.numbers.nbytes + found.scores.nbytes)
        return found.times(word.boost)

    def _word_matches(self, word: Word) -> Matches:
        scoring = self._scoring.of_fields(word.fields)
        found = [
            (self._source.postings(field, form), field_weight * form_weight)
            for field, field_weight in word.fields
            for form, form_weight in word.forms
        ]
        found = [(postings, weight) for postings, weight in found if len(postings)]
        if not found:
            return Matches.none()
        if len(found) == 1:
            numbers = found[0][0].numbers
            frequency = found[0][0].frequencies * found[0][1]
        else:
            added = np.zeros(len(self._columns.live))
            for postings, weight in found:
                added[postings.numbers] += postings.frequencies * weight
            numbers = np.flatnonzero(added)
            frequency = added[numbers]
        idf = self._idf(len(numbers)) ** RARITY
        return Matches(numbers, scoring.scores(numbers, frequency, idf))

    def _recent(self, recent: Recent) -> Matches:
        numbers = np.flatnonzero(self._columns.live & self._columns.dated)
        ages = np.maximum(0, (recent.today - EPOCH).days - self._columns.day[numbers])
        return Matches(numbers, recent.boost * 0.5 ** (ages / recent.half_life_days))

    def _phrase(self, field: str, terms: tuple[str, ...], slop: int) -> Matches:
        scoring = self._scoring.of_field(field)
        if not terms:
            return Matches.none()
        if len(terms) == 1 or not scoring.positions:
            return self._all_of(tuple(Term(field, term) for term in terms))
        lists = [self._source.postings(field, term, positions=True) for term in terms]
        numbers = (
            reduce(_common, sorted((postings.numbers for postings in lists), key=len)) if lists else None
        )
        if numbers is None or not len(numbers):
            return Matches.none()
        places = _phrase_places(lists, numbers, slop)
        frequency = np.bincount(places, minlength=len(numbers)).astype(np.float64)
        found = frequency > 0
        idf = sum(self._idf(len(postings)) for postings in lists)
        return Matches(numbers[found], scoring.scores(numbers[found], frequency[found], idf))

    def _all_of(self, children: tuple[Clause, ...]) -> Matches:
        if not children:
            return self.evaluate(Everything())
        return self._any_of(children, len(children))

    def _any_of(self, children: tuple[Clause, ...], at_least: int) -> Matches:
        count = np.zeros(len(self._columns.live), np.int32)
        total = np.zeros(len(count))
        for child in children:
            matches = self.evaluate(child)
            if at_least == len(children) and not len(matches.numbers):
                return matches
            count[matches.numbers] += 1
            total[matches.numbers] += matches.scores
        numbers = np.flatnonzero(count >= max(1, at_least))
        return Matches(numbers, total[numbers])

    def _best(self, children: tuple[Clause, ...], tie: float) -> Matches:
        matched = np.zeros(len(self._columns.live), bool)
        total = np.zeros(len(matched))
        best = np.full(len(matched), -np.inf)
        for child in children:
            matches = self.evaluate(child)
            matched[matches.numbers] = True
            total[matches.numbers] += matches.scores
            best[matches.numbers] = np.maximum(best[matches.numbers], matches.scores)
        numbers = np.flatnonzero(matched)
        return Matches(numbers, best[numbers] + tie * (total[numbers] - best[numbers]))

    def _prefer(self, required: Matches, optional: Matches) -> Matches:
        extra = np.zeros(len(self._columns.live))
        extra[optional.numbers] = optional.scores
        return Matches(required.numbers, required.scores + extra[required.numbers])

    def _without(self, wanted: Matches, unwanted: Matches) -> Matches:
        kept = np.ones(len(self._columns.live), bool)
        kept[unwanted.numbers] = False
        keep = kept[wanted.numbers]
        return Matches(wanted.numbers[keep], wanted.scores[keep])


def _common(first: NDArray[np.int64], second: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.intersect1d(first, second, assume_unique=True)


def _phrase_places(lists: list[Postings], numbers: NDArray[np.int64], slop: int) -> NDArray[np.int64]:
    """Return, for each place where a phrase ends, the place of its document in `numbers`."""
    occurrences = [postings.positions(np.isin(postings.numbers, numbers)) for postings in lists]
    # One number line for all documents, with gaps between them that no phrase can bridge.
    stride = max(int(position.max(initial=0)) for _, position in occurrences) + slop + 2
    lines = [document * stride + position for document, position in occurrences]
    ends = lines[0]
    for line in lines[1:]:
        before = np.searchsorted(ends, line) - 1
        gap = line - ends[before] if len(ends) else np.empty(0, np.int64)
        ends = line[(before >= 0) & (gap <= slop + 1)] if len(ends) else line[:0]
    result: NDArray[np.int64] = ends // stride
    return result
