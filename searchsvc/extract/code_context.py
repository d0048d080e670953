"""What stands around a code: the type's name before it; date, term, issuer and subject after it.

The primary entrypoints are `noun_before` and `read_context`. Rules: reference §5.5, and §5.7 for what
disqualifies a number.
"""

import re
from dataclasses import dataclass
from datetime import date

from searchsvc.extract.code_tables import NAMES, TYPE_NAMES, TYPES, alternatives, lines

_REACH = 60
_NOUN_WORDS = alternatives(TYPE_NAMES)
_QUALIFIER = r"(?: (?:lien tich|lien bo|hanh dong|chuyen de|ca biet|phap luat|tham tra|thanh tra))?"
_NOUN = re.compile(
    rf"(?<![^\W_])(?P<noun>{_NOUN_WORDS}){_QUALIFIER}[ \n]{{0,2}}"
    r"(?:(?P<label>so)[ ]?[:.]?)?[ \n]{0,2}[(\"“']?$"
)
_LABEL = re.compile(r"(?<![^\W_])(?:so|so hieu|van ban|cv|vb)[ ]?[:.]?[ \n]{0,2}$")
_STANDARD = re.compile(
    r"(?:tcvn|qcvn|tcxdvn|tcxd|qcxdvn|tcn|tcvs|iso|iec|mau|bieu|mau[ \n]so|bieu[ \n]so)[ \n:]{0,2}$"
)
_ADDRESS = re.compile(r"://|www\.|\.(?:vn|com|net|org|html?|aspx|php|info)\b|@", re.IGNORECASE)

_LOWER = "".join(char for char in map(chr, range(ord("a"), 0x1EFA)) if char.islower() and char.isalpha())
_BREAK = rf"\n(?![{_LOWER}])"
"""A line break that ends a phrase; before a small letter it is only where the page wrapped."""

_DAY_WORD = r"(?:ng[àa]y|NGÀY|Ngày)"
_DATE = (
    r"(?:(?P<d1>[0-3]?\d)[ ]?(?P<mark>[/.\-–])[ ]?(?P<m1>1[0-2]|0?[1-9])[ ]?(?P=mark)[ ]?"
    r"(?P<y1>(?:19|20)\d\d|\d\d(?!\d))(?!\d)"
    r"|(?P<d2>[0-3]?\d)[ \n]{0,2}(?:tháng|THÁNG|thang)[ \n]{0,2}(?P<m2>1[0-2]|0?[1-9])[ \n]?,?[ \n]?"
    r"(?:năm|NĂM|nam)?[ \n]{0,2}(?P<y2>(?:19|20)\d\d)(?!\d))"
)
_ISSUED = re.compile(
    r"[ \n]{0,2}[,;]?[ \n]{0,2}\(?(?:(?:được |đã )?(?:ban hành|ký|ra)[ ]?)?"
    rf"(?:{_DAY_WORD}[ \n:]{{0,2}}|(?<=[( ,])){_DATE}\)?"
)
_TERM = re.compile(r"[ \n]{0,2},?[ ]?\(?[ ]?(?i:khóa|khoá|khoa)[ ]{1,2}(?P<term>[IVX]{1,6})(?![^\W_])[ ]?\)?")
_OF = re.compile(r"[ \n]{0,2},?[ \n]{0,2}(?:của|CỦA)[ \n]{1,2}(?=[^\W\d_a-zđ])")
_TYPE_NOUNS = alternatives(name.capitalize() for kind in TYPES.values() for name in kind.names)
_OF_STOPS = alternatives(lines("issuer_stops.txt"))
# One character of a run before the stop is enough, and a longer run takes no square of time: what stands
# before it is stripped.
_OF_END = re.compile(
    rf"[;:.()\"“”]|{_BREAK}|,(?=[ \n]?[{_LOWER}])|[ \n,](?=(?i:{_OF_STOPS})(?![^\W_]))"
    rf"| và (?=[{_LOWER}])|[ \n,](?:và )?(?=(?:{_TYPE_NOUNS})(?![^\W_]))"
)
_ABOUT = re.compile(r"[ \n]{0,2},?[ \n]{0,2}(?:về|Về|VỀ|v/v|V/v)[ \n]{1,2}(?:việc )?[\"“'‘]?")
_ABOUT_END = re.compile(
    rf"[;“”\"’]|{_BREAK}|'(?=\W)|\((?!khóa|khoá)|\.(?=\s|$)|,?\.\.\.|…"
    rf"|, (?=(?:[^\W_]{{1,8}} ){{0,4}}(?:{_TYPE_NOUNS}) số )"
)
_OWNED_DATE = re.compile(rf"{_DAY_WORD} ?{_DATE}(?= của (?P<owner>[A-ZĐỦ][^,;.\n]{{0,80}}))")
_SENTENCE_END = re.compile(r"\.\s+(?=[A-ZĐ])|\n")
MAX_SUBJECT_CHARS = 220
_MAX_ISSUER_CHARS = 110
_MAX_TITLE_CHARS = 900


@dataclass(frozen=True, slots=True)
class NounBefore:
    """The name of a type before a code, as in the table and unaccented; whether 'số' follows it."""

    name: str
    folded: str
    start: int
    labelled: bool


