"""Cleaning: each rule by example, and its promises over hostile text."""

import sys
import unicodedata
from itertools import permutations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from searchsvc.analysis.characters import ACCENTED_LETTERS, SHAPE_MARKS, TONE_MARKS
from searchsvc.analysis.normalize import clean

HOSTILE = (
    "aAeođĐðÐộоаνσй𝐍Ｑ \u0300\u0301\u0302\u0306\u031b\u0323\u0332\u0308\u0338"
    "\u200b\u00ad\u00a0\r\n\t\x00\ud83d\ude00\u212b\u1100\u1161"
)
texts = st.one_of(
    st.text(), st.text(alphabet=HOSTILE), st.text(alphabet=st.characters(categories=["Mn", "Lu", "Cs"]))
)


@pytest.mark.parametrize(
    ("found", "cleaned"),
    [
        ("Hội\u00a0nghị\u202f\u2007\u2009\u3000\tTW", "Hội nghị     TW"),
        ("Đảng\u00adbộ\u200b\u200c\u200d\u2060\ufeff\u200e\u200f\u202e\u2066", "Đảngbộ"),
        ("Ðảng bộ, ðại hội, Ɖoàn, ɖoàn", "Đảng bộ, đại hội, Đoàn, đoàn"),
        ("T\u0332ố\u0332i\u0332 \u0332", "Tối "),
        ("Số ３５－ＮＱ／ＴＷ", "Số 35-NQ/TW"),
        ("𝐍𝐐 𝑇𝑊 𝟑𝟓 ℕ", "NQ TW 35 N"),
        ("chо ᴠăn sο сách", "cho văn so cách"),
        ("a\r\nb\rc\u2028d\x0ce", "a\nb\nc\nd\ne"),
        ("a\x00\x07b\x7f\x9fc", "abc"),
        ("“Đảng” – ‘bộ’ — «tỉnh»…", "“Đảng” – ‘bộ’ — «tỉnh»…"),
        ("một\n\nhai  ba", "một\n\nhai  ba"),
        ("a\ud800b\udfff", "a\ufffdb\ufffd"),
        ("\ud83d\ude00", "😀"),
        ("½ № … ﬁ", "½ № … ﬁ"),
        ("", ""),
    ],
)
def test_rules(found: str, cleaned: str) -> None:
    assert clean(found) == cleaned


@pytest.mark.parametrize("text", ["Москва", "Mосква", "ελληνικός", "й", "kΩ", "é\u0301".upper(), "ё\u0332"])
def test_words_of_other_scripts_stay(text: str) -> None:
    assert clean(text) == unicodedata.normalize("NFC", text)


@pytest.mark.parametrize("letter", ACCENTED_LETTERS)
def test_marks_in_any_order_make_the_letter(letter: str) -> None:
    base, *marks = unicodedata.normalize("NFD", letter)
    for order in permutations(marks):
        assert clean(base + "".join(order)) == letter
        assert clean(base + "\u0332".join(order) + "\u200b") == letter
    assert clean(letter) == letter


@pytest.mark.parametrize("tone", TONE_MARKS)
@pytest.mark.parametrize(
    ("base", "shape"), [*[(b, SHAPE_MARKS[0]) for b in "aeo"], ("a", SHAPE_MARKS[1]), ("u", SHAPE_MARKS[2])]
)
def test_tone_before_shape_is_repaired(base: str, shape: str, tone: str) -> None:
    right = unicodedata.normalize("NFC", base + shape + tone)
    assert len(right) == 1
    assert clean(base + tone + shape) == right
    assert clean(unicodedata.normalize("NFC", base + tone) + shape) == right


@example("A\u030b\u0395")
@example("\u012a\u0329\u0323")
@given(texts)
def test_clean_is_idempotent_and_nfc(text: str) -> None:
    once = clean(text)
    assert clean(once) == once
    assert unicodedata.is_normalized("NFC", once)
    assert not any(0xD800 <= ord(c) < 0xE000 or (ord(c) < 0x20 and c != "\n") for c in once)


@given(texts)
def test_equivalent_spellings_clean_to_the_same(text: str) -> None:
    assert clean(unicodedata.normalize("NFD", text)) == clean(unicodedata.normalize("NFC", text))


def test_every_character_alone_and_in_a_word() -> None:
    for code in range(sys.maxunicode + 1):
        for text in (chr(code), f"a{chr(code)}\u0301b"):
            once = clean(text)
            assert clean(once) == once, hex(code)
            assert unicodedata.is_normalized("NFC", once), hex(code)


@pytest.mark.parametrize(
    "text",
    [
        "a" + "\u0301\u0323" * 200_000,
        "\u0591\u093c" * 200_000,
        "\u200b\u0301" * 100_000,
        "\ud800" * 100_000,
        "аb" * 100_000,
        "a" * 300_000 + " аb",
    ],
    ids=["latin-marks", "other-marks", "hidden-marks", "surrogates", "look-alikes", "long-word"],
)
def test_hostile_length_ends(text: str) -> None:
    # Takes hours if any step needs quadratic time.
    assert len(clean(text)) <= len(text)


@pytest.mark.corpora
def test_seed_page_keeps_its_lines_and_loses_its_no_break_spaces(corpora) -> None:
    page = (corpora / "seed" / "bulletin-page.txt").read_text(encoding="utf-8")
    cleaned = clean(page)
    assert "\u00a0" in page
    assert "\u00a0" not in cleaned
    assert cleaned.count("\n") == page.count("\n")
