"""The tables of letters: complete, consistent, and nothing Vietnamese in the wrong one."""

import unicodedata

import pytest

from searchsvc.analysis.characters import (
    ACCENTED_LETTERS,
    CLEANED,
    D_LOOK_ALIKES,
    FOLDED,
    TONES_OF,
    WITH_TONE,
    look_alikes,
)


def test_there_are_134_letters_as_the_standard_lists_them() -> None:
    assert len(set(ACCENTED_LETTERS)) == len(ACCENTED_LETTERS) == 134
    assert sum(ord(letter) < 0x100 for letter in ACCENTED_LETTERS) == 32
    assert sum(0x1EA0 <= ord(letter) <= 0x1EF9 for letter in ACCENTED_LETTERS) == 90


@pytest.mark.parametrize("letter", ACCENTED_LETTERS)
def test_each_letter_is_one_nfc_character_with_one_other_case(letter: str) -> None:
    assert len(letter) == 1
    assert unicodedata.is_normalized("NFC", letter)
    assert letter.swapcase() in ACCENTED_LETTERS
    assert letter.swapcase().swapcase() == letter


def test_tones_take_apart_and_put_together() -> None:
    assert len(TONES_OF) == 12 * 5 * 2
    assert all(WITH_TONE[parts] == letter for letter, parts in TONES_OF.items())


def test_cleaning_and_look_alikes_touch_no_vietnamese_letter() -> None:
    for letter in ACCENTED_LETTERS:
        assert ord(letter) not in CLEANED
        assert letter not in look_alikes()


def test_look_alikes_are_foreign_letters_of_the_same_case() -> None:
    table = look_alikes()
    assert len(table) > 40
    for foreign, latin in table.items():
        assert len(foreign) == 1
        assert latin.isascii()
        assert latin.isalpha()
        assert not foreign.isascii()
        assert foreign.isupper() == latin.isupper()


def test_every_accented_letter_and_d_look_alike_folds() -> None:
    assert all(ord(letter) in FOLDED for letter in ACCENTED_LETTERS)
    assert all(FOLDED[ord(letter)] == "d" for letter in D_LOOK_ALIKES)
