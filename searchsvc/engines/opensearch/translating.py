"""A clause tree as a query of the cluster, with the scores that `searchsvc.clauses` states.

The primary entrypoints are `counted`, what the statistics must know first, and `translate`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

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
from searchsvc.engines.opensearch import scoring
from searchsvc.engines.opensearch.client import Json
from searchsvc.engines.opensearch.scoring import Weights, can_be_a_term, row_of
from searchsvc.engines.opensearch.statistics import Counted, Filled, Having, Statistics
from searchsvc.fields import CODE_FIELDS, RARITY

NOTHING: Json = {"match_none": {}}
EVERYTHING: Json = {"constant_score": {"filter": {"match_all": {}}, "boost": 0}}


@dataclass(frozen=True, slots=True)
class _Leaf:
    """A word or a phrase made ready: what it matches, what its idf is counted over."""

    fields: Weights
    forms: Weights
    terms: tuple[str, ...] = ()
    slop: int = 0

    def counted(self) -> Iterator[Counted]:
        if self.terms:
            yield from (Having((self.fields[0][0],), (term,)) for term in self.terms)
        else:
            yield self.having()
        if self.fields[0][0] not in CODE_FIELDS:
            yield Filled(tuple(name for name, _ in self.fields))

    def having(self) -> Having:
        return Having(tuple(name for name, _ in self.fields), tuple(form for form, _ in self.forms))


def counted(clause: Clause) -> Iterator[Counted]:
    """Yield what must be counted to score `clause`; what only excludes is not scored."""
    match clause:
        case Term() | Word() | Phrase():
            leaf = _leaf(clause)
            if isinstance(leaf, _Leaf):
                yield from leaf.counted()
            elif leaf is not None:
                yield from counted(leaf)
        case AllOf(children) | AnyOf(children) | Best(children):
            for child in children:
                yield from counted(child)
        case Prefer(required, optional):
            yield from counted(required)
            yield from counted(optional)
        case Without(wanted):
            yield from counted(wanted)


def translate(clause: Clause, statistics: Statistics | None) -> Json:  # noqa: C901, PLR0911 - a line per clause
    """Return `clause` as a query; without `statistics` it only matches."""

    def each(children: Sequence[Clause]) -> list[Json]:
        return [translate(child, statistics) for child in children]

    match clause:
        case Everything():
            return EVERYTHING
        case Nothing():
            return NOTHING
        case Recent():
            return scoring.recent_query(clause)
        case Term() | Word() | Phrase():
            return _scored_leaf(clause, statistics)
        case AllOf(children):
            return {"bool": {"must": each(children)}} if children else EVERYTHING
        case AnyOf(children, at_least):
            if len(children) < max(1, at_least):
                return NOTHING
            return {"bool": {"should": each(children), "minimum_should_match": max(1, at_least)}}
        case Best(children, tie):
            return {"dis_max": {"queries": each(children), "tie_breaker": tie}} if children else NOTHING
        case Prefer(required, optional):
            return {"bool": {"must": each([required]), "should": each([optional])}}
        case Without(wanted, unwanted):
            return {"bool": {"must": each([wanted]), "must_not": [translate(unwanted, None)]}}


def _leaf(clause: Term | Word | Phrase) -> "_Leaf | Clause | None":
    """Return what `clause` looks for; another clause that means the same; None if nothing can match."""
    match clause:
        case Term(field, text):
            row_of(field)
            return _Leaf(((field, 1.0),), ((text, 1.0),)) if can_be_a_term(text) else None
        case Word(fields, forms):
            for name, _ in fields:
                row_of(name)
            named = tuple(sorted((name, weight) for name, weight in fields if weight > 0))
            usable = tuple((form, weight) for form, weight in forms if weight > 0 and can_be_a_term(form))
            return _Leaf(named, usable) if named and usable else None
        case Phrase(field, terms, slop, boost):
            row = row_of(field)
            if not terms or not all(map(can_be_a_term, terms)):
                return None
            if len(terms) == 1 or row is None or not row.positions:
                return AllOf(tuple(Term(field, term, boost) for term in terms))
            return _Leaf(((field, 1.0),), (), terms, max(0, slop))


def _scored_leaf(clause: Term | Word | Phrase, statistics: Statistics | None) -> Json:
    leaf = _leaf(clause)
    if leaf is None:
        return NOTHING
    if not isinstance(leaf, _Leaf):
        return translate(leaf, statistics)
    frequency, share = _frequency(leaf)
    if statistics is None:
        return frequency
    if leaf.terms:
        weight = sum(statistics.idf(each) for each in leaf.counted() if isinstance(each, Having))
    elif statistics.count(leaf.having()) == 0:
        return NOTHING
    else:
        idf = statistics.idf(leaf.having())
        weight = idf**RARITY if isinstance(clause, Word) else idf
    return scoring.scored(frequency, leaf.fields, weight * clause.boost, statistics, share)


def _frequency(leaf: _Leaf) -> tuple[Json, int]:
    """Return the query of a leaf, and by what its score is to be divided to be the frequency."""
    if not leaf.terms:
        return scoring.words_in(leaf.fields, leaf.forms), 1
    field = leaf.fields[0][0]
    if leaf.slop:
        return scoring.loose_phrase(field, leaf.terms, leaf.slop), 1
    return scoring.exact_phrase(field, leaf.terms), len(leaf.terms)
