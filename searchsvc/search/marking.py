"""Marks and snippets: where the words of a query stand in a text as archived.

The primary entrypoints are `Marker.mark` (a whole text as segments) and `Marker.snippets` (the best
passages). Matching is done on the folded text, which has the length of the original, so every offset is
right as it stands. A word typed with accents marks its exact form; only if the article has none does it
mark other words with the same letters.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from searchsvc.analysis.fold import fold
from searchsvc.analysis.tones import tone_key
from searchsvc.articles import Article, CodeMention, Part
from searchsvc.results import Segment
from searchsvc.search.building import WordMark

SNIPPET_CHARS = 220
"""Length that a snippet aims at; a result shows few, so that ten results stay readable on a phone."""
MAX_SNIPPETS = 2
_BOUNDARY_SEARCH_CHARS = 60
_MAX_CANDIDATES = 200
"""Passages that are looked at; where so many of the best overlap, one snippet shows enough."""
_SNIPPET_PARTS: tuple[Part, ...] = ("summary", "body", "captions")


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch of text to mark; `word` is the index of the query word, or -1 for a code."""

    start: int
    end: int
    word: int


class Marker:
    """Finds the words and codes of one query in texts."""

    def __init__(
        self, words: Sequence[WordMark], code_keys: Sequence[str] = (), codes: Sequence[str] = ()
    ) -> None:
        self._words = tuple(words)
        self._codes = frozenset(codes)
        self._partial_keys = frozenset(key.casefold() for key in code_keys)
        by_folded: dict[str, list[int]] = {}
        for index, word in enumerate(self._words):
            by_folded.setdefault(word.folded, []).append(index)
        self._by_folded = by_folded
        # Longest first, so that '1.000' is not taken for '1'.
        alternatives = "|".join(re.escape(text) for text in sorted(by_folded, key=len, reverse=True))
        self._pattern = re.compile(rf"(?<!\w)(?:{alternatives})(?!\w)") if by_folded else None

    def for_article(self, article: Article) -> "ArticleMarks":
        """Return the marks of every part of `article`."""
        found = {part: self._occurrences(text) for part, text in article.texts()}
        exact = {mark.word for marks in found.values() for mark, is_exact in marks if is_exact}
        marks = {
            part: [mark for mark, is_exact in marks if is_exact or mark.word not in exact]
            for part, marks in found.items()
        }
        for mention in article.annotations.codes:
            if self._wants(mention):
                marks.setdefault(mention.part, []).append(Mark(mention.start, mention.end, -1))
        return ArticleMarks(article, {part: _merged(found) for part, found in marks.items()})

    def _occurrences(self, text: str) -> list[tuple[Mark, bool]]:
        if self._pattern is None:
            return []
        occurrences = []
        for match in self._pattern.finditer(fold(text)):
            key = None
            for index in self._by_folded[match.group()]:
                wanted = self._words[index].exact
                if wanted is not None and key is None:
                    key = tone_key(text[match.start() : match.end()].lower())
                is_exact = wanted is None or key == wanted
                occurrences.append((Mark(match.start(), match.end(), index), is_exact))
        return occurrences

    def _wants(self, mention: CodeMention) -> bool:
        return mention.code in self._codes or mention.key.casefold() in self._partial_keys


def _merged(marks: list[Mark]) -> list[Mark]:
    """Return `marks` in order of place, overlapping ones joined."""
    merged: list[Mark] = []
    for mark in sorted(marks, key=lambda mark: (mark.start, -mark.end)):
        if merged and mark.start < merged[-1].end:
            last = merged[-1]
            merged[-1] = Mark(last.start, max(last.end, mark.end), last.word)
        else:
            merged.append(mark)
    return merged


