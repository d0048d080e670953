"""Why a result stands where it stands: the contributions sum to the score, for every kind of query."""

import json
from pathlib import Path

import pytest

from searchsvc.errors import NotFound
from searchsvc.queries import SearchQuery
from searchsvc.search.service import SearchService
from tests.conftest import run_command

QUERIES = (
    "phòng chong ma tuý 36-CT/TW",
    '"chuyển đổi số" xã',
    "nghị quyết 35",
    "bầu cử OR đại hội",
    "nghị quyết -covid",
    "tiêu đề:chợ",
    "Ai được bầu vào Ban Thường vụ và khi nào thì đại hội?",
    "nghị quyết đại hội xyzzyx",
    'Định nghĩa của "chuyển đổi số" là gì?',
)


@pytest.mark.parametrize("text", QUERIES)
def test_contributions_sum_to_the_score(service: SearchService, text: str) -> None:
    query = SearchQuery(text)
    page = service.search(query)
    assert page.hits
    for hit in page.hits:
        found = service.explain(query, hit.article.id)
        assert found is not None
        assert found.score == pytest.approx(hit.score, abs=1e-5)
        assert sum(each.score for each in found.contributions) == pytest.approx(found.score)
        assert [each.score for each in found.contributions] == sorted(
            (each.score for each in found.contributions), reverse=True
        )


def test_each_kind_of_evidence_is_named(service: SearchService) -> None:
    query = SearchQuery("phòng chống ma túy 36-CT/TW")
    found = service.explain(query, service.search(query).hits[0].article.id)
    assert found is not None
    kinds = {each.kind for each in found.contributions}
    assert kinds >= {"word", "pair", "code", "leading_code", "fresh"}
    texts = {each.text for each in found.contributions if each.layer == "exact"}
    assert texts <= {"phòng", "chống", "ma", "túy"}
    assert {each.part for each in found.contributions if each.kind == "word"} >= {"title", "body"}


@pytest.mark.parametrize("text", ["btv", "Ban Thuowngf vuj"])
def test_words_of_a_reading_are_shown_as_they_are_written(service: SearchService, text: str) -> None:
    query = SearchQuery(text)
    found = service.explain(query, service.search(query).hits[0].article.id)
    assert found is not None
    assert {"thường", "vụ"} <= {each.text for each in found.contributions if each.layer == "exact"}


def test_an_article_that_does_not_match_has_no_explanation(service: SearchService) -> None:
    query = SearchQuery("ma túy")
    ids = {hit.article.id for hit in service.search(SearchQuery("", per_page=100)).hits}
    matching = {hit.article.id for hit in service.search(SearchQuery("ma túy", per_page=100)).hits}
    assert service.explain(query, (ids - matching).pop()) is None
    with pytest.raises(NotFound):
        service.explain(query, "không/có")


def test_the_terminal_prints_the_table_and_json_the_objects(sample_data: Path) -> None:
    table = run_command("search", "phòng chống ma túy", "--explain", data=sample_data)
    assert table.exit_code == 0, table.output
    assert "of which:" in table.output
    assert "(pairs, folded, title)" in table.output
    answered = json.loads(
        run_command("search", "phòng chống ma túy", "--explain", "--json", data=sample_data).output
    )
    for result in answered["results"]:
        parts = [each["score"] for each in result["explain"]["contributions"]]
        assert sum(parts) == pytest.approx(result["score"], abs=0.01)
