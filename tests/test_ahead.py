"""Work done ahead: the same items in order, errors where they belong, nothing left running."""

import threading
from collections.abc import Iterator
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchsvc.ahead import ahead


@given(st.lists(st.none() | st.integers()), st.integers(1, 5))
def test_the_items_in_their_order(items: list[int | None], most: int) -> None:
    assert list(ahead(iter(items), most)) == items


def test_an_error_comes_where_its_item_would_have_come() -> None:
    def failing() -> Iterator[int]:
        yield 1
        yield 2
        raise ValueError("the third")

    items = ahead(failing(), 5)
    assert (next(items), next(items)) == (1, 2)
    with pytest.raises(ValueError, match="the third"):
        next(items)


def test_no_more_than_so_many_are_made_before_they_are_asked_for() -> None:
    made: list[int] = []

    def counted() -> Iterator[int]:
        for number in range(100):
            made.append(number)
            yield number

    items = ahead(counted(), 3)
    assert next(items) == 0
    items.close()
    assert len(made) <= 4
    assert not any(thread.name.startswith("ahead") for thread in threading.enumerate())
    assert list(islice(ahead(counted(), 3), 5)) == [0, 1, 2, 3, 4]
