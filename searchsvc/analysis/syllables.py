"""The syllables of Vietnamese, from the word list that pyvi ships. The primary entrypoint is `is_syllable`.

The list is read as a file: pyvi itself, with its model, is not imported.
"""

import importlib.util
import unicodedata
from functools import cache
from pathlib import Path

from searchsvc.analysis.tones import place_tones
from searchsvc.errors import ServiceError


@cache
def syllables() -> frozenset[str]:
    """Return all syllables: lower-case NFC, tone marks placed the new way; some are loans and abbreviations.

    Raises ServiceError if pyvi is not installed.
    """
    words = _word_list().read_text(encoding="utf-8")
    parts = place_tones(unicodedata.normalize("NFC", words).lower()).split()
    return frozenset(part for part in parts if part.isalpha())


def is_syllable(word: str) -> bool:
    """Return whether NFC `word`, in any case and tone placement, is a syllable of Vietnamese."""
    known, lowered = syllables(), word.lower()
    return lowered in known or place_tones(lowered) in known


def _word_list() -> Path:
    spec = importlib.util.find_spec("pyvi")
    for folder in (spec.submodule_search_locations or []) if spec else []:
        path = Path(folder) / "models" / "words.txt"
        if path.is_file():
            return path
    raise ServiceError(
        vi="Không tìm thấy danh sách từ của pyvi: hãy cài lại gói pyvi.",
        en="pyvi's word list is missing: install the package pyvi again.",
    )
