"""Runs a search: parse, build, ask the engine, load the articles, mark them.

The primary entrypoint is `SearchService.search`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property, lru_cache
from time import perf_counter

from searchsvc.analysis.pipelines import exact_term
from searchsvc.archive.store import Archive
from searchsvc.articles import Article, Part
from searchsvc.clauses import AnyOf, Clause, Everything, Nothing, Phrase
from searchsvc.engines.base import Engine
from searchsvc.errors import InvalidQuery
from searchsvc.extract.units import Registry
from searchsvc.fields import field_name
from searchsvc.queries import ALL_FACETS, EngineQuery, FacetName, SearchQuery, Sort
from searchsvc.results import (
    EngineResult,
    FacetCount,
    Hit,
    Interpretation,
    LabelledCount,
    ResultPage,
    Segment,
    Suggestion,
)
from searchsvc.search.building import Built, build, today
from searchsvc.search.completing import Completion, complete
from searchsvc.search.correcting import correction
from searchsvc.search.explaining import Explanation, explain
from searchsvc.search.lexicon import Lexicon, Lexicons
from searchsvc.search.loosening import loosenings
from searchsvc.search.marking import Marker
from searchsvc.search.parsing import ParsedQuery
from searchsvc.search.ranking import WEIGHTS, Weights
from searchsvc.search.similar import Neighbours
from searchsvc.search.synonyms import Synonyms
from searchsvc.search.understanding import Interpreter, counted

ROW_PARTS: tuple[Part, ...] = ("title", "body")
"""Where syllables in a row are counted, to judge a correction."""

_NAMED = frozenset({FacetName.UNIT, FacetName.COLLECTION})
"""The facets whose values have names; people read the others as they are."""

MAX_PER_PAGE = 100


@dataclass(frozen=True)
class Limits:
    """How much a request may ask for."""

    max_results: int = 10_000
    max_query_chars: int = 1_000


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """Similar articles, best first, and documents cited beside an article's own, the most frequent first."""

    similar: tuple[Article, ...] = ()
    co_cited: tuple[FacetCount, ...] = ()


@dataclass(frozen=True, slots=True)
class _Answered:
    """The engine's answer, the clause that got it, and whether no article has all words."""

    result: EngineResult
    clause: Clause
    partial: bool


