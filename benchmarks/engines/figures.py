"""Times and answers of all systems to the figures of the results, ratios and agreement included.

The primary entrypoint is `figures_of`. A ratio compares the same questions only: the geometric mean, over the
questions that both answered, of our time over theirs; below 1 we are faster.
"""

import json
import statistics
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.engines.agreement import compare
from benchmarks.engines.latencies import Latencies, geometric_mean
from benchmarks.engines.prepared import Prepared
from benchmarks.engines.questions import BANDS, SHAPES, Question
from benchmarks.engines.systems import OURS, OWN, system
from benchmarks.engines.systems.contract import Answer

Times = dict[Question, float]


def figures_of(
    prepared: Prepared,
    questions: Sequence[Question],
    asked: Mapping[str, Mapping[str, Any]],
    answers_path: Callable[[str], Path],
) -> dict[str, Any]:
    """Return `queries` (latencies by system and class), `ratios`, `additions` and `agreement`."""
    by_system = {name: [one for one in questions if system(name).can_ask(one)] for name in asked}
    warm = {name: dict(zip(by_system[name], asked[name]["warm_ms"], strict=True)) for name in asked}
    processor = {name: dict(zip(by_system[name], asked[name]["warm_cpu_ms"], strict=True)) for name in asked}
    touched = {name: dict(zip(by_system[name], asked[name]["touched_ms"], strict=True)) for name in asked}
    queries = {name: _latencies(asked[name], warm[name], processor[name], touched[name]) for name in asked}
    peers = [name for name in asked if name not in OWN]
    return {
        "queries": queries,
        "ratios": {name: _ratios(warm, processor, touched, name) for name in peers} if OURS in asked else {},
        "additions": {name: additions(warm[name]) for name in asked},
        "agreement": _agreement(prepared, by_system, peers, answers_path) if OURS in asked else {},
    }


def additions(times: Times) -> dict[str, float]:
    """Return what filter, facets and the order by date add: the geometric mean of the time with it over
    the time of the same words asked plainly."""
    found = {}
    for shape in ("filtered", "faceted", "sorted"):
        pairs = [(times[one], times[one.plain]) for one in times if one.shape == shape and one.plain in times]
        if pairs:
            found[shape] = round(geometric_mean(own / plain for own, plain in pairs), 3)
    return found


def _latencies(asked: Mapping[str, Any], warm: Times, processor: Times, touched: Times) -> dict[str, Any]:
    starts = asked["starts"]
    return {
        "start_to_answer_ms": round(statistics.median(one["start_to_answer_ms"] for one in starts), 1),
        "first_query_ms": round(statistics.median(one["first_query_ms"] for one in starts), 1),
        "memory_after_first_mb": _rounded(asked["memory_after_first"]),
        "memory_mb": _rounded(asked["memory"]),
        "warm": _by_class(warm),
        "warm_cpu": _by_class(processor),
        "touched": _by_class(touched),
    }


def _by_class(times: Times) -> dict[str, Any]:
    kinds = [f"{shape} {band}" for shape in SHAPES for band in BANDS]
    found = {kind: [value for one, value in times.items() if one.kind == kind] for kind in kinds}
    found |= {shape: [value for one, value in times.items() if one.shape == shape] for shape in SHAPES}
    found["all"] = list(times.values())
    return {kind: Latencies.of(values).rounded() for kind, values in found.items() if values}


def _ratios(
    warm: Mapping[str, Times], processor: Mapping[str, Times], touched: Mapping[str, Times], peer: str
) -> dict[str, Any]:
    common = [one for one in warm[peer] if one in warm[OURS]]

    def ratio(times: Mapping[str, Times], those: Iterable[Question]) -> float | None:
        pairs = [(times[OURS][one], times[peer][one]) for one in those]
        return round(geometric_mean(own / other for own, other in pairs), 5) if pairs else None

    found = {"all": ratio(warm, common), "all_cpu": ratio(processor, common)}
    found |= {"all_touched": ratio(touched, common), "queries": len(common)}
    for name in (*SHAPES, *BANDS):
        found[name] = ratio(warm, [one for one in common if name in (one.shape, one.band)])
    return found


def _agreement(
    prepared: Prepared,
    by_system: Mapping[str, Sequence[Question]],
    peers: Iterable[str],
    answers_path: Callable[[str], Path],
) -> dict[str, Any]:
    published = [facts.published for facts in prepared.facts()]
    ours = _answers(by_system[OURS], answers_path(OURS))
    found = {}
    for name in peers:
        theirs = _answers(by_system[name], answers_path(name))
        agreement = compare(by_system[OURS], ours, theirs, published.__getitem__)
        overlap = agreement.mean_overlap
        found[name] = {
            "totals": agreement.totals,
            "facets": agreement.facets,
            "newest": agreement.newest,
            "differences": len(agreement.differences),
            "examples": agreement.differences[:5],
            "mean_overlap": None if overlap is None else round(overlap, 4),
        }
    return found


def _answers(questions: Sequence[Question], path: Path) -> dict[Question, Answer]:
    found = {}
    for question, line in zip(questions, path.read_text("utf-8").splitlines(), strict=True):
        row = json.loads(line)
        found[question] = Answer(row["total"], tuple(row["numbers"]), row["facets"])
    return found


def _rounded(memory: Mapping[str, float]) -> dict[str, float]:
    return {name: round(value, 1) for name, value in memory.items()}
