"""The ways a query is typed, as the relevance benchmark makes them."""

import unicodedata
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.relevance.variants import (
    VARIANTS,
    WORD,
    half_accented,
    half_of,
    other_tone_placement,
    typed,
    without_accents,
)

LETTERS = "aàáảãạăằắẳẵặâầấẩẫậeèéẻẽẹêềếểễệiìíỉĩịoòóỏõọôồốổỗộơờớởỡợuùúủũụưừứửữựyỳýỷỹỵđbcghklmnpqrstvx"
WORDS = st.text(alphabet=LETTERS + LETTERS.upper(), min_size=1, max_size=7)
TEXTS = st.lists(st.one_of(WORDS, st.sampled_from(["05-CT/TW", "hòa", "huỷ", "(2021)", "?"]))).map(" ".join)
QUERY = "Đẩy mạnh học tập ở thôn, bản: 05-CT/TW"


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("Đổi mới", "Doi moi"),
        ("ưỡn ẹo, đường", "uon eo, duong"),
        ("05-CT/TW", "05-CT/TW"),
        ("168/2024/NĐ-CP", "168/2024/ND-CP"),
    ],
)
def test_without_accents_takes_every_mark_and_the_stroke(text: str, bare: str) -> None:
    assert without_accents(text) == bare
    assert without_accents(unicodedata.normalize("NFD", text)) == bare


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("hòa", "hoà"),
        ("hoà bình", "hòa bình"),
        ("HÒA", "HOÀ"),
        ("Ủy ban", "Uỷ ban"),
        ("ỦY BAN", "UỶ BAN"),
        ("khỏe, loè", "khoẻ, lòe"),
        ("quý", "quý"),
        ("QUỸ", "QUỸ"),
        ("hoàn toàn", "hoàn toàn"),
        ("khuỷu", "khuỷu"),
        ("hoa", "hoa"),
        ("mùa", "mùa"),
    ],
)
def test_the_tone_of_open_rhymes_alone_moves(text: str, other: str) -> None:
    assert other_tone_placement(text) == other


@given(TEXTS)
def test_the_other_tone_placement_is_its_own_inverse(text: str) -> None:
    other = other_tone_placement(text)
    assert len(other) == len(text)
    assert other_tone_placement(other) == text


@given(st.text(alphabet="0123456789abcdef", min_size=1), TEXTS)
def test_half_of_the_accented_words_lose_their_marks(query: str, text: str) -> None:
    half = half_accented(query, text)
    pairs = list(zip(WORD.findall(text), WORD.findall(half), strict=True))
    accented = sum(word != without_accents(word) for word, _ in pairs)
    bared = sum(word != left for word, left in pairs)
    assert bared in (accented // 2, (accented + 1) // 2)
    assert all(left in (word, without_accents(word)) for word, left in pairs)
    assert WORD.sub("", half) == WORD.sub("", text)


def test_half_accents_leave_the_rest_in_place_where_a_lone_mark_goes() -> None:
    text = "x\u0323\u0328y đ z\u0328 ơ"
    assert WORD.sub("", half_accented("q1", text)).count(" ") == 3
    assert without_accents(half_accented("q1", text)) == without_accents(text)


def test_other_queries_lose_other_words() -> None:
    halves = {half_accented(f"q{number}", QUERY) for number in range(50)}
    assert len(halves) > 5


def test_half_accents_and_halves_are_the_same_on_every_machine() -> None:
    assert half_accented("q1", QUERY) == "Đẩy mạnh hoc tập o thôn, ban: 05-CT/TW"
    assert "".join(half_of(f"q{number}")[0] for number in range(1, 17)) == "ttdtttddddttdddt"


def test_about_half_of_the_queries_are_for_development() -> None:
    counts = Counter(half_of(f"q{number}") for number in range(1000))
    assert set(counts) == {"development", "test"}
    assert 450 < counts["development"] < 550


def test_capitals_and_decomposition_are_of_the_whole_query() -> None:
    assert typed("capitals", "q1", "Ủy ban") == "ỦY BAN"
    assert typed("nfd", "q1", "Ủy") == "U\u0309y"


@given(st.sampled_from(sorted(VARIANTS)), TEXTS)
def test_variants_do_not_depend_on_how_the_query_file_is_normalized(variant: str, text: str) -> None:
    assert typed(variant, "q1", unicodedata.normalize("NFD", text)) == typed(variant, "q1", text)


@given(TEXTS)
def test_no_variant_changes_the_letters_below_the_marks(text: str) -> None:
    bare = without_accents(text).lower()
    for variant in VARIANTS:
        assert without_accents(typed(variant, "q1", text)).lower() == bare