@dataclass(frozen=True)
class SearchService:
    """Search over one archive and the engine that indexes it. Safe to share between threads."""

    archive: Archive
    engine: Engine
    registry: Registry
    limits: Limits = Limits()
    weights: Weights = WEIGHTS
    synonyms: Synonyms | None = None
    """None stands for those that ship."""
    lexicons: Lexicons | None = None

    def search(
        self, query: SearchQuery, facet_limit: int = 50, facets: tuple[FacetName, ...] = ALL_FACETS
    ) -> ResultPage:
        """Return the page of results that `query` asks for, each of `facets` with its `facet_limit` first
        values.

        Text never raises, whatever it says. Raises InvalidQuery for a page beyond the cap or a text beyond
        the limit, IndexMissing, IndexMismatch and EngineUnavailable when the index cannot answer.
        """
        started = perf_counter()
        self.check(query)
        understood = self.interpreter.understand(query)
        parsed = understood.parsed
        built = build(parsed, self.engine.document_frequency, self.weights)
        sort = query.sort or (Sort.NEWEST if isinstance(built.clause, Everything) else Sort.RELEVANCE)
        answered = self._ask(query, built, sort, facet_limit, facets)
        result, partial = answered.result, answered.partial
        return ResultPage(
            query=query,
            interpreted=Interpretation(
                built.terms,
                built.codes,
                query.filters,
                counted(understood, result.facets, self.count),
            ),
            sort=sort,
            total=result.total,
            hits=self._hits(result, built),
            facets=self._labelled(result.facets),
            generation=result.generation,
            partial=partial,
            suggestion=self._correction(query, parsed, 0 if partial else result.total),
            loosenings=() if result.total and not partial else loosenings(query, parsed, self.count),
            # Last, so that it tells of all the work above.
            took_ms=round((perf_counter() - started) * 1000, 2),
        )

    def count(self, query: SearchQuery) -> int:
        """Return how many articles `query` finds with all its words."""
        return self.engine.search(EngineQuery(self._built(query).clause, query.filters, limit=0)).total

    def ranked_ids(self, query: SearchQuery) -> tuple[str, ...]:
        """Return the article ids of the page that `query` asks for, without loading the articles."""
        built = self._built(query)
        answered = self._ask(query, built, query.sort or Sort.RELEVANCE)
        return tuple(hit.id for hit in answered.result.hits)

    def explain(self, query: SearchQuery, article_id: str) -> Explanation | None:
        """Return why an article stands where it stands in the results of `query`; None if it is not there.

        Order has no part in it. Raises NotFound where the index has no such article.
        """
        parsed = self.interpreter.read(query)
        built = build(parsed, self.engine.document_frequency, self.weights)
        answered = self._ask(replace(query, page=1, per_page=1), built, Sort.RELEVANCE)
        return explain(self.engine, answered.clause, article_id, parsed.texts())

    def article(
        self, article_id: str, text: str = "", asis: tuple[str, ...] = (), version: int | None = None
    ) -> tuple[Article, Mapping[str, tuple[Segment, ...]]]:
        """Return an article, in its current version or another, with each of its parts marked for the query
        `text`. Raises NotFound."""
        article = self.archive.get(article_id, version)
        asked = SearchQuery(text[: self.limits.max_query_chars], asis=asis)
        built = build(self.interpreter.read(asked), lambda field, term: 0)
        marked = self._marker(built).for_article(article)
        return article, {part: marked.whole(part) for part, _ in article.texts()}

    def _built(self, query: SearchQuery) -> Built:
        return build(self.interpreter.read(query), self.engine.document_frequency, self.weights)

    def suggest(self, text: str, limit: int = 10) -> list[Completion]:
        """Return completions of what is being typed; none while there is no lexicon. Never raises."""
        lexicon = self._lexicon()
        return complete(lexicon, text, limit) if lexicon else []

    def _correction(self, query: SearchQuery, parsed: ParsedQuery, total: int) -> Suggestion | None:
        lexicon = self._lexicon()
        if lexicon is None or query.page > 1:
            return None

        def ask(text: str) -> int:
            return self.count(replace(query, text=text))

        @cache
        def in_a_row(syllables: tuple[str, ...]) -> int:
            terms = tuple(map(exact_term, syllables))
            phrases = tuple(Phrase(field_name(part, "exact"), terms) for part in ROW_PARTS)
            return self.engine.search(EngineQuery(AnyOf(phrases), limit=0)).total

        def rows(syllables: Sequence[str]) -> int:
            return in_a_row(tuple(syllables))

        return correction(parsed, total, lexicon, ask, rows)

    def neighbours(self, article: Article) -> Neighbourhood:
        """Return articles like `article`, in their indexed version, and documents cited beside its own."""
        found = self._neighbours.of(article, self.generation(), self._compound_count)
        pairs = [(hit.id, hit.version) for hit in found.similar]
        articles = self.archive.get_many(pairs)
        return Neighbourhood(tuple(articles[pair] for pair in pairs if pair in articles), found.co_cited)

    def state(self) -> str:
        """Return what stays as long as every answer does: the day, and index, archive and lexicon in force.

        Raises IndexMissing, IndexMismatch and EngineUnavailable as a search does.
        """
        lexicon = self._lexicon()
        proposals = lexicon.generation if lexicon else ""
        return f"{today()} {self.generation()} {self.archive.latest_change()} {proposals}"

    def generation(self) -> str:
        """Return the generation of the index that is live; another one after every update."""
        return self.engine.search(EngineQuery(Nothing(), limit=0)).generation

    @cached_property
    def _neighbours(self) -> Neighbours:
        return Neighbours(self.engine)

    def _compound_count(self, compound: str) -> int:
        lexicon = self._lexicon()
        return lexicon.compound_count(compound) if lexicon else 0

    def _lexicon(self) -> Lexicon | None:
        return self.lexicons.current() if self.lexicons else None

    def check(self, query: SearchQuery) -> None:
        """Raise InvalidQuery for a text beyond the limit or a page beyond the cap."""
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

    def _ask(
        self,
        query: SearchQuery,
        built: Built,
        sort: Sort,
        facet_limit: int = 50,
        facets: tuple[FacetName, ...] = ALL_FACETS,
    ) -> "_Answered":
        """Return the engine's answer to the first clause that has one."""
        asked = EngineQuery(
            clause=built.clause,
            filters=query.filters,
            sort=sort,
            offset=(query.page - 1) * query.per_page,
            limit=query.per_page,
            facets=facets,
            facet_limit=facet_limit,
        )
        clauses = [(built.clause, False), *((clause, True) for clause in built.looser)]
        if built.whole is not None:
            every = replace(asked, clause=built.whole, offset=0, limit=0, facets=())
            if not self.engine.search(every).total:
                # What asks for less than every word says so where no article has them all.
                del clauses[0]
        for clause, partial in clauses:
            result = self.engine.search(replace(asked, clause=clause))
            if result.total:
                return _Answered(result, clause, partial)
        return _Answered(result, built.clause, partial=False)

    def _hits(self, result: EngineResult, built: Built) -> tuple[Hit, ...]:
        found = self.archive.get_many([(hit.id, hit.version) for hit in result.hits])
        # Some are missing if the archive was restored to a state older than the index.
        hits = [hit for hit in result.hits if (hit.id, hit.version) in found]
        marked = self._marker(built).for_articles([found[hit.id, hit.version] for hit in hits])
        return tuple(
            Hit(marks.article, hit.score, marks.whole("title"), marks.snippets())
            for hit, marks in zip(hits, marked, strict=True)
        )

    @staticmethod
    def _marker(built: Built) -> Marker:
        return Marker(built.words, built.code_keys, built.codes)

    def _labelled(
        self, facets: Mapping[FacetName, tuple[FacetCount, ...]]
    ) -> Mapping[FacetName, tuple[LabelledCount, ...]]:
        return {
            name: tuple([LabelledCount(value, self.label(name, value), count) for value, count in counts])
            if name in _NAMED
            else tuple([LabelledCount(value, value, count) for value, count in counts])
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
            return self._collection_name(value)
        return value

    def _collection_name(self, slug: str) -> str:
        # The name of a collection never changes, so only a new one has to be read.
        if slug not in self._known_collections:
            self._known_collections.update(self.collection_names)
        return self._known_collections.get(slug, slug)

    @cached_property
    def _known_collections(self) -> dict[str, str]:
        return {}

    @cached_property
    def interpreter(self) -> Interpreter:
        """What understands queries here."""
        synonyms = self.synonyms or Synonyms.load(None, self.registry)
        return Interpreter(self.archive, self.engine, self.registry, synonyms)

    @property
    def collection_names(self) -> Mapping[str, str]:
        """The names of the collections by slug; read again when the archive has changed."""
        return self._collections_at(self.archive.latest_change())

    @cached_property
    def _collections_at(self) -> Callable[[int], Mapping[str, str]]:
        @lru_cache(maxsize=1)
        def names(change: int) -> Mapping[str, str]:
            return self.archive.collection_names()

        return names
