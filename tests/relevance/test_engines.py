"""The same archive, the same graded queries, on the disk and in the cluster: one answer.

The service stands once on Whoosh and SQLite, once on OpenSearch and PostgreSQL. Documents, totals and facets
are equal, and so is the order, except among articles whose scores agree to six digits.
"""

import os
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest

from searchsvc.evaluation import evaluate, read_judgements, read_queries
from searchsvc.queries import SearchQuery
from searchsvc.results import ResultPage
from searchsvc.search.opening import opened_service
from searchsvc.search.service import SearchService
from searchsvc.settings import load_settings
from tests.conftest import run_command
from tests.engines.conftest import remove_indices
from tests.postgres import PostgresServer

HERE = Path(__file__).parent
AGREEMENT = 2e-6
"""Relative difference of scores of single precision."""


@pytest.fixture(scope="module")
def in_cluster(
    opensearch: str, postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SearchService]:
    """The service over the sample archive, imported and indexed by the command into cluster and server."""
    values = {
        "SEARCHSVC_ENGINE": "opensearch",
        "SEARCHSVC_OPENSEARCH_URLS": opensearch,
        "SEARCHSVC_OPENSEARCH_PREFIX": f"t{secrets.token_hex(6)}",
        "SEARCHSVC_OPENSEARCH_SHARDS": "3",
        "SEARCHSVC_ARCHIVE_URL": postgres.new_url(),
    }
    data = tmp_path_factory.mktemp("cluster")
    with pytest.MonkeyPatch.context() as patch:
        for name, value in values.items():
            patch.setitem(os.environ, name, value)
        done = run_command("demo", data=data)
        assert done.exit_code == 0, done.output
        status = run_command("status", data=data)
        assert "opensearch" in status.output
        settings = load_settings(data=data)
    with opened_service(settings) as service:
        yield service
    remove_indices(opensearch, f"{settings.opensearch_prefix}-*")


def titles_in_order(page: ResultPage) -> list[set[str]]:
    """The titles of a page, those of one score together."""
    placed = [(hit.score, hit.article.title) for hit in page.hits]
    groups: list[set[str]] = []
    last = float("inf")
    for score, title in placed:
        if groups and last - score <= AGREEMENT * max(1.0, abs(last)):
            groups[-1].add(title)
        else:
            groups.append({title})
        last = score
    return groups


def test_graded_queries_are_answered_alike(service: SearchService, in_cluster: SearchService) -> None:
    queries = read_queries(HERE / "queries.tsv")
    assert len(queries) >= 120
    for text in queries.values():
        # All that match, so that no tie is cut at the end of a page.
        asked = SearchQuery(text, per_page=100)
        one, other = service.search(asked), in_cluster.search(asked)
        assert (other.total, other.partial) == (one.total, one.partial), text
        assert other.facets == one.facets, text
        assert other.suggestion == one.suggestion, text
        if one.total <= 100:
            assert titles_in_order(other) == titles_in_order(one), text
        scores = [hit.score for hit in one.hits]
        assert [hit.score for hit in other.hits] == pytest.approx(scores, rel=1e-6, abs=2e-6), text


def test_relevance_is_the_same(service: SearchService, in_cluster: SearchService) -> None:
    found = []
    for each in (service, in_cluster):
        names = dict(
            reversed(line.split("\t"))
            for line in (HERE / "articles.tsv").read_text(encoding="utf-8").splitlines()
        )
        ids = {names[a.title]: a.id for batch in each.archive.changes(0) for a in batch}
        judged = {
            query: {ids[name]: grade for name, grade in grades.items()}
            for query, grades in read_judgements(HERE / "qrels.tsv").items()
        }
        found.append(evaluate(each, read_queries(HERE / "queries.tsv"), judged).mean)
    assert found[1] == pytest.approx(found[0], abs=5e-4)


def test_suggestions_and_similar_articles(service: SearchService, in_cluster: SearchService) -> None:
    assert service.suggest("nghị quy") == in_cluster.suggest("nghị quy")
    article = service.search(SearchQuery("nghị quyết")).hits[0].article
    one, other = (each.neighbours(article) for each in (service, in_cluster))
    assert [each.title for each in one.similar] == [each.title for each in other.similar]
    assert one.similar
    assert one.co_cited == other.co_cited
