"""Texts to rows of numbers: which form each token has, of which document it is, at which position.

The primary entrypoint is `Forms`. A form is what a word as it is written becomes in the layers: a pair of an
exact and a folded term. Every distinct stretch between white space is cut into words once and every distinct
word analyzed once, all new ones of a batch together; the tokens themselves are only rows of numbers.
"""

from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from searchsvc.analysis.compounds import word_joins
from searchsvc.analysis.pipelines import exact_terms, folded_terms
from searchsvc.analysis.tokens import PARAGRAPH_GAP, paragraphs_of, words_of_each
from searchsvc.engines.whoosh.packing import starts_of
from searchsvc.engines.whoosh.stretches import Stretches

MOST_STRETCHES = 1_000_000
"""Distinct stretches remembered; more come only of texts that are no language."""

Row = NDArray[np.int64]
Narrow = NDArray[np.unsignedinteger]
"""Whole numbers in as few bytes as the greatest of them needs."""


@dataclass(frozen=True, slots=True)
class Text:
    """One part of the document with the number `document`; `joins` as in `IndexDocument`."""

    document: int
    text: str
    joins: bytes | None


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of one part of all documents, in their order.

    `joined` says which of them are joined to the next one as one word.
    """

    forms: NDArray[np.uint32]
    documents: Narrow
    positions: Narrow
    joined: NDArray[np.bool_]


class Forms:
    """Remembers the analysis of words from batch to batch; for one thread.

    Form n has the terms `exact[n]` and `folded[n]`; no two forms have the same two.
    """

    def __init__(self) -> None:
        self.exact: list[bytes] = []
        self.folded: list[bytes] = []
        self._numbers: dict[tuple[str, str], int] = {}
        self._words: dict[str, int] = {}
        self._stretches = Stretches()
        self._forms_of_stretches = _StretchForms()

    def __len__(self) -> int:
        return len(self.exact)

    def numbers(self, words: Sequence[str]) -> list[int]:
        """Return the number of the form of each of `words`, new ones for new forms, in order."""
        new = list(dict.fromkeys(word for word in words if word not in self._words))
        for word, exact, folded in zip(new, exact_terms(new), folded_terms(new), strict=True):
            number = self._words[word] = self._numbers.setdefault((exact, folded), len(self.exact))
            if number == len(self.exact):
                self.exact.append(exact.encode())
                self.folded.append(folded.encode())
        return [self._words[word] for word in words]

    def tokens(self, texts: Sequence[Text]) -> Tokens:
        """Return the tokens of `texts`, which are in order of document."""
        if len(self._stretches) > MOST_STRETCHES:  # the numbers of forms stay
            self._stretches, self._forms_of_stretches = Stretches(), _StretchForms()
            self._words.clear()
        of: list[int] = []
        pieces: list[bytes] = []
        for place, one in enumerate(texts):
            for paragraph in paragraphs_of(one.text):
                pieces.append(paragraph.encode())
                of.append(place)
        stretches, bounds = self._stretches.numbers(pieces)
        self._forms_of_stretches.learn(self._stretches.take_new(), self.numbers)
        forms, starts = self._forms_of_stretches.rows(stretches)
        lengths = np.diff(starts[bounds])
        texts_of = np.array(of, np.int64)
        counts = np.bincount(texts_of, lengths, minlength=len(texts)).astype(np.int64)
        return Tokens(
            forms,
            np.repeat(narrow(np.array([one.document for one in texts], np.int64)), counts),
            _positions(texts_of, lengths),
            _joined(texts, counts),
        )


class _StretchForms:
    """The forms of each stretch: those of number n end where `_ends` says, and begin where those of n - 1
    end."""

    def __init__(self) -> None:
        self._ends = array("I", [0])
        self._forms = array("I")

    def learn(self, stretches: Sequence[bytes], numbers_of: Callable[[list[str]], list[int]]) -> None:
        """Add the forms of the `stretches` that have the next numbers."""
        words, counts = words_of_each([stretch.decode() for stretch in stretches])
        self._forms.extend(numbers_of(words))
        self._ends.extend(accumulate(counts, initial=self._ends.pop()))

    def rows(self, stretches: NDArray[np.uint32]) -> tuple[NDArray[np.uint32], Row]:
        """Return the forms of `stretches`, one after the other, and where each starts, and the end."""
        ends = np.frombuffer(self._ends, np.uint32)
        lasts = ends[stretches]
        counts = lasts - ends[stretches - np.uint32(1)]
        starts = starts_of(counts)
        places = np.repeat(lasts - starts[1:].astype(np.uint32), counts)
        places += np.arange(len(places), dtype=np.uint32)  # wraps around where it was less than nothing
        return np.frombuffer(self._forms, np.uint32)[places], starts


def narrow(values: NDArray[np.integer]) -> Narrow:
    """Return `values`, none of them negative, in as few bytes as the greatest needs: two, four or eight."""
    most = int(values.max()) if len(values) else 0
    return values.astype(np.uint16 if most < 1 << 16 else np.uint32 if most < 1 << 32 else np.uint64)


def _positions(of: Row, lengths: Row) -> Narrow:
    """Return the position of each token, given the text and the length of each paragraph.

    A paragraph without tokens leaves no gap.
    """
    of, lengths = of[lengths > 0], lengths[lengths > 0]
    firsts = starts_of(lengths + PARAGRAPH_GAP)[:-1]
    new_text = np.ones(len(of), bool)
    new_text[1:] = of[1:] != of[:-1]
    firsts -= np.maximum.accumulate(np.where(new_text, firsts, 0))
    starts = starts_of(lengths)
    kind = narrow(firsts + lengths).dtype
    positions = np.repeat((firsts - starts[:-1]).astype(kind), lengths)  # as above
    positions += np.arange(len(positions)).astype(kind)
    return positions


def _joined(texts: Sequence[Text], syllables: Row) -> NDArray[np.bool_]:
    """Return which tokens are joined to the next one; `syllables` says how many each text has."""
    sizes = (syllables + 7) // 8
    joins = []
    for one, size in zip(texts, sizes.tolist(), strict=True):
        # Joins of another length are of another text: a damaged archive.
        known = one.joins is not None and len(one.joins) == size
        joins.append(one.joins if known and one.joins is not None else word_joins(one.text))
    bits = np.unpackbits(np.frombuffer(b"".join(joins), np.uint8), bitorder="little").view(bool)
    # The last byte of a text holds bits beyond its syllables.
    used = np.ones(len(bits), bool)
    ends = np.cumsum(8 * sizes)
    for spare in range(1, 8):
        used[(ends - spare)[8 * sizes - syllables >= spare]] = False
    joined: NDArray[np.bool_] = bits[used]
    joined[np.cumsum(syllables)[syllables > 0] - 1] = False  # nothing follows the last
    return joined
