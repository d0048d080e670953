"""Completions of what is being typed: codes, units, frequent phrases and titles of the archive.

The primary entrypoint is `complete`. Accents need not be typed; where they are, what bears them comes
first. Any word of a title or of a unit's name may begin the match.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Literal

import numpy as np

from searchsvc.analysis.fold import fold
from searchsvc.extract.code_tables import TYPE_NAMES, TYPES
from searchsvc.search.lexicon import Lexicon, compact_code, query_key
from searchsvc.search.prefix_table import PrefixTable

Kind = Literal["code", "unit", "phrase", "title"]

MOST = 20
MAX_CHARS = 120
"""Characters of a text that is completed; a longer one has no completion."""

_SHARES: dict[Kind, int] = {"code": 3, "unit": 2, "phrase": 4, "title": MOST}
"""How many of each kind are shown at most; titles fill what is left."""

_SECTIONS: dict[Kind, str] = {"code": "codes", "unit": "units", "phrase": "phrases", "title": "titles"}
_AT_START = 0.5
"""What it adds to a title's weight, which is its age from 0 to 1, that it begins with what was typed."""


@dataclass(frozen=True, slots=True)
class Completion:
    """One proposal. `count` is the number of articles (None for a title); `reference` the code, the unit's
    slug or the article's id that it stands for, None for a phrase."""

    text: str
    kind: Kind
    count: int | None = None
    reference: str | None = None


def complete(lexicon: Lexicon, text: str, limit: int = 10) -> list[Completion]:
    """Return up to `limit` completions of `text`, grouped by kind; none where nothing is typed yet."""
    key = query_key(text) if len(text) <= MAX_CHARS else ""
    limit = max(0, min(limit, MOST))
    if not key or not limit:
        return []
    found: list[Completion] = []
    for kind in _order(key):
        room = min(_SHARES[kind], limit - len(found))
        if room > 0:
            found += _of_kind(lexicon, kind, key, room)
    return found


def _order(key: str) -> tuple[Kind, ...]:
    if any(map(str.isdigit, key)):
        return ("code", "phrase", "unit", "title")
    return ("phrase", "code", "unit", "title")


def _of_kind(lexicon: Lexicon, kind: Kind, key: str, room: int) -> list[Completion]:
    if kind == "code":
        key = compact_code(key)
        if not _may_begin_a_code(key):
            return []
    shown = PrefixTable(lexicon.file, f"{_SECTIONS[kind]}.shown")
    weights = lexicon.file[f"{_SECTIONS[kind]}.weights"]
    found: dict[str, Completion] = {}
    for owner in _owners(lexicon, kind, key, room):
        text, _, reference = shown.text(owner).partition("\t")
        count = None if kind == "title" else int(weights[owner])
        if kind != "phrase" or text.lower() != key:
            found.setdefault(reference or text, Completion(text, kind, count, reference or None))
    return list(found.values())[:room]


@cache
def _code_beginnings() -> frozenset[str]:
    return frozenset(map(compact_code, [*TYPES, *TYPE_NAMES]))


def _may_begin_a_code(key: str) -> bool:
    """Return whether there is a number, or a type's whole name: 'chi' alone is not the chỉ of chỉ thị."""
    return any(map(str.isdigit, key)) or key in _code_beginnings()


def _owners(lexicon: Lexicon, kind: Kind, key: str, room: int) -> Iterator[int]:
    """Yield the entries that match, those with the accents as typed first, each group by weight."""
    folded = fold(key)
    if folded != key:
        yield from _best(lexicon, kind, "typed", key, room)
    yield from _best(lexicon, kind, "folded", folded, room)


def _best(lexicon: Lexicon, kind: Kind, layer: str, key: str, room: int) -> list[int]:
    table = PrefixTable(lexicon.file, f"{_SECTIONS[kind]}.{layer}")
    low, high = table.range_of(key.encode("utf-8", "replace"))
    if low == high:
        return []
    owners = table.owners[low:high]
    weights = lexicon.file[f"{_SECTIONS[kind]}.weights"][owners]
    if kind == "title":
        weights = weights + _AT_START * (table.firsts[owners] == table.starts[low:high])
    # More than are shown: an entry comes once for each word that matches, and several may show the same.
    most = 6 * room
    if len(weights) > most:
        chosen = np.argpartition(-weights, most)[:most]
        owners, weights = owners[chosen], weights[chosen]
    order = np.lexsort((owners, -weights))
    return list(dict.fromkeys(owners[order].tolist()))
