"""Texts to rows of terms, one row for each layer: what the index only has to split.

The primary entrypoint is `rows_of`. The terms, their order and their number are those of
`analysis.pipelines`; every distinct word is analyzed once, so a token costs a look into a dict.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import chain, pairwise
from typing import NamedTuple

from searchsvc.analysis.compounds import JOINT, joined_ranges, word_joins
from searchsvc.analysis.pipelines import exact_term, folded_term
from searchsvc.analysis.tokens import PARAGRAPH_GAP, paragraphs_of, words_of
from searchsvc.engines.opensearch.mapping import HOLE
from searchsvc.fields import Layer

MOST_WORDS = 1_000_000
"""Distinct words remembered; more come only of texts that are no language."""

_GAP = f" {' '.join([HOLE] * PARAGRAPH_GAP)} "

Terms = list[str]


class Row(NamedTuple):
    """The terms of one layer divided by spaces, with a hole for each position without one, and how many."""

    text: str
    length: int


class _Remembered(dict[str, str]):
    """The term of each word, made once."""

    def __init__(self, term_of: Callable[[str], str]) -> None:
        super().__init__()
        self._term_of = term_of

    def __missing__(self, word: str) -> str:
        if len(self) >= MOST_WORDS:
            self.clear()
        term = self[word] = self._term_of(word)
        return term


_exact = _Remembered(exact_term)
_folded = _Remembered(folded_term)


def rows_of(text: str, joins: bytes | None) -> dict[Layer, Row]:
    """Return the rows of cleaned `text`; a layer without terms has none.

    `joins` are `compounds.word_joins(text)`; without them, or with those of another text, it is segmented.
    """
    paragraphs = [words for stretch in paragraphs_of(text) if (words := words_of(stretch))]
    exact = [list(map(_exact.__getitem__, words)) for words in paragraphs]
    folded = [list(map(_folded.__getitem__, words)) for words in paragraphs]
    count = sum(map(len, paragraphs))
    # Neither compounds nor pairs have positions, so there is nothing to leave holes for.
    pairs = [f"{one}{JOINT}{other}" for terms in folded for one, other in pairwise(terms)]
    words = list(_compounds(_ranges(text, joins, count), _flat(exact), _flat(folded)))
    rows: dict[Layer, Row] = {
        "exact": Row(_with_gaps(exact), count),
        "folded": Row(_with_gaps(folded), count),
        "words": Row(" ".join(words), len(words)),
        "pairs": Row(" ".join(pairs), len(pairs)),
    }
    return {layer: row for layer, row in rows.items() if row.length}


def _ranges(text: str, joins: bytes | None, count: int) -> Iterator[tuple[int, int]]:
    if joins is not None:
        try:
            return joined_ranges(joins, count)
        except ValueError:  # of another text: a damaged archive
            pass
    return joined_ranges(word_joins(text), count)


def _compounds(ranges: Iterator[tuple[int, int]], exact: Terms, folded: Terms) -> Iterator[str]:
    for first, last in ranges:
        term = JOINT.join(exact[first:last])
        yield term
        plain = JOINT.join(folded[first:last])
        if plain != term:
            yield plain


def _with_gaps(paragraphs: Sequence[Terms]) -> str:
    return _GAP.join(map(" ".join, paragraphs))


def _flat(paragraphs: Sequence[Terms]) -> Terms:
    return list(chain.from_iterable(paragraphs))
