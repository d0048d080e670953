"""Text from bytes, whatever Vietnamese wrote them in over forty years; and repair of text read wrongly.

The primary entrypoints are `decode` and `repair`. Order: byte order mark, UTF-16 by its zero bytes, strict
UTF-8, then line by line the 8-bit encodings (TCVN3, VNI, VISCII, VPS, windows-1258) and damage by reading
twice. A line is read as what gives the most syllables of Vietnamese; a line too short to tell is read as its
neighbour. Proper Vietnamese has none of the characters that start this search, and costs one regex pass.
"""

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import NamedTuple

from searchsvc.analysis.characters import ORDINARY
from searchsvc.analysis.legacy_tables import (
    ORPHAN,
    READINGS,
    as_windows_1252,
    byte_view,
    undouble,
    with_orphans_home,
)
from searchsvc.analysis.syllables import is_syllable
from searchsvc.errors import UnreadableSource


class Decoded(NamedTuple):
    """A text and the name of the encoding it was in; of several, that of the most characters."""

    text: str
    encoding: str


_BOMS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
_FILE_KINDS = (
    (b"%PDF", "PDF"),
    (b"PK\x03\x04", "ZIP/DOCX"),
    (b"\xd0\xcf\x11\xe0", "DOC"),
    (b"{\\rtf", "RTF"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"\x1f\x8b", "GZIP"),
)
_SAMPLE_BYTES = 1 << 16
_LETTERS_OF_VPS_AND_VISCII = {*range(0x02, 0x07), *range(0x10, 0x16), 0x19, *range(0x1C, 0x1F)}
_CONTROL = bytes({*range(0x20), 0x7F} - {*b"\t\n\r\x0b\x0c\x1a"} - _LETTERS_OF_VPS_AND_VISCII)
_MOST_CONTROL = 0.01
"""Share of control bytes; text has none or single ones, other data three or four in a hundred."""


