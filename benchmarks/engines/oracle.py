"""Our answers beside those of Whoosh's own matchers on the very same index: documents exactly, scores too.

    python -m benchmarks.engines.oracle DATA QUESTIONS [--each N]

Whoosh evaluates its own query tree, a posting at a time, with a scorer written here from the formulas of
`searchsvc.clauses`; nothing of our evaluation is used but the opened files. Whoosh scores a phrase as its
words, so of phrases the documents alone are compared. It takes seconds a query, so a part of the questions is
asked. Prints one JSON object.
"""

import argparse
import json
import math
import sys
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from whoosh import query
from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC
from whoosh.reading import MultiReader, SegmentReader
from whoosh.scoring import BaseScorer, WeightingModel
from whoosh.searching import Searcher

from benchmarks.engines.prepared import FIELD
from benchmarks.engines.questions import BANDS, OPERATORS, Question, load
from benchmarks.engines.systems.ours import clause_of
from searchsvc.engines.whoosh.generations import Generations
from searchsvc.engines.whoosh.schema import whoosh_schema
from searchsvc.engines.whoosh.snapshots import INDEX_NAME, Snapshot, open_snapshot

K1, B = 1.2, 0.75
TOLERANCE = 1e-6
"""Scores are told to six decimals; they are below a hundred."""


class ExactBm25(WeightingModel):  # type: ignore[misc]
    """BM25 as `clauses.Term` states it, with exact lengths."""

    def __init__(self, lengths: Any) -> None:
        present = lengths[lengths > 0]
        self._documents = len(lengths)
        self._norm = K1 * (1 - B + B * lengths / (present.mean() if len(present) else 1.0))

    def scorer(self, searcher: Any, fieldname: str, text: bytes, qf: int = 1) -> BaseScorer:
        """Return the scorer of one term."""
        count = searcher.doc_frequency(fieldname, text)
        idf = math.log(1 + (self._documents - count + 0.5) / (count + 0.5))
        return _Scorer(idf, self._norm)


class _Scorer(BaseScorer):  # type: ignore[misc]
    def __init__(self, idf: float, norm: Any) -> None:
        self._idf, self._norm = idf, norm

    def supports_block_quality(self) -> bool:
        return False

    def score(self, matcher: Any) -> float:
        frequency = matcher.weight()
        return float(self._idf * (K1 + 1) * frequency / (frequency + self._norm[matcher.id()]))


def whoosh_searcher(folder: Path, toc: int) -> Searcher:
    """Return Whoosh's searcher over the segments that a rebuild leaves in `folder`."""
    storage = FileStorage(str(folder), readonly=True)
    found = TOC.read(storage, INDEX_NAME, gen=toc, schema=whoosh_schema())
    readers = [SegmentReader(storage, found.schema, segment) for segment in found.segments]
    reader = readers[0] if len(readers) == 1 else MultiReader(readers)
    return Searcher(reader, weighting=ExactBm25(_lengths(reader)))


def _lengths(reader: Any) -> Any:
    """Return the exact length of the field in each document."""
    return np.array(
        [reader.doc_field_length(number, FIELD) for number in range(reader.doc_count_all())], np.float64
    )


def differences(snapshot: Snapshot, searcher: Searcher, questions: Sequence[Question]) -> Iterator[str]:
    """Yield each difference between our evaluation and Whoosh's, in words."""
    for question in questions:
        found = searcher.search(_query(question), limit=None)
        theirs = {int(number): float(score) for score, number in found.top_n}
        matches = snapshot.evaluation.evaluate(clause_of(question))
        ours = dict(zip(matches.numbers.tolist(), matches.scores.tolist(), strict=True))
        words = f"{question.kind} [{' '.join(question.terms)}]"
        if set(ours) != set(theirs):
            yield f"{words}: {len(ours)} documents here, {len(theirs)} there"
        elif question.operator != "phrase":
            worst = max((abs(score - theirs[number]) for number, score in ours.items()), default=0.0)
            if worst > TOLERANCE:
                yield f"{words}: scores differ by {worst:.2e}"


def _query(question: Question) -> Any:
    if question.operator == "phrase":
        return query.Phrase(FIELD, list(question.terms))
    terms = [query.Term(FIELD, term) for term in question.terms]
    return query.And(terms) if question.operator == "and" else query.Or(terms)


def chosen(questions: Sequence[Question], each: int) -> list[Question]:
    """Return the first `each` questions of every plain shape and band."""
    return [
        question
        for operator in OPERATORS
        for band in BANDS
        for question in islice((one for one in questions if one.kind == f"{operator} {band}"), each)
    ]


def main() -> None:
    """Compare and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("questions", type=Path)
    parser.add_argument("--each", type=int, default=5)
    options = parser.parse_args()
    generations = Generations(options.data / "whoosh")
    questions = chosen(load(options.questions), options.each)
    pointer = generations.pointer()
    with (
        open_snapshot(generations, pointer) as snapshot,
        whoosh_searcher(generations.folder(pointer.name), pointer.toc) as searcher,
    ):
        found = list(differences(snapshot, searcher, questions))
    json.dump({"compared": len(questions), "differences": len(found), "examples": found[:5]}, sys.stdout)


if __name__ == "__main__":
    main()
