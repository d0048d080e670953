"""Telex, VNI and VIQR: a round trip over all accented syllables, and what must stay as it is."""

import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchsvc.analysis.keyboard import decode_telex, decode_viqr, decode_vni, decodings
from searchsvc.analysis.syllables import is_syllable, syllables
from searchsvc.analysis.tones import place_tones

ACCENTED = sorted(syllable for syllable in syllables() if not syllable.isascii())

MARKS = "\u0300\u0301\u0303\u0309\u0323\u0302\u031b\u0306"
TONES = MARKS[:5]
KEYS = {
    "telex": dict(zip(TONES, "fsxrj", strict=True)) | {"đ": "dd"},
    "vni": dict(zip(MARKS, "21435678", strict=True)) | {"đ": "d9"},
    "viqr": dict(zip(MARKS, "`'~?.^+(", strict=True)) | {"đ": "dd"},
}
DECODERS = {"telex": decode_telex, "vni": decode_vni, "viqr": decode_viqr}
RATES = {"telex": 0.992, "vni": 0.998, "viqr": 0.997}  # reference §3; the rest are loans


def typed(syllable: str, method: str, *, tone_last: bool) -> str:
    """The keys for `syllable`: its tone after its letter, or after the whole word."""
    keys = ""
    last = ""
    for letter in syllable:
        base, *marks = unicodedata.normalize("NFD", letter)
        keys += KEYS[method].get(base, base)
        for mark in sorted(marks, key=TONES.__contains__):  # the shape first
            if mark in TONES and tone_last:
                last = KEYS[method][mark]
            elif method == "telex" and mark not in TONES:
                keys += base if mark == "\u0302" else "w"
            else:
                keys += KEYS[method][mark]
    return keys + last


@pytest.mark.parametrize("tone_last", [False, True])
@pytest.mark.parametrize("method", KEYS)
def test_accented_syllables_come_back_from_their_keys(method: str, tone_last: bool) -> None:
    keys = {syllable: typed(syllable, method, tone_last=tone_last) for syllable in ACCENTED}
    right = sum(DECODERS[method](pressed) == syllable for syllable, pressed in keys.items())
    assert len(ACCENTED) > 5_800
    assert right / len(ACCENTED) >= RATES[method]


@pytest.mark.parametrize(
    ("decode", "keys", "word"),
    [
        (decode_telex, "nghij", "nghị"),
        (decode_telex, "quyeets", "quyết"),
        (decode_telex, "Dduowngf", "Đường"),
        (decode_telex, "duwowcj", "dược"),
        (decode_telex, "THUOWR", "THUỞ"),
        (decode_telex, "huowu", "hươu"),
        (decode_telex, "muaw", "mưa"),
        (decode_telex, "quawng", "quăng"),
        (decode_telex, "hoawcj", "hoặc"),
        (decode_telex, "nhw", "như"),
        (decode_telex, "booongs", "boóng"),
        (decode_telex, "xooong", None),  # "xoong" has no diacritic to restore
        (decode_telex, "luuw", "lưu"),
        (decode_vni, "nghi5", "nghị"),
        (decode_vni, "quye6t1", "quyết"),
        (decode_vni, "d9a3ng", "đảng"),
        (decode_vni, "dang93", "đảng"),
        (decode_vni, "Thuong72", "Thường"),
        (decode_vni, "o73", "ở"),
        (decode_viqr, "quye^'t", "quyết"),
        (decode_viqr, "ddu+o+`ng", "đường"),
        (decode_viqr, "ban.", "bạn"),
    ],
)
def test_words_typed_in_common_ways(decode: Callable[[str], str | None], keys: str, word: str | None) -> None:
    assert decode(keys) == word


@pytest.mark.parametrize(("keys", "word"), [("uyr", "uỷ"), ("hoaf", "hoà"), ("hofa", "hoà"), ("cuar", "của")])
def test_tone_goes_to_its_new_place(keys: str, word: str) -> None:
    assert decode_telex(keys) == word


UNTOUCHED = """
TW tw Tw QH14 H5N1 U23 A4 E5 B52 Km15 35-NQ/TW 05 2021 nghị đảng ban. can? dang hoi class service a ^
"""


@pytest.mark.parametrize("word", [*UNTOUCHED.split(), "", "a" * 10_000, "o^" * 5_000])
def test_words_that_are_no_keystrokes_stay(word: str) -> None:
    assert decodings(word) == ()


def test_each_method_is_tried_once() -> None:
    assert decodings("nghij") == ("nghị",)
    assert decodings("nghi5") == ("nghị",)
    assert decodings("nghi^.") == ()
    assert decodings("Ngu+o+`i") == ("Người",)
    assert decodings("DDANGR") == ("ĐẢNG",)


@pytest.mark.parametrize(
    ("keys", "word"), [("Hooij", "Hội"), ("HOOIJ", "HỘI"), ("hooij", "hội"), ("OW", "Ơ")]
)
def test_capitals_are_kept(keys: str, word: str) -> None:
    assert decode_telex(keys) == word


@given(st.text(alphabet="abcdeghiuowdsfrxj0123456789^+(`~'?.ABDOW", max_size=14))
def test_decodings_are_syllables_with_a_diacritic_in_new_placement(word: str) -> None:
    for syllable in decodings(word):
        assert is_syllable(syllable)
        assert not syllable.isascii()
        assert place_tones(syllable) == syllable


@given(st.text(max_size=20))
def test_any_text_is_taken(word: str) -> None:
    assert all(map(is_syllable, decodings(word)))
