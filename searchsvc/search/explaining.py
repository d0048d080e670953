"""Why a result stands where it stands: what each word, pair and code adds to its score.

The primary entrypoint is `explain`. It walks the very clause that was asked, so the contributions sum to
the score; what stands in several parts is shared among them as each part alone would score.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from searchsvc.analysis.compounds import JOINT
from searchsvc.analysis.normalize import clean
from searchsvc.analysis.pipelines import exact_term
from searchsvc.analysis.tokens import tokenize
from searchsvc.articles import Part
from searchsvc.clauses import (
    AllOf,
    AnyOf,
    Best,
    Clause,
    Everything,
    Nothing,
    Phrase,
    Prefer,
    Recent,
    Term,
    Without,
    Word,
)
from searchsvc.engines.base import Engine
from searchsvc.fields import CODE_FIELDS, CODES_FIELD, FIELD_BY_NAME, Layer

Kind = Literal["word", "pair", "compound", "phrase", "code", "leading_code", "fresh"]
"""A leading code is one that the title or the summary names."""

Leaf = Term | Word | Phrase | Recent
Scores = Mapping[Clause, float | None]

_KIND_OF_LAYER: Mapping[Layer, Kind] = {
    "exact": "word",
    "folded": "word",
    "words": "compound",
    "pairs": "pair",
}


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one piece of evidence adds. `layer` and `part` are None where there is none: codes, freshness."""

    kind: Kind
    text: str
    layer: Layer | None
    part: Part | None
    score: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """The score of one article for one query, and its contributions, the greatest first; they sum to it."""

    article_id: str
    score: float
    contributions: tuple[Contribution, ...]


def explain(engine: Engine, clause: Clause, article_id: str, texts: Iterable[str]) -> Explanation | None:
    """Return what `clause` gives to the article `article_id`; None if it does not match.

    `texts` are the query and its readings, for showing words as they are written. Raises NotFound where
    the index has no such article, and what `Engine.search` raises.
    """
    leaves = tuple(dict.fromkeys(_leaves(clause)))
    scores: Scores = dict(zip(leaves, engine.scores_of(article_id, leaves), strict=True))
    shares = _shares(clause, scores)
    if shares is None:
        return None
    found = _merged(_by_part(engine, article_id, shares, _shown(texts)))
    return Explanation(article_id, sum(each.score for each in found), found)


def _leaves(clause: Clause) -> Iterator[Leaf]:
    match clause:
        case AllOf(children) | AnyOf(children) | Best(children):
            for child in children:
                yield from _leaves(child)
        case Prefer(first, second) | Without(first, second):
            yield from _leaves(first)
            yield from _leaves(second)
        case Everything() | Nothing():
            return
        case _:
            yield clause


Shares = list[tuple[Leaf, float]]


def _shares(clause: Clause, scores: Scores) -> Shares | None:  # noqa: PLR0911 - one line per kind of clause
    """Return what each leaf adds to the article's score under `clause`; None if it does not match."""
    match clause:
        case Everything():
            return []
        case Nothing():
            return None
        case AllOf(children):
            return _several(children, len(children), scores)
        case AnyOf(children, at_least):
            return _several(children, max(1, at_least), scores)
        case Best(children, tie):
            return _best(children, tie, scores)
        case Prefer(required, optional):
            wanted = _shares(required, scores)
            return None if wanted is None else wanted + (_shares(optional, scores) or [])
        case Without(wanted_clause, unwanted):
            return _shares(wanted_clause, scores) if _shares(unwanted, scores) is None else None
        case _:
            score = scores[clause]
            return None if score is None else [(clause, score)]


def _several(children: Sequence[Clause], at_least: int, scores: Scores) -> Shares | None:
    found = [shares for child in children if (shares := _shares(child, scores)) is not None]
    return [share for shares in found for share in shares] if len(found) >= at_least else None


def _best(children: Sequence[Clause], tie: float, scores: Scores) -> Shares | None:
    found = [shares for child in children if (shares := _shares(child, scores)) is not None]
    if not found:
        return None
    found.sort(key=lambda shares: -sum(score for _, score in shares))
    rest = [(leaf, score * tie) for shares in found[1:] for leaf, score in shares if tie]
    return found[0] + rest


def _by_part(
    engine: Engine, article_id: str, shares: Shares, shown: Mapping[str, str]
) -> Iterator[Contribution]:
    """Yield the contributions of `shares`, those of words in several fields one by one."""
    words = [(leaf, score) for leaf, score in shares if isinstance(leaf, Word)]
    alone = [replace(leaf, fields=((name, weight),)) for leaf, _ in words for name, weight in leaf.fields]
    single = iter(engine.scores_of(article_id, alone))
    for word, score in words:
        in_part = {name: next(single) or 0.0 for name, _ in word.fields}
        whole = sum(in_part.values())
        for name, value in in_part.items():
            if value:
                yield _contribution(word, name, score * value / whole, shown)
    for leaf, score in shares:
        if isinstance(leaf, Recent):
            yield Contribution("fresh", "", None, None, score)
        elif not isinstance(leaf, Word):
            yield _contribution(leaf, leaf.field, score, shown)


def _contribution(
    leaf: Term | Word | Phrase, field: str, score: float, shown: Mapping[str, str]
) -> Contribution:
    terms: tuple[str, ...]
    match leaf:
        case Term(text=term):
            terms = (term,)
        case Word(forms=forms):
            terms = (forms[0][0],)
        case Phrase(terms=several):
            terms = several
    if field in CODE_FIELDS:
        kind: Kind = "code" if field == CODES_FIELD else "leading_code"
        return Contribution(kind, " ".join(terms), None, None, score)
    row = FIELD_BY_NAME[field]
    syllables = [syllable for term in terms for syllable in term.split(JOINT)]
    text = " ".join(shown.get(syllable, syllable) for syllable in syllables)
    kind = "phrase" if isinstance(leaf, Phrase) else _KIND_OF_LAYER[row.layer]
    return Contribution(kind, text, row.layer, row.part, score)


def _shown(texts: Iterable[str]) -> dict[str, str]:
    """Return the words of `texts` by their exact terms, which are not for showing."""
    return {exact_term(token.text): token.text.lower() for text in texts for token in tokenize(clean(text))}


def _merged(found: Iterable[Contribution]) -> tuple[Contribution, ...]:
    """Return `found` with equal evidence added up, the greatest first."""
    sums: dict[Contribution, float] = {}
    for each in found:
        bare = replace(each, score=0.0)
        sums[bare] = sums.get(bare, 0.0) + each.score
    merged = [replace(bare, score=score) for bare, score in sums.items() if score]
    return tuple(sorted(merged, key=lambda each: (-each.score, each.kind, each.text, each.part or "")))
