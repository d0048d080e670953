"""The grammar of document codes: from characters to the parts of a code (reference §5.3).

The primary entrypoint is `read_code`. One pattern takes a number and the chain of abbreviations after it;
functions then say which of the chain is type, which issuer, and how much of it belongs to the code. The
pattern starts only at digits and every repetition is bounded, so the work is linear in the text.
"""

import re
from dataclasses import dataclass

from searchsvc.extract.code_forms import DocumentCode, canonical_issuer, make_code
from searchsvc.extract.code_tables import TYPES, issuer_code, issuer_series, type_code

DASH = "-‐‑‒–—―−"
_DASHES = re.escape(DASH)
_SLASHES = "/⁄∕／"
_SEP = rf"[{_DASHES}{_SLASHES}_]"
_GAP = r"[ \u00a0]{0,2}\n?[ \u00a0]{0,2}"
_LETTER = r"[^\W\d_]"
_PART = rf"(?:[Tt]\.[ ]?[ƯưWwUu](?!{_LETTER})|{_LETTER}[^\W_]{{0,23}})"
_TYPE_SPELLINGS = "|".join(sorted({*TYPES, "QD", "ND", "DA", "CD", "QDi"}, key=len, reverse=True))

# '66.7/2025/NQ-CP': since 2025 the Government numbers some resolutions within a resolution.
NUMBER = rf"(?<!\d)(?P<number>\d{{1,5}}(?:\.\d{{1,2}}(?=/20\d\d/)|[A-Za-zđĐ](?={_GAP}{_SEP}))?)"
_YEAR_JOIN = rf"(?:{_GAP}[{_DASHES}{_SLASHES}]{_GAP}|[ ](?=\d{{4}}[ ](?i:{_TYPE_SPELLINGS})(?!{_LETTER})))"
YEAR = rf"(?:{_YEAR_JOIN}(?P<year>(?:19|20)\d\d)(?!\d))?"
_FIRST = rf"(?P<first_join>{_GAP}{_SEP}{_GAP}|[ ]{{0,2}}(?=(?i:{_TYPE_SPELLINGS})(?!{_LETTER})))"
_CHAIN = rf"(?P<chain>{_PART}(?:(?:{_GAP}[{_DASHES}{_SLASHES}_@&]{_GAP}|[ ]{{1,2}}){_PART}){{0,9}})"

CODE = re.compile(NUMBER + YEAR + _FIRST + _CHAIN)
"""A number with what may be the rest of a code; `read_code` decides."""

_LINK = re.compile(rf"(?P<join>{_GAP}[{_DASHES}{_SLASHES}_@&]{_GAP}|[ ]{{1,2}})?(?P<part>{_PART})")
_ASSEMBLY = re.compile(r"(?i:QH|UBTVQH)(?:\d{1,2}|[IVX]{1,5})$")
_ABBREVIATION = re.compile(r"[A-ZĐƯ][A-ZĐƯ\d]*(?:[a-zđ]{1,2}[A-ZĐƯ\d]+|[a-zđ](?![^\W\d_]))*")
_RUN_ON = re.compile(r"[^\W\d_]?[^\W\d_A-ZĐƯ]+$")
_LOOK_ALIKES = str.maketrans("АВЕКМНОРСТУХ", "ABEKMHOPCTYX")
"""Cyrillic capitals of copy-protected pages: an abbreviation may hold no Latin letter that tells (§1.4)."""


@dataclass(frozen=True, slots=True)
class Link:
    """One abbreviation of the chain, the separator before it ('-', '/', '_', '@', '&', ' ' or '')."""

    join: str
    text: str
    spaced: bool
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Evidence:
    """What stands before the number: a type's name, or a label ('số', 'công văn') that a code follows."""

    noun: bool = False
    labelled: bool = False

    def __bool__(self) -> bool:
        return self.noun or self.labelled


@dataclass(frozen=True, slots=True)
class Reading:
    """A code and where it ends in the text."""

    code: DocumentCode
    end: int


def separator(text: str) -> str:
    """Return the plain form of a separator as written, with its spaces: ' – ' → '-'."""
    mark = text.strip()
    if not mark:
        return " " if text else ""
    return "-" if mark in DASH else "/" if mark in _SLASHES else "-" if mark == "_" else mark


def links(match: re.Match[str]) -> list[Link]:
    """Return the chain of a match of `CODE` as links, the first with the separator after the number."""
    first = match["first_join"]
    found: list[Link] = []
    text, position, stop = match.string, match.start("chain"), match.end("chain")
    while position < stop:
        link = _LINK.match(text, position, stop)
        if not link:
            break
        join = first if not found else link["join"] or ""
        spaced = join != join.strip() and bool(join.strip())
        part = link["part"].translate(_LOOK_ALIKES)
        found.append(Link(separator(join), part, spaced, link.start("part"), link.end("part")))
        position = link.end()
    return found


def read_code(match: re.Match[str], evidence: Evidence) -> Reading | None:
    """Return the code that starts with a match of `CODE`, None if it is none.

    Spaces for separators and lower case need `evidence` and a known issuer; a chain without a type needs
    evidence or the National Assembly's form.
    """
    chain = links(match)
    year = int(match["year"]) if match["year"] else None
    kind = type_code(chain[0].text)
    first = chain[0].text
    if first.islower() and not (evidence and (kind or issuer_code(first) or _ASSEMBLY.match(first))):
        return None
    number = match["number"]
    if kind and len(chain) > 1:
        reading = _typed(number, year, kind, chain, evidence)
        if reading:
            return reading
    if chain[0].join in {"", " "}:
        return None
    return _glued(number, year, chain, evidence) or _typeless(number, year, chain, evidence)


