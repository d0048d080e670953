"""Compounds: what is kept of a segmentation gives the same words as the segmentation itself."""

import json
import lzma
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from searchsvc.analysis import compounds as subject
from searchsvc.analysis import pyvi_model
from searchsvc.analysis.compounds import compounds, joined_ranges, joins_fingerprint, word_joins
from searchsvc.analysis.normalize import clean
from searchsvc.analysis.tokens import tokenize

SYLLABLES = [
    "nghị",
    "quyết",
    "ĐẠI",
    "hội",
    "đảng",
    "uỷ",
    "ban",
    "công",
    "nghiệp",
    "hóa",
    "chủ",
    "nghĩa",
    "xã",
    "1.000",
    "05-CT/TW",
    "TS.Nguyễn",
    "_",
    ".",
    "x",
]
texts = st.one_of(
    st.text(alphabet=st.characters(exclude_categories=["Cs"])),
    st.lists(st.sampled_from([*SYLLABLES, "\n\n", "\n"])).map(" ".join),
).map(clean)


def bits(text: str) -> str:
    joins = word_joins(text)
    return f"{int.from_bytes(joins, 'little'):b}"[::-1]


def joined(text: str) -> list[str]:
    return [token.text for token in compounds(text, tokenize(text), word_joins(text))]


def test_a_bit_for_each_syllable_tells_whether_it_is_joined_to_the_next() -> None:
    assert joined("Nghị quyết Đảng ủy của xã hội") == ["Nghị_quyết", "Đảng_ủy", "xã_hội"]
    assert bits("Nghị quyết Đảng ủy của xã hội") == "101001"
    assert word_joins("Nghị quyết Đảng ủy của xã hội") == b"\x25"


def test_texts_without_compounds_and_without_syllables() -> None:
    assert word_joins("và") == b"\0"
    assert word_joins("") == word_joins(" ... ") == b""
    assert joined("và") == joined("...") == []


def test_eight_syllables_need_one_byte_and_nine_need_two() -> None:
    assert [len(word_joins("a " * count)) for count in (1, 8, 9, 16, 17)] == [1, 1, 2, 2, 3]


def test_a_row_longer_than_any_compound_is_not_recorded() -> None:
    names = "Xyza " * 40
    assert joined(names) == [token.text for token in compounds(names, tokenize(names))]
    assert "11111111" not in bits(names)


@given(texts)
@example("nghị quyết " * 5_000)
@example("Nghị quyết Đại hội. " * 30)
def test_recorded_joins_give_what_segmentation_gives(text: str) -> None:
    syllables = tokenize(text)
    assert compounds(text, syllables, word_joins(text)) == compounds(text, syllables)


@pytest.mark.corpora
@pytest.mark.parametrize("name", ["party_subset", "news_trends2024", "gov_legal_web"])
def test_recorded_joins_give_the_words_of_real_texts(corpora: Path, name: str) -> None:
    with lzma.open(corpora / f"{name}.jsonl.xz", "rt", encoding="utf-8") as lines:
        for line in islice(lines, 150):
            article = json.loads(line)
            text = clean(str(article.get("body") or article.get("text")))
            syllables = tokenize(text)
            assert compounds(text, syllables, word_joins(text)) == compounds(text, syllables)


def test_recorded_joins_need_no_segmentation(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "Nghị quyết Đại hội Đảng bộ tỉnh"
    syllables = tokenize(text)
    expected, joins = compounds(text, syllables), word_joins(text)

    def segmented(_: str) -> None:
        raise AssertionError("segmented")

    monkeypatch.setattr(subject, "segment", segmented)
    assert compounds(text, syllables, joins) == expected
    with pytest.raises(AssertionError, match="segmented"):
        compounds(text, syllables)


@pytest.mark.parametrize("count", [0, 8, 17])
def test_joins_of_another_text_are_refused(count: int) -> None:
    joins = word_joins("a " * 12)
    with pytest.raises(ValueError, match="2 bytes of joins"):
        joined_ranges(joins, count)


def test_fingerprint_names_the_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = joins_fingerprint()
    assert before == joins_fingerprint()
    assert len(before) == 12
    monkeypatch.setattr(pyvi_model, "installed_folder", lambda: tmp_path)
    joins_fingerprint.cache_clear()
    try:
        assert joins_fingerprint() != before
    finally:
        joins_fingerprint.cache_clear()


def test_fingerprint_goes_with_the_rules() -> None:
    # Other bits for this text under the same version would mix two rules in one archive: raise
    # `compounds._VERSION` together with this expectation.
    text = (
        "HỘI NGHỊ tỉnh ủy: 1.000 đại biểu dự; H'Mông, QH14, ngày22/7 - Đảng_ủy xã.\n\nChủ nghĩa\nxã hội, "
        "TS.Nguyễn Văn An và ThS. Lê Thị Bình (Tp. Huế) bàn công tác xây dựng Đảng."
    )
    assert (subject._VERSION, word_joins(text).hex()) == (1, "2524450c05")
