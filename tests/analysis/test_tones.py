"""Tone placement and keys, over every syllable that can be built and over the rule's own examples."""

import itertools
import string
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchsvc.analysis.characters import ACCENTED_LETTERS, TONE_MARKS, TONES_OF, VOWELS, WITH_TONE
from searchsvc.analysis.syllables import syllables
from searchsvc.analysis.tones import iy_key, place_tones, tone_key

ONSETS = ("|b|c|ch|d|đ|g|gh|gi|h|k|kh|l|m|n|ng|ngh|nh" + "|p|ph|qu|r|s|t|th|tr|v|x").split("|")
# Each rhyme with the index of the vowel that carries the tone, new style.
RHYMES = {
    "a": 0, "e": 0, "ê": 0, "i": 0, "o": 0, "ô": 0, "ơ": 0, "u": 0, "ư": 0, "y": 0,
    "ai": 0, "ao": 0, "au": 0, "ay": 0, "âu": 0, "ây": 0, "eo": 0, "êu": 0, "ia": 0, "iu": 0, "oi": 0,
    "ôi": 0, "ơi": 0, "ua": 0, "ui": 0, "ưa": 0, "ưi": 0, "ưu": 0,
    "oa": 1, "oe": 1, "uy": 1, "uê": 1, "uơ": 1,
    "oai": 1, "oay": 1, "oeo": 1, "oao": 1, "uya": 1, "uyu": 1, "iêu": 1, "yêu": 1, "uôi": 1, "uây": 1,
    "ươi": 1, "ươu": 1,
    "an": 0, "ăng": 0, "âm": 0, "ach": 0, "ênh": 0, "ich": 0, "ong": 0, "ôc": 0, "ung": 0, "ưng": 0,
    "oan": 1, "oang": 1, "oăt": 1, "oet": 1, "uân": 1, "uynh": 1, "uyt": 1, "iên": 1, "yên": 1, "uôc": 1,
    "ương": 1, "uyên": 2, "oong": 1,
}  # fmt: skip
letters = st.text(alphabet=string.ascii_letters + "".join(ACCENTED_LETTERS) + " -1", max_size=12)


def syllable(onset: str, rhyme: str, place: int, mark: str) -> str:
    chars = list(onset + rhyme)
    chars[len(onset) + place] = WITH_TONE[chars[len(onset) + place], mark]
    return "".join(chars)


def all_placements(onset: str, rhyme: str, mark: str) -> list[str]:
    places = [index for index, letter in enumerate(rhyme) if letter in VOWELS]
    return [syllable(onset, rhyme, place, mark) for place in places]


BUILT = [
    (onset, rhyme, place, mark)
    for onset, (rhyme, place), mark in itertools.product(ONSETS, RHYMES.items(), TONE_MARKS)
    # qu and gi take the vowel that would begin these rhymes.
    if not (onset == "qu" and rhyme[0] in "uo") and not (onset == "gi" and rhyme[0] in "i")
    # 'g' before 'ia' is spelled gi + a.
    if not (onset == "g" and rhyme[:2] in ("ia", "iu", "iê"))
]


def test_every_misplacement_of_every_syllable_is_put_right() -> None:
    for onset, rhyme, place, mark in BUILT:
        right = syllable(onset, rhyme, place, mark)
        for spelled in all_placements(onset, rhyme, mark):
            assert place_tones(spelled) == right, (spelled, right)
            assert place_tones(spelled.upper()) == right.upper()


def test_styles_differ_only_in_open_oa_oe_uy() -> None:
    for onset, rhyme, place, mark in BUILT:
        new = syllable(onset, rhyme, place, mark)
        old_place = 0 if rhyme in ("oa", "oe", "uy") else place
        assert place_tones(new, "old") == syllable(onset, rhyme, old_place, mark)


def test_keys_of_different_syllables_differ() -> None:
    keys = {tone_key(syllable(*parts)) for parts in BUILT}
    assert len(keys) == len({syllable(*parts) for parts in BUILT})


