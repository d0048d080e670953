"""Copies of a text that are not mere copies: for more documents than there are real ones.

The primary entrypoint is `Perturbing.copy`. A copy has its sentences in another order, a share of its
syllables exchanged for syllables of the texts before it, and other long numbers: so posting lists grow
like those of new texts and the vocabulary grows on, though more slowly than that of real texts.

Every exchange is of one syllable for one, and no word goes over a sentence, so the segmentation of a copy
follows from that of its original, which takes most of the time of an import: the sentences' parts in the new
order, and an exchanged syllable by itself, as it stands among strangers.
"""

import random
import re
from collections import deque
from typing import NamedTuple

import numpy as np

from searchsvc.analysis.tokens import words_of

EXCHANGED_SHARE = 0.08
POOL = 20_000
"""Syllables of earlier texts to exchange with."""

_SENTENCE_END = re.compile(r"(?<=[.;?!])\s+|\n+")
_LONG_NUMBER = re.compile(r"\d{3,}")


class Copy(NamedTuple):
    """A text, and which of its syllables are joined to the next one, as in `compounds.word_joins`."""

    text: str
    joins: bytes


class _Sentence(NamedTuple):
    """A sentence's stretches between spaces, and the bits of its syllables."""

    words: list[str]
    joined: list[int]


class Perturbing:
    """Makes copies, one after another; what it does depends on the seed and the texts so far alone."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._pool: deque[str] = deque(maxlen=POOL)

    def copy(self, text: str, joins: bytes) -> Copy:
        """Return cleaned `text`, of the segmentation `joins`, with its sentences shuffled, syllables
        exchanged and long numbers changed. Raises ValueError for joins of another text."""
        bits = np.unpackbits(np.frombuffer(joins, np.uint8), bitorder="little").tolist()
        sentences, start = [], 0
        for sentence in _SENTENCE_END.split(text):
            words = _LONG_NUMBER.sub(self._other_number, sentence).split(" ")
            counts = list(map(_syllables_of, words))
            end = start + sum(counts)
            if sentence:
                sentences.append(self._exchanged(words, counts, bits[start:end]))
            start = end
        if len(joins) != (start + 7) // 8:
            raise ValueError(f"{len(joins)} bytes of joins for {start} syllables")
        self._random.shuffle(sentences)
        joined = np.array([bit for sentence in sentences for bit in sentence.joined], np.uint8)
        return Copy(
            "\n".join(" ".join(sentence.words) for sentence in sentences),
            np.packbits(joined, bitorder="little").tobytes(),
        )

    def _exchanged(self, words: list[str], counts: list[int], joined: list[int]) -> _Sentence:
        plain = [place for place, word in enumerate(words) if word.isalpha()]
        count = int(len(plain) * EXCHANGED_SHARE + self._random.random())
        for place in self._random.sample(plain, min(count, len(plain))):
            own, pool = words[place], self._pool
            if pool:
                words[place] = pool[self._random.randrange(len(pool))]
                syllable = sum(counts[:place])
                joined[max(0, syllable - 1) : syllable + 1] = [0] * min(2, syllable + 1)
            pool.append(own)
        if joined:
            joined[-1] = 0
        return _Sentence(words, joined)

    def _other_number(self, match: re.Match[str]) -> str:
        digits = match[0]
        return f"{self._random.randrange(10 ** min(len(digits), 9)):0{len(digits)}d}"


def _syllables_of(word: str) -> int:
    """Return how many syllables a stretch between spaces holds: letters alone are one."""
    return 1 if word.isalpha() else len(words_of(word.replace("_", " ")))
