"""Words of Vietnamese text, one or more syllables each: exactly the words of `pyvi.ViTokenizer`, as spans.

The primary entrypoint is `segment`. pyvi is slow to import (scikit-learn), gives no offsets, and builds a
dictionary of features for each token; here its decisions are computed from its own model files
(`pyvi_model`). When the installed pyvi is not the one that was studied, pyvi itself is asked instead.
"""

import re
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache, partial
from itertools import chain, compress, islice
from operator import add, contains
from typing import NamedTuple

from searchsvc.analysis.pyvi_model import Lexicon, ends_with_stop, load_lexicon
from searchsvc.analysis.tones import place_tones

# pyvi's pattern, alternative by alternative and in its order, with two changes for speed. A word that
# cannot be an abbreviation or an address is tried first, as most are. And e-mail addresses are looked for
# only where there is one: pyvi's own pattern needs quadratic time on a long row of dots.
_BEFORE_MAIL = r"[A-ZĐ]+\.|(?:Tp|Mrs?|Ms|Dr|ThS)\.|==>|->|\.\.\.|>>|\n|\w+://\S+"
_AFTER_MAIL = r"\d+(?:[.,_]\d+)+|[^\w\s]|\w+"
_DOMAIN = r"(?:[a-zA-Z0-9-]+\.)+[a-zA-Z0-9-]+"
_TOKEN = re.compile(rf"[^\W\d]\w*+(?!\.|://)|{_BEFORE_MAIL}|{_AFTER_MAIL}")
_TOKEN_OR_MAIL = re.compile(rf"{_BEFORE_MAIL}|[a-zA-Z0-9_.+-]+@{_DOMAIN}|{_AFTER_MAIL}")
_AFTER_AT = re.compile(_DOMAIN)
_MAIL_NAME = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.+-")

_LOADING = threading.Lock()


class Span(NamedTuple):
    """Half-open range of characters."""

    start: int
    end: int


# What `Span._make` does, without a Python call for each of millions of spans.
_span: Callable[[tuple[int, int]], Span] = partial(tuple.__new__, Span)


def segment(text: str) -> list[Span]:
    """Return the words of NFC `text` in order: "Nghị quyết Đảng ủy" -> [(0, 10), (11, 18)]; [] for blanks.

    The words are pyvi's for the text with its tone marks in the new placement ("thuỷ lợi"), which its word
    list expects (reference §1.5). Every character that is no space is in one span, punctuation in spans of
    its own, but for the full stop that pyvi leaves on capitals ("TW."). A word may contain spaces, even
    several, or none between its syllables ("TS.Nguyễn"), but no line break. Time and memory grow in
    proportion to the text, some 75 bytes a character.
    """
    return segment_placed(place_tones(text))


def segment_placed(text: str) -> list[Span]:
    """Return the words of `text` as `segment` does, with its tone marks taken as they are."""
    lexicon = _lexicon()
    if lexicon is None:
        return segment_with_pyvi(text)
    tokens = _tokens(text)
    if not tokens:
        return []
    own, before, after, lower, pairs, triples, kinds, stops = zip(
        *map(lexicon.__getitem__, tokens), strict=True
    )
    scores = list(map(add, own, map(add, (0.0, *before), (*after[1:], 0.0))))
    _add_listed_words(scores, lower, pairs, triples, lexicon)
    return _spans(text, tokens, stops, _begins(scores, kinds, lexicon))


def segment_with_pyvi(text: str) -> list[Span]:
    """Return the words of NFC `text` by asking pyvi itself, whichever is installed; slow."""
    from pyvi import ViTokenizer

    if not text.strip():
        return []  # pyvi returns blanks as they are
    return list(_matched(text, ViTokenizer.tokenize(text).split(" ")))


@cache
def _load() -> Lexicon | None:
    return load_lexicon()


def _lexicon() -> Lexicon | None:
    with _LOADING:  # once, however many threads ask first
        return _load()


def _tokens(text: str) -> list[str]:
    """Return pyvi's tokens, a line break being one; in linear time."""
    return list(_tokens_and_mails(text)) if "@" in text else _TOKEN.findall(text)


