"""Matches become one whatever form each of them has: by the definition, document by document."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchsvc.engines.whoosh.combining import at_least, best, in_all, preferring, without
from searchsvc.engines.whoosh.matches import Few, Matches, Summed

SIZE = 60
Scored = dict[int, float]

SCORED = st.dictionaries(st.integers(0, SIZE - 1), st.sampled_from([0.5, 1.0, 2.0, 4.0]), max_size=SIZE)
GIVEN = st.lists(st.tuples(SCORED, st.booleans()), min_size=1, max_size=4)


def matches(scored: Scored, *, as_mask: bool) -> Matches:
    """Return documents as a list of numbers or, however few they are, as a mask."""
    numbers = np.array(sorted(scored), np.int64)
    few = Few(numbers, np.array([scored[number] for number in sorted(scored)], np.float64))
    if not as_mask:
        return few
    mask = np.zeros(SIZE, bool)
    mask[numbers] = True
    return Summed([few], mask, whole=True)


def scored(found: Matches) -> Scored:
    few = found.few()
    return dict(zip(few.numbers.tolist(), few.scores.tolist(), strict=True))


@given(GIVEN)
def test_all_of_any_forms(given: list[tuple[Scored, bool]]) -> None:
    found = in_all([matches(one, as_mask=mask) for one, mask in given], SIZE)
    every = set.intersection(*(set(one) for one, _ in given))
    assert scored(found) == {number: sum(one[number] for one, _ in given) for number in every}


@given(GIVEN, st.integers(1, 3))
def test_some_of_any_forms(given: list[tuple[Scored, bool]], least: int) -> None:
    found = at_least([matches(one, as_mask=mask) for one, mask in given], least, SIZE)
    having = {number: [one[number] for one, _ in given if number in one] for number in range(SIZE)}
    assert scored(found) == {number: sum(each) for number, each in having.items() if len(each) >= least}


@given(GIVEN)
def test_the_best_of_any_forms(given: list[tuple[Scored, bool]]) -> None:
    found = best([matches(one, as_mask=mask) for one, mask in given], 0.0, SIZE)
    having = {number: [one[number] for one, _ in given if number in one] for number in range(SIZE)}
    assert scored(found) == {number: max(each) for number, each in having.items() if each}


@given(SCORED, SCORED, st.booleans(), st.booleans())
def test_with_and_without_any_forms(one: Scored, other: Scored, first: bool, second: bool) -> None:
    pair = matches(one, as_mask=first), matches(other, as_mask=second)
    assert scored(preferring(*pair, SIZE)) == {
        number: score + other.get(number, 0) for number, score in one.items()
    }
    assert scored(without(*pair, SIZE)) == {
        number: score for number, score in one.items() if number not in other
    }


@pytest.mark.parametrize("as_mask", [False, True])
def test_a_mask_of_fewer_documents_than_a_list(as_mask: bool) -> None:
    few, fewer = dict.fromkeys(range(4), 1.0), dict.fromkeys(range(2, 5), 1.0)
    found = in_all([matches(few, as_mask=False), matches(fewer, as_mask=as_mask)], SIZE)
    assert scored(found) == {2: 2.0, 3: 2.0}
