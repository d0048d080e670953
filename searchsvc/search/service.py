"""Runs a search: parse, build, ask the engine, load the articles, mark them.

The primary entrypoint is `SearchService.search`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from time import perf_counter

from searchsvc.archive.store import Archive
from searchsvc.articles import Article
from searchsvc.clauses import Everything
from searchsvc.engines.base import Engine
from searchsvc.errors import InvalidQuery
from searchsvc.extract.units import Registry
from searchsvc.queries import ALL_FACETS, EngineQuery, FacetName, SearchQuery, Sort
from searchsvc.results import (
    EngineResult,
    FacetCount,
    Hit,
    Interpretation,
    LabelledCount,
    ResultPage,
    Segment,
)
from searchsvc.search.building import Built, build
from searchsvc.search.explaining import Explanation, explain
from searchsvc.search.marking import Marker
from searchsvc.search.parsing import parse
from searchsvc.search.ranking import WEIGHTS, Weights


@dataclass(frozen=True)
class Limits:
    """How much a request may ask for."""

    max_results: int = 10_000
    max_query_chars: int = 1_000
    max_per_page: int = 100


@dataclass(frozen=True)
class SearchService:
    """Search over one archive and the engine that indexes it. Safe to share between threads."""

    archive: Archive
    engine: Engine
    registry: Registry
    limits: Limits = Limits()
    weights: Weights = WEIGHTS

    def search(self, query: SearchQuery) -> ResultPage:
        """Return the page of results that `query` asks for.

        Text never raises, whatever it says. Raises InvalidQuery for a page beyond the cap or a text beyond
        the limit, IndexMissing, IndexMismatch and EngineUnavailable when the index cannot answer.
        """
        started = perf_counter()
        self._check(query)
        built = build(parse(query.text), self.engine.document_frequency, self.weights)
        sort = query.sort or (Sort.NEWEST if isinstance(built.clause, Everything) else Sort.RELEVANCE)
        result, partial = self._ask(query, built, sort)
        return ResultPage(
            query=query,
            interpreted=Interpretation(built.terms, built.codes, query.filters),
            sort=sort,
            total=result.total,
            hits=self._hits(result, built),
            facets=self._labelled(result.facets),
            generation=result.generation,
            took_ms=round((perf_counter() - started) * 1000, 2),
            partial=partial,
        )

    def ranked_ids(self, query: SearchQuery) -> tuple[str, ...]:
        """Return the article ids of the page that `query` asks for, without loading the articles."""
        built = build(parse(query.text), self.engine.document_frequency, self.weights)
        result, _ = self._ask(query, built, query.sort or Sort.RELEVANCE)
        return tuple(hit.id for hit in result.hits)

    def explain(self, query: SearchQuery, article_id: str) -> Explanation | None:
        """Return why an article stands where it stands in the results of `query`; None if it is not there.

        Order has no part in it. Raises NotFound where the index has no such article.
        """
        built = build(parse(query.text), self.engine.document_frequency, self.weights)
        _, partial = self._ask(replace(query, page=1, per_page=1), built, Sort.RELEVANCE)
        clause = (built.partial or built.clause) if partial else built.clause
        return explain(self.engine, clause, article_id, query.text)

    def article(self, article_id: str, text: str = "") -> tuple[Article, Mapping[str, tuple[Segment, ...]]]:
        """Return an article with each of its parts marked for the query `text`. Raises NotFound."""
        article = self.archive.get(article_id)
        marked = self._marker(self._built(text)).for_article(article)
        return article, {part: marked.whole(part) for part, _ in article.texts()}

    def _built(self, text: str) -> Built:
        return build(parse(text[: self.limits.max_query_chars]), lambda field, term: 0)

    def _check(self, query: SearchQuery) -> None:
        limits = self.limits
        if len(query.text) > limits.max_query_chars:
            raise InvalidQuery(
                vi=f"Câu hỏi quá dài: tối đa {limits.max_query_chars} ký tự.",
                en=f"The query is too long: at most {limits.max_query_chars} characters.",
                parameter="q",
            )
        if query.page < 1 or query.page * query.per_page > limits.max_results:
            last = limits.max_results // query.per_page
            raise InvalidQuery(
                vi=f"page={query.page}: chỉ xem được từ trang 1 đến {last}; hãy lọc hẹp hơn.",
                en=f"page={query.page}: pages go from 1 to {last}; narrow the search with filters.",
                parameter="page",
            )

    def _ask(self, query: SearchQuery, built: Built, sort: Sort) -> tuple[EngineResult, bool]:
        """Return the engine's answer, and whether it is that of the looser clause."""
        asked = EngineQuery(
            clause=built.clause,
            filters=query.filters,
            sort=sort,
            offset=(query.page - 1) * query.per_page,
            limit=query.per_page,
            facets=ALL_FACETS,
        )
        if built.whole is not None:
            # What asks for less than every word says so where no article has them all.
            every = replace(asked, clause=built.whole, offset=0, limit=0, facets=())
            if not self.engine.search(every).total:
                result = self.engine.search(replace(asked, clause=built.partial or built.clause))
                return result, bool(result.total)
        result = self.engine.search(asked)
        if result.total or built.partial is None:
            return result, False
        return self.engine.search(replace(asked, clause=built.partial)), True

    def _hits(self, result: EngineResult, built: Built) -> tuple[Hit, ...]:
        found = self.archive.get_many([(hit.id, hit.version) for hit in result.hits])
        marker = self._marker(built)
        hits = []
        for hit in result.hits:
            article = found.get((hit.id, hit.version))
            if article is None:  # the archive was restored to a state older than the index
                continue
            marks = marker.for_article(article)
            hits.append(Hit(article, hit.score, marks.whole("title"), marks.snippets()))
        return tuple(hits)

    @staticmethod
    def _marker(built: Built) -> Marker:
        return Marker(built.words, built.code_keys, built.codes)

    def _labelled(
        self, facets: Mapping[FacetName, tuple[FacetCount, ...]]
    ) -> Mapping[FacetName, tuple[LabelledCount, ...]]:
        return {
            name: tuple(
                LabelledCount(count.value, self.label(name, count.value), count.count) for count in counts
            )
            for name, counts in facets.items()
        }

    def unit_name(self, article: Article) -> str:
        """Return the publishing unit's name, as registered or else as printed; empty if there is none."""
        slug = article.annotations.unit
        return self.label(FacetName.UNIT, slug) if slug else article.unit_text or ""

    def label(self, facet: FacetName, value: str) -> str:
        """Return what people read for a facet's value: a unit's or a collection's name, else the value."""
        if facet is FacetName.UNIT:
            unit = self.registry.get(value)
            return unit.name if unit else value
        if facet is FacetName.COLLECTION:
            return self.collection_names.get(value, value)
        return value

    @cached_property
    def collection_names(self) -> Mapping[str, str]:
        """The names of the collections by slug, as they were when this service was opened."""
        return {collection.slug: collection.name for collection in self.archive.collections()}
