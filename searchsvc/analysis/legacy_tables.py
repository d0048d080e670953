"""How text reads under each legacy encoding. The primary entrypoint is `READINGS`.

A reading takes the *byte view* of a text, in which every byte is the character of that number (Latin-1), and
returns the Unicode text, or None if the bytes are not possible under it. The tables are in `data/`.
"""

import re
import unicodedata
from collections.abc import Callable
from functools import cache

from searchsvc.analysis.characters import DATA_FOLDER
from searchsvc.analysis.syllables import is_syllable

Reading = Callable[[str], "str | None"]


def _codepage(name: str) -> dict[int, str]:
    """Return the characters of a Windows code page that differ from Latin-1; unused bytes are left out."""
    table = {}
    for byte in range(0x80, 0x100):
        letter = bytes([byte]).decode(name, "ignore")
        if letter and ord(letter) != byte:
            table[byte] = letter
    return table


_CP1252 = _codepage("cp1252")
_CP1258 = _codepage("cp1258")
_BYTES_OF_CP1252 = {ord(letter): byte for byte, letter in _CP1252.items()}
# Signs that PDF readers put for the soft hyphen (ư) and the middle dot (ã) of TCVN3.
_BYTES_OF_CP1252.update({0x2212: 0xAD, 0x2219: 0xB7})
_BYTES_OF_CP1258 = {letter: chr(byte) for byte, letter in _CP1258.items()}


def byte_view(text: str) -> str | None:
    """Return the byte view of text that was read as windows-1252 or Latin-1; None if it holds other letters.

    Signs beyond the code page (bullets of symbol fonts, arrows) stay: no encoding had them.
    """
    view = text.translate(_BYTES_OF_CP1252)
    return None if any(ord(letter) > 0xFF and letter.isalpha() for letter in set(view)) else view


def as_windows_1252(view: str) -> str:
    """Return the text of a byte view under windows-1252; bytes it leaves undefined stay controls."""
    return view.translate(_CP1252)


@cache
def table(name: str) -> dict[str, str]:
    """Return the letters of a legacy encoding by their byte view: `table("tcvn3")["µ"]` is 'à'."""
    letters = {}
    for line in (DATA_FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            code, letter = line.split("\t")
            letters[bytes.fromhex(code).decode("latin-1")] = letter
    return letters


@cache
def _translation(name: str) -> dict[int, str]:
    return _CP1252 | {ord(view): letter for view, letter in table(name).items()}


@cache
def _vni_pairs() -> re.Pattern[str]:
    pairs = [view for view in table("vni") if len(view) == 2]
    return re.compile("|".join(sorted(pairs)))


def _tcvn3(view: str) -> str:
    return "\n".join(map(_tcvn3_line, view.split("\n")))


def _tcvn3_line(view: str) -> str:
    # TCVN3 has no toned capitals: fonts for headings draw the small letters large.
    line = view.translate(_translation("tcvn3"))
    plain = [letter for letter in line if letter.isascii() and letter.isalpha()]
    return line.upper() if len(plain) > 1 and all(map(str.isupper, plain)) else line


def _vni(view: str) -> str:
    letters = table("vni")
    # A pair first becomes its letter, then what is left stands alone; no letter of a pair is read twice.
    parts, end = [], 0
    for match in _vni_pairs().finditer(view):
        parts += [view[end : match.start()].translate(_translation_of_singles()), letters[match[0]]]
        end = match.end()
    return "".join([*parts, view[end:].translate(_translation_of_singles())])


@cache
def _translation_of_singles() -> dict[int, str]:
    return _CP1252 | {ord(view): letter for view, letter in table("vni").items() if len(view) == 1}


def _cp1258(view: str) -> str:
    return unicodedata.normalize("NFC", view.translate(_CP1258))


def _utf8(view: str) -> str | None:
    try:
        return view.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return None


READINGS: dict[str, Reading] = {
    "tcvn3": _tcvn3,
    "vni": _vni,
    "windows-1258": _cp1258,
    "viscii": lambda view: view.translate(_translation("viscii")),
    "vps": lambda view: view.translate(_translation("vps")),
}
"""The 8-bit encodings of Vietnamese by name; where two read a text equally well, the earlier one is right."""


def undouble(text: str) -> str | None:
    """Return the text that was UTF-8 but was read as windows-1252 or 1258: "Há»™i" -> "Hội"; else None."""
    view = byte_view(text)
    undone = _utf8(view) if view is not None else None
    return undone if undone is not None else _utf8(_view_of_cp1258(text))


def _view_of_cp1258(text: str) -> str:
    # NFC may have joined what were two bytes; a letter that is no byte is taken apart again.
    view = []
    for letter in text:
        if letter in _BYTES_OF_CP1258 or ord(letter) < 0x100:
            view.append(_BYTES_OF_CP1258.get(letter, letter))
        else:
            parts = unicodedata.normalize("NFD", letter)
            base = unicodedata.normalize("NFC", parts[:-1])
            view.append("".join(_BYTES_OF_CP1258.get(part, part) for part in base + parts[-1:]))
    return "".join(view)


ORPHAN = re.compile("([b-df-hj-np-tv-xzđ])([\u0300\u0301\u0309\u0323])", re.IGNORECASE)
_HOME = {"\u0301": "ì", "\u0323": "ò", "\u0300": "Ì", "\u0309": "Ò"}
_MISREAD = str.maketrans("ưăơƯĂƠ", "ýãõÝÃÕ")
_LETTERS = re.compile(r"[^\W\d_]+")


def with_orphans_home(text: str) -> str | None:
    """Return `text` with Latin-1 letters that were read as windows-1258 put right, or None if it has none.

    The bytes of ì and ò are tone marks there and cling to the consonant before them.
    """
    # NFC joins a mark even to a consonant (ń, ṭ): taken apart they are found, and NFC joins the others again.
    apart = "".join(
        unicodedata.normalize("NFD", letter)
        if letter not in "đĐ" and _is_marked_consonant(letter)
        else letter
        for letter in text
    )
    if ORPHAN.search(apart) is None:
        return None
    home = ORPHAN.sub(lambda match: match[1] + _HOME[match[2]], apart)
    return _LETTERS.sub(_likelier_word, home)


def _is_marked_consonant(letter: str) -> bool:
    return (
        ord(letter) > 0xFF and unicodedata.normalize("NFD", letter)[0] in "bcdghklmnpqrstvxBCDGHKLMNPQRSTVX"
    )


def _likelier_word(match: re.Match[str]) -> str:
    word = match[0]
    if is_syllable(word):
        return word
    other = word.translate(_MISREAD)
    return other if is_syllable(other) else word
