"""Document codes in what a person typed: any case, with or without diacritics, spaces for separators.

The primary entrypoints are `parse_query_code` (the whole query is one code) and `find_query_codes`. Looser
than the reading of articles, since a query is short and the person sees what was understood; a form without
separators still needs a known type and a known issuer, or the type's name (reference §5.6).
"""

import re
from collections.abc import Iterator

from searchsvc.analysis.fold import fold
from searchsvc.analysis.normalize import clean
from searchsvc.extract.code_context import label_before, may_start, noun_before
from searchsvc.extract.code_forms import DocumentCode, canonical_issuer, canonical_number, make_code
from searchsvc.extract.code_grammar import CODE, Evidence, read_code
from searchsvc.extract.code_links import COUNTED, resolve
from searchsvc.extract.code_tables import (
    ISSUER_NAMES,
    ISSUERS,
    TYPE_NAMES,
    TYPES,
    alternatives,
    issuer_code,
    type_code,
)

QueryCode = tuple[int, int, DocumentCode]

MAX_QUERY_CHARS = 20_000
_TYPE = alternatives(fold(code) for code in TYPES)
_NAME = alternatives(TYPE_NAMES)
_ORGAN = alternatives(ISSUER_NAMES)
_BY_ORGAN = re.compile(rf" cua (?:{_ORGAN})(?![^\W_])")
_JOIN = r"[ ]?[-–—/_]?[ ]?"
_SOME_JOIN = r"(?:[ ]?[-–—/_][ ]?|[ ])"
_NUMBER = r"(?P<number>\d{1,5}[a-z]?)"
_YEAR = r"(?P<year>(?:19|20)\d\d)(?!\d)"
_ISSUER = (
    rf"(?P<issuer>(?:{alternatives(fold(code) for code in ISSUERS)}|[a-z]{{1,9}}t[wu]|t\.[uw])"
    r"(?![^\W_])(?:[-@&/][a-z][a-z0-9]{0,14}){0,6})"
)

_NUMBER_FIRST = re.compile(
    rf"(?<![^\W_])(?<![.,/:-]){_NUMBER}(?:{_SOME_JOIN}{_YEAR})?(?P<gap>{_JOIN})(?P<type>{_TYPE})(?![^\W_])"
    rf"(?:{_SOME_JOIN}{_ISSUER}(?![^\W_]))?"
)
_TYPE_FIRST = re.compile(
    rf"(?<![^\W_])(?<![-/&])(?P<type>{_TYPE})(?P<gap>{_JOIN})(?:so )?{_NUMBER}(?:/{_YEAR})?(?![^\W_])"
    rf"(?:{_SOME_JOIN}{_ISSUER}(?![^\W_]))?(?![/-]\d)"
)
_NAME_FIRST = re.compile(
    rf"(?<![^\W_])(?P<name>{_NAME})(?: hanh dong)? (?:so ?:? ?)?{_NUMBER}(?:[/ ]{_YEAR})?"
    rf"(?:-(?P<type>{_TYPE}))?(?![^\W_])(?![-.,/]\d)"
    rf"(?: (?:nam )(?P<after>(?:19|20)\d\d)(?!\d|[ ]?[-–]))?"
    rf"(?: (?:cua )?(?P<organ>{_ORGAN})(?![^\W_])|[ /-]{{1,3}}(?P<issuer>tw|tu|t\.u|t\.w|ttg|cp)(?![^\W_]))?"
)
# Abbreviations that people use for a document without more: 'NQ35', 'nđ 168'.
_SHORT = frozenset({"NQ", "NĐ", "CT", "KL", "QĐ", "TT"})


def parse_query_code(text: str) -> list[DocumentCode]:
    """Return the codes that the whole of `text` may mean, [] if it is not one code.

    '05 ct tw' → 05-CT/TW; 'nghị quyết 35' → number and type only; 'quy định 11' → each type of that name.
    """
    cleaned = clean(text[:200]).strip(" \n.,;:()\"'“”") if len(text) <= 200 else ""
    found = _codes(cleaned, whole=True)
    return [code for start, end, code in found if start == 0 and end == len(cleaned)]


def find_query_codes(text: str) -> list[QueryCode]:
    """Return (start, end, code) of each code in a cleaned query, in order of start.

    The span includes the type's name before the code and its issuer's after it. Where a name stands
    for several types, each has an entry with the same span. Only the first
    `MAX_QUERY_CHARS` characters are read.
    """
    return _codes(text[:MAX_QUERY_CHARS], whole=False)


def _codes(text: str, *, whole: bool) -> list[QueryCode]:
    folded = fold(text)
    found: list[QueryCode] = []
    for reader in (_written, _named_type, _number_first, _type_first):
        taken = [(start, end) for start, end, _ in found]
        for start, end, code in reader(text, folded, whole):
            if all(end <= low or start >= high for low, high in taken):
                found.append((start, end, code))
    return sorted(found, key=lambda entry: entry[:2])


