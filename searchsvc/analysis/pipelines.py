"""The analyzers, one for each layer of a text field; the index and every query use the same.

The primary entrypoints are `analyze` and, for the indexer, `analyze_all`. An analyzer is a way to cut the
text into tokens, and one or two *forms*: chains of small steps from a syllable to its term.

    layer    token      forms                     terms of 'Nghị quyết'
    exact    syllable   EXACT                     nghi+U+0323   quyêt+U+0301
    folded   syllable   FOLDED                    nghi          quyet
    words    compound   EXACT, FOLDED             nghi+U+0323_quyêt+U+0301 and, at the same place, nghi_quyet
    pairs    neighbours FOLDED                    nghi_quyet

All take cleaned text (`normalize.clean`), keep its offsets, and count positions in syllables; a compound
stands at its first syllable. The folded form of a compound lets queries without diacritics find it. The
pairs are all two neighbouring syllables: what phrases know of a text, at the price of a word.
"""

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache, reduce
from importlib.metadata import PackageNotFoundError, version
from itertools import pairwise
from typing import Any

from whoosh.analysis import Filter, Tokenizer
from whoosh.analysis import Token as WhooshToken
from whoosh.analysis.analyzers import CompositeAnalyzer

from searchsvc.analysis.characters import LATIN_MARKS
from searchsvc.analysis.fold import fold
from searchsvc.analysis.segment import segment
from searchsvc.analysis.tokens import Token, tokenize, without_separators
from searchsvc.analysis.tones import tone_key
from searchsvc.fields import LAYERS, Layer

_VERSION = 1
"""Goes up whenever any analyzer gives other terms or positions for the same text."""

JOINT = "_"
"""Joins the syllables of a compound; no syllable contains it."""

_LONGEST_SYLLABLE = 60
"""Characters; what is longer is no word, and the index need not hold all of it."""

_LONGEST_COMPOUND = 8
"""Syllables; pyvi joins a long row of unknown capitalised syllables without end."""

_LONGEST_BLOCK = 20_000
"""Characters segmented at once, to bound the memory that segmentation takes."""

Step = Callable[[str], str]

_MARKS = re.compile(f"[{LATIN_MARKS}]+")


def lowered(word: str) -> str:
    """Return `word` in lower case."""
    return word.lower()


def shortened(word: str) -> str:
    """Return the beginning of `word` that an index holds."""
    return word[:_LONGEST_SYLLABLE]


def without_marks(word: str) -> str:
    """Return `word` without the combining marks that folding leaves."""
    return word if word.isascii() else _MARKS.sub("", word)


EXACT: tuple[Step, ...] = (shortened, lowered, without_separators, tone_key)
FOLDED: tuple[Step, ...] = (shortened, fold, without_separators, without_marks)


@lru_cache(maxsize=1 << 16)
def _term(word: str, form: tuple[Step, ...]) -> str:
    return reduce(lambda text, step: step(text), form, word)


def exact_term(syllable: str) -> str:
    """Return the term of one syllable in the exact layer: "Hòa", "hoà" -> "hoa" + U+0300."""
    return _term(syllable, EXACT)


def folded_term(syllable: str) -> str:
    """Return the term of one syllable in the folded layer: "Hòa" -> "hoa"."""
    return _term(syllable, FOLDED)


@dataclass(frozen=True, slots=True)
class Analyzer:
    """One layer: how the text is cut into tokens, and the forms that each token is indexed in."""

    layer: Layer
    tokens: Callable[[str], list[Token]]
    forms: tuple[tuple[Step, ...], ...]

    def terms(self, word: str) -> tuple[str, ...]:
        """Return the distinct terms of one token's text, best form first."""
        syllables = word.split(JOINT)
        terms = (JOINT.join([_term(syllable, form) for syllable in syllables]) for form in self.forms)
        return tuple(dict.fromkeys(terms))

    def analyze(self, tokens: Iterable[Token]) -> list[Token]:
        """Return `tokens` with their terms as texts; a token with two terms comes twice."""
        if len(self.forms) == 1 and self.layer != "pairs":
            form = self.forms[0]
            return [Token(_term(word, form), position, start, end) for word, position, start, end in tokens]
        return [
            Token(term, token.position, token.start, token.end)
            for token in tokens
            for term in self.terms(token.text)
        ]

    def __call__(self, text: str) -> list[Token]:
        """Return the analyzed tokens of cleaned `text`, in order of position."""
        return self.analyze(self.tokens(text))


