"""Our engine through its contract, over the one field that the peers have too."""

from pathlib import Path

from benchmarks.engines.prepared import FIELD, Prepared
from benchmarks.engines.questions import Question, Restriction
from benchmarks.engines.systems.contract import FACET_LIMIT, LIMIT, Answer, Searcher, System
from searchsvc.clauses import AllOf, AnyOf, Clause, Phrase, Term
from searchsvc.engines import open_engine
from searchsvc.engines.base import Engine
from searchsvc.queries import DateRange, EngineQuery, FacetName, Filters, Sort
from searchsvc.results import EngineResult
from searchsvc.settings import load_settings

FACETS = (FacetName.UNIT, FacetName.CODE, FacetName.YEAR, FacetName.COLLECTION)
"""Those that the peers count."""


class Ours(System):
    """The index is built by the service itself, from its archive (`building.reindex`)."""

    name = "ours"
    about = "ours: engine"

    def build(self, prepared: Prepared, folder: Path, threads: int) -> None:
        """Raise: the service's own index is asked."""
        raise NotImplementedError("the service builds its index from its archive")

    def open(self, folder: Path) -> Searcher:
        """Return the engine on the service's data folder."""
        return EngineSearcher(open_engine(load_settings(data=folder)))


class EngineSearcher(Searcher):
    """Asks an engine of ours through its contract."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._numbers: dict[str, int] = {}

    def close(self) -> None:
        self._engine.close()

    def ask(self, question: Question) -> EngineResult:
        return self._engine.search(engine_query(question))

    def answer(self, kept: EngineResult) -> Answer:
        facets = {
            name.value: {one.value: one.count for one in counts} for name, counts in kept.facets.items()
        }
        return Answer(kept.total, tuple(self._numbers[hit.id] for hit in kept.hits), facets)

    def learn_numbers(self, prepared: Prepared) -> None:
        self._numbers = {facts.id: number for number, facts in enumerate(prepared.facts())}


def engine_query(question: Question) -> EngineQuery:
    """Return `question` as the engine is asked it."""
    return EngineQuery(
        clause=clause_of(question),
        filters=filters_of(question.restriction),
        sort=Sort.NEWEST if question.shape == "sorted" else Sort.RELEVANCE,
        limit=LIMIT,
        facets=FACETS if question.shape == "faceted" else (),
        facet_limit=FACET_LIMIT,
    )


def clause_of(question: Question) -> Clause:
    """Return the words of `question` as a clause."""
    match question.operator:
        case "phrase":
            return Phrase(FIELD, question.terms)
        case "and":
            return AllOf(tuple(Term(FIELD, term) for term in question.terms))
        case "or":
            return AnyOf(tuple(Term(FIELD, term) for term in question.terms))


def filters_of(restriction: Restriction | None) -> Filters:
    """Return the filters of a query."""
    if restriction is None:
        return Filters()
    match restriction.kind:
        case "days":
            return Filters(DateRange(*restriction.days))
        case "unit":
            return Filters(units=(restriction.value,))
        case "collection":
            return Filters(collections=(restriction.value,))
        case "code":
            return Filters(codes=(restriction.value,))
