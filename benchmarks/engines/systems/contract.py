"""What a system does to take part: build an index of the prepared documents, and answer questions.

The primary entrypoint is `System`. Both run in a fresh process each, single-threaded unless said otherwise;
only `Searcher.ask` is timed, so what a system returns may be turned into an `Answer` afterwards.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

from benchmarks.engines.prepared import Prepared
from benchmarks.engines.questions import Question

LIMIT = 10
"""Hits on a page."""

FACET_LIMIT = 50


@dataclass(frozen=True, slots=True)
class Answer:
    """`total` is None where a system counts none; `numbers` are the hits' document numbers, best first."""

    total: int | None
    numbers: tuple[int, ...]
    facets: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


class Searcher(AbstractContextManager["Searcher"]):
    """An opened index; `learn_numbers` is called after all measuring and before the first `answer`."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Release files."""

    @abstractmethod
    def ask(self, question: Question) -> Any:
        """Return the first ten hits and the total, and the facets where asked, in the system's own form."""

    def keep(self, raw: Any) -> Any:
        """Return what `answer` needs of what `ask` returned: little, as memory is measured meanwhile."""
        return raw

    def learn_numbers(self, prepared: Prepared) -> None:
        """Prepare for `answer`, after all measuring, where hits do not tell their document number."""

    @abstractmethod
    def answer(self, kept: Any) -> Answer:
        """Return what `keep` returned, in a form that compares."""


class System(ABC):
    """One peer in one configuration; `about` says which, for the tables."""

    name: str
    about: str
    most_documents: int | None = None
    """With more, building or asking takes too long or too much memory; the system is left out, loudly."""

    def missing(self) -> str:
        """Return what has to be installed, empty if nothing."""
        return ""

    def can_ask(self, question: Question) -> bool:
        """Return whether the system has what `question` needs."""
        return True

    @abstractmethod
    def build(self, prepared: Prepared, folder: Path, threads: int) -> None:
        """Write an index of all documents into `folder`, which is there and empty."""

    @abstractmethod
    def open(self, folder: Path) -> Searcher:
        """Return the index that `build` wrote."""