def decode(data: bytes) -> Decoded:
    """Return the text of a file's bytes: UTF-8, UTF-16, or a legacy encoding found out line by line.

    Line breaks stay as they are. Raises UnreadableSource for what is no text.
    """
    encoding = unicode_encoding(data)
    if encoding is not None:
        text = data.decode(encoding, "replace")
        return Decoded(text.removeprefix("\ufeff"), encoding)
    _refuse_binary(data)
    try:
        return _repaired(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError:
        return _decoded_by_line(data)


def unicode_encoding(data: bytes) -> str | None:
    """Return the encoding that a byte order mark or zero bytes give away, or None.

    Raises UnreadableSource for zero bytes of something else.
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return encoding
    return _utf16_without_mark(data) if b"\x00" in data else None


def repair(text: str) -> str:
    """Return `text` with lines that were read in a wrong encoding read rightly: "NghÞ quyÕt" -> "Nghị quyết".

    Text that is right is returned as it is.
    """
    return _repaired(text, "").text


def _utf16_without_mark(data: bytes) -> str:
    sample = data[:_SAMPLE_BYTES]
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    # Spaces and plain letters are half of Vietnamese text, and their high byte is zero.
    if len(data) % 2 == 0 and odd > 0.1 * len(sample) and even < 0.01 * len(sample) + 1:
        return "utf-16-le"
    if len(data) % 2 == 0 and even > 0.1 * len(sample) and odd < 0.01 * len(sample) + 1:
        return "utf-16-be"
    raise _not_text(data)


def _refuse_binary(data: bytes) -> None:
    sample = data[:_SAMPLE_BYTES]
    is_known = any(sample.startswith(mark) for mark, _ in _FILE_KINDS)
    control = len(sample) - len(sample.translate(None, _CONTROL))
    if is_known or control > 1 + _MOST_CONTROL * len(sample):
        raise _not_text(data)


def _not_text(data: bytes) -> UnreadableSource:
    kind = next((kind for mark, kind in _FILE_KINDS if data.startswith(mark)), None)
    vi, en = (f" ({kind})", f" ({kind})") if kind else ("", "")
    return UnreadableSource(
        vi=f"Tệp không phải là văn bản{vi}: hãy lưu thành văn bản thuần (UTF-8) hoặc HTML rồi nhập lại.",
        en=f"The file is not text{en}: save it as plain text (UTF-8) or HTML and import it again.",
    )


def _decoded_by_line(data: bytes) -> Decoded:
    rows = data.split(b"\n")
    texts = [_utf8_of(row) for row in rows]
    lines = [
        _Line(as_windows_1252(row.decode("latin-1")), True)
        if text is None
        else _Line(text, _is_suspect(text))
        for row, text in zip(rows, texts, strict=True)
    ]
    return _reread(lines, "windows-1252" if None in texts else "utf-8")


def _utf8_of(data: bytes) -> str | None:
    """Return a line of a damaged file as UTF-8, bytes that are none as U+FFFD; None if it is legacy text."""
    # A few legacy words are valid UTF-8 too, but then for characters that Vietnamese does not use; should
    # they be right after all, `undouble` finds them again.
    text = data.decode("utf-8", "replace")
    wrong = len(_NOT_ORDINARY.findall(text))  # U+FFFD among them
    letters = len(text) - sum(map(str.isascii, text)) - wrong
    return text if data.isascii() or letters >= max(wrong, 1) else None


# --- which lines to look at ------------------------------------------------------------------------------

# Letters and signs of Latin-1 and windows-1252 that Vietnamese has no use for, controls, and consonants with
# a tone mark. The signs of good typography (quotes, dashes, ° ² ½ × ...) are not among them. One character
# class, because every text passes here.
_ODD = re.compile(
    "[\x02-\x06\x10-\x19\x1c-\x1e\x80-\x9f\xa1-\xa6\xa8\xac\xad\xaf\xb4-\xb6\xb8\xb9\xbf"
    "ÄÅÆÇËÎÏÐÑÖØÛÜÞßäåæçëîïðñöø÷ûüþÿ\u01b5ƒ„†‡ˆŠ‹ŒŽ˜š›œžŸ"
    "ńḿǵŕśźćḱĺṕẃẁǹḍḥḳḷṃṇṛṣṭṿẉẓḅŃḾǴŔŚŹĆḰĹṔẂẀǸḌḤḲḶṂṆṚṢṬṾẈẒḄ]"
)
_NOT_ORDINARY = re.compile(rf"[^\s{ORDINARY}]")
_SIGN_OR_ODD = re.compile(f"{_ODD.pattern[:-1]}§©®ª«»¬²³·×]")
_LOOSE_TONE = re.compile("[\u0300\u0301\u0309\u0323]")


def _is_suspect(text: str) -> bool:
    if text.isascii():
        return False
    return (
        _ODD.search(text) is not None
        or "á»" in text
        or "áº" in text
        or (_LOOSE_TONE.search(text) is not None and ORPHAN.search(text) is not None)
    )


def _repaired(text: str, encoding: str) -> Decoded:
    if not _is_suspect(text):
        return Decoded(text, encoding)
    return _reread([_Line(line, _is_suspect(line)) for line in text.split("\n")], encoding)


# --- what each line is -----------------------------------------------------------------------------------

_AS_IT_IS = "as it is"
_TWICE = "utf-8 read twice"
_ORPHANS = "latin-1 read as windows-1258"

_ENOUGH_CHARACTERS = 24
_ENOUGH_SYLLABLES = 0.6
_ENOUGH_GAIN = 0.15
_ENOUGH_NEW_WORDS = 3
_NEARLY_AS_GOOD = 0.1
_SAMPLE_CHARACTERS = 2_000

_WORD = re.compile(r"[^\s\x21-\x40\[-`{-~“”‘’–—…•\xa0]{2,}")


class _Score(NamedTuple):
    """The share of a line's words that are syllables; how many of them the reading brought in."""

    share: float
    new: int


_NO_SCORE = _Score(0.0, 0)


@dataclass(slots=True)
class _Line:
    """One line, and its score under each reading that is possible and changes it."""

    text: str
    is_suspect: bool
    scores: dict[str, _Score] = field(default_factory=dict)
    verdict: str | None = None


def _score(text: str, before: frozenset[str] = frozenset()) -> _Score:
    words = _WORD.findall(text)
    found = [word for word in words if is_syllable(word)]
    new = sum(not word.isascii() and word not in before for word in found)
    return _Score(len(found) / len(words), new) if words else _NO_SCORE


def _read(text: str, reading: str) -> str | None:
    """Return `text` under `reading`, or None if that is not possible."""
    if reading == _AS_IT_IS:
        return text
    if reading == _TWICE:
        return undouble(text)
    if reading == _ORPHANS:
        return with_orphans_home(text)
    view = byte_view(text)
    return None if view is None else READINGS[reading](view)


def _measured(text: str, is_suspect: bool) -> _Line:
    if text.isascii():
        return _Line(text, False)
    # Cut at a space: half a character would not be valid UTF-8.
    sample = text if len(text) <= _SAMPLE_CHARACTERS else text[:_SAMPLE_CHARACTERS].rpartition(" ")[0]
    before = frozenset(_WORD.findall(sample))
    scores = {_AS_IT_IS: _score(sample, before)}
    for reading in (_TWICE, _ORPHANS, *READINGS):
        read = _read(sample, reading)
        if read is not None and read != sample:
            scores[reading] = _score(read, before)
    return _Line(text, is_suspect, scores)


def _best(scores: dict[str, _Score], preferred: str | None) -> str:
    top = max(scores.values())
    if preferred in scores and scores[preferred].share >= top.share - _NEARLY_AS_GOOD:
        return preferred
    return max(scores, key=scores.__getitem__)


def _judge(line: _Line, preferred: str | None = None) -> None:
    """Set the line's verdict if it has enough words to tell."""
    line.verdict = None
    if not line.scores:
        return
    base = line.scores[_AS_IT_IS]
    best = _best(line.scores, preferred)
    share, new = line.scores[best]
    if best == _TWICE and new:
        line.verdict = best  # bytes that are valid UTF-8 by chance are rarer than any misspelling
    elif len(line.text) < _ENOUGH_CHARACTERS or share < _ENOUGH_SYLLABLES:
        return
    elif (share - base.share >= _ENOUGH_GAIN and new >= _ENOUGH_NEW_WORDS and line.is_suspect) or (
        best == _AS_IT_IS and not _is_tied(line.scores)
    ):
        line.verdict = best


def _is_tied(scores: dict[str, _Score]) -> bool:
    # Words such as 'sè' are syllables as they are and as TCVN3 (số): the neighbours know.
    shares = [score.share for score in scores.values()]
    return shares.count(max(shares)) > 1


def _reread(lines: list[_Line], encoding: str) -> Decoded:
    lines = [_measured(line.text, True) if line.is_suspect else line for line in lines]
    for line in lines:
        _judge(line)
    usual = _usual(lines) or _of_all_together(lines)
    if usual is not None:
        lines = [line if line.scores else _measured(line.text, False) for line in lines]
        # VISCII and VPS share many letters: in doubt a line is as most of the others are.
        for line in lines:
            _judge(line, usual)
        _ask_neighbours(lines, usual)
        _ask_neighbours(lines[::-1], usual)
    found = usual if usual in READINGS else encoding
    return Decoded("\n".join(map(_result, lines)), found)


def _usual(lines: list[_Line]) -> str | None:
    """Return the reading of the most characters, or None if no line was read wrongly."""
    weights: Counter[str] = Counter()
    for line in lines:
        if line.verdict not in (None, _AS_IT_IS):
            weights[line.verdict] += len(line.text)
    return weights.most_common(1)[0][0] if weights else None


def _of_all_together(lines: list[_Line]) -> str | None:
    # Where every line is too short to tell, all the odd ones together may be long enough.
    whole = _measured(" ".join(line.text for line in lines if line.is_suspect), True)
    _judge(whole)
    return None if whole.verdict == _AS_IT_IS else whole.verdict


def _may_follow(line: _Line, score: _Score) -> bool:
    # A lone '®' or 'TSC§' among TCVN3 lines is legacy text too; a lone dash or bullet is just that.
    return bool(score.new) or _SIGN_OR_ODD.search(line.text) is not None


def _ask_neighbours(lines: list[_Line], usual: str) -> None:
    """Give each undecided line the verdict before it, unless its words speak against that."""
    last = usual
    for line in lines:
        score = line.scores.get(last, _NO_SCORE)
        if line.verdict is not None:
            last = line.verdict
        elif line.scores.get(_AS_IT_IS, _NO_SCORE).share <= score.share and _may_follow(line, score):
            line.verdict = last


def _result(line: _Line) -> str:
    if line.verdict is None:
        return line.text
    return _read(line.text, line.verdict) or line.text
