"""The letters of Vietnamese and the characters that stand in for them, as tables.

The primary entrypoints are `TONES_OF`, `FOLDED` and `CLEANED`. Basis: TCVN 6909:2001 (the Unicode letters),
the chart of combining marks of the Unicode Standard, and `data/look_alikes.txt`.
"""

import unicodedata
from functools import cache
from itertools import groupby
from pathlib import Path

DATA_FOLDER = Path(__file__).resolve().parent / "data"

TONE_MARKS = "\u0300\u0301\u0309\u0303\u0323"
"""huyền, sắc, hỏi, ngã, nặng; the level tone (ngang) has no mark."""

SHAPE_MARKS = "\u0302\u0306\u031b"
"""Circumflex (â ê ô), breve (ă), horn (ơ ư)."""

VOWELS = "aăâeêioôơuưy"


def _compose(letter: str, mark: str) -> str:
    return unicodedata.normalize("NFC", letter + mark)


TONES_OF: dict[str, tuple[str, str]] = {
    _compose(vowel, mark): (vowel, mark)
    for letter in VOWELS
    for vowel in (letter, letter.upper())
    for mark in TONE_MARKS
}
"""Each toned letter with the letter without its tone, and the tone mark: 'ệ' -> ('ê', U+0323)."""

WITH_TONE: dict[tuple[str, str], str] = {parts: letter for letter, parts in TONES_OF.items()}

SHAPED_LETTERS = "ăâêôơưđĂÂÊÔƠƯĐ"

ACCENTED_LETTERS: tuple[str, ...] = (*SHAPED_LETTERS, *TONES_OF)
"""The 134 letters of Vietnamese outside ASCII, both cases."""

D_LOOK_ALIKES: dict[str, str] = {"Ð": "Đ", "ð": "đ", "Ɖ": "Đ", "ɖ": "đ"}
"""Eth and African d: typing errors for Đ in Vietnamese text, frequent on portals."""

SPACES = "\t\u00a0\u1680" + "".join(map(chr, range(0x2000, 0x200B))) + "\u202f\u205f\u3000"
"""What stands for an ordinary space: tab, no-break, typographic and ideographic spaces."""

LINE_BREAKS = "\r\x0b\x0c\x85\u2028\u2029"
"""What stands for a line break."""

INVISIBLE = (
    "\u00ad\u061c\u180e\ufeff\ufffe\uffff"
    + "".join(map(chr, range(0x200B, 0x2010)))  # zero width and direction marks
    + "".join(map(chr, range(0x202A, 0x202F)))  # embeddings and overrides
    + "".join(map(chr, range(0x2060, 0x2070)))  # word joiner, invisible operators, isolates
    + "".join(map(chr, range(0xFDD0, 0xFDF0)))  # not characters, and no XML may hold U+FFFE, U+FFFF
    + "\ufff9\ufffa\ufffb"
)


def _mathematical_letters() -> dict[int, str]:
    letters = {}
    for code in [*range(0x2100, 0x2150), *range(0x1D400, 0x1D800)]:
        kind, _, target = unicodedata.decomposition(chr(code)).partition(" ")
        if kind == "<font>" and " " not in target and int(target, 16) < 0x80:
            letters[code] = chr(int(target, 16))
    return letters


def _cleaned() -> dict[int, str | None]:
    table: dict[int, str | None] = dict.fromkeys([*range(0x20), *range(0x7F, 0xA0)])
    table.update(dict.fromkeys(map(ord, INVISIBLE)))
    table.update(dict.fromkeys(map(ord, SPACES), " "))
    table.update(dict.fromkeys(map(ord, LINE_BREAKS), "\n"))
    del table[ord("\n")]
    table.update({code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)})
    table.update(_mathematical_letters())
    table.update({ord(wrong): right for wrong, right in D_LOOK_ALIKES.items()})
    return table


CLEANED: dict[int, str | None] = _cleaned()
"""For `str.translate`: what `normalize.clean` puts in place of one character; None deletes it."""


def character_class(codes: list[int]) -> str:
    """Return the inside of a regex character class that matches exactly `codes`, given in order."""
    parts = []
    for _, run in groupby(enumerate(codes), lambda pair: pair[1] - pair[0]):
        run_codes = [code for _, code in run]
        parts.append(f"\\U{run_codes[0]:08x}-\\U{run_codes[-1]:08x}")
    return "".join(parts)


_ORDINARY_BLOCKS = (range(0x20, 0x300), range(0x1E00, 0x1F00), range(0x2010, 0x2BD0))


def _is_ordinary(code: int) -> bool:
    letter = chr(code)
    return (
        code not in CLEANED and not unicodedata.combining(letter) and unicodedata.is_normalized("NFC", letter)
    )


ORDINARY = character_class([code for block in _ORDINARY_BLOCKS for code in block if _is_ordinary(code)])
"""Regex class of the Latin letters, punctuation and symbols that cleaning never changes, whatever stands
beside them. It stays below U+10000, where the regex engine looks characters up in one step."""

LATIN_MARKS = (
    "\u0300-\u034e\u0350-\u036f\u1ab0-\u1abd\u1abf-\u1ace\u1dc0-\u1dff"
    "\u20d0-\u20dc\u20e1\u20e5-\u20f0\ufe20-\ufe2f"
)
"""Regex class of the marks that belong to no one script: those a Latin letter may carry."""

LATIN_LETTERS = "A-Za-z\u00aa\u00ba\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u1e00-\u1eff"
"""Regex class of the Latin letters."""


@cache
def look_alikes() -> dict[str, str]:
    """Return the Latin letter for each listed letter of another script (`data/look_alikes.txt`)."""
    lines = (DATA_FOLDER / "look_alikes.txt").read_text(encoding="utf-8").splitlines()
    pairs = (line.split("\t", 1) for line in lines if line and not line.startswith("#"))
    return dict(pairs)


def _folded() -> dict[int, str]:
    table = {}
    for code in [*range(0x80, 0x250), *range(0x1E00, 0x1F00)]:
        base = unicodedata.normalize("NFD", chr(code))[0].lower()
        if base.isascii() and base.isalpha():
            table[code] = base
    table.update(dict.fromkeys(map(ord, "đĐÐðƉɖ"), "d"))
    table.update({ord("ø"): "o", ord("Ø"): "o", ord("ł"): "l", ord("Ł"): "l"})
    table[0x212B] = "a"  # the sign of the ångström, which NFC makes å
    table.update({ord("²"): "2", ord("³"): "3", ord("¹"): "1"})
    return table


FOLDED: dict[int, str] = _folded()
"""Each accented Latin letter (not only the 134) with its small ASCII letter."""
