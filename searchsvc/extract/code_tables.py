"""The tables of document types and issuers, read once from `data/`, which staff can read and extend.

The primary entrypoints are `type_code`, `issuer_code` and `TYPE_NAMES`. Sources: reference §5.2, §6.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.resources import files
from typing import Literal

from searchsvc.analysis.fold import fold

Series = Literal["party", "state", "both"]


@dataclass(frozen=True, slots=True)
class DocumentType:
    """A type of document: its code, its names (the usual one first), and who issues it."""

    code: str
    names: tuple[str, ...]
    series: Series


@dataclass(frozen=True, slots=True)
class Issuer:
    """An issuing body as codes name it; `series` 'both' means that the separators of the text decide."""

    code: str
    series: Series
    names: tuple[str, ...]


def lines(name: str) -> list[str]:
    """Return the entries of a file of `data/`, one a line, without comments."""
    text = files("searchsvc.extract").joinpath("data").joinpath(name).read_text(encoding="utf-8")
    stripped = (line.split("#", 1)[0].strip() for line in text.splitlines())
    return [line for line in stripped if line]


def alternatives(words: Iterable[str]) -> str:
    """Return a pattern that matches any of `words`, the longest first."""
    return "|".join(re.escape(word) for word in sorted(set(words), key=lambda word: (-len(word), word)))


def _rows(name: str) -> list[list[str]]:
    return [[cell.strip() for cell in (line + "|||").split("|")[:4]] for line in lines(name)]


def _cells(cell: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in cell.split(";") if part.strip())


def _series(cell: str) -> Series:
    return "party" if cell == "party" else "state" if cell == "state" else "both"


_TYPE_ROWS = _rows("document_types.txt")
_ISSUER_ROWS = _rows("code_issuers.txt")

TYPES: dict[str, DocumentType] = {
    row[0]: DocumentType(row[0], _cells(row[1]), _series(row[2])) for row in _TYPE_ROWS
}
ISSUERS: dict[str, Issuer] = {row[0]: Issuer(row[0], _series(row[1]), _cells(row[2])) for row in _ISSUER_ROWS}


def _spellings(rows: list[list[str]]) -> tuple[dict[str, str], dict[str, str]]:
    """Return exact (case-folded) and unaccented spellings → code; exact ones win over unaccented ones."""
    exact: dict[str, str] = {}
    folded: dict[str, str] = {}
    for row in rows:
        for spelling in (row[0], *_cells(row[3])):
            exact.setdefault(spelling.lower(), row[0])
            folded.setdefault(fold(spelling), row[0])
    return exact, folded


_TYPE_EXACT, _TYPE_FOLDED = _spellings(_TYPE_ROWS)
_ISSUER_EXACT, _ISSUER_FOLDED = _spellings(_ISSUER_ROWS)


def type_code(text: str) -> str | None:
    """Return the type's code for a spelling in any case, accented or not: 'qd' → 'QĐ', 'CTR' → 'CTr'."""
    lowered = text.lower()
    return _TYPE_EXACT.get(lowered) or _TYPE_FOLDED.get(lowered)


def issuer_code(text: str) -> str | None:
    """Return the known issuer's code for a spelling in any case, accented or not: 'ttg' → 'TTg'.

    With diacritics they must be right: 'từ' is not TU.
    """
    lowered = text.lower()
    return _ISSUER_EXACT.get(lowered) or _ISSUER_FOLDED.get(lowered)


def issuer_series(issuer: str) -> Series:
    """Return whose codes `issuer` writes; of 'TWĐTN-VP' the first part decides.

    What ends in TW or TU and is not listed counts as the Party's: 'BCĐCCTPTW', 'LNTPTW'.
    """
    first = issuer.split("-", 1)[0]
    known = ISSUERS.get(first)
    if known:
        return known.series
    if first.rstrip("0123456789") in {"QH", "UBTVQH", "HĐNN"} or first.startswith(("UBTVQH", "QHX")):
        return "state"
    return "party" if first.endswith(("TW", "TU")) or first.startswith("TW") else "both"


def _names(entries: list[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for name, code in entries:
        found.setdefault(fold(name), []).append(code)
    return {name: tuple(codes) for name, codes in found.items()}


TYPE_NAMES: dict[str, tuple[str, ...]] = _names(
    [(name, kind.code) for kind in TYPES.values() for name in kind.names]
)
"""Unaccented name → the codes it may mean: 'quy dinh' → QĐ, QĐi, QyĐ."""

ISSUER_NAMES: dict[str, str] = {
    name: codes[0]
    for name, codes in _names([(name, body.code) for body in ISSUERS.values() for name in body.names]).items()
}
"""Unaccented name → issuer: 'bo chinh tri' → TW."""

NAMES: dict[str, str] = {fold(name): name for kind in TYPES.values() for name in kind.names}
"""Unaccented name → the name as written: 'chi thi' → 'chỉ thị'."""
