"""Whether two systems gave the same answers. The primary entrypoint is `compare`.

Both index the same tokens, so totals, facets by year and collection, and the dates of the newest ten must be
equal. Rankings need not be: peers have other constants, or lengths rounded to a byte.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from benchmarks.engines.questions import Question
from benchmarks.engines.systems.contract import Answer

COMPARED_FACETS = ("year", "collection")
"""Facets given in full; the others end after the most frequent values, where ties differ."""


@dataclass(slots=True)
class Agreement:
    """How many answers were compared, the differences in words, and the mean share of common hits."""

    totals: int = 0
    facets: int = 0
    newest: int = 0
    differences: list[str] = field(default_factory=list)
    overlaps: list[float] = field(default_factory=list)

    @property
    def mean_overlap(self) -> float | None:
        """Return the mean overlap of the first ten of ranked questions, None if none was compared."""
        return sum(self.overlaps) / len(self.overlaps) if self.overlaps else None


def compare(
    questions: Sequence[Question],
    ours: Mapping[Question, Answer],
    theirs: Mapping[Question, Answer],
    published: Callable[[int], int],
) -> Agreement:
    """Return how the answers to `questions` agree; `published` gives a document's instant."""
    agreement = Agreement()
    for question in questions:
        if question not in ours or question not in theirs:
            continue
        own, other = ours[question], theirs[question]
        if own.total is not None and other.total is not None:
            agreement.totals += 1
            _check(agreement, question, "total", own.total, other.total)
        for name in COMPARED_FACETS:
            if name in own.facets and name in other.facets:
                agreement.facets += 1
                _check(agreement, question, f"facet {name}", own.facets[name], other.facets[name])
        if question.shape == "sorted" and other.numbers:
            agreement.newest += 1
            dates = [list(map(published, answer.numbers)) for answer in (own, other)]
            _check(agreement, question, "dates", *dates)
        elif own.numbers and other.numbers:
            common = len(set(own.numbers) & set(other.numbers))
            agreement.overlaps.append(common / max(len(own.numbers), len(other.numbers)))
    return agreement


def _check(agreement: Agreement, question: Question, what: str, own: object, other: object) -> None:
    if own != other:
        words = " ".join(question.terms)
        agreement.differences.append(f"{question.kind} [{words}] {what}: {own} here, {other} there")
