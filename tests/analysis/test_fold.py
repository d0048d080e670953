"""Folding, over all letters of Vietnamese and over all of Unicode."""

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchsvc.analysis.characters import ACCENTED_LETTERS
from searchsvc.analysis.fold import fold


@pytest.mark.parametrize("letter", ACCENTED_LETTERS)
def test_each_letter_folds_to_its_ascii_letter(letter: str) -> None:
    base = unicodedata.normalize("NFD", letter)[0]
    assert fold(letter) == {"đ": "d", "Đ": "d"}.get(letter, base.lower())


@pytest.mark.parametrize(
    ("text", "folded"),
    [("Đà Nẵng", "da nang"), ("NGHỊ QUYẾT 05-CT/TW", "nghi quyet 05-ct/tw"), ("", ""),
     ("München, 5m²", "munchen, 5m2"),
     ("Ðảng", "dang"), ("İstanbul", "istanbul"), ("Москва", "москва"), ("“ABC” – …", "“abc” – …")],
)  # fmt: skip
def test_examples(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_all_of_unicode_keeps_its_length_and_folds_once() -> None:
    for code in range(sys.maxunicode + 1):
        once = fold(chr(code))
        assert len(once) == 1, hex(code)
        assert fold(once) == once, hex(code)


@given(st.text())
def test_length_and_idempotence(text: str) -> None:
    assert len(fold(text)) == len(text)
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_nfd_and_back_folds_the_same(text: str) -> None:
    text = unicodedata.normalize("NFC", text)
    again = unicodedata.normalize("NFC", unicodedata.normalize("NFD", text))
    assert fold(again) == fold(text)


@given(st.text(alphabet=st.sampled_from(ACCENTED_LETTERS + tuple("abcxyz "))))
def test_equals_stripping_marks_by_decomposition(text: str) -> None:
    stripped = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    assert fold(text) == stripped.lower().replace("đ", "d")
