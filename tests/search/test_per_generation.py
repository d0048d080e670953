"""Values made once for each generation."""

import threading

import pytest

from searchsvc.search.per_generation import PerGeneration


def test_a_value_is_made_once_for_each_generation() -> None:
    made: list[int] = []

    def make() -> int:
        made.append(len(made))
        return made[-1]

    kept = PerGeneration(make)
    assert [kept.at("a"), kept.at("a"), kept.at("b"), kept.at("b")] == [0, 0, 1, 1]


def test_others_go_on_with_the_former_value_while_one_makes_the_new() -> None:
    begun, may_end = threading.Event(), threading.Event()
    values = iter(["old", "new"])

    def make() -> str:
        value = next(values)
        if value == "new":
            begun.set()
            assert may_end.wait(30)
        return value

    kept = PerGeneration(make)
    assert kept.at("a") == "old"
    answers: list[str] = []
    maker = threading.Thread(target=lambda: answers.append(kept.at("b")))
    maker.start()
    assert begun.wait(30)
    assert kept.at("b") == "old"
    may_end.set()
    maker.join(30)
    assert answers == ["new"]
    assert kept.at("b") == "new"


def test_a_failure_leaves_the_next_caller_to_try_again() -> None:
    outcomes = iter([ValueError("no index"), "made"])

    def make() -> str:
        outcome = next(outcomes)
        if isinstance(outcome, ValueError):
            raise outcome
        return outcome

    kept = PerGeneration(make)
    with pytest.raises(ValueError, match="no index"):
        kept.at("a")
    assert kept.at("a") == "made"
