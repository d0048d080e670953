"""Spellings with i and y, and what is no syllable of Vietnamese."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchsvc.analysis.pipelines import exact_term, folded_term
from searchsvc.search.spellings import is_uncommon, iy_variant


@pytest.mark.parametrize(
    ("one", "other"), [("kỹ", "kĩ"), ("qui", "quy"), ("lý", "lí"), ("quít", "quýt"), ("sĩ", "sỹ")]
)
def test_each_spelling_gives_the_other(one: str, other: str) -> None:
    assert iy_variant(exact_term(one)) == exact_term(other)
    assert iy_variant(exact_term(other)) == exact_term(one)
    assert iy_variant(folded_term(one)) == folded_term(other)


@pytest.mark.parametrize("word", ["y", "ý", "quý", "ủy", "yêu", "tây", "hai", "thi đua", "bình", "2021", ""])
def test_what_has_one_spelling(word: str) -> None:
    expected = {"quý": exact_term("quí")}  # the one rhyme of qu that both spellings share
    assert iy_variant(exact_term(word)) == expected.get(word)


@given(st.text(max_size=12))
def test_a_variant_has_a_variant_which_is_the_word(text: str) -> None:
    other = iy_variant(text)
    assert other is None or (other != text and iy_variant(other) == text)


@pytest.mark.parametrize("word", ["nghị", "nghi", "QUYẾT", "uy", "dang"])
def test_syllables_are_common_with_and_without_accents(word: str) -> None:
    assert not is_uncommon(folded_term(word))


@pytest.mark.parametrize("word", ["Nixon", "covid", "2021", "05", "H5N1", "VNeID"])
def test_names_numbers_and_the_like_are_not(word: str) -> None:
    assert is_uncommon(folded_term(word))
