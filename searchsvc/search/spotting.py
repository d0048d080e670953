"""Where given words stand in a text: whole words, compared folded, with the offsets of the text as archived.

The primary entrypoint is `Spotter`. Folding keeps the length, so the offsets of the folded text are those of
the text. A page shows passages of some ten articles of many thousand characters each; so the text becomes
bytes by one look into a table, everything between words a space, and at every beginning of a word its first
bytes are compared as one number with those of each word that is looked for.
"""

from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from searchsvc.analysis.fold import fold

_TABLE_SIZE = 0x3000
"""Characters with an entry; Latin, Greek and Cyrillic letters and general punctuation are below."""

_KEY_BYTES = 8
"""Bytes of a text that are compared at once; few syllables are longer."""

_BETWEEN, _OTHER_LETTER, _NO_ENTRY = ord(" "), 1, 2


Numbers = npt.NDArray[np.int64]


class _Needle(NamedTuple):
    """A word to find: which bytes of a key count, their value, and whether nothing else need agree."""

    word: str
    mask: np.uint64
    key: np.uint64
    decides: bool


class Spotter:
    """Finds folded words in texts: where no letter, digit or underscore stands directly before or behind."""

    def __init__(self, words: Iterable[str]) -> None:
        self._needles = [_needle(word) for word in words if word]
        self._may_overlap = any(
            not (needle.word.isascii() and needle.word.isalnum()) for needle in self._needles
        )

    def find(self, text: str) -> dict[str, Numbers]:
        """Return where each word that stands in NFC `text` begins, in order.

        Of words that overlap ('1.000' and '1') only the one that begins first counts, then the longest.
        """
        if not self._needles:
            return {}
        spaced = _spaced(text)
        # A word begins behind a space; in the text, which has none before it, at the place of that space.
        places = np.flatnonzero(np.frombuffer(spaced, np.uint8, len(text)) == _BETWEEN)
        keys = np.ndarray(len(text), "<u8", spaced, 1, (1,))[places]
        found: dict[str, Numbers] = {}
        for needle in self._needles:
            starts = places[keys & needle.mask == needle.key]
            if len(starts) and not needle.decides:
                starts = starts[[_stands(needle.word, text, spaced, start) for start in starts.tolist()]]
            if len(starts):
                found[needle.word] = starts
        return _without_overlaps(found) if self._may_overlap else found


def _is_plain(word: str) -> bool:
    return word.isascii() and word.isalnum()


def _needle(word: str) -> _Needle:
    spaced = _spaced(word)[1:]
    size = min(len(word) + 1, _KEY_BYTES)  # the space behind a word that is not longer is part of its key
    key = int.from_bytes(spaced[:size], "little")
    decides = len(word) < _KEY_BYTES and _is_plain(word)
    return _Needle(word, np.uint64((1 << 8 * size) - 1), np.uint64(key), decides)


def _stands(word: str, text: str, spaced: bytes, start: int) -> bool:
    end = start + len(word)
    return spaced[end + 1] == _BETWEEN and fold(text[start:end]) == word


def _without_overlaps(found: dict[str, Numbers]) -> dict[str, Numbers]:
    kept: dict[str, list[int]] = {}
    end = 0
    for start, length, word in sorted(
        (start, -len(word), word) for word, starts in found.items() for start in starts.tolist()
    ):
        if start >= end:
            kept.setdefault(word, []).append(start)
            end = start - length
    return {word: np.array(starts) for word, starts in kept.items()}


def _spaced(text: str) -> bytes:
    """Return a byte for each character of `text` between a space and room for a key, spaces too.

    ASCII letters and digits, also those that others fold to, stand for themselves, other letters are alike.
    """
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    looked_up = _table().take(codes, mode="clip")
    between = looked_up.tobytes()
    if _NO_ENTRY in between:
        places = np.flatnonzero(looked_up == _NO_ENTRY)
        others, which = np.unique(codes[places], return_inverse=True)
        looked_up[places] = np.array([_byte_of(chr(code)) for code in others.tolist()], np.uint8)[which]
        between = looked_up.tobytes()
    return b" %b%b" % (between, b" " * (_KEY_BYTES + 1))


@cache
def _table() -> npt.NDArray[np.uint8]:
    """Return the byte of each character below `_TABLE_SIZE`, and last what stands for all others."""
    return np.array([*map(_byte_of, map(chr, range(_TABLE_SIZE))), _NO_ENTRY], np.uint8)


def _byte_of(character: str) -> int:
    folded = fold(character)
    if not (folded.isalnum() or folded == "_"):
        return _BETWEEN
    return ord(folded) if folded.isascii() else _OTHER_LETTER
