"""Stretches numbered as arrays: the same numbers as a dict would give, wherever their slots lie."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchsvc.engines.whoosh import stretches
from searchsvc.engines.whoosh.stretches import Stretches

words = st.one_of(
    st.sampled_from(["a", "á", "ấ", "nghị", "nghiêng", "trường,", "hội-nghị", "x" * 8, "x" * 15, "x" * 16]),
    st.sampled_from(["x" * 17, "ư" * 8, "ư" * 8 + "a", "y" * 159, "z" * 161, "\u00a0b", "0", "!"]),
    st.text(st.characters(exclude_categories=("Cs", "Cc", "Zs")), min_size=1, max_size=20),
)
pieces = st.lists(
    st.lists(words, max_size=12).flatmap(
        lambda some: st.sampled_from([" ", "  ", "\n", " \n"]).map(lambda space: space.join(some))
    ),
    max_size=6,
)


@pytest.fixture(params=["usual", "one slot", "few at once"])
def odd(request, monkeypatch):
    """Tables in which all stretches want the same slots, and stretches learnt two at a time."""
    if request.param == "one slot":
        for name in ("_MIX", "_MIX_SECOND"):
            monkeypatch.setattr(stretches, name, np.uint64(0))
    if request.param == "few at once":
        monkeypatch.setattr(stretches, "_TOGETHER", 2)
        monkeypatch.setattr(stretches, "_FIRST_SLOTS", 8)


@pytest.mark.usefixtures("odd")
def test_each_distinct_stretch_has_one_number() -> None:
    @given(st.lists(pieces, min_size=1, max_size=3))
    def check(batches: list[list[str]]) -> None:
        remembered = Stretches()
        spelt: list[bytes] = []
        number_of: dict[bytes, int] = {}
        for batch in batches:
            numbers, bounds = remembered.numbers([piece.encode() for piece in batch])
            spelt += remembered.take_new()
            assert len(remembered) == len(spelt)
            assert bounds.tolist()[0] == 0
            assert bounds.tolist()[-1] == len(numbers)
            rows = [numbers[a:b].tolist() for a, b in pairwise(bounds.tolist())]
            for piece, row in zip(batch, rows, strict=True):
                assert [spelt[number - 1] for number in row] == piece.encode().split()
            for number in numbers.tolist():
                stretch = spelt[number - 1]
                if len(stretch) <= stretches.LONGEST_REMEMBERED:
                    assert number_of.setdefault(stretch, number) == number

    check()


def test_what_was_seen_is_found_in_the_table() -> None:
    remembered = Stretches()
    batch = [" ".join(f"từ{number}" for number in range(20_000)).encode()]
    first, _ = remembered.numbers(batch)
    assert first.tolist() == list(range(1, 20_001))
    assert len(remembered.take_new()) == 20_000
    remembered._numbers.clear()  # so that whatever is not in the table gets a new number
    again, _ = remembered.numbers(batch)
    assert np.count_nonzero(again == first) > 0.9 * len(first)
