"""Tune the weights of `searchsvc.search.ranking` on the development halves; change nothing by itself.

    python -m benchmarks.tune_ranking [--data FOLDER] [--weights NAME...] [--rounds 1]

Each weight in turn takes other values while the rest stay; the best that gains at least --gain is kept for
the next. The aim is the mean, over the collections and over queries as written, unaccented and
half-accented, of MRR@10 (for the samples nDCG@10). Prints every step; the test halves are never asked.
"""

import argparse
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import fmean
from typing import Any

from benchmarks.relevance.__main__ import COLLECTIONS, CORPORA
from benchmarks.relevance.collections import SAMPLES, Collection, load
from benchmarks.relevance.measuring import by_query
from benchmarks.relevance.service import opened
from benchmarks.relevance.variants import typed
from searchsvc.queries import EngineQuery
from searchsvc.search.building import build
from searchsvc.search.opening import opened_service
from searchsvc.search.parsing import parse
from searchsvc.search.ranking import WEIGHTS, Weights
from searchsvc.search.service import SearchService
from searchsvc.settings import load_settings

VARIANTS = ("written", "unaccented", "half")
DEPTH = 10

STEPS: Mapping[str, Sequence[float]] = {
    "exact": (0.3, 0.45, 0.6, 0.8, 1.0),
    "folded": (0.2, 0.3, 0.4, 0.55, 0.7),
    "unmarked_exact": (0.0, 0.2, 0.4),
    "unmarked_folded": (0.4, 0.6, 0.8, 1.0),
    "iy": (0.25, 0.5, 0.8),
    "pair": (0.3, 0.4, 0.5, 0.65, 0.8, 1.0),
    "compound": (0.0, 0.05, 0.1, 0.2, 0.3),
    "uncommon": (1.0, 1.25, 1.5, 1.75, 2.0),
    "phrase": (0.4, 0.7, 1.0),
    "code": (1.0, 2.0, 3.0, 4.0),
    "leading_code": (0.0, 1.0, 2.0, 3.0),
    "question_share": (0.2, 0.25, 0.3, 0.35),
    "partial_share": (0.3, 0.4, 0.5, 0.6),
    "longest_keywords": (4, 6, 8, 10),
}
PART_STEPS: Mapping[str, Sequence[float]] = {
    "title": (1.0, 1.5, 2.0, 2.5, 3.0, 4.0),
    "summary": (1.0, 1.5, 2.0),
    "captions": (0.4, 0.7, 1.0),
}


@dataclass(frozen=True)
class Judged:
    """A collection's development half, opened, and the names of its articles."""

    collection: Collection
    service: SearchService
    names: Mapping[str, str]

    def figures(self, weights: Weights) -> dict[str, float]:
        """Return the measure of each variant under `weights`."""
        name = "nDCG@10" if self.collection.name == SAMPLES else "MRR@10"
        result = {}
        for variant in VARIANTS:
            run = {
                query: self.ranked(typed(variant, query, text), weights)
                for query, text in self.collection.queries.items()
            }
            values = by_query(run, self.collection.judged)
            result[f"{self.collection.name} {variant}"] = fmean(each[name] for each in values.values())
        return result

    def ranked(self, text: str, weights: Weights) -> list[str]:
        """Return the first documents for `text`, as the service gives them, without facets."""
        engine = self.service.engine
        built = build(parse(text), engine.document_frequency, weights)
        hits = engine.search(EngineQuery(built.clause, limit=DEPTH)).hits
        if not hits and built.looser:
            hits = engine.search(EngineQuery(built.looser[0], limit=DEPTH)).hits
        return [self.names[hit.id] for hit in hits]


def opened_half(name: str, options: argparse.Namespace, folder: Path, stack: ExitStack) -> Judged:
    """Open the development half of the collection `name`, imported and indexed in `folder`."""
    collection = load(name, options.corpora).restricted("development")
    with opened(collection, folder / name):
        pass
    service = stack.enter_context(opened_service(load_settings(data=folder / name, archive_url="")))
    articles = (article for batch in service.archive.changes(0) for article in batch)
    by_title = collection.by_title
    names = {each.id: by_title[each.title] if by_title else each.id for each in articles}
    return Judged(collection, service, names)


def aim(judged: Sequence[Judged], weights: Weights) -> tuple[float, str]:
    """Return the figure to raise, and all figures in a line."""
    figures: dict[str, float] = {}
    for each in judged:
        figures |= each.figures(weights)
    return fmean(figures.values()), "  ".join(f"{value:.4f}" for value in figures.values())


def candidates(name: str, weights: Weights) -> Iterator[tuple[float, Weights]]:
    """Yield each value to try for the weight `name`, and the weights in force with it."""
    changed: dict[str, Any]
    for value in PART_STEPS[name] if name in PART_STEPS else STEPS[name]:
        changed = {"parts": {**weights.parts, name: value}} if name in PART_STEPS else {name: value}
        yield value, replace(weights, **changed)


def tuned(judged: Sequence[Judged], options: argparse.Namespace) -> Weights:
    """Return the weights found, one place at a time."""
    weights = WEIGHTS
    best, line = aim(judged, weights)
    print(f"{'in force':32} {best:.5f}  {line}", flush=True)
    for _ in range(options.rounds):
        for name in options.weights:
            for value, candidate in candidates(name, weights):
                figure, line = aim(judged, candidate)
                kept = figure >= best + options.gain
                print(f"{name:24} {value:7} {figure:.5f}  {line}{'  kept' if kept else ''}", flush=True)
                if kept:
                    best, weights = figure, candidate
    return weights


def main() -> None:
    """Tune and print."""
    every = [*STEPS, *PART_STEPS]
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.tune_ranking",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--collections", nargs="+", default=list(COLLECTIONS))
    parser.add_argument("--corpora", type=Path, default=CORPORA, help="folder of the collections")
    parser.add_argument("--weights", nargs="+", choices=every, default=every, metavar="NAME")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--gain", type=float, default=0.0005, help="smaller gains are taken for chance")
    parser.add_argument("--data", type=Path, metavar="FOLDER", help="keep archives and indexes here")
    options = parser.parse_args()
    with ExitStack() as stack:
        folder = options.data or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        judged = [opened_half(name, options, folder, stack) for name in options.collections]
        print(*(f"{each.collection.name} {variant}" for each in judged for variant in VARIANTS), sep="  ")
        print(tuned(judged, options))


if __name__ == "__main__":
    main()
