"""Marks and snippets: where the words of a query stand in articles as archived.

The primary entrypoints are `Marker.for_articles`, `ArticleMarks.whole` (a whole text as segments) and
`ArticleMarks.snippets` (the best passages). A word typed with accents marks its exact form; only if the
article has none does it mark other words with the same letters.

The texts of a page's articles are looked through as one, with gaps between them that no passage bridges, so
that the steps over all marks are steps over arrays.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, pairwise
from typing import NamedTuple

import numpy as np

from searchsvc.analysis.tones import tone_key
from searchsvc.articles import PARTS, Article, CodeMention, Part
from searchsvc.results import Segment
from searchsvc.search.building import WordMark
from searchsvc.search.passages import CODE, SNIPPET_CHARS, Flags, Numbers, Scores, extent, longest_stretches
from searchsvc.search.spotting import Spotter

MAX_SNIPPETS = 2
_MAX_CANDIDATES = 200
"""Passages that are looked at; where so many of the best overlap, one snippet shows enough."""
_MAX_CHARS = 1 << 20
"""Text that is looked through at once, to bound the memory that it takes; more if one article has more."""
_GAP = "\n" * SNIPPET_CHARS
_SNIPPET_PARTS = tuple(enumerate(PARTS))[1:]
"""All parts but the title, which stands whole above."""


class Marker:
    """Finds the words and codes of one query in texts."""

    def __init__(
        self, words: Sequence[WordMark], code_keys: Sequence[str] = (), codes: Sequence[str] = ()
    ) -> None:
        self._codes = frozenset(codes)
        self._partial_keys = frozenset(key.casefold() for key in code_keys)
        self._count = len(words)
        # For each folded word, the query words that it may be, each with its exact key if it has one.
        self._words: dict[str, list[tuple[int, str | None]]] = {}
        for index, word in enumerate(words):
            self._words.setdefault(word.folded, []).append((index, word.exact))
        self._spotter = Spotter(self._words)

    def for_article(self, article: Article) -> "ArticleMarks":
        """Return the marks of `article`."""
        return self.for_articles([article])[0]

    def for_articles(self, articles: Iterable[Article]) -> list["ArticleMarks"]:
        """Return the marks of each of `articles`, in their order."""
        return [marks for some in _runs(articles) for marks in self._marked(some)]

    def _marked(self, articles: Sequence[Article]) -> Iterator["ArticleMarks"]:
        texts = _Texts(articles)
        spots = _Spots.joined([*self._word_spots(texts.joined), *self._code_spots(texts)])
        marks = _Marks.of(spots.without_inexact(texts.article_at(spots.starts), self._count))
        bounds = [bisect_left(marks.starts, base) for base in texts.bases]
        ranges: list[dict[Part, _Range]] = [{} for _ in articles]
        for (number, part), base, (first, last) in zip(
            texts.parts, texts.bases, pairwise(bounds), strict=False
        ):
            ranges[number][part] = _Range(base, first, last)
        for article, found in zip(articles, ranges, strict=True):
            yield ArticleMarks(article, marks, found)

    def _word_spots(self, text: str) -> Iterator["_Spots"]:
        for word, starts in self._spotter.find(text).items():
            for index, exact in self._words[word]:
                if exact is None:
                    is_exact = np.ones(len(starts), np.bool_)
                else:
                    size = len(word)
                    same = [_exact_key(text[at : at + size]) == exact for at in starts.tolist()]
                    is_exact = np.array(same)
                yield _Spots(starts, starts + len(word), np.full(len(starts), index), is_exact)

    def _code_spots(self, texts: "_Texts") -> Iterator["_Spots"]:
        if not self._codes and not self._partial_keys:
            return
        wanted = [
            (base + mention.start, base + mention.end)
            for (number, part), base in zip(texts.parts, texts.bases, strict=False)
            for mention in texts.articles[number].annotations.codes
            if mention.part == part and self._wants(mention)
        ]
        if wanted:
            starts, ends = np.array(wanted).T
            yield _Spots(starts, ends, np.full(len(wanted), CODE), np.ones(len(wanted), np.bool_))

    def _wants(self, mention: CodeMention) -> bool:
        return mention.code in self._codes or mention.key.casefold() in self._partial_keys


@lru_cache(maxsize=1 << 14)
def _exact_key(word: str) -> str:
    return tone_key(word.lower())


def _runs(articles: Iterable[Article]) -> Iterator[list[Article]]:
    """Yield `articles` in runs of up to `_MAX_CHARS` characters, or of one article."""
    run: list[Article] = []
    room = _MAX_CHARS
    for article in articles:
        size = sum(len(text) for _, text in article.texts())
        if run and size > room:
            yield run
            run, room = [], _MAX_CHARS
        run.append(article)
        room -= size
    if run:
        yield run


class _Texts:
    """All parts of some articles as one text; `bases` tell where each begins, and where the last one ends."""

    def __init__(self, articles: Sequence[Article]) -> None:
        self.articles = articles
        texts = [(number, *named) for number, article in enumerate(articles) for named in article.texts()]
        self.parts = [(number, part) for number, part, _ in texts]
        self.joined = "".join([text + _GAP for _, _, text in texts])
        self.bases = list(accumulate((len(text) + len(_GAP) for _, _, text in texts), initial=0))

    def article_at(self, places: Numbers) -> Numbers:
        """Return the number of the article that each of `places` lies in."""
        numbers = np.array([number for number, _ in self.parts], np.int64)
        found: Numbers = numbers[np.searchsorted(self.bases, places, side="right") - 1]
        return found


class _Spots(NamedTuple):
    """Where words and codes stand, in any order: half-open ranges, the query's word, whether exactly."""

    starts: Numbers
    ends: Numbers
    words: Numbers
    exact: Flags

    @classmethod
    def joined(cls, spots: Sequence["_Spots"]) -> "_Spots":
        """Return all of `spots`, of which there may be none."""
        none = np.zeros(0, np.int64)
        return (
            cls(*map(np.concatenate, zip(*spots, strict=True))) if spots else cls(none, none, none, none > 0)
        )

    def without_inexact(self, articles: Numbers, words: int) -> "_Spots":
        """Return the spots without other forms of a word where the article has the exact one."""
        keys = articles * (words + 1) + self.words + 1
        has_exact = np.zeros(keys.max(initial=0) + 1, np.bool_)
        has_exact[keys[self.exact]] = True
        kept = self.exact | ~has_exact[keys]
        return _Spots(*(column[kept] for column in self))


