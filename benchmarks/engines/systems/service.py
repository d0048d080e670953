"""The search service itself, asked as a person types: all layers, readings of the query, four facets.

`RankedOnly` ends with the ids of the page; `Service` loads the articles and marks titles and snippets too.
"""

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from benchmarks.engines.prepared import Prepared
from benchmarks.engines.questions import Question
from benchmarks.engines.systems.contract import LIMIT, Answer, Searcher, System
from benchmarks.engines.systems.ours import filters_of
from searchsvc.queries import SearchQuery, Sort
from searchsvc.results import ResultPage
from searchsvc.search.opening import opened_service
from searchsvc.search.service import SearchService
from searchsvc.settings import load_settings


class Service(System):
    """Whole answers, as pages and API show them."""

    name = "service"
    about = "ours: whole answers"

    def build(self, prepared: Prepared, folder: Path, threads: int) -> None:
        """Raise: the service's own index is asked."""
        raise NotImplementedError("the service builds its index from its archive")

    def open(self, folder: Path) -> Searcher:
        """Return the service on its data folder."""
        return _Whole(folder)


class RankedOnly(Service):
    """Query understood and ranked over all layers with four facets, without loading and marking articles."""

    name = "service-ranked"
    about = "ours: service, ids alone"

    def open(self, folder: Path) -> Searcher:
        """Return the service on its data folder."""
        return _Ranked(folder)


class _Asking(Searcher):
    def __init__(self, folder: Path) -> None:
        self._stack = ExitStack()
        self.service: SearchService = self._stack.enter_context(opened_service(load_settings(data=folder)))

    def close(self) -> None:
        self._stack.close()


class _Whole(_Asking):
    def ask(self, question: Question) -> ResultPage:
        return self.service.search(search_query(question))

    def keep(self, raw: ResultPage) -> int:
        return raw.total

    def answer(self, kept: int) -> Answer:
        return Answer(kept, ())


class _Ranked(_Asking):
    def ask(self, question: Question) -> Sequence[str]:
        return self.service.ranked_ids(search_query(question))

    def answer(self, kept: Sequence[str]) -> Answer:
        return Answer(None, ())


def search_query(question: Question) -> SearchQuery:
    """Return `question` as a person would type it."""
    return SearchQuery(
        typed_text(question),
        filters_of(question.restriction),
        sort=Sort.NEWEST if question.shape == "sorted" else None,
        per_page=LIMIT,
    )


def typed_text(question: Question) -> str:
    """Return the words with the service's operators."""
    match question.operator:
        case "phrase":
            return f'"{" ".join(question.typed)}"'
        case "and":
            return " ".join(question.typed)
        case "or":
            return " OR ".join(question.typed)
