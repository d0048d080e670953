"""Articles like one article, and documents cited together with those that it cites.

The primary entrypoint is `Neighbours`. What an article is about are its compounds, weighed by how often it
says them and how few articles of the archive do, and the documents it cites; articles that share enough of
that with it are similar. Both answers are the engine's, and kept for as long as the index is the same.
"""

import math
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from searchsvc.analysis.pipelines import analyze
from searchsvc.articles import Article, Part
from searchsvc.clauses import AnyOf, Clause, Term
from searchsvc.engines.base import Engine
from searchsvc.extract.codes import search_keys
from searchsvc.fields import CODES_FIELD, field_name
from searchsvc.queries import EngineQuery, FacetName
from searchsvc.results import EngineHit, FacetCount

MOST_SHOWN = 6
MOST_TERMS = 24
MOST_CODES = 12
"""Codes of an article that are looked for; one that lists hundreds is about none of them."""

_PART_WEIGHTS: dict[Part, float] = {"title": 4.0, "summary": 2.0, "body": 1.0}
_LEAST_SHARE = 0.12
"""Share of the article's own score that another must reach to be called similar."""

_LONGEST_TEXT = 20_000
_CODE_BOOST = 1.5
_KEPT = 512


@dataclass(frozen=True, slots=True)
class Found:
    """`similar` best first; `co_cited` with the number of articles that cite each beside one of the codes."""

    similar: tuple[EngineHit, ...] = ()
    co_cited: tuple[FacetCount, ...] = ()


class Neighbours:
    """Finds and keeps the neighbourhoods of articles. Safe to share between threads."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[str, int], Found] = OrderedDict()
        self._generation = ""

    def of(self, article: Article, generation: str, count: Callable[[str], int]) -> Found:
        """Return up to MOST_SHOWN similar articles and co-cited codes. Raises what the engine raises.

        `count(compound)` is in how many articles a compound stands, 0 where that is not known.
        """
        key = (article.id, article.version)
        with self._lock:
            if generation != self._generation:
                self._kept.clear()
                self._generation = generation
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        found = Found(self._similar(article, count), self._co_cited(article))
        with self._lock:
            if generation == self._generation:
                self._kept[key] = found
                while len(self._kept) > _KEPT:
                    self._kept.popitem(last=False)
        return found

    def _similar(self, article: Article, count: Callable[[str], int]) -> tuple[EngineHit, ...]:
        clause = alike(article, count)
        if clause is None:
            return ()
        hits = self._engine.search(EngineQuery(clause, limit=MOST_SHOWN + 1)).hits
        # The article itself shows what a full match scores; if it is not there, the best other one does.
        own = next((hit.score for hit in hits if hit.id == article.id), hits[0].score if hits else 0.0)
        others = [hit for hit in hits if hit.id != article.id and hit.score >= _LEAST_SHARE * own]
        return tuple(others[:MOST_SHOWN])

    def _co_cited(self, article: Article) -> tuple[FacetCount, ...]:
        codes = _cited(article)
        if not codes:
            return ()
        asked = EngineQuery(
            AnyOf(tuple(Term(CODES_FIELD, search_keys(code)[0]) for code in codes)),
            limit=0,
            facets=(FacetName.CODE,),
            facet_limit=MOST_SHOWN + len(article.annotations.distinct_codes()),
        )
        own = frozenset(article.annotations.distinct_codes())
        counts = self._engine.search(asked).facets[FacetName.CODE]
        return tuple(found for found in counts if found.value not in own)[:MOST_SHOWN]


def _cited(article: Article) -> Sequence[str]:
    return article.annotations.distinct_codes()[:MOST_CODES]


def alike(article: Article, count: Callable[[str], int]) -> Clause | None:
    """Return the clause that scores articles by what they share with `article`, None if it says nothing."""
    terms = [
        Term(field_name(part, "words"), compound, weight)
        for compound, weight in _weighed(article, count)
        for part in ("title", "body")
    ]
    terms += [Term(CODES_FIELD, search_keys(code)[0], _CODE_BOOST) for code in _cited(article)]
    return AnyOf(tuple(terms)) if terms else None


def _weighed(article: Article, count: Callable[[str], int]) -> list[tuple[str, float]]:
    """Return the compounds that tell most about an article, with weights up to 1.

    The engine multiplies each with its idf once more, so that rare ones decide, as they should.
    """
    frequencies: dict[str, float] = {}
    for part, weight in _PART_WEIGHTS.items():
        # Every compound comes in its exact form first; the folded one at the same place says the same.
        places: set[int] = set()
        for token in analyze("words", article.text_of(part)[:_LONGEST_TEXT]):
            if token.position not in places:
                places.add(token.position)
                frequencies[token.text] = frequencies.get(token.text, 0.0) + weight
    scored = [
        (1 + math.log(frequency)) / math.log(2 + count(term)) if frequency >= 1 else 0.0
        for term, frequency in frequencies.items()
    ]
    ranked = sorted(zip(scored, frequencies, strict=True), key=lambda entry: (-entry[0], entry[1]))[
        :MOST_TERMS
    ]
    best = ranked[0][0] if ranked else 1.0
    return [(term, round(score / best, 3)) for score, term in ranked[:MOST_TERMS] if score]
