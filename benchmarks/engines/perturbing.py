"""Copies of a text that are not mere copies: for more documents than there are real ones.

The primary entrypoint is `Perturbing.copy`. A copy has its sentences in another order, a share of its
syllables exchanged for syllables of the texts before it, and other long numbers: so posting lists grow
like those of new texts and the vocabulary grows on, though more slowly than that of real texts.
"""

import random
import re
from collections import deque

EXCHANGED_SHARE = 0.08
POOL = 20_000
"""Syllables of earlier texts to exchange with."""

_SENTENCE_END = re.compile(r"(?<=[.;?!])\s+|\n")
_LONG_NUMBER = re.compile(r"\d{3,}")


class Perturbing:
    """Makes copies, one after another; what it does depends on the seed and the texts so far alone."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._pool: deque[str] = deque(maxlen=POOL)

    def copy(self, text: str) -> str:
        """Return `text` with its sentences shuffled, syllables exchanged and long numbers changed."""
        sentences = [sentence for sentence in _SENTENCE_END.split(text) if sentence]
        self._random.shuffle(sentences)
        return "\n".join(map(self._exchanged, sentences))

    def _exchanged(self, sentence: str) -> str:
        words = _LONG_NUMBER.sub(self._other_number, sentence).split(" ")
        count = int(len(words) * EXCHANGED_SHARE + self._random.random())
        places = self._random.sample(range(len(words)), min(count, len(words)))
        for place in places:
            own, pool = words[place], self._pool
            if pool:
                words[place] = pool[self._random.randrange(len(pool))]
            pool.append(own)
        return " ".join(words)

    def _other_number(self, match: re.Match[str]) -> str:
        digits = match[0]
        return f"{self._random.randrange(10 ** min(len(digits), 9)):0{len(digits)}d}"
