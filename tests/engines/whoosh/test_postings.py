"""How positions are packed, and how the packed lists are read together."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from searchsvc.engines.whoosh.postings import Postings
from searchsvc.engines.whoosh.preparing import postings_of
from searchsvc.engines.whoosh.schema import PackedPositions

POSITIONS = PackedPositions()
edges = st.sampled_from((0, 1, 65_534, 65_535, 65_536, 131_070, 131_071, 400_000))
position_lists = st.sets(st.integers(0, 1_000_000) | edges, min_size=1).map(sorted)


@given(position_lists)
def test_positions_come_back(positions):
    packed = POSITIONS.encode(positions)
    assert POSITIONS.decode_positions(packed) == positions
    assert POSITIONS.decode_frequency(packed) == len(positions)


@given(st.lists(st.tuples(position_lists, st.booleans()), max_size=6))
def test_many_lists_are_read_as_each_alone(lists):
    packed = tuple(POSITIONS.encode(positions) for positions, _ in lists)
    chosen = np.array([taken for _, taken in lists], bool)
    postings = Postings(np.arange(len(lists)), np.ones(len(lists)), packed)
    places, positions = postings.positions(chosen)
    expected = [positions for positions, taken in lists if taken]
    assert list(zip(places.tolist(), positions.tolist(), strict=True)) == [
        (place, position) for place, some in enumerate(expected) for position in some
    ]


@given(st.text(alphabet="abc ", max_size=30))
def test_each_term_once_with_its_frequency(text):
    from searchsvc.analysis.tokens import tokenize

    tokens = tokenize(text)
    found = {
        term.decode(): (count, POSITIONS.decode_positions(packed))
        for term, count, _, packed in postings_of(tokens)
    }
    assert found == {
        word: (
            sum(token.text == word for token in tokens),
            [token.position for token in tokens if token.text == word],
        )
        for word in {token.text for token in tokens}
    }
