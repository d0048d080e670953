"""Our answers beside those of Whoosh's own matchers on the very same index: documents exactly, scores too.

    python -m benchmarks.engines.oracle DATA QUESTIONS [--each N]

The same clauses go through `engines.whoosh.matchers`, a posting at a time; nothing of the evaluation over
arrays is used but the opened files. It takes seconds a query, so a part of the questions is asked. Prints one
JSON object.
"""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC
from whoosh.reading import SegmentReader

from benchmarks.engines.questions import BANDS, OPERATORS, Question, load
from benchmarks.engines.systems.ours import clause_of
from searchsvc.engines.whoosh.generations import Generations
from searchsvc.engines.whoosh.matchers import MatcherEvaluation
from searchsvc.engines.whoosh.schema import whoosh_schema
from searchsvc.engines.whoosh.snapshots import INDEX_NAME, Snapshot, open_snapshot

TOLERANCE = 1e-6
"""Scores are told to six decimals; they are below a hundred."""


def whoosh_readers(folder: Path, toc: int) -> list[SegmentReader]:
    """Return Whoosh's readers of the segments that a rebuild leaves in `folder`."""
    storage = FileStorage(str(folder), readonly=True)
    found = TOC.read(storage, INDEX_NAME, gen=toc, schema=whoosh_schema())
    return [SegmentReader(storage, found.schema, segment) for segment in found.segments]


def differences(
    snapshot: Snapshot, oracle: MatcherEvaluation, questions: Sequence[Question]
) -> Iterator[str]:
    """Yield each difference between our evaluation and that of Whoosh's matchers, in words."""
    for question in questions:
        clause = clause_of(question)
        theirs = oracle.evaluate(clause)
        matches = snapshot.evaluation.evaluate(clause).few()
        ours = dict(zip(matches.numbers.tolist(), matches.scores.tolist(), strict=True))
        words = f"{question.kind} [{' '.join(question.terms)}]"
        if set(ours) != set(theirs):
            yield f"{words}: {len(ours)} documents here, {len(theirs)} there"
        else:
            worst = max((abs(score - theirs[number]) for number, score in ours.items()), default=0.0)
            if worst > TOLERANCE:
                yield f"{words}: scores differ by {worst:.2e}"


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
    with open_snapshot(generations, pointer) as snapshot:
        oracle = MatcherEvaluation(whoosh_readers(generations.folder(pointer.name), pointer.toc))
        found = list(differences(snapshot, oracle, questions))
    json.dump({"compared": len(questions), "differences": len(found), "examples": found[:5]}, sys.stdout)


if __name__ == "__main__":
    main()
