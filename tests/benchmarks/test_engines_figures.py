"""Times to figures, and the comparison of answers, as the benchmark of the engines does them."""

import math

import pytest

from benchmarks.engines.agreement import compare
from benchmarks.engines.figures import additions
from benchmarks.engines.latencies import Latencies, geometric_mean, percentile
from benchmarks.engines.questions import Question, Restriction, load, save
from benchmarks.engines.systems.contract import Answer

AND = Question("and", "rare", "and", ("hoc", "tap"), ("học", "tập"))
FACETED = Question("faceted", "rare", "and", ("hoc", "tap"), ("học", "tập"))
SORTED = Question("sorted", "rare", "and", ("hoc", "tap"), ("học", "tập"))
FILTERED = Question(
    "filtered",
    "rare",
    "and",
    ("hoc", "tap"),
    ("học", "tập"),
    Restriction("days", first="2020-01-01", last="2020-12-31"),
)


def test_percentiles_are_of_the_nearest_rank() -> None:
    ordered = [float(value) for value in range(1, 11)]
    assert [percentile(ordered, percent) for percent in (1, 50, 51, 95, 100)] == [1, 5, 6, 10, 10]


def test_the_figures_of_some_times() -> None:
    found = Latencies.of([4.0, 1.0, 2.0])
    assert (found.count, found.median, found.p99, found.geomean) == (3, 2.0, 4.0, pytest.approx(2.0))


def test_a_geometric_mean_needs_values() -> None:
    assert geometric_mean([0.5, 2.0]) == pytest.approx(1.0)
    with pytest.raises(ValueError, match="no values"):
        geometric_mean([])


def test_an_addition_compares_a_query_with_itself_asked_plainly() -> None:
    other = Question("and", "common", "and", ("va",), ("và",))
    found = additions({AND: 2.0, FILTERED: 4.0, SORTED: 1.0, other: 100.0})
    assert found == {"filtered": 2.0, "sorted": 0.5}


def test_questions_are_kept_in_a_file(tmp_path) -> None:
    questions = [AND, FILTERED]
    save(questions, tmp_path / "questions")
    assert load(tmp_path / "questions") == questions
    assert hash(questions[1]) == hash(load(tmp_path / "questions")[1])


def published(number: int) -> int:
    return 10 * number


def test_equal_answers_agree_and_rankings_may_differ() -> None:
    found = compare([AND], {AND: Answer(2, (1, 2))}, {AND: Answer(2, (2, 3))}, published)
    assert (found.totals, found.differences, found.mean_overlap) == (1, [], 0.5)


def test_another_total_is_a_difference() -> None:
    found = compare([AND], {AND: Answer(2, (1, 2))}, {AND: Answer(3, (1, 2))}, published)
    assert found.differences == ["and rare [hoc tap] total: 2 here, 3 there"]


def test_a_system_without_totals_is_not_compared_by_them() -> None:
    found = compare([AND], {AND: Answer(2, (1, 2))}, {AND: Answer(None, (1, 2))}, published)
    assert (found.totals, found.differences) == (0, [])


def test_complete_facets_must_be_equal_and_cut_ones_need_not() -> None:
    ours = Answer(2, (), {"year": {"2020": 2}, "unit": {"a": 1}})
    theirs = Answer(2, (), {"year": {"2020": 1}, "unit": {"b": 1}})
    found = compare([FACETED], {FACETED: ours}, {FACETED: theirs}, published)
    assert found.facets == 1
    assert len(found.differences) == 1


def test_by_date_the_dates_count_and_not_which_of_a_tie() -> None:
    def day(number: int) -> int:
        return published(number // 2)

    same = compare([SORTED], {SORTED: Answer(2, (2, 4))}, {SORTED: Answer(2, (3, 5))}, day)
    assert (same.newest, same.differences) == (1, [])
    other = compare([SORTED], {SORTED: Answer(2, (4, 2))}, {SORTED: Answer(2, (3, 5))}, day)
    assert len(other.differences) == 1


def test_a_question_that_one_cannot_answer_is_left_out() -> None:
    found = compare([AND], {AND: Answer(2, (1,))}, {}, published)
    assert (found.totals, found.mean_overlap) == (0, None)


def test_the_geometric_mean_is_that_of_logarithms() -> None:
    assert geometric_mean([1, 10, 100]) == pytest.approx(math.exp(math.log(1000) / 3))
