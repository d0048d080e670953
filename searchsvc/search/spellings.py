"""What the spelling of one analyzed word tells: its other spelling with i or y, and whether it is uncommon.

The primary entrypoints are `iy_variant` and `is_uncommon`; both take terms of the exact or folded layer.
"""

from functools import cache

from searchsvc.analysis.fold import fold
from searchsvc.analysis.syllables import syllables
from searchsvc.analysis.tones import iy_key

_SWAPPED = str.maketrans("iìíỉĩịyỳýỷỹỵ", "yỳýỷỹỵiìíỉĩị")


def iy_variant(term: str) -> str | None:
    """Return the same word with i for y or y for i (kỹ, kĩ; qui, quy), or None if there is none (§1.6)."""
    other = term.translate(_SWAPPED)
    return other if other != term and iy_key(other) == iy_key(term) else None


def is_uncommon(term: str) -> bool:
    """Return whether `term` is no syllable of Vietnamese, with whatever accents: a name, a number, a code."""
    return fold(term) not in _folded_syllables()


@cache
def _folded_syllables() -> frozenset[str]:
    return frozenset(fold(syllable) for syllable in syllables())
