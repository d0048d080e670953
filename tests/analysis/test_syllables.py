"""The syllable set, as derived from pyvi's word list."""

import subprocess
import sys
import unicodedata

import pytest

from searchsvc.analysis.syllables import is_syllable, syllables


def test_the_set_is_normal() -> None:
    assert 7000 < len(syllables()) < 7500
    assert all(word == unicodedata.normalize("NFC", word).lower() and word.isalpha() for word in syllables())


@pytest.mark.parametrize("word", ["nghị", "QUYẾT", "hòa", "hoà", "Ủy", "đảng", "ý"])
def test_syllables_in_any_case_and_placement(word: str) -> None:
    assert is_syllable(word)


@pytest.mark.parametrize("word", ["", "nghịquyết", "khơng", "xyz", "QĐ-TW", "35", "ngh\u0323"])
def test_others(word: str) -> None:
    assert not is_syllable(word)


def test_pyvi_itself_is_not_imported() -> None:
    code = (
        "import sys; from searchsvc.analysis.syllables import syllables; "
        "syllables(); print('pyvi' in sys.modules)"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "False"
