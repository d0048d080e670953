"""Texts to rows of numbers: which form each token has, of which document it is, at which position.

The primary entrypoint is `Forms`. A form is what a word as it is written becomes in the layers: a pair of an
exact and a folded term. Every distinct stretch between white space is cut into words once and every distinct
word analyzed once, so a token of a text costs one look into a dict.
"""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from searchsvc.analysis.compounds import word_joins
from searchsvc.analysis.pipelines import exact_term, folded_term
from searchsvc.analysis.tokens import PARAGRAPH_GAP, paragraphs_of, words_of
from searchsvc.engines.whoosh.packing import starts_of

MOST_STRETCHES = 1_000_000
"""Distinct stretches remembered; more come only of texts that are no language."""

LONGEST_STRETCH = 40
"""Characters; longer ones are addresses and noise, which do not come again."""

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
        self._stretches = _Stretches(self)

    def __len__(self) -> int:
        return len(self.exact)

    def number(self, word: str) -> int:
        """Return the number of the form of `word`, a new one for a new form."""
        found = self._words.get(word)
        if found is None:
            terms = exact_term(word), folded_term(word)
            found = self._words[word] = self._numbers.setdefault(terms, len(self.exact))
            if found == len(self.exact):
                self.exact.append(terms[0].encode())
                self.folded.append(terms[1].encode())
        return found

    def tokens(self, texts: Sequence[Text]) -> Tokens:
        """Return the tokens of `texts`, which are in order of document."""
        if self._stretches.full:  # the numbers of forms stay
            self._stretches = _Stretches(self)
            self._words.clear()
        number_of = self._stretches.__getitem__
        stretches = array("I")
        of: list[int] = []
        bounds = [0]
        for place, one in enumerate(texts):
            for paragraph in paragraphs_of(one.text):
                stretches.extend(map(number_of, paragraph.split()))
                of.append(place)
                bounds.append(len(stretches))
        forms, starts = self._stretches.forms_of(np.array(stretches, np.uint32))
        lengths = np.diff(starts[bounds])
        texts_of = np.array(of, np.int64)
        counts = np.bincount(texts_of, lengths, minlength=len(texts)).astype(np.int64)
        return Tokens(
            forms,
            np.repeat(narrow(np.array([one.document for one in texts], np.int64)), counts),
            _positions(texts_of, lengths),
            _joined(texts, counts),
        )


class _Stretches(dict[str, int]):
    """The number of each stretch; its forms end where `ends` says, and begin where the ones before end."""

    def __init__(self, forms: Forms) -> None:
        super().__init__()
        self._ends = array("I", [0])
        self._all = forms
        self._forms = array("I")

    @property
    def full(self) -> bool:
        """Whether so much is remembered that it is time to begin anew."""
        return len(self._ends) > MOST_STRETCHES

    def __missing__(self, stretch: str) -> int:
        number = len(self._ends)
        self._forms.extend([self._all.number(word) for word in words_of(stretch)])
        self._ends.append(len(self._forms))
        if len(stretch) <= LONGEST_STRETCH:
            self[stretch] = number
        return number

    def forms_of(self, stretches: NDArray[np.uint32]) -> tuple[NDArray[np.uint32], Row]:
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
