"""The benchmark of the cluster: what it asks, what it takes for a failure, what it writes down."""

import copy
from pathlib import Path
from typing import Any

import pytest

from benchmarks.cluster.questions import KINDS, by_kind, draw, load, save
from benchmarks.cluster.report import PAGE
from benchmarks.cluster.tables import TABLES, failures
from benchmarks.engines.report import RESULTS, filled, load_results
from searchsvc.search.service import SearchService


@pytest.fixture
def found() -> dict[str, Any]:
    """The figures of a run with a loss that are kept."""
    results = [one for one in load_results(RESULTS, "cluster") if "loss" in one]
    return copy.deepcopy(dict(results[0]))


def test_the_same_archive_gives_the_same_questions(service: SearchService, tmp_path: Path) -> None:
    questions = draw(service.archive, 4)
    assert questions == draw(service.archive, 4)
    assert {one.kind for one in questions} == set(KINDS)
    assert all(one.typed.strip() for one in questions)
    save(questions, tmp_path / "questions.jsonl")
    assert load(tmp_path / "questions.jsonl") == questions


def test_each_question_finds_the_article_that_it_was_drawn_from(service: SearchService) -> None:
    for one in draw(service.archive, 3):
        assert service.search(one.query()).total > 0, one


def test_times_are_those_of_their_kind(service: SearchService) -> None:
    questions = draw(service.archive, 2)
    found = by_kind(questions, range(len(questions)))
    assert found["all"] == list(range(len(questions)))
    assert sum(len(times) for kind, times in found.items() if kind != "all") == len(questions)


def test_a_wrong_answer_a_lost_article_and_a_refusal_in_peace_are_failures(found: dict[str, Any]) -> None:
    assert failures(found) == ""
    found["loss"]["manager"]["errors"] = {"a node is away": 3}
    assert failures(found) == "", "a refusal that is told is none while a node is lost"
    for name, kind, value in (
        ("manager", "wrong", 1),
        ("other", "differing_versions", 2),
        ("switch", "errors", {"away": 1}),
    ):
        bad = copy.deepcopy(found)
        bad["loss"][name][kind] = value
        assert failures(bad)


def test_the_page_holds_the_tables_of_the_kept_results() -> None:
    page = PAGE.read_text("utf-8")
    results = sorted(load_results(RESULTS, "cluster"), key=lambda one: int(one["documents"]))
    assert filled(page, TABLES, results) == page
    for name in TABLES:
        assert f"<!-- table: {name} -->" in page