def bare_type(match: re.Match[str]) -> tuple[str, int] | None:
    """Return the type and its end of a number with a type but no issuer: '57-NQ', '145/2020/NĐ'."""
    first = links(match)[0]
    kind = type_code(first.text)
    return (kind, first.end) if kind and first.join in {"-", "/"} and not first.spaced else None


def _typed(number: str, year: int | None, kind: str, chain: list[Link], evidence: Evidence) -> Reading | None:
    issuer = _issuer(chain[1:])
    if not issuer:
        return None
    name, end = issuer
    joins = chain[0].join + chain[1].join.replace("@", "-").replace("&", "-")
    known = bool(issuer_code(name.split("-", 1)[0])) or issuer_series(name) != "both"
    if not _plausible(joins, known, chain, year, evidence, name):
        return None
    return Reading(make_code(number, kind, name, year, dashed=joins in {"-/", "/"}), end)


def _plausible(
    joins: str, known: bool, chain: list[Link], year: int | None, evidence: Evidence, name: str
) -> bool:
    """Return whether these separators make a code; the looser the form, the more must speak for it."""
    if chain[0].text.islower() or chain[1].text.islower() or joins.endswith(" "):
        return known and bool(evidence)
    if joins in {"-/", "/-"}:
        return known or bool(evidence) or len(name) > 1
    if joins == "//":
        return known or bool(year) or bool(evidence)
    if joins == "--":
        return known and (bool(evidence) or issuer_series(name) != "both")
    return known and (bool(evidence) or joins.endswith("/"))


def _glued(number: str, year: int | None, chain: list[Link], evidence: Evidence) -> Reading | None:
    """Read a type and an issuer that lost their separator: '118/2025/NĐCP', '10/2024/TTBTC'."""
    text = chain[0].text
    for cut in range(min(5, len(text) - 1), 0, -1):
        head, tail = text[:cut], text[cut:]
        kind = type_code(head)
        if not kind or head.islower() or not (tail[0].isupper() and issuer_code(_without_run_on(tail))):
            continue
        if not (evidence or year) or issuer_code(text) or len(head) < 2:
            continue
        first = chain[0]
        rest = [Link("", tail, False, first.start + cut, first.end), *chain[1:]]
        issuer = _issuer(rest)
        if issuer:
            return Reading(make_code(number, kind, issuer[0], year, dashed=False), issuer[1])
    return None


def _typeless(number: str, year: int | None, chain: list[Link], evidence: Evidence) -> Reading | None:
    """Read a law ('24/2018/QH14'), an old code ('61/CP') or a letter ('512/UBND-VX')."""
    issuer = _issuer(chain, letter=evidence.labelled)
    if not issuer or (chain[0].join != "/" and not (chain[0].join == "-" and evidence.noun)):
        return None
    name, end = issuer
    law = bool(year) and bool(_ASSEMBLY.match(name))
    head = name.split("-", 1)[0].split("&", 1)[0]
    known = bool(issuer_code(head)) or bool(_ASSEMBLY.match(head))
    letter = "-" in name and len(head) > 1 and evidence.labelled and chain[0].join == "/"
    if not (law or (known and evidence) or letter):
        return None
    return Reading(DocumentCode(make_code(number, "", name, year, dashed=False).number, "", name, year), end)


def _issuer(chain: list[Link], *, letter: bool = False) -> tuple[str, int] | None:
    """Return the issuer at the start of the chain and where it ends: the longest run of abbreviations."""
    parts: list[str] = []
    joins: list[str] = []
    end = 0
    for position, link in enumerate(chain):
        if position and (link.join == " " or not _continues(link, chain[position - 1], letter)):
            break
        text = link.text
        if text.islower() and not _small(text, position, chain):
            break
        kept = text if text.islower() else _without_run_on(text)
        if not kept:
            break
        if position:
            joins.append(link.join)
        parts.append(kept)
        end = link.start + len(kept)
        if kept != text:
            break
    return (canonical_issuer(parts, joins), end) if parts else None


def _small(text: str, position: int, chain: list[Link]) -> bool:
    """Return whether an abbreviation in small letters belongs to the issuer: '30/nđ-cp', '512/ubnd-vx'."""
    if position == 0:
        return bool(issuer_code(text) or _ASSEMBLY.match(text))
    all_small = chain[0].text.islower()
    return all_small and bool(issuer_code(text) or (chain[position].join == "-" and len(text) < 5))


def _continues(link: Link, before: Link, letter: bool) -> bool:
    """Return whether a further abbreviation belongs to the issuer: 'TWĐTN-VP', 'BTC- BNV', not 'TW - Ban'."""
    if link.spaced:
        # With spaces around it a dash is punctuation as often as not, except after 'Công văn số …'.
        close = letter or link.start - before.end == 2
        return close and link.text.isupper() and len(link.text) > 1 and link.join != "/"
    return link.text[0].isupper() or link.text.islower()


def _without_run_on(text: str) -> str:
    """Return the abbreviation without a word that ran into it: 'CPquy' → 'CP', 'BTCQuy' → 'BTC'."""
    if issuer_code(text) or "." in text or _ASSEMBLY.match(text):
        return text
    for length in range(len(text) - 1, 1, -1):
        if issuer_code(text[:length]) and _RUN_ON.fullmatch(text[length:]):
            return text[:length]
    match = _ABBREVIATION.match(text)
    return match[0] if match else ""