def _tokens_and_mails(text: str) -> Iterator[str]:
    position = 0
    for first, at in _mails(text):
        for token in _TOKEN.finditer(text, position):
            position = token.start()
            if position >= first:
                break
            position = token.end()
            yield token[0]
        while first <= position < at and (found := _TOKEN_OR_MAIL.match(text, position)):
            position = found.end()
            yield found[0]
    for token in _TOKEN.finditer(text, position):
        yield token[0]


def _mails(text: str) -> Iterator[tuple[int, int]]:
    """Yield for each "@" before a domain where the name before it begins, and its own place."""
    after = 0
    at = text.find("@")
    while at >= 0:
        first = at
        while first > after and text[first - 1] in _MAIL_NAME:
            first -= 1
        if first < at and _AFTER_AT.match(text, at + 1):
            yield first, at
        after = at + 1
        at = text.find("@", after)


def _add_listed_words(
    scores: list[float],
    lower: Sequence[str],
    pairs: Sequence[frozenset[str]],
    triples: Sequence[Mapping[str, frozenset[str]] | None],
    lexicon: Lexicon,
) -> None:
    """Add the evidence that two or three neighbours stand in pyvi's word list."""
    for first in compress(range(len(lower) - 1), map(contains, pairs, lower[1:])):
        scores[first] += lexicon.pair_after
        scores[first + 1] += lexicon.pair_before
    for first in compress(range(len(lower) - 2), triples):
        seconds = triples[first]
        if seconds and lower[first + 2] in seconds.get(lower[first + 1], ()):
            scores[first] += lexicon.triple_after
            scores[first + 2] += lexicon.triple_before


def _begins(scores: Sequence[float], kinds: Sequence[int], lexicon: Lexicon) -> list[bool]:
    """Return which tokens begin a word; a score is the evidence for "inside a word" less that for "begins".

    Viterbi over two labels: only the difference of the two best paths decides, so one number a token
    suffices; ties go to "begins", CRFsuite's label 0. On the way back pyvi's rules about punctuation,
    digits and capitals.
    """
    low, high, between = lexicon.low, lexicon.high, lexicon.between
    after_begin, after_inside = lexicon.after_begin, lexicon.after_inside
    difference = scores[0]
    differences = [difference]
    for score in islice(scores, 1, None):
        if difference > high:
            difference = score + after_inside
        elif difference > low:
            difference = score + between - difference
        else:
            difference = score + after_begin
        differences.append(difference)
    threshold = 0.0
    begins = []
    lefts = chain(islice(reversed(kinds), 1, None), (0,))
    for difference, kind, left in zip(reversed(differences), reversed(kinds), lefts, strict=True):
        if difference > threshold:
            threshold = high
            begins.append(kind == 0 or left < kind)
        else:
            threshold = low
            begins.append(True)
    begins.reverse()
    return begins


def _spans(text: str, tokens: Sequence[str], stops: Sequence[bool], begins: Sequence[bool]) -> list[Span]:
    """Return the words as spans: between two tokens is only white space, so each is found where it stands."""
    find = text.find
    end = 0
    starts, ends = [], []
    for token in tokens:
        start = find(token, end)
        end = start + len(token)
        starts.append(start)
        ends.append(end)
    for place in compress(range(len(ends)), stops):
        ends[place] -= 1
    words = zip(
        compress(starts, begins), compress(ends, chain(islice(begins, 1, None), (True,))), strict=True
    )
    spans = map(_span, words)
    return [span for span in spans if text[span[0]] != "\n"] if "\n" in text else list(spans)


def _matched(text: str, words: Iterable[str]) -> Iterator[Span]:
    """Yield where pyvi's `words` stand in `text`; "_" in a word is a join unless the text has one there."""
    position = 0
    for word in words:
        for part in word.split("\n"):
            first = last = -1
            for character in part:
                at = position
                while at < len(text) and text[at].isspace():
                    at += 1
                if at < len(text) and text[at] == character:
                    first, last = at if first < 0 else first, at + 1
                    position = last
            if last >= 0:
                yield Span(first, last - ends_with_stop(text[first:last]))
