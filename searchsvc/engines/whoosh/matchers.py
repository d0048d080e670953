"""Clauses evaluated by Whoosh's own matchers, posting by posting: slow, and nothing of `matching.py` is used.

The primary entrypoint is `MatcherEvaluation`. It is the oracle that the evaluation over arrays is held to: in
the tests on random trees, and in `benchmarks.engines.oracle` on questions over a large archive.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from functools import partial, reduce

from whoosh.matching import (
    AndMaybeMatcher,
    IntersectionMatcher,
    ListMatcher,
    Matcher,
    NullMatcher,
    UnionMatcher,
)
from whoosh.matching.wrappers import WrappingMatcher
from whoosh.query.spans import SpanNear
from whoosh.reading import SegmentReader, TermNotFound
from whoosh.scoring import BaseScorer, WeightScorer

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
from searchsvc.engines.whoosh import schema
from searchsvc.engines.whoosh.columns import VIETNAM_OFFSET
from searchsvc.fields import CODE_FIELDS, FIELD_BY_NAME, RARITY

DAY = 86_400
Scores = dict[int, float]


class MatcherEvaluation:
    """Evaluates clauses over the readers of all segments of one commit."""

    def __init__(self, readers: Sequence[SegmentReader]) -> None:
        self._readers = readers
        self._documents = sum(reader.doc_count() for reader in readers)
        self._idfs: dict[tuple[str, str], float] = {}
        self._averages: dict[tuple[tuple[str, float], ...], float] = {}

    def evaluate(self, clause: Clause) -> Scores:
        """Return the score of each document that `clause` matches, numbered through all segments."""
        found: Scores = {}
        base = 0
        for reader in self._readers:
            for number, score in _items(_Segment(self, reader).matcher(clause)):
                found[base + number] = score
            base += reader.doc_count_all()
        return found

    def idf(self, field: str, term: str) -> float:
        """Return the idf of a term, from its live documents."""
        if (field, term) not in self._idfs:
            count = sum(1 for reader in self._readers for _ in _ids(_postings(reader, field, term)))
            self._idfs[field, term] = self.idf_of(count)
        return self._idfs[field, term]

    def idf_of(self, count: int) -> float:
        """Return the idf of what `count` documents have."""
        return math.log(1 + (self._documents - count + 0.5) / (count + 0.5))

    def word_count(self, word: Word) -> int:
        """Return how many live documents have any form of `word` in any of its fields."""
        return sum(
            len({number for matcher in _word_postings(reader, word) for number in _ids(matcher[0])})
            for reader in self._readers
        )

    def norm(self, reader: SegmentReader, fields: tuple[tuple[str, float], ...], number: int) -> float:
        """Return k1 * (1 - b + b * length / average) of a document, its `fields` seen as one."""
        if fields[0][0] in CODE_FIELDS:
            return 1.2
        row = FIELD_BY_NAME[fields[0][0]]
        return row.k1 * (1 - row.b + row.b * _length(reader, fields, number) / self._average(fields))

    def _average(self, fields: tuple[tuple[str, float], ...]) -> float:
        if fields not in self._averages:
            lengths = [
                _length(reader, fields, number) for reader in self._readers for number in reader.all_doc_ids()
            ]
            present = [length for length in lengths if length]
            self._averages[fields] = sum(present) / len(present) if present else 1.0
        return self._averages[fields]


class _Segment:
    """Builds the matcher tree of a clause in one segment."""

    def __init__(self, whole: MatcherEvaluation, reader: SegmentReader) -> None:
        self._whole = whole
        self._reader = reader

    def matcher(self, clause: Clause) -> Matcher:  # noqa: C901, PLR0911, PLR0912 - one line per kind of clause
        match clause:
            case Everything():
                return _listed(dict.fromkeys(self._reader.all_doc_ids(), 0.0))
            case Nothing():
                return NullMatcher()
            case Term(field, text, boost):
                return _boosted(_postings(self._reader, field, text, self._scorer(field, text)), boost)
            case Word():
                return self._word(clause)
            case Recent():
                return self._recent(clause)
            case Phrase(field, terms, slop, boost):
                return _boosted(self._phrase(field, terms, slop), boost)
            case AllOf(()):
                return self.matcher(Everything())
            case AllOf(children):
                return self._joined(IntersectionMatcher, children)
            case AnyOf(children, at_least) if at_least > 1:
                return self._several(children, at_least)
            case AnyOf(children):
                return self._joined(UnionMatcher, children)
            case Best(children, tie):
                return self._best(children, tie)
            case Prefer(required, optional):
                return AndMaybeMatcher(self.matcher(required), self.matcher(optional))
            case Without(wanted, unwanted):
                return self._without(self.matcher(wanted), self.matcher(unwanted))

    def _joined(self, join: Callable[[Matcher, Matcher], Matcher], children: Sequence[Clause]) -> Matcher:
        matchers = [self.matcher(child) for child in children]
        if join is not IntersectionMatcher:
            # Whoosh's unions go astray where one side has no document from the start.
            matchers = [matcher for matcher in matchers if matcher.is_active()]
        return reduce(join, matchers) if matchers else NullMatcher()

    def _several(self, children: Sequence[Clause], at_least: int) -> Matcher:
        counts = Counter(number for child in children for number in _ids(self.matcher(child)))
        scores = dict(_items(self._joined(UnionMatcher, children)))
        return _listed({number: scores[number] for number, count in counts.items() if count >= at_least})

    def _best(self, children: Sequence[Clause], tie: float) -> Matcher:
        # Whoosh's DisjunctionMaxMatcher takes the better score also where its two sides stand at different
        # documents; so each side is read through by itself.
        found: dict[int, list[float]] = defaultdict(list)
        for child in children:
            for number, score in _items(self.matcher(child)):
                found[number].append(score)
        best = {number: max(scores) for number, scores in found.items()}
        return _listed({number: top + tie * (sum(found[number]) - top) for number, top in best.items()})

    def _without(self, wanted: Matcher, unwanted: Matcher) -> Matcher:
        # Whoosh 3.54's AndNotMatcher lets the first wanted document through where the first unwanted one
        # comes before it, and fails where it is to skip beyond the last wanted one. Both are read through.
        gone = set(_ids(unwanted))
        return _listed({number: score for number, score in _items(wanted) if number not in gone})

    def _word(self, word: Word) -> Matcher:
        frequencies: dict[int, float] = defaultdict(float)
        for matcher, weight in _word_postings(self._reader, word):
            for number, frequency in _items(matcher):
                frequencies[number] += weight * frequency
        rarity = self._whole.idf_of(self._whole.word_count(word)) ** RARITY
        score = partial(self._bm25, word.fields, word.boost * rarity)
        return _listed({number: score(number, frequency) for number, frequency in frequencies.items()})

    def _recent(self, recent: Recent) -> Matcher:
        published = self._reader.column_reader(schema.PUBLISHED, translate=False)
        today = (recent.today - date(1970, 1, 1)).days
        scores = {}
        for number in self._reader.all_doc_ids():
            if published[number] != schema.UNDATED:
                age = max(0, today - (published[number] + VIETNAM_OFFSET) // DAY)
                scores[number] = recent.boost * 0.5 ** (age / recent.half_life_days)
        return _listed(scores)

    def _phrase(self, field: str, terms: Sequence[str], slop: int) -> Matcher:
        row = FIELD_BY_NAME.get(field)
        if len(terms) < 2 or row is None or not row.positions:
            several = [Term(field, term) for term in terms]
            return self._joined(IntersectionMatcher, several)
        near = partial(SpanNear.SpanNearMatcher, slop=slop + 1, ordered=True)
        matcher = reduce(near, [_postings(self._reader, field, term) for term in terms])
        frequencies = {}
        while matcher.is_active():
            frequencies[matcher.id()] = len({span.end for span in matcher.spans()})
            matcher.next()
        idf = sum(self._whole.idf(field, term) for term in terms)
        score = partial(self._bm25, ((field, 1.0),), idf)
        return _listed({number: score(number, frequency) for number, frequency in frequencies.items()})

    def _scorer(self, field: str, term: str) -> BaseScorer:
        return _Bm25(partial(self._bm25, ((field, 1.0),), self._whole.idf(field, term)))

    def _bm25(
        self, fields: tuple[tuple[str, float], ...], idf: float, number: int, frequency: float
    ) -> float:
        name = fields[0][0]
        k1 = 1.2 if name in CODE_FIELDS else FIELD_BY_NAME[name].k1
        return idf * (k1 + 1) * frequency / (frequency + self._whole.norm(self._reader, fields, number))


class _Bm25(BaseScorer):  # type: ignore[misc]
    def __init__(self, score: Callable[[int, float], float]) -> None:
        self._score = score

    def score(self, matcher: Matcher) -> float:
        return self._score(matcher.id(), matcher.weight())


def _boosted(matcher: Matcher, boost: float) -> Matcher:
    return WrappingMatcher(matcher, boost)


def _listed(scores: Scores) -> Matcher:
    numbers = sorted(scores)
    return ListMatcher(numbers, [scores[number] for number in numbers])


def _length(reader: SegmentReader, fields: Iterable[tuple[str, float]], number: int) -> float:
    return math.fsum(weight * reader.doc_field_length(number, name) for name, weight in fields)


def _postings(reader: SegmentReader, field: str, term: str, scorer: BaseScorer | None = None) -> Matcher:
    try:
        return reader.postings(field, term.encode("utf-8", "surrogatepass"), scorer=scorer)
    except TermNotFound:
        return NullMatcher()


def _word_postings(reader: SegmentReader, word: Word) -> Iterator[tuple[Matcher, float]]:
    for field, field_weight in word.fields:
        for form, form_weight in word.forms:
            yield _postings(reader, field, form, WeightScorer(1.0)), field_weight * form_weight


def _ids(matcher: Matcher) -> Iterator[int]:
    while matcher.is_active():
        yield matcher.id()
        matcher.next()


def _items(matcher: Matcher) -> Iterator[tuple[int, float]]:
    while matcher.is_active():
        yield matcher.id(), matcher.score()
        matcher.next()