def _written(text: str, folded: str, whole: bool) -> Iterator[QueryCode]:
    """Codes as articles print them; a known type and issuer stand for the evidence."""
    for match in CODE.finditer(text):
        start = match.start()
        if not may_start(text, folded, start):
            continue
        if not match["first_join"].strip() and re.search(r"\d $", text[max(0, start - 2) : start]):
            continue  # '30 2020 nd cp': the year is not the number
        noun = noun_before(folded, start)
        label = label_before(folded, start)
        named = label is not None or bool(noun and noun.labelled) or (whole and start == 0)
        reading = read_code(match, Evidence(noun=True, labelled=named))
        if reading and (reading.code.type or noun or named or _is_law(reading.code)):
            first = noun.start if noun else 0 if label == 0 else start
            organ = _BY_ORGAN.match(folded, reading.end)
            yield first, organ.end() if organ else reading.end, reading.code


def _is_law(code: DocumentCode) -> bool:
    return bool(code.year) and (code.issuer or "").startswith(("QH", "UBTVQH"))


def _named_type(text: str, folded: str, whole: bool) -> Iterator[QueryCode]:
    """'nghi quyet so 35', 'chỉ thị 05 của Bộ Chính trị', 'nghị định 168/2024', 'nghị quyết 35 tw'."""
    for match in _NAME_FIRST.finditer(folded):
        number = match["number"]
        if not whole and len(number) == 4 and number[:2] in {"19", "20"} and not match["year"]:
            continue
        stated = type_code(match["type"]) if match["type"] else None
        year = match["year"] or match["after"]
        issuer, end = _short_issuer(text, match)
        if not whole and COUNTED.match(text, end):
            continue
        for kind in (stated,) if stated else TYPE_NAMES[match["name"]]:
            if TYPES[kind].series != "both" and kind.startswith("Q") and match["organ"] and not stated:
                continue  # an organ of one side: the common QĐ is enough
            yield match.start(), end, _named(match, kind, int(year) if year else None, issuer)


def _short_issuer(text: str, match: re.Match[str]) -> tuple[str | None, int]:
    """Return the issuer's abbreviation after a name and number, and where the code ends: not 'từ' for TU."""
    if not match["issuer"]:
        return None, match.end()
    start, end = match.span("issuer")
    issuer = issuer_code(text[start:end])
    return issuer, end if issuer else len(text[:start].rstrip(" /-"))


def _named(match: re.Match[str], kind: str, year: int | None, issuer: str | None) -> DocumentCode:
    number = canonical_number(match["number"])
    in_code = bool(match["year"]) or kind == "NĐ"
    if issuer:
        return make_code(number, kind, issuer, year if in_code else None, dashed=True)
    return resolve(number, kind, year, in_code, match["organ"])


def _number_first(text: str, folded: str, whole: bool) -> Iterator[QueryCode]:
    """'30 2020 nd cp', '35 nq', '35nq'."""
    for match in _NUMBER_FIRST.finditer(folded):
        issuer = _issuer(text, match)
        code = _abbreviated(text, match, issuer)
        if issuer or whole or (match["gap"].strip() and code.type in _SHORT):
            yield match.start(), match.end("issuer" if issuer else "type"), code


def _type_first(text: str, folded: str, whole: bool) -> Iterator[QueryCode]:
    """'nq35', 'NQ 35', 'nq35/tw', 'nđ 168/2024'."""
    for match in _TYPE_FIRST.finditer(folded):
        issuer = _issuer(text, match)
        code = _abbreviated(text, match, issuer)
        if issuer or whole or code.type in _SHORT:
            last = "issuer" if issuer else "year" if match["year"] else "number"
            yield match.start(), match.end(last), code


def _issuer(text: str, match: re.Match[str]) -> str | None:
    """Return the canonical issuer of a match, None without one; 'từ' is no TU."""
    written = text[match.start("issuer") : match.end("issuer")] if match["issuer"] else ""
    pieces = re.split(r"([-@&/])", written)
    head = pieces[0]
    if not head or not (issuer_code(head) or head.isascii() or head.isupper()):
        return None
    return canonical_issuer(pieces[::2], pieces[1::2])


def _abbreviated(text: str, match: re.Match[str], issuer: str | None) -> DocumentCode:
    """Return the code of a match with a type's abbreviation; decrees of a year are the Government's."""
    kind = type_code(text[match.start("type") : match.end("type")]) or ""
    year = int(match["year"]) if match["year"] else None
    number = canonical_number(match["number"])
    if issuer is None:
        plain = DocumentCode(number, kind, None, year)
        return make_code(number, kind, "CP", year, dashed=False) if kind == "NĐ" and year else plain
    joined = text[match.start() : match.start("issuer")].rstrip()
    # Without a slash after the number nothing says that an issuer of either side is the state's.
    return make_code(number, kind, issuer, year, dashed="/" not in joined or joined.endswith("/"))


__all__ = ["QueryCode", "find_query_codes", "parse_query_code"]
