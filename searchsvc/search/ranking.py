"""WEIGHTS: what each piece of evidence is worth when articles are put in order. The only table of weights.

Tuned by `benchmarks/tune_ranking.py` on the development halves of the judged collections and of the sample
archive's judgements; docs/relevance.md says what was tried and what each row gives. The formulas are those
of `searchsvc.clauses`; the saturation and length normalisation of each layer stand in `searchsvc.fields`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from searchsvc.articles import Part

_PARTS: Mapping[Part, float] = MappingProxyType({"title": 2.0, "summary": 1.5, "body": 1.0, "captions": 0.7})


@dataclass(frozen=True, slots=True)
class Weights:
    """One set of weights; scores are sums, so only their ratios matter."""

    parts: Mapping[Part, float] = field(default_factory=lambda: _PARTS)
    """A word in the title counts like so many in the body. Between 0.5 and 2 the judged collections do not
    tell the difference; titles of bulletins are chosen with care."""

    exact: float = 0.45
    folded: float = 0.4
    """A word whose accents were typed: where it stands exactly so, and besides where its letters do."""

    unmarked_exact: float = 0.0
    unmarked_folded: float = 1.0
    """A word without accents in a query that has some ('chong' in 'phòng chong ma túy'; but also 'trong')."""

    iy: float = 0.5
    """The other spelling of i and y (kỹ, kĩ; qui, quy) counts like so much of the one typed."""

    pair: float = 0.5
    """Two neighbours of the query that are neighbours in the article, without accents."""

    compound: float = 0.1
    """A compound of the query that the article has as a compound, as pyvi joins them."""

    uncommon: float = 2.0
    """A word that is no Vietnamese syllable (a name, a number, an abbreviation) counts so many times."""

    phrase: float = 0.7
    """A quoted phrase; its idf is the sum of those of its words."""

    code: float = 2.0
    """A document code, over all its mentions; one key of the code carries it."""

    leading_code: float = 2.0
    """A document code that the title or the summary names."""

    fresh: float = 0.0
    """The bonus of an article of today (`SEARCHSVC_FRESHNESS`): as much as it takes to order near equals."""

    fresh_half_life_days: float = 730.0
    """After so many days half of that bonus is left."""

    question_share: float = 0.3
    """Share of a question's words that an article must have; with 0.4 relevant articles are lost."""

    partial_share: float = 0.5
    """Share of the words that is enough where no article has all of them."""

    longest_keywords: int = 8
    """Words (syllables) up to which a query is taken for keywords. More words, or a question mark, make a
    question: a sentence whose words no article needs to have all."""

    forgiving_from: int = 5
    """From so many keywords on one may be missing, as long as some article has them all: its neighbours in
    subject are wanted too. Where none has them all, `partial_share` holds."""


WEIGHTS = Weights()
