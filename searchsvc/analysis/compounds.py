"""Compounds: words of two syllables or more, and the compact record of which syllables a text joins.

The primary entrypoints are `compounds` and `word_joins`. Segmentation takes more time than all the rest of
analysis; its result is one bit for each syllable, so the archive keeps that by content and an index can be
built again without segmenting.
"""

import hashlib
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from functools import cache

from searchsvc.analysis.pyvi_model import installed_digests
from searchsvc.analysis.segment import segment
from searchsvc.analysis.tokens import Token, bounds_of

_VERSION = 1
"""Goes up whenever a text is cut into other syllables or joined to other compounds by the same pyvi."""

JOINT = "_"
"""Joins the syllables of a compound; no syllable contains it."""

_LONGEST_COMPOUND = 8
"""Syllables; pyvi joins a long row of unknown capitalised syllables without end."""

_LONGEST_BLOCK = 20_000
"""Characters segmented at once, to bound the memory that segmentation takes."""

_ONES = re.compile("1++")

Range = tuple[int, int]
"""The first syllable of a compound, counted from 0, and the one after its last."""


def compounds(text: str, syllables: Sequence[Token], joins: bytes | None = None) -> list[Token]:
    """Return the words of cleaned `text` of two syllables or more, as pyvi joins them: "nghị_quyết".

    `syllables` are `tokenize(text)`; with `joins`, which are `word_joins(text)`, nothing is segmented.
    Raises ValueError for joins of a text of another length.
    """
    if joins is None:
        starts, ends = [one.start for one in syllables], [one.end for one in syllables]
        ranges = _segmented(text, starts, ends)
    else:
        ranges = joined_ranges(joins, len(syllables))
    return [_compound(syllables[first:last]) for first, last in ranges]


def word_joins(text: str) -> bytes:
    """Return which syllables of cleaned `text` are joined to the next one, a bit each.

    Bit n (of byte n // 8, the lowest bit first) is that of the syllable n of `tokenize`; the bytes are as
    many as the syllables need. Two compounds beside each other stay apart: the last syllable of each joins
    nothing. `joins_fingerprint` names what decides the bits.
    """
    starts, ends = bounds_of(text)
    bits = bytearray(b"0" * len(starts))
    for first, last in _segmented(text, starts, ends):
        bits[first : last - 1] = b"1" * (last - 1 - first)
    bits.reverse()
    return int(bits or b"0", 2).to_bytes(_bytes_for(len(starts)), "little")


def joined_ranges(joins: bytes, syllables: int) -> Iterator[Range]:
    """Return the compounds that `word_joins` recorded for a text of so many syllables, in order.

    Raises ValueError for joins of a text of another length.
    """
    if len(joins) != _bytes_for(syllables):
        raise ValueError(f"{len(joins)} bytes of joins for {syllables} syllables")
    bits = f"{int.from_bytes(joins, 'little'):b}"[::-1]
    return ((run.start(), run.end() + 1) for run in _ONES.finditer(bits))


@cache
def joins_fingerprint() -> str:
    """Return a short name of what decides `word_joins`: these rules and the files of the installed pyvi."""
    return hashlib.sha256(f"{_VERSION} {installed_digests()}".encode()).hexdigest()[:12]


def _bytes_for(syllables: int) -> int:
    return (syllables + 7) // 8


def _compound(word: Sequence[Token]) -> Token:
    joined = JOINT.join([syllable.text for syllable in word])
    return Token(joined, word[0].position, word[0].start, word[-1].end)


def _segmented(text: str, starts: Sequence[int], ends: Sequence[int]) -> Iterator[Range]:
    """Yield the compounds of `text`, given where its syllables start and end."""
    last = 0
    for start, end in _words(text):
        first = bisect_left(starts, start, last)
        last = bisect_right(ends, end, first)
        if 2 <= last - first <= _LONGEST_COMPOUND:
            yield first, last


def _words(text: str) -> Iterator[tuple[int, int]]:
    if len(text) <= _LONGEST_BLOCK:
        yield from segment(text)
        return
    start = 0
    while start < len(text):
        end = _block_end(text, start)
        for word in segment(text[start:end]):
            yield start + word.start, start + word.end
        start = end


def _block_end(text: str, start: int) -> int:
    # No word goes over a line break, few over punctuation, and one space in many lies inside a word.
    limit = start + _LONGEST_BLOCK
    if limit >= len(text):
        return len(text)
    for separator in ("\n", ". ", ", ", " "):
        at = text.rfind(separator, start, limit)
        if at > start:
            return at
    return limit
