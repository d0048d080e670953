"""What a person typed, taken apart: words, quoted phrases, codes, exclusions, alternatives.

The primary entrypoint is `parse`. It never raises: an operator that makes no sense is punctuation.

    "nghị quyết" -covid tiêu đề:đại hội 05-CT/TW OR 35-NQ/TW
"""

import re
from bisect import bisect_left
from collections.abc import Container, Iterator
from dataclasses import dataclass, field, replace
from typing import Literal

from searchsvc.analysis.fold import fold
from searchsvc.analysis.normalize import clean
from searchsvc.extract.codes import DocumentCode, find_query_codes
from searchsvc.search.operators import Finding, is_off, with_plain_quotes

MAX_OPERANDS = 48
"""Operands that are used; the rest of a longer query is ignored, so that work stays bounded."""
_MAX_FINDINGS = 100
_MAX_CODE_CHARS = 4_000
"""Characters in which codes are looked for: more than `MAX_OPERANDS` ordinary ones take."""


@dataclass(frozen=True, slots=True)
class Reading:
    """Another text that an operand may stand for: 'nghị' for 'nghij', 'Ban Thường vụ' for 'BTV'."""

    text: str
    kind: Literal["keyboard", "abbreviation", "synonym"]
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Operand:
    """One thing that is looked for; `start` and `end` point into `ParsedQuery.text`.

    A word may have several tokens ('covid-19', 'nông thôn mới'), all of which must be there. `readings`
    are looked for beside the text itself, never instead of it.
    """

    kind: Literal["word", "phrase", "code"]
    text: str
    start: int
    end: int
    title_only: bool = False
    code: DocumentCode | None = None
    readings: tuple[Reading, ...] = ()


Group = tuple[Operand, ...]


@dataclass(frozen=True, slots=True)
class ParsedQuery:
    """`required` groups must all match; within a group any operand does. `excluded` must not match.

    Where a code's name stands for several types, the group has one operand for each, of the same span.
    `findings` tell of operators and codes, in the order found.
    """

    text: str
    required: tuple[Group, ...] = ()
    excluded: Group = ()
    findings: tuple[Finding, ...] = ()

    def texts(self) -> Iterator[str]:
        """Yield the text and every reading of its words."""
        yield self.text
        for group in self.required:
            yield from (reading.text for operand in group for reading in operand.readings)


# Over the folded query with plain quotes and single spaces.
_ITEM = re.compile(
    r"""(?P<sign>(?<![^\s(])(?:[-–−]{1,3}|\+)(?=[^\s\-–−+]))?
        (?P<scope>(?<!\w)(?:tieu[ ]?de|title)[ ]?:[ ]?)?
        (?: (?P<empty>(?<!\w)(?:tieu[ ]?de|title)[ ]?:[ ]?$)
          | "(?P<phrase>[^"]*)" | (?P<word>[^\s"|]+) | (?P<bar>\|+) )""",
    re.VERBOSE,
)
_HAS_TOKEN = re.compile(r"[^\W_]")
_OPENING, _CLOSING = "([{", ")]},;"
_EITHER, _BOTH = frozenset({"OR", "HOẶC", "HOẠC"}), frozenset({"AND", "VÀ", "&&"})
_DASHES = re.compile(r"[-–−]{1,3}")
_EXCLUDABLE = re.compile(r"[ ]+(?!\d)[^\s\-–−\"|]+")


def parse(text: str, asis: Container[str] = ()) -> ParsedQuery:
    """Return the operands of `text` in the order typed; the text itself comes back cleaned.

    `asis` names steps that are switched off (`operators.step_token`): a code or an operator in it is words.
    """
    return _Reader(" ".join(clean(text).split()), asis).read()


