"""The ranking of the sample archive under its judgements, kind of query by kind."""

from collections import defaultdict
from pathlib import Path
from statistics import fmean

import pytest

from benchmarks.relevance.variants import VARIANTS, typed
from searchsvc.evaluation import Evaluation, evaluate, ranking, read_judgements, read_queries
from searchsvc.search.service import SearchService

HERE = Path(__file__).parent
FLOORS = {
    "written": 0.93,
    "unaccented": 0.90,
    "half-accented": 0.80,
    "tone": 0.90,
    "capitals": 0.85,
    "code": 0.93,
    "pair": 0.90,
}
"""nDCG@10 of the kinds that hang on ranking alone, a little below what was measured."""


LEAST_NDCG = 0.95
"""nDCG@10 over all judged queries."""
LEAST_OVERLAP = 0.9
"""Mean share of the first ten that a query and its twin have in common, twin by twin."""


@pytest.fixture(scope="module")
def judged(service: SearchService) -> dict[str, dict[str, int]]:
    """The judgements by archive id; the file names articles by keys, which stand for exact titles."""
    titles = dict(
        reversed(line.split("\t"))
        for line in (HERE / "articles.tsv").read_text(encoding="utf-8").splitlines()
    )
    ids = {titles[article.title]: article.id for batch in service.archive.changes(0) for article in batch}
    return {
        query: {ids[name]: grade for name, grade in grades.items()}
        for query, grades in read_judgements(HERE / "qrels.tsv").items()
    }


@pytest.fixture(scope="module")
def measured(service: SearchService, judged: dict[str, dict[str, int]]) -> Evaluation:
    return evaluate(service, read_queries(HERE / "queries.tsv"), judged)


@pytest.fixture(scope="module")
def by_kind(measured: Evaluation) -> dict[str, float]:
    lines = (HERE / "queries.tsv").read_text(encoding="utf-8").splitlines()
    kinds: dict[str, list[float]] = defaultdict(list)
    for query, _, kind in (line.split("\t") for line in lines):
        kinds[kind].append(measured.by_query[query]["nDCG@10"])
    return {kind: fmean(values) for kind, values in kinds.items()}


def test_ndcg_over_all_queries(measured: Evaluation) -> None:
    assert len(measured.by_query) >= 120
    assert measured.mean["nDCG@10"] >= LEAST_NDCG


@pytest.mark.parametrize("variant", [name for name in VARIANTS if name != "written"])
def test_twins_find_the_same(service: SearchService, variant: str) -> None:
    overlaps = []
    for query, text in read_queries(HERE / "queries.tsv").items():
        twin = typed(variant, query, text)
        if twin != text:
            first, second = (set(list(ranking(service, each))[:10]) for each in (text, twin))
            overlaps.append(len(first & second) / max(len(first), len(second), 1))
    assert fmean(overlaps) >= LEAST_OVERLAP


@pytest.mark.parametrize("kind", FLOORS)
def test_ndcg_of_each_kind(by_kind: dict[str, float], kind: str) -> None:
    assert by_kind[kind] >= FLOORS[kind]
