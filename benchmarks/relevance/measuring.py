"""Rankings → measures and the overlap of twins. The primary entrypoints are `measure` and `overlap`."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from benchmarks.relevance.collections import Collection
from benchmarks.relevance.peers import Rank
from benchmarks.relevance.variants import typed
from searchsvc.evaluation import RUN_DEPTH, Judgements

MEASURES = ("MRR@10", "nDCG@10", "R@100")
OVERLAP_DEPTH = 10

Run = Mapping[str, Sequence[str]]
"""Query id -> ids of documents, best first."""


@dataclass(frozen=True)
class Answers:
    """The runs of one system by variant, and its seconds per query on the clock."""

    runs: Mapping[str, Run]
    seconds_per_query: float


def answers(rank: Rank, collection: Collection, variants: Sequence[str]) -> Answers:
    """Ask every query in every variant; a text that comes again is not asked again."""
    known: dict[str, Sequence[str]] = {}
    runs: dict[str, Run] = {}
    started = time.perf_counter()
    for variant in variants:
        run = {}
        for query, text in collection.queries.items():
            asked = typed(variant, query, text)
            if asked not in known:
                known[asked] = tuple(rank(asked))
            run[query] = known[asked]
        runs[variant] = run
    return Answers(runs, (time.perf_counter() - started) / max(len(known), 1))


def by_query(run: Run, judged: Judgements) -> dict[str, dict[str, float]]:
    """Return the measures of each query of `run`; a query without an answer has 0 of everything."""
    import ir_measures
    from ir_measures import RR, R, nDCG

    names = {RR @ 10: "MRR@10", nDCG @ 10: "nDCG@10", R @ RUN_DEPTH: "R@100"}
    scored = {
        query: {document: float(RUN_DEPTH - place) for place, document in enumerate(found)}
        for query, found in run.items()
    }
    relevant = {query: dict(judged[query]) for query in run}
    values = {query: dict.fromkeys(MEASURES, 0.0) for query in run}
    for value in ir_measures.iter_calc(list(names), relevant, scored):
        values[value.query_id][names[value.measure]] = float(value.value)
    return values


def measure(run: Run, judged: Judgements) -> dict[str, float]:
    """Return each measure's mean over the queries of `run`."""
    values = by_query(run, judged)
    return {name: fmean(each[name] for each in values.values()) for name in MEASURES}


def overlap(original: Sequence[str], twin: Sequence[str]) -> float:
    """Return which share of the longer of two top tens stands in both; 1 for two empty ones."""
    first, second = set(original[:OVERLAP_DEPTH]), set(twin[:OVERLAP_DEPTH])
    return len(first & second) / max(len(first), len(second)) if first or second else 1.0