@pytest.mark.parametrize(
    ("old", "new"),
    [("hòa", "hoà"), ("khỏe", "khoẻ"), ("thủy", "thuỷ"), ("ủy", "uỷ"), ("quý", "quý"), ("HÒA", "HOÀ"),
     ("Ủy ban Hòa giải", "Uỷ ban Hoà giải"), ("Đảng ủy, tỉnh ủy.", "Đảng uỷ, tỉnh uỷ.")],
)  # fmt: skip
def test_examples_of_the_rule(old: str, new: str) -> None:
    assert place_tones(old) == new
    assert place_tones(new, "old") == old


@pytest.mark.parametrize(
    ("damaged", "right"),
    [("qúy", "quý"), ("cuả", "của"), ("tòan", "toàn"), ("thủơ", "thuở"), ("gìa", "già"), ("gịăt", "giặt")],
)
def test_misplacements_are_repaired_in_both_styles(damaged: str, right: str) -> None:
    assert place_tones(damaged) == place_tones(damaged, "old") == right
    assert tone_key(damaged) == tone_key(right)


AGREED = "hoàn huỳnh ngoài khuỷu mía gì gìn giá tuýp boóng"


@pytest.mark.parametrize("text", AGREED.split())
def test_places_that_all_agree_on_stay(text: str) -> None:
    assert place_tones(text) == place_tones(text, "old") == text


NOT_SYLLABLES = ["", "abc", "naïve", "José", "résumé", "hòáa", "hòax", "xhòaz9", "hòa\u0331", "số15hòa"]


@pytest.mark.parametrize("text", NOT_SYLLABLES)
def test_what_is_no_syllable_stays(text: str) -> None:
    assert place_tones(text) == text


def test_every_syllable_of_the_word_list_is_placed_already() -> None:
    assert all(place_tones(word) == word for word in syllables())
    assert len({tone_key(word) for word in syllables()}) == len(syllables())


@pytest.mark.parametrize("letter", sorted(TONES_OF))
def test_key_detaches_every_toned_letter(letter: str) -> None:
    plain, mark = TONES_OF[letter]
    assert tone_key(f"t{letter}n") == f"t{plain}n{mark}"


def test_key_keeps_shapes_and_tells_tones_apart() -> None:
    assert tone_key("hòa") == tone_key("hoà") == "hoa\u0300"
    assert tone_key("hoa") == "hoa"
    assert len({tone_key(word) for word in ("ban", "bàn", "bán", "bản", "bãn", "bạn", "băn", "bân")}) == 8


@given(letters)
def test_styles_have_one_key_per_word(text: str) -> None:
    for word in text.lower().split():
        assert tone_key(place_tones(word, "old")) == tone_key(place_tones(word, "new")) == tone_key(word)


@given(letters, st.sampled_from(["new", "old"]))
def test_placing_keeps_length_letters_and_itself(text: str, style: str) -> None:
    placed = place_tones(text, style)  # type: ignore[arg-type]
    assert len(placed) == len(text)
    assert place_tones(placed, style) == placed  # type: ignore[arg-type]
    assert unicodedata.is_normalized("NFC", placed)
    assert place_tones(place_tones(text, "old")) == place_tones(text)


@given(st.text())
def test_key_is_its_own_key(text: str) -> None:
    assert tone_key(tone_key(text)) == tone_key(text)


@pytest.mark.parametrize(
    ("word", "key"),
    [("kỹ", "kĩ"), ("ty", "ti"), ("lý", "lí"), ("mỹ", "mĩ"), ("thy", "thi"), ("qui", "quy"), ("quí", "quý"),
     ("quít", "quýt"), ("quình", "quỳnh"), ("kĩ", "kĩ"), ("quy", "quy")],
)  # fmt: skip
def test_iy_key_joins_the_two_spellings(word: str, key: str) -> None:
    assert iy_key(word) == key
    assert iy_key(tone_key(word)) == tone_key(key)


NOT_SWAPPED = "y ý tay tây tuy thuý yêu kiên yên quay gym nylon"


@pytest.mark.parametrize("word", NOT_SWAPPED.split())
def test_iy_key_leaves_other_words(word: str) -> None:
    assert iy_key(word) == word