def compounds(text: str) -> list[Token]:
    """Return the words of cleaned `text` of two syllables or more, as pyvi joins them: "nghị_quyết"."""
    return _compounds(text, tokenize(text))


def _compounds(text: str, syllables: list[Token]) -> list[Token]:
    found: list[Token] = []
    count, first = len(syllables), 0
    for start, end in _words(text):
        while first < count and syllables[first].start < start:
            first += 1
        last = first
        while last < count and syllables[last].end <= end:
            last += 1
        if 2 <= last - first <= _LONGEST_COMPOUND:
            word = syllables[first:last]
            joined = JOINT.join([syllable.text for syllable in word])
            found.append(Token(joined, word[0].position, word[0].start, word[-1].end))
        first = last
    return found


def pairs(text: str) -> list[Token]:
    """Return each two neighbouring syllables of cleaned `text`: "nghị_quyết", "quyết_đại", "đại_hội"."""
    return _pairs(tokenize(text))


def _pairs(syllables: list[Token]) -> list[Token]:
    return [
        Token(f"{first.text}{JOINT}{second.text}", first.position, first.start, second.end)
        for first, second in pairwise(syllables)
        if second.position - first.position == 1
    ]


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


ANALYZERS: dict[Layer, Analyzer] = {
    "exact": Analyzer("exact", tokenize, (EXACT,)),
    "folded": Analyzer("folded", tokenize, (FOLDED,)),
    "words": Analyzer("words", compounds, (EXACT, FOLDED)),
    "pairs": Analyzer("pairs", pairs, (FOLDED,)),
}


def analyze(layer: Layer, text: str) -> list[Token]:
    """Return the terms of cleaned `text` in `layer`, with syllable positions and offsets into `text`."""
    return ANALYZERS[layer](text)


def analyze_all(text: str) -> dict[Layer, list[Token]]:
    """Return what `analyze` returns for every layer, from one tokenization and one segmentation."""
    syllables = tokenize(text)
    tokens: dict[Layer, list[Token]] = {
        "exact": syllables,
        "folded": syllables,
        "words": _compounds(text, syllables),
        "pairs": _pairs(syllables),
    }
    return {layer: ANALYZERS[layer].analyze(tokens[layer]) for layer in LAYERS}


def fingerprint() -> str:
    """Return a short name of these analyzers; an index made under another one must be built again."""
    try:
        pyvi_version = version("pyvi")
    except PackageNotFoundError:
        pyvi_version = "none"
    parts = f"{_VERSION} {' '.join(LAYERS)} pyvi {pyvi_version}"
    return hashlib.sha256(parts.encode()).hexdigest()[:12]


class LayerTokenizer(Tokenizer):  # type: ignore[misc]
    """Cuts text as the analyzer of `layer` does. Whoosh wants one token object, used again and again."""

    def __init__(self, layer: Layer) -> None:
        self.layer = layer

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self.__dict__ == other.__dict__

    __hash__ = None  # type: ignore[assignment]

    def __call__(self, value: str, *, tokenize: bool = True, **options: Any) -> Iterator[WhooshToken]:
        start_pos, start_char = options.pop("start_pos", 0), options.pop("start_char", 0)
        keep_original = options.pop("keeporiginal", False)
        token = WhooshToken(**options)
        found = ANALYZERS[self.layer].tokens(value) if tokenize else [Token(value, 0, 0, len(value))]
        for text, position, start, end in found:
            token.text, token.boost, token.stopped = text, 1.0, False
            if keep_original:
                token.original = text
            if token.positions:
                token.pos = start_pos + position
            if token.chars:
                token.startchar, token.endchar = start_char + start, start_char + end
            yield token


class FormsFilter(Filter):  # type: ignore[misc]
    """Puts each token into the forms of `layer`; two forms give two tokens at one position."""

    def __init__(self, layer: Layer) -> None:
        self.layer = layer

    def __call__(self, tokens: Iterable[WhooshToken]) -> Iterator[WhooshToken]:
        terms_of = ANALYZERS[self.layer].terms
        for token in tokens:
            for term in terms_of(token.text):
                token.text = term
                yield token


def whoosh_analyzer(layer: Layer) -> CompositeAnalyzer:
    """Return the analyzer of `layer` for a Whoosh schema: the same terms, positions and offsets as `analyze`.

    It pickles, equals another of the same layer, and honours Whoosh's positions, chars, keeporiginal,
    start_pos, start_char, tokenize and mode.
    """
    return LayerTokenizer(layer) | FormsFilter(layer)
