"""What a person typed, taken apart: words, quoted phrases, codes, exclusions, alternatives.

The primary entrypoint is `parse`. It never raises: an operator that makes no sense is punctuation.

    "nghị quyết" -covid tiêu đề:đại hội 05-CT/TW OR 35-NQ/TW
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from searchsvc.analysis.fold import fold
from searchsvc.analysis.normalize import clean
from searchsvc.extract.codes import DocumentCode, find_query_codes

MAX_OPERANDS = 48
"""Operands that are used; the rest of a longer query is ignored, so that work stays bounded."""


@dataclass(frozen=True, slots=True)
class Reading:
    """Another text that an operand may stand for: 'nghị' for 'nghij', 'Ban Thường vụ' for 'BTV'."""

    text: str
    kind: Literal["keyboard", "abbreviation", "synonym"]
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Operand:
    """One thing that is looked for; `start` and `end` point into `ParsedQuery.text`.

    `readings` are looked for beside the text itself, never instead of it.
    """

    kind: Literal["word", "phrase", "code"]
    text: str
    start: int
    end: int
    title_only: bool = False
    code: DocumentCode | None = None
    readings: tuple[Reading, ...] = ()


@dataclass(frozen=True, slots=True)
class ParsedQuery:
    """`required` groups must all match; within a group any operand does. `excluded` must not match."""

    text: str
    required: tuple[tuple[Operand, ...], ...] = ()
    excluded: tuple[Operand, ...] = ()


_QUOTES = str.maketrans(dict.fromkeys("“”„«»″", '"'))
_ITEM = re.compile(
    r"""(?P<minus>(?<!\S)[-–−](?=[^\s\-–−]))?
        (?P<scope>(?<!\w)(?:tieu\ de|title)\s?:\s?)?
        (?: "(?P<phrase>[^"]*)" | (?P<word>[^\s"|]+) | (?P<bar>\|) )""",
    re.VERBOSE,
)
_HAS_TOKEN = re.compile(r"\w")


def parse(text: str) -> ParsedQuery:
    """Return the operands of `text` in the order typed; the text itself comes back cleaned."""
    cleaned = _close_quotes(" ".join(clean(text).split()).translate(_QUOTES))
    groups: list[list[Operand]] = []
    excluded: list[Operand] = []
    joined = False
    for item in _items(cleaned):
        if item is None:
            joined = bool(groups)
        elif isinstance(item, _Excluded):
            excluded.append(item.operand)
        elif joined:
            groups[-1].append(item)
            joined = False
        else:
            groups.append([item])
        if len(groups) + len(excluded) >= MAX_OPERANDS:
            break
    return ParsedQuery(cleaned, tuple(tuple(group) for group in groups), tuple(excluded))


@dataclass(frozen=True, slots=True)
class _Excluded:
    operand: Operand


def _close_quotes(text: str) -> str:
    """Return `text` with a quote that has no partner blanked out: its words are plain words."""
    if text.count('"') % 2 == 0:
        return text
    last = text.rindex('"')
    return f"{text[:last]} {text[last + 1 :]}"


def _items(text: str) -> Iterator[Operand | _Excluded | None]:
    """Yield operands in order; None stands for OR."""
    folded = fold(text)
    codes = {start: (end, code) for start, end, code in find_query_codes(text)}
    position = 0
    while match := _ITEM.search(folded, position):
        position = match.end()
        if match["bar"] or _is_or(text, match):
            yield None
            continue
        operand = _operand(text, match, codes)
        if operand is None:
            continue
        position = max(position, operand.end)
        yield _Excluded(operand) if match["minus"] else operand


def _is_or(text: str, match: re.Match[str]) -> bool:
    return match["word"] is not None and text[match.start("word") : match.end("word")] == "OR"


def _operand(text: str, match: re.Match[str], codes: dict[int, tuple[int, DocumentCode]]) -> Operand | None:
    title_only = match["scope"] is not None
    kind: Literal["word", "phrase"] = "phrase" if match["phrase"] is not None else "word"
    start, end = match.span(kind)
    if kind == "word" and start in codes:
        code_end, code = codes[start]
        return Operand("code", text[start:code_end], start, code_end, title_only, code)
    if not _HAS_TOKEN.search(text, start, end):
        return None
    return Operand(kind, text[start:end], start, end, title_only)
