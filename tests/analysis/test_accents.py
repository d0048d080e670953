"""The accent restorer against pyvi's own, and what it must leave alone."""

import subprocess
import sys
import threading

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from searchsvc.analysis import accents
from searchsvc.analysis.accents import MAX_CHARACTERS, MAX_WORD, restore, restore_folded
from searchsvc.analysis.fold import fold

TEXTS = [
    "nghi quyet dai hoi dang bo tinh lan thu xvii",
    "cong tac kiem tra, giam sat cua uy ban kiem tra tinh uy",
    "chi thi 05-ct/tw nam 2016 cua bo chinh tri",
    "dong bao a. dat nuoc! ban hoi gi? duoc...",
    "a",
    " ",
    "  hai  khoang  trang  ",
    "x\0y viet\0nam",
    "khong-cach/nao_het",
]
SYLLABLES = """
nghi quyet dang bo tinh chi thi cong tac thanh nien ho chi minh vien xa phuong uoc mo duoc a o d w . ! , 5
"""
sentences = st.lists(st.sampled_from([*SYLLABLES.split(), *" " * 20]), max_size=40).map("".join)


def restored_by_pyvi(text: str) -> str | None:
    """pyvi's answer in small letters; None where it raises for a mark that a letter cannot bear."""
    from pyvi import ViUtils

    try:
        return str(ViUtils.add_accents(text)).lower()
    except KeyError:
        return None


@pytest.mark.parametrize("text", TEXTS)
def test_written_texts_are_restored_as_by_pyvi(text: str) -> None:
    assert restore_folded(text) == restored_by_pyvi(text)


@settings(max_examples=150, deadline=None)
@given(sentences)
@example("nghi quyet")
def test_random_sentences_are_restored_as_by_pyvi(text: str) -> None:
    expected = restored_by_pyvi(text)
    if expected is not None:
        assert restore_folded(text) == expected


@settings(max_examples=150, deadline=None)
@given(st.text(st.characters(max_codepoint=0x7F), max_size=60).map(str.lower))
def test_random_ascii_is_restored_as_by_pyvi(text: str) -> None:
    expected = restored_by_pyvi(text)
    if expected is not None:
        assert restore_folded(text) == expected


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=60))
@example("\u212aG dai hoi")
def test_only_accents_change(text: str) -> None:
    restored = restore(text)
    assert len(restored) == len(text)
    assert fold(restored) == fold(text)
    assert [letter.isupper() for letter in restored] == [letter.isupper() for letter in text]


def test_words_get_their_accents_in_their_case() -> None:
    assert restore("nghi quyet dai hoi") == "nghị quyết đại hội"
    assert restore("NGHI QUYET Dai hoi") == "NGHỊ QUYẾT Đại hội"


def test_typed_accents_codes_and_dates_stay() -> None:
    assert restore("nghi quyết 35-NQ/TW ngay 15/5/2016").split()[1:3] == ["quyết", "35-NQ/TW"]
    assert restore("Nghị quyết Đại hội") == "Nghị quyết Đại hội"


def test_typed_accents_help_as_context_like_plain_letters() -> None:
    assert restore("nghị quyet đại hoi") == restore("nghi quyet dai hoi")


@pytest.mark.parametrize("text", ["", "  ", "dai " * MAX_CHARACTERS, "a" * (MAX_WORD + 1), "a." * 100_000])
def test_blank_and_oversized_texts_stay(text: str) -> None:
    assert restore(text) == text


def test_longest_text_is_taken() -> None:
    assert restore(("cong tac " * MAX_CHARACTERS)[: MAX_CHARACTERS - 1]).startswith("công tác")


def test_another_model_means_pyvi_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(accents, "KNOWN_MODEL", "another")
    accents._load.cache_clear()
    try:
        assert accents._tagger() is None
        assert restore("nghi quyet dai hoi") == "nghị quyết đại hội"
        assert len(restore("b d w b d w")) == len("b d w b d w")
    finally:
        accents._load.cache_clear()


def test_threads_that_start_together_agree() -> None:
    accents._load.cache_clear()
    found: list[str] = []
    threads = [threading.Thread(target=lambda: found.append(restore("nghi quyet dai hoi"))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == ["nghị quyết đại hội"] * 4


def test_pyvi_and_scikit_learn_are_not_loaded() -> None:
    code = """
import sys
from searchsvc.analysis.accents import restore
print("numpy" in sys.modules)
restore("dai hoi")
print([name for name in ("pyvi", "sklearn", "pycrfsuite") if name in sys.modules])
"""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.split("\n")[:2] == ["False", "[]"]
