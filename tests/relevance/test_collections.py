"""The judged collections through a real archive and index: the aims of the ranking, as written and bare."""

import json
import lzma
from collections.abc import Iterator
from pathlib import Path
from statistics import fmean

import pytest

from searchsvc.analysis.fold import fold
from searchsvc.analysis.normalize import clean
from searchsvc.archive.store import Archive
from searchsvc.articles import Draft
from searchsvc.evaluation import read_judgements, read_queries
from searchsvc.extract.annotate import annotate
from searchsvc.extract.units import Registry
from searchsvc.indexing import bring_up_to_date
from searchsvc.queries import SearchQuery
from searchsvc.search.opening import opened_engine, opened_service
from searchsvc.search.service import SearchService
from searchsvc.settings import Settings, load_settings

pytestmark = pytest.mark.corpora

FLOORS = {"alqac22": 0.92, "xquad_vi": 0.965}
"""MRR@10 as written, a little below what docs/relevance.md states."""
LOSS = 0.01
"""What a query may lose with its accents."""


@pytest.fixture(scope="module", params=FLOORS)
def collection(
    request: pytest.FixtureRequest, corpora: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, Path, SearchService]]:
    folder = corpora / "relevance" / request.param
    settings = load_settings(data=tmp_path_factory.mktemp(request.param), freshness=0.0)
    fill(settings, folder / "docs.jsonl.xz")
    with opened_service(settings) as service:
        yield request.param, folder, service


def fill(settings: Settings, path: Path) -> None:
    registry = Registry.load(None)
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        records = [json.loads(line) for line in lines]
    drafts = [Draft(clean(each["title"]), clean(each["body"]), id=each["id"]) for each in records]
    with Archive.open(settings.effective_archive_url, create=True) as archive:
        archive.put([(draft, annotate(draft, registry)) for draft in drafts])
        with opened_engine(settings) as engine:
            bring_up_to_date(archive, engine, registry)


def test_mrr_as_written_and_without_accents(collection: tuple[str, Path, SearchService]) -> None:
    name, folder, service = collection
    queries, judged = read_queries(folder / "queries.jsonl"), read_judgements(folder / "qrels.tsv")

    def reciprocal_rank(query: str, text: str) -> float:
        ids = service.ranked_ids(SearchQuery(text, per_page=10))
        return next((1 / place for place, id in enumerate(ids, start=1) if id in judged[query]), 0.0)

    written = fmean(reciprocal_rank(query, text) for query, text in queries.items())
    bare = fmean(reciprocal_rank(query, fold(clean(text))) for query, text in queries.items())
    assert written >= FLOORS[name]
    assert bare >= written - LOSS
