"""Where a tone mark stands, and keys that do not depend on it.

The primary entrypoints are `place_tones` and `tone_key`. Basis: the school rule of Quyết định
1989/QĐ-BGDĐT (25/5/2018), Điều 8 and 9; the older printing habit differs only in open oa, oe, uy.
"""

import re
from functools import lru_cache
from typing import Final, Literal

from searchsvc.analysis.characters import LATIN_MARKS, TONE_MARKS, TONES_OF, VOWELS, WITH_TONE

Style = Literal["new", "old"]

_TONED = "".join(TONES_OF)
_ANY_VOWEL = VOWELS + VOWELS.upper() + _TONED
_CONSONANT_PAIRS = "ngh|ng|nh|gh|kh|ph|th|tr|ch"

# A tone can be misplaced only where two vowels meet, so only such words are looked at.
_WORD_WITH_VOWELS = re.compile(
    rf"(?<![\w{LATIN_MARKS}])[b-df-hj-np-tv-xzđĐB-DF-HJ-NP-TV-XZ]{{0,3}}[{_ANY_VOWEL}]{{2,4}}"
    rf"[cghmnptCGHMNPT]{{0,2}}(?![\w{LATIN_MARKS}])"
)
_SYLLABLE = re.compile(
    rf"(?P<onset>{_CONSONANT_PAIRS}|gi(?=[{VOWELS}])|qu|[bcdđghklmnprstvx]|)"
    rf"(?P<vowels>[{VOWELS}]{{1,3}})(?P<final>ch|ng|nh|[cmnpt]|)"
)
_OPEN_RHYMES = ("oa", "oe", "uy")

_TONELESS: Final = str.maketrans(
    {**{letter: plain for letter, (plain, _) in TONES_OF.items()}, **dict.fromkeys(TONE_MARKS, "")}
)
_HAS_TONE = re.compile(f"[{_TONED}{TONE_MARKS}]")
_SHAPED_BY_RANK = "ơêôâăư"


def place_tones(text: str, style: Style = "new") -> str:
    """Return NFC `text` with each syllable's tone mark on its proper vowel: "hòa" -> "hoà", "qúy" -> "quý".

    `style` decides open oa, oe, uy: "new" is the school rule (hoà), "old" what most papers print (hòa).
    Length and case stay; what is not one Vietnamese syllable with one tone stays as it is.
    """
    if text.isascii():
        return text
    return _WORD_WITH_VOWELS.sub(_new_style if style == "new" else _old_style, text)


def _new_style(match: re.Match[str]) -> str:
    return _placed(match[0], "new")


def _old_style(match: re.Match[str]) -> str:
    return _placed(match[0], "old")


@lru_cache(maxsize=1 << 15)
def _placed(word: str, style: Style) -> str:
    toned = [index for index, letter in enumerate(word) if letter in TONES_OF]
    if len(toned) != 1:
        return word
    letters = list(word.translate(_TONELESS))
    syllable = _SYLLABLE.fullmatch("".join(letters).lower())
    if syllable is None:
        return word
    mark = TONES_OF[word[toned[0]]][1]
    place = syllable.start("vowels") + _tone_index(syllable, style)
    letters[place] = WITH_TONE[letters[place], mark]
    return "".join(letters)


def _tone_index(syllable: re.Match[str], style: Style) -> int:
    """Return which of the syllable's vowels carries the tone."""
    vowels = syllable["vowels"]
    if "ươ" in vowels:
        return vowels.index("ươ") + 1
    shaped = [index for index, letter in enumerate(vowels) if letter in _SHAPED_BY_RANK]
    if shaped:
        return shaped[-1]
    if syllable["final"]:
        return len(vowels) - 1
    if len(vowels) == 3:
        return 1
    return 1 if style == "new" and vowels in _OPEN_RHYMES else 0


def tone_key(word: str) -> str:
    """Return the lower-case NFC `word` with its tone mark moved to the end: "hòa", "hoà" -> "hoa" + U+0300.

    Words differ in their keys exactly if they differ in letters or in tone; the place of the tone is no
    difference. The key is for comparing and not NFC: do not normalize or show it. Keys are their own keys.
    """
    if _HAS_TONE.search(word) is None:
        return word
    tones = "".join(
        TONES_OF[letter][1] if letter in TONES_OF else letter for letter in _HAS_TONE.findall(word)
    )
    return word.translate(_TONELESS) + tones


_IN_PLACE_OF_Y = str.maketrans("yỳýỷỹỵ", "iìíỉĩị")
_IN_PLACE_OF_I = str.maketrans("iìíỉĩị", "yỳýỷỹỵ")
_CONSONANT_AND_Y = re.compile(rf"(?:{_CONSONANT_PAIRS}|[bcdđghklmnprstvx])[yỳýỷỹỵ][{TONE_MARKS}]?")
_QU_AND_I = re.compile(rf"qu[iìíỉĩị](?:ch|nh|ng|[cmnpt])?[{TONE_MARKS}]?")


def iy_key(word: str) -> str:
    """Return the lower-case `word` with y as i after a consonant, and i as y after qu: "kỹ" -> "kĩ".

    y alone, ay, ây, uy and yê stay: "y", "quý", "yêu". Takes a word or its `tone_key`; for matching only,
    at a lower weight, as practice mixes the spellings.
    """
    if _CONSONANT_AND_Y.fullmatch(word):
        return word.translate(_IN_PLACE_OF_Y)
    if _QU_AND_I.fullmatch(word):
        return word.translate(_IN_PLACE_OF_I)
    return word