class _Marks(NamedTuple):
    """Stretches to mark, in order and without overlaps, and for each what a passage from there shows."""

    starts: list[int]
    ends: list[int]
    last: list[int]
    scores: Scores

    @classmethod
    def of(cls, spots: _Spots) -> "_Marks":
        """Return `spots` in order, overlapping ones joined."""
        # Of equal ones the first word of the query leads, a code comes last.
        rank = np.where(spots.words == CODE, spots.words.max(initial=0) + 1, spots.words)
        order = np.lexsort((rank, -spots.ends, spots.starts))
        starts, words = spots.starts[order], spots.words[order]
        ends = np.maximum.accumulate(spots.ends[order])
        leads = np.ones(len(starts), np.bool_)
        leads[1:] = starts[1:] >= ends[:-1]
        closes = np.ones(len(starts), np.bool_)
        closes[:-1] = leads[1:]
        starts, words, ends = starts[leads], words[leads], ends[closes]
        last, scores = longest_stretches(starts, ends, words)
        return cls(starts.tolist(), ends.tolist(), last.tolist(), scores)


class _Range(NamedTuple):
    """One part of an article: where its text begins in the joined one, its first mark, the one after."""

    base: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class ArticleMarks:
    """The marks of one article, by part."""

    article: Article
    _marks: _Marks
    _ranges: dict[Part, _Range]

    def whole(self, part: Part) -> tuple[Segment, ...]:
        """Return all text of `part` as segments."""
        return self._segments(part, 0, len(self.article.text_of(part)))

    def snippets(self) -> tuple[tuple[Segment, ...], ...]:
        """Return up to `MAX_SNIPPETS` passages of summary, body and captions, in reading order.

        Without any match the article's beginning stands alone.
        """
        chosen = self._best_passages()
        if chosen:
            return tuple(self._segments(PARTS[order], start, end) for order, start, end in sorted(chosen))
        opening = self.article.summary or self.article.body
        start, end = extent(opening, 0, 0)
        return ((Segment(opening[start:end]),) if end > start else (),) if opening else ()

    def _best_passages(self) -> list[tuple[int, int, int]]:
        """Return the best passages that do not overlap: the part's place in `PARTS`, start, end."""
        chosen: list[tuple[int, int, int]] = []
        for order, first, last in self._candidates():
            start, end = extent(self.article.text_of(PARTS[order]), first, last)
            if all(order != other or end <= begun or start >= ended for other, begun, ended in chosen):
                chosen.append((order, start, end))
                if len(chosen) == MAX_SNIPPETS:
                    break
        return chosen

    def _candidates(self) -> Iterator[tuple[int, int, int]]:
        """Yield the stretches that show most, best first: the part's place in `PARTS`, start, end."""
        shown = [(order, self._ranges[part]) for order, part in _SNIPPET_PARTS if part in self._ranges]
        if not shown:
            return
        # The parts of an article follow one another, so their marks do.
        first, last = shown[0][1].first, shown[-1][1].last
        best = np.argsort(-self._marks.scores[first:last], kind="stable")[:_MAX_CANDIDATES]
        lasts = [part.last for _, part in shown]
        for mark in (best + first).tolist():
            order, part = shown[bisect_right(lasts, mark)]
            start, end = self._marks.starts[mark], self._marks.ends[self._marks.last[mark]]
            yield order, start - part.base, end - part.base

    def _segments(self, part: Part, start: int, end: int) -> tuple[Segment, ...]:
        """Return the text of `part` from `start` to `end`, cut at its marks; joined it is that text."""
        text = self.article.text_of(part)
        base, first, last = self._ranges.get(part, (0, 0, 0))
        starts, ends = self._marks.starts, self._marks.ends
        pieces: list[Segment] = []
        position = start
        for mark in range(bisect_right(ends, base + start, first, last), last):
            begun, ended = max(starts[mark] - base, start), min(ends[mark] - base, end)
            if begun >= end:
                break
            if begun > position:
                pieces.append(Segment(text[position:begun]))
            pieces.append(Segment(text[begun:ended], hit=True))
            position = ended
        if position < end:
            pieces.append(Segment(text[position:end]))
        return tuple(pieces)