@dataclass(frozen=True, slots=True)
class Context:
    """What follows a code; `end` is where it ends in the text."""

    issued: date | None = None
    term: str | None = None
    issuer_phrase: str | None = None
    subject: str | None = None
    end: int = 0


def noun_before(folded: str, start: int) -> NounBefore | None:
    """Return the type's name right before `start` in unaccented text: 'Chỉ thị số ', 'Nghị định'."""
    low = max(0, start - _REACH)
    match = _NOUN.search(folded[low:start])
    if not match:
        return None
    return NounBefore(NAMES[match["noun"]], match["noun"], low + match.start(), bool(match["label"]))


def label_before(folded: str, start: int) -> int | None:
    """Return where 'số', 'văn bản' or 'CV' starts right before `start`, None if none stands there."""
    low = max(0, start - 16)
    match = _LABEL.search(folded[low:start])
    return low + match.start() if match else None


def may_start(text: str, folded: str, start: int) -> bool:
    """Return whether no letter, digit or mark of another number stands before `start` (§5.3, §5.7)."""
    if start == 0:
        return True
    before = text[start - 1]
    further = text[start - 2] if start > 1 else " "
    if before.isalnum() or before in "._":
        return _runs_on(folded, start)
    if before in ",:":
        return not further.isdigit() and (before == "," or further.isalpha() or further.isspace())
    if before in "-–—/+":
        return before in "-–—+" and not (further.isalnum() or further in ").,/:")
    return not _STANDARD.search(folded[max(0, start - 10) : start])


def _runs_on(folded: str, start: int) -> bool:
    """Return whether the label or name ran into the number: 'số15-QĐ/TW', 'Chỉ thị05-CT/TW'."""
    piece = folded[max(0, start - _REACH) : start]
    return bool(re.search(r"(?<![^\W_])so[.:]?$", piece)) or bool(_NOUN.search(piece) and piece[-1].isalpha())


def in_address(text: str, start: int) -> bool:
    """Return whether the word that holds `start` is the address of a page or of a mailbox."""
    low = max(0, start - 300)
    word_start = max(text.rfind(mark, low, start) for mark in ' \n\t(<"')
    return bool(_ADDRESS.search(text[max(low, word_start + 1) : start]))


def read_context(text: str, end: int, stop: int) -> Context:
    """Return date, term, issuer phrase and subject after a code that ends at `end`.

    `stop` is where the next code starts: date, term and issuer end before it, a subject may hold it.
    """
    issued: date | None = None
    term: str | None = None
    phrase: str | None = None
    position = end
    for _ in range(5):
        dated = _ISSUED.match(text, position) if issued is None else None
        day = _day(dated) if dated else None
        termed = _TERM.match(text, position) if term is None else None
        if dated and day:
            issued, position = day, dated.end()
        elif termed:
            term, position = termed["term"], termed.end()
        elif phrase is None and (owner := _issuer_phrase(text, position, stop)):
            phrase, position = owner
        else:
            break
    subject = _subject(text, position)
    return Context(issued, term, phrase, subject, position)


def _issuer_phrase(text: str, position: int, stop: int) -> tuple[str, int] | None:
    match = _OF.match(text, position)
    if not match:
        return None
    limit = min(match.end() + _MAX_ISSUER_CHARS, len(text), max(stop, match.end()))
    end = _OF_END.search(text, match.end(), limit)
    last = end.start() if end else limit
    phrase = text[match.end() : last].rstrip(" ,\n")
    if not end and limit < len(text):  # cut inside: keep whole words
        phrase = phrase.rsplit(" ", 1)[0]
    return (phrase.replace("\n", " "), match.end() + len(phrase)) if phrase else None


def _subject(text: str, position: int) -> str | None:
    match = _ABOUT.match(text, position)
    if not match:
        return None
    limit = min(match.end() + MAX_SUBJECT_CHARS, len(text))
    end = _ABOUT_END.search(text, match.end(), limit)
    subject = text[match.end() : end.start() if end else limit]
    if not end and limit < len(text):
        comma = subject.rfind(",")
        subject = subject[:comma] if comma > MAX_SUBJECT_CHARS // 2 else subject.rsplit(" ", 1)[0]
    return subject.replace("\n", " ").strip(" ,") or None


def _day(match: re.Match[str]) -> date | None:
    """Return the day of a match of a pattern with `_DATE`; None for one that no calendar has."""
    first = match["d1"] is not None
    day, month, year = (match[name + ("1" if first else "2")] for name in "dmy")
    if len(year) == 2:
        if match["mark"] != "/":  # two-digit years are written with slashes only (reference §7)
            return None
        year = ("19" if int(year) >= 70 else "20") + year
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def trailing_dates(text: str, start: int) -> list[tuple[int, date, str]]:
    """Return position, day and owner of each 'ngày … của <issuer>' in the rest of the sentence from `start`.

    Catalogues of law print code, title, then date and issuer.
    """
    limit = min(len(text), start + _MAX_TITLE_CHARS)
    sentence_end = _SENTENCE_END.search(text, start, limit)
    matches = _OWNED_DATE.finditer(text, start, sentence_end.start() if sentence_end else limit)
    found = [(match.start(), _day(match), match["owner"]) for match in matches]
    return [(at, day, owner) for at, day, owner in found if day]
