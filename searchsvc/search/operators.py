"""Operators in what a person typed, also badly typed ones: quotes, minus, OR, `tiêu đề:`, plus, brackets.

The primary entrypoint is `with_plain_quotes`, which mends the quotes before a query is taken apart; `Note`
names every operator and every repair that `parsing.parse` reports. Every repair keeps the length of the
text, so that spans point into the query as typed.
"""

import re
from collections.abc import Container
from dataclasses import dataclass
from typing import Literal

from searchsvc.analysis.normalize import clean
from searchsvc.analysis.tones import place_tones

Note = Literal[
    "phrase",
    "exclude",
    "either",
    "both",
    "title",
    "require",
    "unclosed-quote",
    "doubled-quote",
    "single-quotes",
    "lone-minus",
    "doubled-minus",
    "nothing-to-join",
    "nothing-in-title",
    "brackets",
]
IGNORED: frozenset[str] = frozenset(
    {"require", "unclosed-quote", "lone-minus", "nothing-to-join", "nothing-in-title", "brackets"}
)
"""Notes of operators without effect."""

MAX_TOKEN_CHARS = 120


@dataclass(frozen=True, slots=True)
class Finding:
    """An operator or a code of the query; `off`: the person wants these words taken as they stand."""

    kind: Literal["operator", "code"]
    start: int
    end: int
    note: str = ""
    off: bool = False


def step_token(kind: str, text: str) -> str:
    """Return the name of a step in an address: `abbreviation:btc`; no case, tones in one place."""
    return f"{kind}:{' '.join(place_tones(clean(text)).lower().split())[:MAX_TOKEN_CHARS]}"


def is_off(asis: Container[str], kind: str, text: str) -> bool:
    """Return whether `asis` switches off the step of `kind` for `text`, or all steps of the kind."""
    return bool(asis) and (kind in asis or step_token(kind, text) in asis)


_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»″〝〞＂", '"') | dict.fromkeys("‘’‚‛′", "'"))
_TWO_SINGLE = re.compile(r"(?<!\S)''(?=\S)|(?<=\S)''(?!\S)")
_MANY = re.compile(r'"{2,}')
_SINGLE = re.compile(r"(?<![^\s:\-])'(?=[^\s'])([^'\"]*[^\s'\"])'(?![^\s,.;:)])")


def with_plain_quotes(text: str) -> tuple[str, list[Finding]]:
    """Return cleaned `text` with plain quotes in pairs, the same length, and what had to be mended."""
    findings: list[Finding] = []
    text = _TWO_SINGLE.sub('" ', text.translate(_QUOTES))

    def in_pairs(match: re.Match[str]) -> str:
        blank = " " * (len(match[0]) - 1)
        before, after = padded[match.start()].strip(), padded[match.end() + 1].strip()
        if before and after:  # "a""b": one ends, another begins
            return '"' + " " * (len(match[0]) - 2) + '"'
        findings.append(Finding("operator", *match.span(), "doubled-quote"))
        if not before and not after:
            return blank + " "
        return blank + '"' if after else '"' + blank

    def from_single(match: re.Match[str]) -> str:
        findings.append(Finding("operator", *match.span(), "single-quotes"))
        return f'"{match[1]}"'

    padded = f" {text} "
    text = _SINGLE.sub(from_single, _MANY.sub(in_pairs, text))
    if text.count('"') % 2:
        last = text.rindex('"')
        findings.append(Finding("operator", last, last + 1, "unclosed-quote"))
        text = f"{text[:last]} {text[last + 1 :]}"
    return text, findings
