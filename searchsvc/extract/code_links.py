"""Mentions without a whole code: partial ('Chỉ thị 05'), named ('Nghị quyết Đại hội XIII'), and their links.

The primary entrypoints are `find_partial`, `find_named` and `link_partials`. Rules: reference §5.3
(partial, named) and §5.5 (what a partial mention links to).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from searchsvc.analysis.fold import fold
from searchsvc.articles import CodeMention, Part
from searchsvc.extract.code_context import NounBefore, may_start, noun_before, read_context
from searchsvc.extract.code_forms import DocumentCode, canonical_number, make_code
from searchsvc.extract.code_tables import (
    ISSUER_NAMES,
    TYPE_NAMES,
    TYPES,
    alternatives,
    lines,
    type_code,
)

_NUMBER = re.compile(
    r"(?<=[a-z.:][ \n])(?P<number>\d{1,5}[a-z]?)(?:[/](?P<year>(?:19|20)\d\d))?"
    r"(?P<tail>[-/](?P<type>[a-z]{1,4}))?(?![^\W_]|[.,:]\d|[ ]?[-–/][ ]?\d|[-–/][a-z]|[ ]?%)"
)
_MORE = re.compile(r"(?:[ ]?,| va)[ ](?:so )?(?P<number>\d{2,3})(?![^\W_]|[.,:/-]\d|[ ]?[-–/%])")
_LAST_WORDS = frozenset(name.rsplit(" ", 1)[-1] for name in TYPE_NAMES) | {"so", "tich", "dong"}
_YEAR_AFTER = re.compile(r" nam (?P<year>(?:19|20)\d\d)(?!\d|[ ]?[-–])")
_STRONG = frozenset(
    fold(TYPES[code].names[0]) for code in ("NQ", "CT", "KL", "NĐ", "TT", "QĐ", "QĐi", "PL")
) | {"thong tri"}
"""Types whose capitalised name with a number is a document even without 'số'."""
_NUMBERED_THINGS = frozenset({"du an", "hop dong"})
"""Names that number projects and contracts rather than documents: 'Dự án 10', 'hợp đồng số 1'."""
_SAFE_AFTER = re.compile(
    r"[ ]?(?:[,;.:)\"”»]|$|\n)"
    r"|[ ](?:của|về|năm (?:19|20)\d\d|ngày \d|\(|khóa [IVX]|khoá [IVX]|do |được ban hành)"
)
_COUNTED_WORDS = alternatives(lines("counted_words.txt"))
COUNTED = re.compile(rf"[ ](?:năm(?! (?:19|20)\d\d(?![ ]?[-–]))|ngày(?! \d)|{_COUNTED_WORDS})(?![^\W_])")
"""What makes the number before it a quantity."""
_ORDINALS = dict(
    zip(("nhat", "hai", "ba", "tu", "nam", "sau", "bay", "tam", "chin", "muoi"), range(1, 11), strict=True)
)
_PLENUM = re.compile(
    r"nghi quyet (?:cua )?(?:hoi nghi )?(?:lan thu (?P<before>[a-z]{2,4}|\d{1,2}),? )?"
    r"(?:cua )?(?:(?:ban chap hanh|bch) )?(?:trung uong|tw|t\.u)\.?(?: dang)?"
    r"(?: lan thu)?(?: (?P<after>\d{1,2}))?"
    r",? ?\(?,? ?khoa (?P<term>[ivx]{1,5})(?![^\W_])"
)
_CONGRESS = re.compile(
    r"nghi quyet (?:cua )?(?:dai hoi|dh)(?: dai bieu)?(?: dang)?(?: toan quoc)?(?: cua dang)?(?: lan thu)?"
    r" (?P<term>[ivx]{1,5})(?![^\W_])(?! (?:dang bo|cong doan|hoi|doan|mat tran))"
)


def find_partial(text: str, folded: str, part: Part) -> list[CodeMention]:
    """Return the mentions of a type's name and a number , resolved by the organ beside it."""
    found: list[CodeMention] = []
    for match in _NUMBER.finditer(folded):
        start = match.start()
        words = folded[max(0, start - 14) : start].split()
        if not words or words[-1].rstrip(".:") not in _LAST_WORDS:
            continue
        noun = noun_before(folded, start)
        if noun and may_start(text, folded, start) and _is_mention(text, noun, match):
            found.extend(_partial_run(text, folded, part, noun, match))
    return found


def _is_mention(text: str, noun: NounBefore, match: re.Match[str]) -> bool:
    """Return whether the number names a document, not a quantity ('Kế hoạch 5 năm')."""
    end = match.end()
    if match["tail"]:
        return type_code(match["type"]) is not None
    if noun.folded in _NUMBERED_THINGS:
        return False
    if noun.labelled:
        return True
    after = text[end : end + 24]
    number = match["number"]
    if COUNTED.match(after) or (not match["year"] and len(number) == 4 and number[:2] in {"19", "20"}):
        return False
    if text[noun.start].isupper() and noun.folded in _STRONG:
        return True
    return (
        len(number) > 1
        and bool(_SAFE_AFTER.match(after))
        and (noun.folded in _STRONG or text[noun.start].isupper())
    )


