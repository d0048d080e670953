"""Keystrokes typed without an input method: Telex, VNI and VIQR words back to Vietnamese.

The primary entrypoint is `decodings`. A decoding is a guess to search for beside what was typed, never
instead of it: "as" is English as well as "á". So only ASCII words are looked at, and only decodings that
are syllables with a diacritic count. Basis: reference §3; VIQR also RFC 1456.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator

from searchsvc.analysis.characters import VOWELS
from searchsvc.analysis.syllables import is_syllable
from searchsvc.analysis.tones import place_tones

_CIRCUMFLEX, _BREVE, _HORN, _NO_TONE = "\u0302", "\u0306", "\u031b", ""
_TELEX_TONES = {"s": "\u0301", "f": "\u0300", "r": "\u0309", "x": "\u0303", "j": "\u0323", "z": _NO_TONE}
_VNI_TONES = {"1": "\u0301", "2": "\u0300", "3": "\u0309", "4": "\u0303", "5": "\u0323", "0": _NO_TONE}
_VIQR_TONES = {"'": "\u0301", "`": "\u0300", "?": "\u0309", "~": "\u0303", ".": "\u0323"}
_VNI_SHAPES = {"6": _CIRCUMFLEX, "7": _HORN, "8": _BREVE}
_VIQR_SHAPES = {"^": _CIRCUMFLEX, "+": _HORN, "(": _BREVE}
_BEARERS = {_CIRCUMFLEX: "aeo", _HORN: "ou", _BREVE: "a"}

_TELEX_WORD = re.compile(r"[a-z]{2,12}")
_VNI_WORD = re.compile(r"[a-z]+[0-9][a-z0-9]*")
_VIQR_WORD = re.compile(r"[a-z^+(`~'?.]+")
_ONLY_VIQR = re.compile(r"[\^+(`~]")  # the other marks are also punctuation
_MAX_LENGTH = 12  # "nghieengj", "nguye^~n": no syllable needs more keys

# Two horns are the rule for "uo" (đươc, hươu); "uơ" stands without a final (thuở, huơ).
_TWO_HORNS, _ONE_HORN = "ươ", "uơ"


class _NotTypedError(Exception):
    """The keys do not make a word."""


class _Typing:
    """The letters so far, small, with their shapes; the tone apart, as it may move."""

    def __init__(self) -> None:
        self.letters: list[str] = []
        self._tone: str | None = None
        self._tone_at = 0

    def vowel_at(self) -> int:
        """Return where the last vowel is; -1 if there is none yet."""
        places = (place for place, letter in enumerate(self.letters) if letter in VOWELS)
        return max(places, default=-1)

    def put_tone(self, mark: str) -> None:
        """Take a tone, which is only typed once and after a vowel."""
        if self._tone is not None or self.vowel_at() < 0:
            raise _NotTypedError
        self._tone, self._tone_at = mark, self.vowel_at()

    def put_shape(self, mark: str) -> None:
        """Shape the last letter that can bear `mark`; both letters of "uo", the first of "uu"."""
        word = "".join(self.letters)
        pair = max(word.rfind("uo"), word.rfind("uu")) if mark == _HORN else -1
        if pair > 0 and word[pair - 1] == "q":
            pair = -1
        place = pair if pair >= 0 else max(map(word.rfind, _BEARERS[mark]))
        if place < 0:
            raise _NotTypedError
        self._shape(place, mark)
        if pair >= 0 and word[pair + 1] == "o":
            self._shape(pair + 1, mark)

    def _shape(self, place: int, mark: str) -> None:
        self.letters[place] = unicodedata.normalize("NFC", self.letters[place] + mark)

    def bar(self) -> None:
        """Turn the "d" before this key into "đ", else the first letter ("dang9")."""
        place = -1 if self.letters[-1:] == ["d"] else 0
        if self.letters[place : place + 1 or None] != ["d"]:
            raise _NotTypedError
        self.letters[place] = "đ"

    def readings(self) -> Iterator[str]:
        """Yield the words that these keys may mean, the likelier first; the tone is where it was typed."""
        word = "".join(self.letters)
        for letters in dict.fromkeys((word, word.replace(_TWO_HORNS, _ONE_HORN))):
            toned = letters[: self._tone_at + 1] + (self._tone or "") + letters[self._tone_at + 1 :]
            yield unicodedata.normalize("NFC", toned)


def decode_telex(word: str) -> str | None:
    """Return the syllable that `word` spells in Telex ("nghij" -> "nghị"), or None; capitals are kept."""
    return _decoded(word, _telex) if _TELEX_WORD.fullmatch(word.lower()) else None


def decode_vni(word: str) -> str | None:
    """Return the syllable that `word` spells in VNI ("quye6t1" -> "quyết"), or None; capitals are kept."""
    if not _VNI_WORD.fullmatch(word.lower()) or (word[0].isupper() and word[1:].isdigit()):
        return None  # A4, U23, E5 are names of things
    return _decoded(word, _vni)


def decode_viqr(word: str) -> str | None:
    """Return the syllable that `word` spells in VIQR ("quye^'t" -> "quyết"), or None; capitals are kept.

    Only for queries with one of ^ + ( ` ~ somewhere (`decodings` asks for it in the word): the other marks
    are punctuation, "ban." is more often "ban" than "bạn".
    """
    return _decoded(word, _viqr) if _VIQR_WORD.fullmatch(word.lower()) else None


def decodings(word: str) -> tuple[str, ...]:
    """Return the syllables that `word` may have been meant as, without repeats; () for almost all words.

    Each is a syllable with a diacritic, in the new tone placement. Never for "TW" (Trung ương) and for
    codes such as QH14 and H5N1. Takes one word; callers leave out words beside a document code.
    """
    if not word.isascii() or word.upper() == "TW":
        return ()
    viqr = decode_viqr(word) if _ONLY_VIQR.search(word) else None
    found = (decode_telex(word), decode_vni(word), viqr)
    return tuple(dict.fromkeys(syllable for syllable in found if syllable is not None))


def _decoded(word: str, press: Callable[[_Typing, str], None]) -> str | None:
    if not 2 <= len(word) <= _MAX_LENGTH:
        return None
    typing = _Typing()
    try:
        for key in word.lower():
            press(typing, key)
    except _NotTypedError:
        return None
    for typed in typing.readings():
        if not typed.isascii() and is_syllable(typed):
            return _in_case_of(word, place_tones(typed))
    return None


def _in_case_of(word: str, syllable: str) -> str:
    """Return `syllable` in capitals if `word` is, or with its initial."""
    if word.isupper():
        return syllable.upper()
    return syllable.capitalize() if word[0].isupper() else syllable


def _telex(typing: _Typing, key: str) -> None:
    last = typing.letters[-1:]
    if key in _TELEX_TONES and typing.vowel_at() >= 0:
        typing.put_tone(_TELEX_TONES[key])
    elif key == "w":
        _telex_w(typing)
    elif key == "d" and last == ["d"]:
        typing.bar()
    elif key in "aeo" and last == [key]:
        typing.put_shape(_CIRCUMFLEX)
    elif key == "o" and last == ["ô"]:
        typing.letters[-1:] = ["o", "o"]  # xooong: the third o takes the mark off
    else:
        typing.letters.append(key)


def _telex_w(typing: _Typing) -> None:
    """Shape "a", "o" or "u", whichever the word has last, but the first of "ua"; alone it is "ư"."""
    word = "".join(typing.letters)
    place = max(word.rfind(vowel) for vowel in "aou")
    if place < 0:
        typing.letters.append("ư")
    elif word[place] == "a" and (word[:place].endswith("qu") or not word[:place].endswith("u")):
        typing.put_shape(_BREVE)
    elif word[place] == "a":
        typing.letters[place - 1] = "ư"
    else:
        typing.put_shape(_HORN)


def _vni(typing: _Typing, key: str) -> None:
    if key in _VNI_TONES:
        typing.put_tone(_VNI_TONES[key])
    elif key in _VNI_SHAPES:
        typing.put_shape(_VNI_SHAPES[key])
    elif key == "9":
        typing.bar()
    else:
        typing.letters.append(key)


def _viqr(typing: _Typing, key: str) -> None:
    if key in _VIQR_TONES:
        typing.put_tone(_VIQR_TONES[key])
    elif key in _VIQR_SHAPES:
        typing.put_shape(_VIQR_SHAPES[key])
    elif key == "d" and typing.letters[-1:] == ["d"]:
        typing.bar()
    else:
        typing.letters.append(key)
