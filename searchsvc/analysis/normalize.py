"""Cleaned text: one spelling for every character, so that equal words are equal strings.

The primary entrypoint is `clean`. It runs: surrogates, one-character replacements, cap on piled-up marks,
NFC, look-alike letters, foreign and misordered marks. Rules: TCVN 6909:2001 prescribes Unicode; NFC alone
does not repair a tone typed before its shape mark, nor eth for Đ, nor letters of other scripts.
"""

import re
import unicodedata

from searchsvc.analysis.characters import (
    CLEANED,
    LATIN_LETTERS,
    LATIN_MARKS,
    ORDINARY,
    SHAPE_MARKS,
    TONE_MARKS,
    look_alikes,
)

# Words may hide letters of these blocks; others (Han, Thai, ...) have no Latin look-alikes.
_FOREIGN = "\u0370-\u052f\u1d00-\u1d25\ua730-\ua731"
_UNTIDY = re.compile(f"[^\n{ORDINARY}]+")
_SURROGATE = re.compile("[\ud800-\udfff]")

# No writing system needs more; Unicode's stream-safe format (UAX 15) allows as many, and normalization takes
# quadratic time over them.
_MOST_MARKS = 30
_PERHAPS_PILED = re.compile(f"[^\n{ORDINARY}]{{{_MOST_MARKS + 1},}}")

_WORD = re.compile(rf"\w[\w{LATIN_MARKS}]*")
_FOREIGN_LETTER = re.compile(f"[{_FOREIGN}]")
_LATIN_LETTER = re.compile(f"[{LATIN_LETTERS}]")

_MARK = re.compile(f"[{LATIN_MARKS}]")
_MARKED = re.compile(f"([^{LATIN_MARKS}]?)([{LATIN_MARKS}]+)")
_KEPT_MARKS = frozenset(TONE_MARKS + SHAPE_MARKS)


def clean(text: str) -> str:
    """Return `text` as it is archived and matched: "Hội\\u00a0nghi\\u0323" -> "Hội nghị".

    NFC with tone marks repaired; eth and its kin are Đ; every kind of space and tab is a space, every line
    break is \\n; invisible and control characters are gone; full-width, mathematical and look-alike letters
    are Latin; quotes and dashes stay. Idempotent, linear, and never raises: a lone surrogate is U+FFFD.
    """
    return text if _UNTIDY.search(text) is None else _tidied(text)


def _tidied(text: str) -> str:
    text = _without_surrogates(text).replace("\r\n", "\n")
    text = _UNTIDY.sub(_replaced, text)
    text = unicodedata.normalize("NFC", _PERHAPS_PILED.sub(_without_piles, text))
    if _FOREIGN_LETTER.search(text):
        text = _WORD.sub(_latin_word, text)
    if _MARK.search(text):
        text = _MARKED.sub(_repaired_marks, text)
    return unicodedata.normalize("NFC", text)


def _without_surrogates(text: str) -> str:
    # A pair of surrogates, as careless JSON writers leave it, is one character; a lone one is damage.
    if _SURROGATE.search(text) is None:
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _replaced(match: re.Match[str]) -> str:
    # Only where it is needed: translating a whole text takes several times as long.
    return match[0].translate(CLEANED)


def _without_piles(match: re.Match[str]) -> str:
    kept, marks = [], 0
    for letter in match[0]:
        marks = marks + 1 if unicodedata.combining(letter) else 0
        if marks <= _MOST_MARKS:
            kept.append(letter)
    return "".join(kept)


def _latin_word(match: re.Match[str]) -> str:
    if _FOREIGN_LETTER.search(match[0]) is None:
        return match[0]
    word = unicodedata.normalize("NFD", match[0])
    if _LATIN_LETTER.search(word) is None:
        return match[0]
    table = look_alikes()
    if any(letter not in table for letter in _FOREIGN_LETTER.findall(word)):
        return match[0]
    return unicodedata.normalize("NFC", "".join(table.get(letter, letter) for letter in word))


def _repaired_marks(match: re.Match[str]) -> str:
    # Deleting a mark may let NFC join the letter with another one, and set free a third.
    cluster = match[0]
    while (again := _MARKED.fullmatch(cluster)) and (repaired := _repaired_once(again)) != cluster:
        cluster = repaired
    return cluster


def _repaired_once(match: re.Match[str]) -> str:
    base, marks = match[1], match[2]
    if base.isalpha() and _LATIN_LETTER.match(base) is None:
        return match[0]  # Greek, Cyrillic and others keep their own marks
    kept = [mark for mark in marks if mark in _KEPT_MARKS]
    if not base:
        return "".join(kept)
    letters = unicodedata.normalize("NFD", base)
    shapes = [mark for mark in kept if mark in SHAPE_MARKS]
    tones = [mark for mark in kept if mark in TONE_MARKS]
    # The base's own tone comes after a shape that was typed behind it: á + circumflex is ấ.
    own = [mark for mark in letters[1:] if mark in TONE_MARKS] if shapes else []
    stem = "".join(letter for letter in letters if letter not in own)
    return unicodedata.normalize("NFC", stem + "".join(shapes + own + tones))
