"""Counting group by group, against a count one by one."""

from itertools import combinations_with_replacement

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from searchsvc.engines.whoosh.groups import Groups, Sums, names_of
from searchsvc.engines.whoosh.packing import starts_of

memberships = st.lists(st.sets(st.integers(0, 39), min_size=1), max_size=8)


@given(memberships, st.sets(st.integers(0, 39)), st.integers(1, 40))
def test_groups_count_a_mask(groups: list[set[int]], chosen: set[int], repeated: int) -> None:
    """Each document stands for so many, so that groups of more than 255 occur."""
    members = [
        sorted(each * repeated + place for each in group for place in range(repeated)) for group in groups
    ]
    documents = np.array([each for group in members for each in group], np.int64)
    counted = Groups(documents, starts_of(np.array([len(each) for each in members], np.int64)))
    mask = np.repeat(np.isin(np.arange(40), list(chosen)), repeated)
    expected = [len(group & chosen) * repeated for group in groups]
    for first, end in combinations_with_replacement(range(len(groups) + 1), 2):
        assert counted.counts(mask, first, end).tolist() == expected[first:end]


@given(
    st.lists(st.tuples(st.integers(0, 5), st.integers(0, 9))),
    st.lists(st.integers(0, 99), min_size=10, max_size=10),
)
def test_sums_add_up_the_counts_of_groups(pairs: list[tuple[int, int]], counts: list[int]) -> None:
    values, groups = (np.array(each, np.int64) for each in ([v for v, _ in pairs], [g for _, g in pairs]))
    sums = Sums(values, groups)
    expected = {value: sum(counts[group] for each, group in pairs if each == value) for value, _ in pairs}
    found = sums.of(np.array(counts, np.int64))
    assert dict(zip(sums.values.tolist(), found.tolist(), strict=True)) == expected
    assert sums.values.tolist() == sorted(expected)


def test_names_stay_strings_of_their_own_length() -> None:
    assert names_of(["a", "bc"]).tolist() == ["a", "bc"]
    assert names_of([]).tolist() == []
