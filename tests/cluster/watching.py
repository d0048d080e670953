"""Searches that go on while a cluster is rebuilt or loses a node: what was right, wrong, refused.

The primary entrypoint is `Watch`: threads ask the same questions again and again, and compare each answer
with the one that was given at rest.
"""

import threading
import time
from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from types import TracebackType
from typing import Any, Generic, Self, TypeVar

from searchsvc.errors import ServiceError
from searchsvc.results import EngineResult, ResultPage

Question = TypeVar("Question", bound=Hashable)

DIGITS = 5
"""Of a score that must agree: those of a cluster are of single precision."""


def comparable(result: EngineResult) -> Any:
    """Return what every right answer of an engine has in common: total, facets, hits, versions, scores."""
    hits = [(hit.id, hit.version, hit.score) for hit in result.hits]
    return result.total, dict(result.facets), _settled(hits, result.total)


def comparable_page(page: ResultPage) -> Any:
    """Return the same of an answer of the service."""
    hits = [(hit.article.id, hit.article.version, hit.score) for hit in page.hits]
    return page.total, dict(page.facets), _settled(hits, page.total)


def _settled(hits: Sequence[tuple[str, int, float]], total: int) -> Any:
    """Return the hits without regard to the order of equal scores, which may also be cut at the end."""
    rounded = [(id_, version, float(f"{score:.{DIGITS}g}")) for id_, version, score in hits]
    last = rounded[-1][2] if len(rounded) < total else None
    return sorted(one for one in rounded if one[2] != last), sorted(one[2] for one in rounded)


class Watch(Generic[Question]):
    """Asks while it is entered; what was answered at rest is known from the start.

    `right` and `longest_s` tell of the answers, `wrong` names those that differ, `errors` counts what was
    refused by its English text. Any other exception ends the block that watches.
    """

    def __init__(
        self,
        ask: Callable[[Question], Any],
        questions: Sequence[Question],
        threads: int = 2,
        pause_s: float = 0.01,
    ) -> None:
        self._ask = ask
        self._expected = {question: ask(question) for question in questions}
        self._pause_s = pause_s
        self._ended = threading.Event()
        self._threads = [
            threading.Thread(target=self._go_on, args=(number,), daemon=True) for number in range(threads)
        ]
        self._guard = threading.Lock()
        self._failures: list[BaseException] = []
        self.right = 0
        self.wrong: list[str] = []
        self.errors: Counter[str] = Counter()
        self.longest_s = 0.0

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        for thread in self._threads:
            thread.join()
        if error is None and self._failures:
            raise self._failures[0]

    @property
    def asked(self) -> int:
        """How many searches have ended."""
        return self.right + len(self.wrong) + self.errors.total()

    def wait_for(self, more: int, deadline_s: float = 120) -> None:
        """Wait until `more` further searches have ended."""
        wanted, deadline = self.asked + more, time.monotonic() + deadline_s
        while self.asked < wanted and not self._failures:
            assert time.monotonic() < deadline, f"{self.asked} of {wanted} searches in {deadline_s} s"
            time.sleep(0.02)

    def _go_on(self, number: int) -> None:
        questions = list(self._expected)
        try:
            while not self._ended.wait(self._pause_s):
                number += 1
                self._compare(questions[number % len(questions)])
        except BaseException as error:  # noqa: BLE001 - told by the thread that watches
            self._failures.append(error)

    def _compare(self, question: Question) -> None:
        started, refused, found = time.monotonic(), "", None
        try:
            found = self._ask(question)
        except ServiceError as error:
            refused = error.message.en
        with self._guard:
            self.longest_s = max(self.longest_s, time.monotonic() - started)
            if refused:
                self.errors[refused] += 1
            elif found == self._expected[question]:
                self.right += 1
            else:
                self.wrong.append(f"{question}: {found} instead of {self._expected[question]}")
