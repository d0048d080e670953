"""Tokens: where they begin and end, and how positions count."""

import unicodedata
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchsvc.analysis import tokens as tokens_module
from searchsvc.analysis.characters import ACCENTED_LETTERS
from searchsvc.analysis.normalize import clean
from searchsvc.analysis.tokens import (
    PARAGRAPH_GAP,
    Token,
    bounds_of,
    paragraphs_of,
    tokenize,
    without_separators,
    words_of,
    words_of_each,
)

texts = st.one_of(st.text(), st.text(alphabet="aộđ19.,'’_-/ \n\u0331²H\u2028\x1f\u00a0"))


def words(text: str) -> list[str]:
    return [token.text for token in tokenize(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Nghị quyết số 05-CT/TW", ["Nghị", "quyết", "số", "05", "CT", "TW"]),
        ("nghị_quyết", ["nghị", "quyết"]),
        ("1.000 và 1,234,567 và 1.000,5", ["1.000", "và", "1,234,567", "và", "1.000", "5"]),
        ("2020.123 12.3456 15.10.2020 1.5", ["2020", "123", "12", "3456", "15", "10", "2020", "1", "5"]),
        (
            "ngày22 tháng, năm 2025của, số15-QĐ",
            ["ngày", "22", "tháng", "năm", "2025", "của", "số", "15", "QĐ"],
        ),
        ("QH14 H5N1 U23 3G", ["QH14", "H5N1", "U23", "3G"]),
        ("H'Mông, R’lấp, M'Drắk", ["H'Mông", "R’lấp", "M'Drắk"]),
        ("it's 'A' o'", ["it", "s", "A", "o"]),
        ("q\u0303a x\u0331", ["q\u0303a", "x\u0331"]),
        ("“Đảng”…", ["Đảng"]),
        ("", []),
        (" \n-- _ ", []),
    ],
)
def test_examples(text: str, expected: list[str]) -> None:
    assert words(text) == expected


def test_positions_and_offsets() -> None:
    assert tokenize("ủy  ban") == [Token("ủy", 0, 0, 2), Token("ban", 1, 4, 7)]


def test_a_blank_line_keeps_phrases_apart_and_a_line_break_does_not() -> None:
    def positions(text: str) -> list[int]:
        return [token.position for token in tokenize(text)]

    assert positions("a\nb") == [0, 1]
    apart = [0, 1 + PARAGRAPH_GAP]
    assert positions("a\n\nb") == positions("a\n  \n\n\nb") == positions("a\n\n***\n\nb") == apart
    assert positions("\n\na") == [0]


def by_stretches(text: str) -> list[tuple[str, int]]:
    found, position = [], 0
    for paragraph in paragraphs_of(text):
        words = [word for stretch in paragraph.split() for word in words_of(stretch)]
        found += [(word, position + place) for place, word in enumerate(words)]
        position += len(words) + PARAGRAPH_GAP if words else 0
    return found


@given(texts)
def test_a_text_has_the_tokens_of_its_stretches(text: str) -> None:
    assert by_stretches(text) == [(token.text, token.position) for token in tokenize(text)]


@given(texts)
def test_bounds_are_those_of_the_tokens(text: str) -> None:
    tokens = tokenize(clean(text))
    assert bounds_of(clean(text)) == ([one.start for one in tokens], [one.end for one in tokens])


@given(st.lists(texts), st.integers(1, 3))
def test_words_of_each_stretch_are_its_words(given_texts: list[str], together: int) -> None:
    stretches = [stretch for text in given_texts for stretch in clean(text).split()]
    with patch.object(tokens_module, "_TOGETHER", together):
        found, counts = words_of_each(stretches)
    assert found == [word for stretch in stretches for word in words_of(stretch)]
    assert counts == [len(words_of(stretch)) for stretch in stretches]


def test_an_underscore_between_line_breaks_leaves_a_blank_line() -> None:
    assert by_stretches("a\n_\nb") == [("a", 0), ("b", 1 + PARAGRAPH_GAP)]


@given(texts)
def test_tokens_are_slices_in_order(text: str) -> None:
    end, position = 0, -1
    for token in tokenize(text):
        assert text[token.start : token.end] == token.text != ""
        assert token.start >= end
        assert token.position > position
        assert "_" not in token.text
        end, position = token.end, token.position


@given(texts)
def test_no_letter_or_digit_is_lost(text: str) -> None:
    kept = [c for token in tokenize(text) for c in token.text if c.isalnum()]
    assert kept == [c for c in text if c.isalnum()]


@given(st.text(alphabet=st.sampled_from((*ACCENTED_LETTERS, *"ab 1-\n"))))
def test_nfd_text_gives_the_same_tokens_once_cleaned(text: str) -> None:
    assert tokenize(clean(unicodedata.normalize("NFD", text))) == tokenize(clean(text))


@pytest.mark.parametrize(
    "text",
    ["a1" * 100_000 + "ộ", "1.000" * 50_000 + "ộ", "a'" * 100_000, "\n " * 100_000, "x\u0331" * 100_000],
)
def test_hostile_length_ends(text: str) -> None:
    assert sum(len(token.text) for token in tokenize(text)) <= len(text)


@pytest.mark.parametrize(
    ("word", "plain"),
    [("1.000", "1000"), ("1,000", "1000"), ("H'Mông", "HMông"), ("Hʼmông", "Hmông"), ("ʼ", "ʼ")],
)
def test_separators_inside_a_token(word: str, plain: str) -> None:
    assert without_separators(word) == plain