def _partial_run(
    text: str, folded: str, part: Part, noun: NounBefore, match: re.Match[str]
) -> Iterator[CodeMention]:
    """Yield the mention and those of further numbers after it: 'Nghị quyết 18, 19 của Trung ương'."""
    spans = [(noun.start, match.end(), match["number"])]
    end = match.end()
    while not match["tail"] and not match["year"] and len(spans) < 10:
        more = _MORE.match(folded, end)
        if not more or COUNTED.match(text, more.end()):
            break
        spans.append((more.start("number"), more.end(), more["number"]))
        end = more.end()
    year_after = _YEAR_AFTER.match(folded, end)
    context = read_context(text, year_after.end() if year_after else end, len(text))
    year = match["year"] or (year_after["year"] if year_after else None)
    kind = (type_code(match["type"]) if match["type"] else None) or TYPE_NAMES[noun.folded][0]
    in_code = bool(match["year"]) or kind == "NĐ"
    for start, stop, number in spans:
        code = resolve(
            canonical_number(number), kind, int(year) if year else None, in_code, context.issuer_phrase
        )
        yield CodeMention(
            part=part,
            start=start,
            end=stop,
            raw=text[start:stop],
            kind="partial",
            code=code.code,
            key=code.key,
            type=kind,
            number=code.number,
            year=int(year) if year else None,
            issuer=code.issuer,
            noun=noun.name,
            issued=context.issued,
            term=context.term,
            issuer_phrase=context.issuer_phrase,
            subject=context.subject,
        )


def resolve(number: str, kind: str, year: int | None, in_code: bool, phrase: str | None) -> DocumentCode:
    """Return the code of a number, type and the organ named beside it; without issuer where that is not sure.

    A Party organ gives the code at once. Of state documents only those whose form the year or the type
    fixes get an issuer: decrees, what is numbered within a year, the Prime Minister's directives.
    """
    issuer = "CP" if kind == "NĐ" else issuer_named(phrase) if phrase else None
    if issuer in {"TW", "TU", "HU", "QU", "ThU", "ĐUK"} and not in_code:
        return make_code(number, kind, issuer, None, dashed=True)
    plain = DocumentCode(number, kind, None, year if in_code else None)
    if issuer in {"CP", "TTg", "HĐND", "UBND"} and in_code and year:
        return make_code(number, kind, issuer, year, dashed=False)
    if (kind, issuer) in {("CT", "TTg"), ("CĐ", "TTg")} and not year:
        return make_code(number, kind, issuer, None, dashed=False)
    return plain


def issuer_named(phrase: str) -> str | None:
    """Return the issuer that a phrase after 'của' names, by the longest name: 'Bộ Chính trị' → TW."""
    words = fold(phrase).replace(",", " ").split()
    for length in range(min(len(words), 12), 0, -1):
        issuer = ISSUER_NAMES.get(" ".join(words[:length]))
        if issuer:
            follows = words[length] if length < len(words) else ""
            # 'Trung ương Hội Nông dân' is not the Party's centre.
            return None if issuer == "TW" and follows in {"hoi", "doan", "mat", "lien"} else issuer
    return None


def find_named(text: str, folded: str, part: Part) -> list[CodeMention]:
    """Return the resolutions named by plenum and term or by congress; key 'NQ-TW4-XII', 'NQ-ĐH-XIII'."""
    found = []
    start = folded.find("nghi quyet")
    while start >= 0:
        mention = _named(text, folded, part, start)
        if mention:
            found.append(mention)
        start = folded.find("nghi quyet", start + 10)
    return found


def _named(text: str, folded: str, part: Part, start: int) -> CodeMention | None:
    plenum = _PLENUM.match(folded, start)
    congress = None if plenum else _CONGRESS.match(folded, start)
    match = plenum or congress
    if not match:
        return None
    term = match["term"].upper()
    number = ""
    if plenum:
        before = plenum["before"] or ""
        number = plenum["after"] or str(_ORDINALS.get(before, before))
        if not number.isdigit():
            return None
        number = str(int(number))
    closing = 1 if "(" in match[0] and text[match.end() : match.end() + 1] == ")" else 0
    end = match.end() + closing
    return CodeMention(
        part=part,
        start=start,
        end=end,
        raw=text[start:end],
        kind="named",
        code=None,
        key=f"NQ-TW{number}-{term}" if plenum else f"NQ-ĐH-{term}",
        type="NQ",
        number=number or term,
        noun="nghị quyết",
        term=term,
        subject=read_context(text, end, len(text)).subject,
    )


def link_partials(mentions: Sequence[CodeMention]) -> list[CodeMention]:
    """Return the mentions, each partial one linked to a full code with the same number and type among them.

    Give all mentions of an article in reading order, over all its parts. The nearest full mention before
    wins, else the first after; an organ, year or term that contradicts it prevents the link.
    """
    full: dict[str, list[tuple[int, CodeMention]]] = {}
    for place, mention in enumerate(mentions):
        if mention.kind == "full":
            full.setdefault(mention.number, []).append((place, mention))
    return [
        _linked(mention, place, full.get(mention.number, [])) if mention.kind == "partial" else mention
        for place, mention in enumerate(mentions)
    ]


def _linked(partial: CodeMention, place: int, full: list[tuple[int, CodeMention]]) -> CodeMention:
    fitting = [(at, mention) for at, mention in full if _fits(partial, mention)]
    if not fitting:
        return partial
    before = [mention for at, mention in fitting if at < place]
    target = before[-1] if before else fitting[0][1]
    return replace(partial, code=target.code, key=target.key, type=target.type, issuer=target.issuer)


def _fits(partial: CodeMention, full: CodeMention) -> bool:
    types = TYPE_NAMES.get(fold(partial.noun or ""), ()) if partial.noun else ()
    if full.type != partial.type and full.type not in types:
        return False
    if partial.issuer and partial.issuer != full.issuer:
        return False
    named = issuer_named(partial.issuer_phrase) if partial.issuer_phrase else None
    if named and full.issuer and named != full.issuer.split("-")[0]:
        return False
    years = {full.year, full.issued.year if full.issued else None} - {None}
    if partial.year and years and partial.year not in years:
        return False
    return not (partial.term and full.term and partial.term != full.term)
