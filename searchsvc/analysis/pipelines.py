"""The analyzers, one for each layer of a text field; the index and every query use the same.

The primary entrypoint is `analyze`; an indexer makes the same terms of `exact_term` and `folded_term`. An
analyzer is a way to cut the text into tokens, and one or two *forms*: chains of small steps from a syllable
to its term.

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
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache, reduce
from importlib.metadata import PackageNotFoundError, version
from itertools import pairwise
from typing import Any

from whoosh.analysis import Filter, Tokenizer
from whoosh.analysis import Token as WhooshToken
from whoosh.analysis.analyzers import CompositeAnalyzer

from searchsvc.analysis.characters import LATIN_MARKS, TONE_MARKS
from searchsvc.analysis.compounds import JOINT, compounds
from searchsvc.analysis.fold import fold
from searchsvc.analysis.tokens import Token, tokenize, without_separators
from searchsvc.analysis.tones import tone_key
from searchsvc.fields import LAYERS, Layer

_VERSION = 1
"""Goes up whenever any analyzer gives other terms or positions for the same text."""

_LONGEST_SYLLABLE = 60
"""Characters; what is longer is no word, and the index need not hold all of it."""

Step = Callable[[str], str]

_MARKS = re.compile(f"[{LATIN_MARKS}]+")
_VIETNAMESE = re.compile(f"[0-9a-zăâđêôơư]+[{TONE_MARKS}]*")


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


@lru_cache(maxsize=1 << 14)  # some 5 MB, and room for the syllables in both forms
def _term(word: str, form: tuple[Step, ...]) -> str:
    return reduce(lambda text, step: step(text), form, word)


def exact_term(syllable: str) -> str:
    """Return the term of one syllable in the exact layer: "Hòa", "hoà" -> "hoa" + U+0300."""
    return _term(syllable, EXACT)


def folded_term(syllable: str) -> str:
    """Return the term of one syllable in the folded layer: "Hòa" -> "hoa"."""
    return _term(syllable, FOLDED)


def folded_of_exact(term: str) -> str | None:
    """Return the folded term of each syllable that has this exact term: "hoa" + U+0300 -> "hoa".

    None where letters of other alphabets stand in it, or so many that it was cut: those may differ.
    """
    known = len(term) < _LONGEST_SYLLABLE and _VIETNAMESE.fullmatch(term)
    return folded_term(term) if known else None


def exact_terms(syllables: Sequence[str]) -> list[str]:
    """Return the `exact_term` of each of `syllables`, which hold no line break; many at once, much faster."""
    # No rule of lower case looks over a line break.
    lower = "\n".join(map(shortened, syllables)).lower().split("\n") if syllables else []
    return list(map(tone_key, map(without_separators, lower)))


def folded_terms(syllables: Sequence[str]) -> list[str]:
    """Return the `folded_term` of each of `syllables`, which hold no line break; many at once."""
    folded = fold("\n".join(map(shortened, syllables))).split("\n") if syllables else []
    return list(map(without_marks, map(without_separators, folded)))


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


def _compounds(text: str) -> list[Token]:
    return compounds(text, tokenize(text))


def pairs(text: str) -> list[Token]:
    """Return each two neighbouring syllables of cleaned `text`: "nghị_quyết", "quyết_đại", "đại_hội"."""
    return _pairs(tokenize(text))


def _pairs(syllables: list[Token]) -> list[Token]:
    return [
        Token(f"{first.text}{JOINT}{second.text}", first.position, first.start, second.end)
        for first, second in pairwise(syllables)
        if second.position - first.position == 1
    ]


ANALYZERS: dict[Layer, Analyzer] = {
    "exact": Analyzer("exact", tokenize, (EXACT,)),
    "folded": Analyzer("folded", tokenize, (FOLDED,)),
    "words": Analyzer("words", _compounds, (EXACT, FOLDED)),
    "pairs": Analyzer("pairs", pairs, (FOLDED,)),
}


def analyze(layer: Layer, text: str) -> list[Token]:
    """Return the terms of cleaned `text` in `layer`, with syllable positions and offsets into `text`."""
    return ANALYZERS[layer](text)


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