@dataclass(frozen=True, slots=True)
class ArticleMarks:
    """The marks of one article, by part."""

    article: Article
    marks: dict[Part, list[Mark]]

    def whole(self, part: Part) -> tuple[Segment, ...]:
        """Return all text of `part` as segments."""
        text = self.article.text_of(part)
        return segments(text, 0, len(text), self.marks.get(part, ()))

    def snippets(self) -> tuple[tuple[Segment, ...], ...]:
        """Return up to `MAX_SNIPPETS` passages of summary, body and captions, in reading order.

        Without any match the article's beginning stands alone.
        """
        chosen = self._best_passages()
        if not chosen:
            opening = self.article.summary or self.article.body
            return (segments(opening, *_extent(opening, 0, 0), marks=()),) if opening else ()
        passages = []
        for order, start, end in sorted(chosen):
            part = _SNIPPET_PARTS[order]
            passages.append(segments(self.article.text_of(part), start, end, self.marks[part]))
        return tuple(passages)

    def _best_passages(self) -> list[tuple[int, int, int]]:
        """Return the best passages that do not overlap: the part's place in `_SNIPPET_PARTS`, start, end."""
        candidates = [
            candidate
            for order, part in enumerate(_SNIPPET_PARTS)
            for candidate in _candidates(order, self.marks.get(part, []))
        ]
        chosen: list[tuple[int, int, int]] = []
        for _, order, first, last in sorted(candidates)[:_MAX_CANDIDATES]:
            start, end = _extent(self.article.text_of(_SNIPPET_PARTS[order]), first, last)
            if all(order != other or end <= begun or start >= ended for other, begun, ended in chosen):
                chosen.append((order, start, end))
                if len(chosen) == MAX_SNIPPETS:
                    break
        return chosen


def segments(text: str, start: int, end: int, marks: Sequence[Mark]) -> tuple[Segment, ...]:
    """Return `text[start:end]` cut at `marks`; joined, the segments are that slice exactly."""
    pieces: list[Segment] = []
    position = start
    for mark in marks:
        if mark.end <= start or mark.start >= end:
            continue
        first, last = max(mark.start, start), min(mark.end, end)
        if first > position:
            pieces.append(Segment(text[position:first]))
        pieces.append(Segment(text[first:last], hit=True))
        position = last
    if position < end:
        pieces.append(Segment(text[position:end]))
    return tuple(pieces)


def _candidates(order: int, marks: list[Mark]) -> Iterator[tuple[float, int, int, int]]:
    """Yield for each mark how much the stretch that opens with it shows of the query, negated to sort by.

    With it come `order` and the offsets where the first mark of the stretch starts and the last one ends.
    """
    last = 0
    for first, mark in enumerate(marks):
        last = max(last, first)
        while last + 1 < len(marks) and marks[last + 1].end - mark.start <= SNIPPET_CHARS:
            last += 1
        yield -_score(marks[first : last + 1]), order, mark.start, marks[last].end


def _score(marks: Sequence[Mark]) -> float:
    distinct = len({mark.word for mark in marks})
    in_sequence = sum(
        later.word == earlier.word + 1 and later.start - earlier.end <= 2
        for earlier, later in pairwise(marks)
    )
    codes = any(mark.word < 0 for mark in marks)
    return 4.0 * distinct + 2.0 * min(in_sequence, 8) + 6.0 * codes + 0.1 * min(len(marks), 10)


def _extent(text: str, first: int, last: int) -> tuple[int, int]:
    """Return where a passage around `first`..`last` starts and ends: at a sentence or line if one is near."""
    room = max(SNIPPET_CHARS - (last - first), 40)
    start = _start(text, first, room // 3)
    end = _end(text, last, max(start + SNIPPET_CHARS, last + 20))
    return start, end


_STOPS = (". ", "; ", ": ", "\n")


def _start(text: str, first: int, room: int) -> int:
    floor = max(0, first - room - _BOUNDARY_SEARCH_CHARS)
    stops = [place + len(stop) for stop in _STOPS if (place := text.rfind(stop, floor, first)) >= 0]
    if stops:
        return max(stops)
    if first <= room + _BOUNDARY_SEARCH_CHARS:
        return 0
    space = text.find(" ", first - room, first)
    return space + 1 if space >= 0 else first


def _end(text: str, last: int, target: int) -> int:
    if target >= len(text):
        return len(text.rstrip())
    line = text.find("\n", last, target)
    if line >= 0:
        return line
    stop = text.rfind(". ", max(last, target - _BOUNDARY_SEARCH_CHARS), target)
    if stop >= 0:
        return stop + 1
    space = text.rfind(" ", last, target)
    return space if space >= 0 else target
