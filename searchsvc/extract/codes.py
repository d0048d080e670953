"""Document codes in a text: 'Chỉ thị số 05-CT/TW ngày 15/5/2016 của Bộ Chính trị'.

The primary entrypoint is `find_codes`. Input is cleaned NFC text (`analysis.normalize.clean`); every offset
points into it. The pipeline: candidates by the grammar (`code_grammar`), what stands before and after them
(`code_context`), lists with a shared tail, partial and named mentions and their links (`code_links`).
Queries are read by `code_queries`. Rules: reference §5.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from searchsvc.analysis.fold import fold
from searchsvc.articles import CodeMention, Part
from searchsvc.extract.code_context import (
    Context,
    NounBefore,
    in_address,
    label_before,
    may_start,
    noun_before,
    read_context,
    trailing_dates,
)
from searchsvc.extract.code_forms import DocumentCode, canonical_number, query_keys, search_keys
from searchsvc.extract.code_grammar import CODE, Evidence, Reading, read_code
from searchsvc.extract.code_links import find_named, find_partial, issuer_named, link_partials
from searchsvc.extract.code_queries import find_query_codes, parse_query_code
from searchsvc.extract.code_tables import TYPE_NAMES

__all__ = [
    "DocumentCode",
    "canonical",
    "find_codes",
    "find_query_codes",
    "link_partials",
    "parse_query_code",
    "query_keys",
    "search_keys",
]

_EARLIER = re.compile(r"(?P<number>\d{1,5})[ ]?(?:,|;|và|va)[ ]?(?:số |so )?$")
_LIST_GAP = re.compile(r"[ ]?(?:,|;|và)[ ]?(?:số )?$")
_MAX_LIST = 20
Found = tuple[int, Reading, NounBefore | None]
_ANY = Evidence(noun=True, labelled=True)


def canonical(text: str) -> str | None:
    """Return the canonical form of one code in any spelling, None if the text is not one code with issuer.

    '5/CT-TW' → '05-CT/TW', '30/2020/nđ-cp' → '30/2020/NĐ-CP'. Idempotent.
    """
    trimmed = text.strip(' \n\t.,;()"“”')
    match = CODE.match(trimmed)
    reading = read_code(match, _ANY) if match else None
    if not reading or reading.end != len(trimmed):
        return None
    return reading.code.code


def find_codes(text: str, part: Part = "body") -> list[CodeMention]:
    """Return every mention of a document in `text`, in order of start, none overlapping.

    Full mentions span the code itself, partial ones the type's name and the number. Partial mentions are
    linked within `text`; `link_partials` links them over all parts of an article.
    """
    folded = fold(text)
    full = list(_full_mentions(text, folded, part))
    spans = [(mention.start, mention.end) for mention in full]
    named = [mention for mention in find_named(text, folded, part) if not _overlaps(mention, spans)]
    spans = sorted(spans + [(mention.start, mention.end) for mention in named])
    partial = [mention for mention in find_partial(text, folded, part) if not _overlaps(mention, spans)]
    return link_partials(sorted(full + named + partial, key=lambda mention: mention.start))


def _overlaps(mention: CodeMention, spans: list[tuple[int, int]]) -> bool:
    place = bisect_right(spans, (mention.end - 1, 1 << 60))
    return place > 0 and spans[place - 1][1] > mention.start


def _readings(text: str, folded: str) -> Iterator[Found]:
    """Yield start, reading and the type's name before it, of each code of the grammar."""
    last_end, last_letter = -1, False
    for match in CODE.finditer(text):
        start = match.start()
        if not may_start(text, folded, start):
            continue
        noun = noun_before(folded, start)
        # A list of letters names its type once: 'các Công văn số 12/UBND-VX, 15/UBND-KT'.
        listed = last_letter and bool(_LIST_GAP.fullmatch(text[last_end:start]))
        evidence = Evidence(
            bool(noun), listed or label_before(folded, start) is not None or bool(noun and noun.labelled)
        )
        reading = read_code(match, evidence)
        if reading and not in_address(text, start):
            last_end, last_letter = reading.end, not reading.code.type
            yield start, reading, noun


def _full_mentions(text: str, folded: str, part: Part) -> Iterator[CodeMention]:
    found = list(_readings(text, folded))
    starts = [start for start, _, _ in found] + [len(text)]
    contexts = [
        read_context(text, reading.end, starts[place + 1]) for place, (_, reading, _) in enumerate(found)
    ]
    contexts = _with_trailing_dates(text, found, contexts)
    floor = 0
    for (start, reading, noun), context in zip(found, contexts, strict=True):
        # A year in the tail is that of its own number alone.
        shares = noun is None and reading.code.year is None
        earlier = _earlier_numbers(text, folded, start, floor) if shares else []
        shared = noun or (noun_before(folded, earlier[0][0]) if earlier else None)
        if shared:
            for at, number in earlier:
                code = replace(reading.code, number=canonical_number(number))
                yield _mention(text, part, (at, at + len(number)), code, shared, context)
        yield _mention(text, part, (start, reading.end), reading.code, shared, context)
        floor = reading.end


def _earlier_numbers(text: str, folded: str, start: int, floor: int) -> list[tuple[int, str]]:
    """Return the numbers before a code that share its tail: 98 in 'Quyết định 98, 99 – QĐ/TW'."""
    numbers: list[tuple[int, str]] = []
    position = start
    while len(numbers) < _MAX_LIST:
        match = _EARLIER.search(text[max(floor, position - 16) : position])
        if not match:
            break
        at = max(floor, position - 16) + match.start("number")
        if at > 0 and (text[at - 1].isalnum() or text[at - 1] in ".,/-"):
            return []
        numbers.insert(0, (at, match["number"]))
        position = at
    return numbers if numbers and noun_before(folded, position) else []


def _with_trailing_dates(text: str, found: list[Found], contexts: list[Context]) -> list[Context]:
    """Give a date after a code's title to the code of that year, the outermost code first.

    A date that stands beside a cited code of another year belongs to the title's own code as well.
    """
    result = list(contexts)
    ends = [reading.end for _, reading, _ in found]
    given: set[int] = set()
    for place, (_, reading, _) in enumerate(found):
        if result[place].issued or reading.code.party:
            continue
        for at, day, owner in trailing_dates(text, reading.end):
            if at in given or not _may_date(reading.code, day, owner):
                continue
            holder = bisect_right(ends, at) - 1
            if at < contexts[holder].end:
                if holder == place or found[holder][1].code.year in {None, day.year}:
                    continue
                result[holder] = replace(result[holder], issued=None)
            result[place] = replace(result[place], issued=day)
            given.add(at)
            break
    return result


def _may_date(code: DocumentCode, day: date, owner: str) -> bool:
    """Return whether a date further on may be the code's: of its year, or without a year of its issuer."""
    if code.year:
        return code.year == day.year
    return issuer_named(owner) == (code.issuer or "").split("-")[0].rstrip("0123456789")


def _mention(
    text: str,
    part: Part,
    span: tuple[int, int],
    code: DocumentCode,
    noun: NounBefore | None,
    context: Context,
) -> CodeMention:
    kind = code.type or (TYPE_NAMES[noun.folded][0] if noun else "")
    return CodeMention(
        part=part,
        start=span[0],
        end=span[1],
        raw=text[span[0] : span[1]],
        kind="full",
        code=code.code,
        key=code.key,
        type=kind,
        number=code.number,
        year=code.year,
        issuer=code.issuer,
        noun=noun.name if noun else None,
        issued=context.issued,
        term=context.term,
        issuer_phrase=context.issuer_phrase,
        subject=context.subject,
    )
