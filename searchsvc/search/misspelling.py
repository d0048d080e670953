"""What a misspelt syllable may have been meant as: candidates with the cost of each slip.

The primary entrypoint is `candidates`. Slips, likeliest first (reference §1.8 and the common confusions of
writers): a wrong tone, hỏi for ngã above all; a wrong shape mark; onsets that many speak alike (s/x, ch/tr,
d/gi/r, l/n), i for y; one letter wrong, lost, doubled or swapped, in syllables of three letters or more.
Only syllables that the archive has are candidates.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from weakref import WeakKeyDictionary

from searchsvc.analysis.characters import TONE_MARKS
from searchsvc.analysis.fold import fold
from searchsvc.keeping import Kept
from searchsvc.search.lexicon import Lexicon

MOST = 8
"""Candidates of a syllable; those that cost least, and of these the most frequent."""

LONGEST = 12
_LEAST_LETTERS = 3
_LETTERS = "abcdeghiklmnopqrstuvxy"

_TONE, _HOI_NGA, _SHAPE, _ONSET, _LETTER = 0.8, 0.5, 0.9, 0.8, 1.5
_ALIKE = (("s", "x"), ("ch", "tr"), ("d", "gi"), ("d", "r"), ("gi", "r"), ("l", "n"))
_HOI, _NGA = "\u0309", "\u0303"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A syllable, what taking it costs (0: as typed), and in how many articles it stands."""

    text: str
    cost: float
    count: int


_KEPT_BYTES = 4 * 2**20
"""For candidates that are kept with each lexicon: the same syllables are doubted again and again."""

_CANDIDATE_BYTES = 150

_kept: WeakKeyDictionary[Lexicon, Kept[str, tuple[Candidate, ...]]] = WeakKeyDictionary()


def candidates(lexicon: Lexicon, typed: str) -> tuple[Candidate, ...]:
    """Return what `typed` (lower case, placed the new way) may mean, but itself, cheapest first."""
    folded = fold(typed)
    if not 1 < len(folded) <= LONGEST or not folded.isalpha():
        return ()
    kept = _kept.get(lexicon)
    if kept is None:
        kept = _kept.setdefault(lexicon, Kept(_KEPT_BYTES))
    found = kept.get(typed)
    if found is None:
        found = _candidates(lexicon, typed, folded)
        kept.put(typed, found, _CANDIDATE_BYTES * len(found))
    return found


def _candidates(lexicon: Lexicon, typed: str, folded: str) -> tuple[Candidate, ...]:
    slips = {**_misspelt(folded), folded: 0.0}
    marks = _marks(typed)
    found: dict[str, tuple[float, int, str]] = {}
    for letters in lexicon.letters.intersection(slips):
        slip, same_letters = slips[letters], letters == folded
        for text, count in lexicon.accentuations(letters).items():
            cost = slip + _marks_cost(marks, _marks(text), same_letters=same_letters)
            known = found.get(text)
            if text != typed and (known is None or cost < known[0]):
                found[text] = (cost, -count, text)
    return tuple(Candidate(text, cost, -rare) for cost, rare, text in sorted(found.values())[:MOST])


def _misspelt(folded: str) -> dict[str, float]:
    """Return the letters that `folded` may be a slip for, with the cost of the slip."""
    found = dict.fromkeys(_one_letter_off(folded), _LETTER) if len(folded) >= _LEAST_LETTERS else {}
    found |= dict.fromkeys(_sounding_alike(folded), _ONSET)
    found.pop(folded, None)
    return found


def _one_letter_off(folded: str) -> Iterator[str]:
    for place in range(len(folded) + 1):
        head, tail = folded[:place], folded[place:]
        yield from (head + letter + tail for letter in _LETTERS)
        if tail:
            yield head + tail[1:]
            yield from (head + letter + tail[1:] for letter in _LETTERS)
        if len(tail) > 1:
            yield head + tail[1] + tail[0] + tail[2:]


def _sounding_alike(folded: str) -> Iterator[str]:
    for first, second in _ALIKE:
        for onset, other in ((first, second), (second, first)):
            if folded.startswith(onset):
                yield other + folded[len(onset) :]
    if folded.endswith(("i", "y")):
        yield folded[:-1] + ("y" if folded.endswith("i") else "i")


def _marks_cost(typed: tuple[str, str], other: tuple[str, str], *, same_letters: bool) -> float:
    (tones, shapes), (other_tones, other_shapes) = typed, other
    cost = 0.0
    if tones != other_tones:
        cost += _HOI_NGA if {tones, other_tones} == {_HOI, _NGA} else _TONE
    if shapes != other_shapes:
        cost += _SHAPE
    # Who slips on a letter seldom slips on its marks too; who typed no marks may have left them all out.
    return cost if same_letters or not (tones or shapes) else 2 * cost


@lru_cache(maxsize=1 << 13)
def _marks(word: str) -> tuple[str, str]:
    """Return the tone marks of a word, and its shape marks with đ, each in order."""
    marks = [
        char for char in unicodedata.normalize("NFD", word) if unicodedata.combining(char) or char == "đ"
    ]
    tones = "".join(mark for mark in marks if mark in TONE_MARKS)
    return tones, "".join(mark for mark in marks if mark not in TONE_MARKS)
