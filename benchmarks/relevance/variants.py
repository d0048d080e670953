"""The ways one query is typed: unaccented, half-accented, NFD, the other tone placement, capitals.

The primary entrypoint is `VARIANTS`. Nothing here comes from the service: what makes the twins must not
share a fault with what is measured by them. The same query and id give the same variant on every machine.
"""

import hashlib
import re
import unicodedata
from collections.abc import Callable, Mapping

WORD = re.compile(r"\w+")
_NO_STROKE = str.maketrans("đĐ", "dD")
_TONES = "\u0300\u0301\u0303\u0309\u0323"

Variant = Callable[[str, str], str]
"""(query id, text in NFC) -> the text typed another way."""


def without_accents(text: str) -> str:
    """Return `text` without any diacritic: "Đổi mới" -> "Doi moi"."""
    letters = unicodedata.normalize("NFD", text)
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return unicodedata.normalize("NFC", bare).translate(_NO_STROKE)


def half_accented(query: str, text: str) -> str:
    """Return `text` with half of its accented words bare; the id of the query decides which, and how an
    odd number is halved.
    """
    accented = [match.start() for match in WORD.finditer(text) if without_accents(match[0]) != match[0]]
    half = (len(accented) + _digest(query) % 2) // 2
    chosen = frozenset(sorted(accented, key=lambda start: _digest(f"{query}:{start}"))[:half])
    return WORD.sub(lambda word: without_accents(word[0]) if word.start() in chosen else word[0], text)


def other_tone_placement(text: str) -> str:
    """Return `text` with the tone of each open oa, oe, uy on its other vowel: "hòa" -> "hoà" -> "hòa"."""
    return _OPEN_RHYME.sub(lambda match: _SWAPPED[match[0]], text)


def half_of(query: str) -> str:
    """Return "development" or "test" for a query id; about every second is of each."""
    return "development" if _digest(f"half:{query}") % 2 == 0 else "test"


def _digest(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")


def _swapped() -> dict[str, str]:
    pairs: dict[str, str] = {}
    for first, second in ("oa", "oe", "uy"):
        for one, two in ((first, second), (first.upper(), second), (first.upper(), second.upper())):
            for tone in _TONES:
                old = unicodedata.normalize("NFC", one + tone) + two
                new = one + unicodedata.normalize("NFC", two + tone)
                pairs |= {old: new, new: old}
    return pairs


_SWAPPED: Mapping[str, str] = _swapped()
# After q the u is part of the consonant: quý has one placement only.
_OPEN_RHYME = re.compile(rf"(?<![qQ])(?:{'|'.join(_SWAPPED)})(?!\w)")

VARIANTS: Mapping[str, Variant] = {
    "written": lambda query, text: text,
    "unaccented": lambda query, text: without_accents(text),
    "half": half_accented,
    "nfd": lambda query, text: unicodedata.normalize("NFD", text),
    "tone": lambda query, text: other_tone_placement(text),
    "capitals": lambda query, text: text.upper(),
}
"""Name of a column -> how its queries are typed."""


def typed(variant: str, query: str, text: str) -> str:
    """Return `text`, the query with the id `query`, as `variant` types it."""
    return VARIANTS[variant](query, unicodedata.normalize("NFC", text))