@dataclass(slots=True)
class _Reader:
    """One query under way: the groups so far, and what waits for its second operand."""

    text: str
    asis: Container[str]
    groups: list[list[Operand]] = field(default_factory=list)
    excluded: list[Operand] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    joining: tuple[int, int] | None = None
    operands: int = 0
    working: str = ""
    folded: str = ""
    codes: dict[int, tuple[int, list[DocumentCode]]] = field(default_factory=dict)
    code_starts: list[int] = field(default_factory=list)
    mixed_case: bool = False

    def read(self) -> ParsedQuery:
        """Take the text apart."""
        self.working, mended = with_plain_quotes(self.text)
        for found in mended:
            off = is_off(self.asis, "operator", self.text[found.start : found.end])
            self.findings.append(replace(found, off=off))
        self.folded = fold(self.working)
        # In a query of capitals alone HOẶC and VÀ are words like the others.
        self.mixed_case = self.text != self.text.upper()
        self._find_codes()
        position = 0
        while self.operands < MAX_OPERANDS and (match := _ITEM.search(self.folded, position)):
            position = max(match.end(), self._item(match))
        if self.joining:
            self._find(*self.joining, "nothing-to-join")
        self._tell_brackets()
        return ParsedQuery(
            self.text,
            tuple(tuple(group) for group in self.groups),
            tuple(self.excluded),
            tuple(sorted(self.findings[:_MAX_FINDINGS], key=lambda finding: (finding.start, finding.end))),
        )

    def _find_codes(self) -> None:
        for start, end, code in find_query_codes(self.working[:_MAX_CODE_CHARS]):
            if start not in self.codes and is_off(self.asis, "code", self.text[start:end]):
                self.findings.append(Finding("code", start, end, off=True))
                self.codes[start] = (end, [])
            elif start not in self.codes:
                self.codes[start] = (end, [code])
            elif self.codes[start][1]:
                self.codes[start][1].append(code)
        self.codes = {start: found for start, found in self.codes.items() if found[1]}
        self.code_starts = sorted(self.codes)

    def _find(self, start: int, end: int, note: str) -> bool:
        """Report an operator; return whether it is in force."""
        if len(self.findings) >= _MAX_FINDINGS:
            return True
        off = is_off(self.asis, "operator", self.text[start:end])
        self.findings.append(Finding("operator", start, end, note, off))
        return not off

    def _item(self, match: re.Match[str]) -> int:
        """Take one item; return where the next may begin."""
        if match["empty"]:
            self._find(*match.span("empty"), "nothing-in-title")
            return match.end()
        if match["bar"] or self._is_joiner(match, _EITHER):
            self._join(*match.span("bar" if match["bar"] else "word"))
            return match.end()
        if self._is_joiner(match, _BOTH) and self.groups and self._find(*match.span("word"), "both"):
            return match.end()
        if match["word"] is not None and _DASHES.fullmatch(match["word"]):
            self._lone_minus(match)
            return match.end()
        operands = self._operands(match)
        if not operands:
            if match["scope"]:
                self._find(*match.span("scope"), "nothing-in-title")
            return match.end()
        operands = self._scoped(match, operands)
        self._place(operands, excluded=self._is_excluded(match, operands))
        return operands[0].end

    def _is_joiner(self, match: re.Match[str], words: frozenset[str]) -> bool:
        if match["word"] is None or match["sign"] or match["scope"]:
            return False
        word = self.text[match.start("word") : match.end("word")]
        return word in words and (word.isascii() or self.mixed_case)

    def _join(self, start: int, end: int) -> None:
        if is_off(self.asis, "operator", self.text[start:end]) and self.text[start:end].isalpha():
            self._find(start, end, "either")
            self._place([Operand("word", self.text[start:end], start, end)], excluded=False)
        elif not self.groups or self.joining:
            self._find(start, end, "nothing-to-join")
        else:
            self.joining = (start, end)

    def _lone_minus(self, match: re.Match[str]) -> None:
        follows = _EXCLUDABLE.match(self.working, match.end())
        before = self.working[: match.start()].rstrip()[-1:]
        if follows and not before.isdigit() and self.groups:
            self._find(match.start("word"), follows.end(), "lone-minus")

    def _operands(self, match: re.Match[str]) -> list[Operand]:
        """Return the operand of a match; several for a code whose name stands for several types."""
        if match["phrase"] is not None:
            return self._phrase(*match.span("phrase"))
        start, end = match.span("word")
        while start < end and self.working[start] in _OPENING and self.working[start:end] not in _OPENING:
            start += 1
        following = bisect_left(self.code_starts, start)
        code_start = self.code_starts[following] if following < len(self.code_starts) else None
        code_start = code_start if code_start is not None and code_start < end else None
        if code_start is not None and not _HAS_TOKEN.search(self.working, start, code_start):
            code_end, codes = self.codes[code_start]
            text = self.text[code_start:code_end]
            self.findings.append(Finding("code", code_start, code_end))
            return [Operand("code", text, code_start, code_end, code=code) for code in codes[:4]]
        end = code_start if code_start is not None else end
        while end > start and self.working[end - 1] in _CLOSING:
            end -= 1
        if not _HAS_TOKEN.search(self.working, start, end):
            return []
        return [Operand("word", self.text[start:end], start, end)]

    def _phrase(self, start: int, end: int) -> list[Operand]:
        while start < end and self.working[start] == " ":
            start += 1
        while start < end and self.working[end - 1] == " ":
            end -= 1
        if not _HAS_TOKEN.search(self.working, start, end):
            return []
        quoted = self._find(start - 1, min(end + 1, len(self.text)), "phrase") if start else True
        return [Operand("phrase" if quoted else "word", self.text[start:end], start, end)]

    def _scoped(self, match: re.Match[str], operands: list[Operand]) -> list[Operand]:
        end = operands[0].end + (match["phrase"] is not None)
        if not match["scope"] or not self._find(match.start("scope"), end, "title"):
            return operands
        return [
            Operand(operand.kind, operand.text, operand.start, operand.end, True, operand.code)
            for operand in operands
        ]

    def _is_excluded(self, match: re.Match[str], operands: list[Operand]) -> bool:
        sign = match["sign"]
        if not sign:
            return False
        start = match.start("sign")
        if sign == "+":
            self._find(start, operands[0].end, "require")
            return False
        end = operands[0].end + (match["phrase"] is not None)
        return self._find(start, end, "doubled-minus" if len(sign) > 1 else "exclude")

    def _place(self, operands: list[Operand], *, excluded: bool) -> None:
        self.operands += len(operands)
        if excluded:
            self.excluded += operands
            return
        if self.joining and self._find(*self.joining, "either"):
            self.groups[-1] += operands
        else:
            self.groups.append(operands)
        self.joining = None

    def _tell_brackets(self) -> None:
        at = self.text.find("(")
        if at >= 0 and any(finding.note == "either" for finding in self.findings):
            self._find(at, max(self.text.rfind(")") + 1, at + 1), "brackets")
