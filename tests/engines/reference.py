"""A slow, plain reading of the contract: clauses, filters, facets and order over lists of documents.

The primary entrypoint is `Reference`. It shares nothing with an engine but the analyzers.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from math import log

from searchsvc.analysis import pipelines
from searchsvc.articles import VIETNAM_TIME
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
from searchsvc.engines.base import IndexDocument
from searchsvc.fields import CODE_FIELDS, FIELD_BY_NAME, LAYERS, RARITY, TextField
from searchsvc.queries import DateRange, EngineQuery, FacetName, Filters, Sort

Scores = dict[str, float]


class Reference:
    """Documents with their tokens; answers like an engine."""

    def __init__(self, documents: Iterable[IndexDocument]) -> None:
        self.documents = {document.id: document for document in documents}
        self._places: dict[tuple[str, str], dict[str, list[int]]] = {}
        self._lengths: dict[str, dict[str, int]] = {}
        for document in self.documents.values():
            self._add(document)

    def _add(self, document: IndexDocument) -> None:
        for part, text in document.texts.items():
            for layer in LAYERS:
                field = f"{part}_{layer}"
                tokens = pipelines.analyze(layer, text)
                if tokens:
                    self._lengths.setdefault(field, {})[document.id] = len(tokens)
                for token in tokens:
                    places = self._places.setdefault((field, token.text), {})
                    places.setdefault(document.id, []).append(token.position)
        for field, keys in zip(CODE_FIELDS, (document.code_keys, document.leading_code_keys), strict=True):
            for key in keys:
                self._places.setdefault((field, key), {}).setdefault(document.id, []).append(0)

    def evaluate(self, clause: Clause) -> Scores:
        match clause:
            case Everything():
                return dict.fromkeys(self.documents, 0.0)
            case Nothing():
                return {}
            case Term(field, text, boost):
                places = self._places.get((field, text), {})
                tf = {id: float(len(found)) for id, found in places.items()}
                return self._bm25(field, tf, self._idf(field, text), boost)
            case Word():
                return self._word(clause)
            case Recent(today, half_life, boost):
                ages = {
                    id: (today - document.published.astimezone(VIETNAM_TIME).date()).days
                    for id, document in self.documents.items()
                    if document.published
                }
                return {id: boost / 2 ** (max(0, age) / half_life) for id, age in ages.items()}
            case Phrase(field, terms, _, boost) if not _row(field).positions:
                found = self.evaluate(AllOf(tuple(Term(field, term) for term in terms) or (Nothing(),)))
                return {id: score * boost for id, score in found.items()}
            case Phrase(field, terms, _, boost):
                tf = {id: float(count) for id in self.documents if (count := self._phrase(id, clause))}
                idf = sum(self._idf(field, term) for term in terms)
                return self._bm25(field, tf, idf, boost)
            case AllOf(children):
                found = [self.evaluate(child) for child in children]
                return {
                    id: sum(each[id] for each in found)
                    for id in self.documents
                    if all(id in each for each in found)
                }
            case AnyOf(children, at_least):
                found = [self.evaluate(child) for child in children]
                counts = Counter(id for each in found for id in each)
                return {
                    id: sum(each.get(id, 0.0) for each in found)
                    for id, count in counts.items()
                    if count >= at_least
                }
            case Best(children, tie):
                found = [self.evaluate(child) for child in children]
                result = {}
                for id in {id for each in found for id in each}:
                    scores = [each[id] for each in found if id in each]
                    result[id] = max(scores) + tie * (sum(scores) - max(scores))
                return result
            case Prefer(required, optional):
                extra = self.evaluate(optional)
                return {id: score + extra.get(id, 0.0) for id, score in self.evaluate(required).items()}
            case Without(wanted, unwanted):
                out = self.evaluate(unwanted)
                return {id: score for id, score in self.evaluate(wanted).items() if id not in out}

    def _phrase(self, id: str, phrase: Phrase) -> int:
        ends: set[int] | None = None
        for term in phrase.terms:
            places = self._places.get((phrase.field, term), {}).get(id, [])
            if ends is None:
                ends = set(places)
            else:
                ends = {place for place in places for end in ends if 0 < place - end <= phrase.slop + 1}
        return len(ends or ())

    def _idf(self, field: str, text: str) -> float:
        having = len(self._places.get((field, text), {}))
        return log(1 + (len(self.documents) - having + 0.5) / (having + 0.5))

    def _bm25(self, field: str, tf: Scores, idf: float, boost: float) -> Scores:
        return self._bm25f(((field, 1.0),), tf, idf * boost)

    def _bm25f(self, fields: tuple[tuple[str, float], ...], tf: Scores, weight: float) -> Scores:
        lengths: Counter[str] = Counter()
        for field, field_weight in fields:
            for id, length in self._lengths.get(field, {}).items():
                lengths[id] += field_weight * length
        average = sum(lengths.values()) / len(lengths) if lengths else 1.0
        row = _row(fields[0][0])
        return {
            id: weight * count * (row.k1 + 1) / (count + row.k1 * (1 - row.b + row.b * lengths[id] / average))
            for id, count in tf.items()
        }

    def _word(self, word: Word) -> Scores:
        tf: Counter[str] = Counter()
        for field, field_weight in word.fields:
            for form, form_weight in word.forms:
                for id, places in self._places.get((field, form), {}).items():
                    tf[id] += field_weight * form_weight * len(places)
        idf = log(1 + (len(self.documents) - len(tf) + 0.5) / (len(tf) + 0.5))
        return self._bm25f(word.fields, tf, idf**RARITY * word.boost)

    def matching(self, query: EngineQuery) -> Scores:
        """The scores of what matches the clause and all filters."""
        return {
            id: score
            for id, score in self.evaluate(query.clause).items()
            if passes(self.documents[id], query.filters)
        }

    def ordered(self, query: EngineQuery) -> list[str]:
        """The ids of all hits in order, without paging."""
        scores = {id: round(score, 6) for id, score in self.matching(query).items()}
        if query.sort is Sort.RELEVANCE and any(scores.values()):
            return sorted(scores, key=lambda id: (-scores[id], id))
        sign = 1 if query.sort is Sort.OLDEST else -1

        def by_date(id: str) -> tuple[bool, float, str]:
            published = self.documents[id].published
            return (published is None, sign * published.timestamp() if published else 0.0, id)

        return sorted(scores, key=by_date)

    def facet(self, query: EngineQuery, name: FacetName) -> dict[str, int]:
        """What choosing each value gives: the total of the query with the filter replaced or added."""
        values = {value for document in self.documents.values() for value in values_of(document, name)}
        totals = {value: len(self.matching(chosen(query, name, value))) for value in values}
        return {value: total for value, total in totals.items() if total}


def _row(field: str) -> TextField:
    """How `field` scores; the fields of codes have no length that counts."""
    return FIELD_BY_NAME.get(field) or TextField("body", "exact", b=0.0, positions=False)


def chosen(query: EngineQuery, name: FacetName, value: str) -> EngineQuery:
    """The query after a click on `value` in the facet `name`."""
    filters = query.filters
    match name:
        case FacetName.UNIT:
            filters = replace(filters, units=(value,))
        case FacetName.COLLECTION:
            filters = replace(filters, collections=(value,))
        case FacetName.CODE:
            filters = replace(filters, codes=(*filters.codes, value))
        case FacetName.YEAR:
            year = int(value)
            first, last = datetime(year, 1, 1), datetime(year, 12, 31)  # noqa: DTZ001 - days, not instants
            filters = replace(filters, published=DateRange(first.date(), last.date()))
        case FacetName.MONTH:
            start = date.fromisoformat(f"{value}-01")
            following = date(start.year + start.month // 12, start.month % 12 + 1, 1)
            filters = replace(filters, published=DateRange(start, following - timedelta(days=1)))
    return replace(query, filters=filters)


def values_of(document: IndexDocument, name: FacetName) -> tuple[str, ...]:
    """The values of `document` in the facet `name`."""
    match name:
        case FacetName.UNIT:
            return document.unit_path
        case FacetName.COLLECTION:
            return (document.collection,)
        case FacetName.CODE:
            return document.codes
        case FacetName.YEAR:
            published = document.published
            return (str(published.astimezone(VIETNAM_TIME).year),) if published else ()
        case FacetName.MONTH:
            published = document.published
            return (published.astimezone(VIETNAM_TIME).date().isoformat()[:7],) if published else ()


def passes(document: IndexDocument, filters: Filters) -> bool:
    """Whether `document` meets all `filters`."""
    if filters.published:
        if document.published is None:
            return False
        day = document.published.astimezone(VIETNAM_TIME).date()
        first, last = filters.published.first, filters.published.last
        if (first and day < first) or (last and day > last):
            return False
    return (
        (not filters.units or any(unit in document.unit_path for unit in filters.units))
        and all(code in document.codes for code in filters.codes)
        and (not filters.collections or document.collection in filters.collections)
    )
