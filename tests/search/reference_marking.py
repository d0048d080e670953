"""Marks and snippets as they are defined, slowly: a regex over the folded text, every passage looked at.

`marking`, which looks through all texts of a page in steps over arrays, must give the same.
"""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from searchsvc.analysis.fold import fold
from searchsvc.analysis.tones import tone_key
from searchsvc.articles import Article, Part
from searchsvc.results import Segment
from searchsvc.search.building import WordMark
from searchsvc.search.marking import MAX_SNIPPETS
from searchsvc.search.passages import CODE, SNIPPET_CHARS, extent

SNIPPET_PARTS: tuple[Part, ...] = ("summary", "body", "captions")
Marks = dict[Part, list["Mark"]]
Segments = tuple[Segment, ...]


class Mark(NamedTuple):
    start: int
    end: int
    word: int


def shown(
    article: Article, words: Sequence[WordMark], code_keys: Sequence[str], codes: Sequence[str]
) -> tuple[dict[Part, Segments], tuple[Segments, ...]]:
    """Return every part of `article` as segments, and its snippets."""
    marks = marks_of(article, words, code_keys, codes)
    whole = {part: segments(text, 0, len(text), marks.get(part, ())) for part, text in article.texts()}
    return whole, snippets(article, marks)


def marks_of(
    article: Article, words: Sequence[WordMark], code_keys: Sequence[str], codes: Sequence[str]
) -> Marks:
    found = {part: occurrences(text, words) for part, text in article.texts()}
    exact = {mark.word for marks in found.values() for mark, is_exact in marks if is_exact}
    marks: Marks = {
        part: [mark for mark, is_exact in marks if is_exact or mark.word not in exact]
        for part, marks in found.items()
    }
    keys = {key.casefold() for key in code_keys}
    for mention in article.annotations.codes:
        if mention.code in codes or mention.key.casefold() in keys:
            marks.setdefault(mention.part, []).append(Mark(mention.start, mention.end, CODE))
    return {part: merged(found) for part, found in marks.items()}


def occurrences(text: str, words: Sequence[WordMark]) -> list[tuple[Mark, bool]]:
    folded = sorted({re.escape(word.folded) for word in words}, key=len, reverse=True)
    found = []
    for match in re.finditer(rf"(?<!\w)(?:{'|'.join(folded)})(?!\w)", fold(text)) if folded else ():
        key = tone_key(text[match.start() : match.end()].lower())
        for index, word in enumerate(words):
            if word.folded == match.group():
                found.append((Mark(*match.span(), index), word.exact is None or key == word.exact))
    return found


def merged(marks: list[Mark]) -> list[Mark]:
    joined: list[Mark] = []
    for mark in sorted(marks, key=lambda mark: (mark.start, -mark.end)):
        if joined and mark.start < joined[-1].end:
            joined[-1] = joined[-1]._replace(end=max(joined[-1].end, mark.end))
        else:
            joined.append(mark)
    return joined


def segments(text: str, start: int, end: int, marks: Sequence[Mark]) -> Segments:
    pieces = []
    position = start
    for mark in marks:
        first, last = max(mark.start, start), min(mark.end, end)
        if first < last:
            pieces += [Segment(text[position:first]), Segment(text[first:last], hit=True)]
            position = last
    return tuple(piece for piece in [*pieces, Segment(text[position:end])] if piece.text)


def snippets(article: Article, marks: Marks) -> tuple[Segments, ...]:
    candidates = []
    for order, part in enumerate(SNIPPET_PARTS):
        found = marks.get(part, [])
        for first, mark in enumerate(found):
            last = first
            while last + 1 < len(found) and found[last + 1].end - mark.start <= SNIPPET_CHARS:
                last += 1
            candidates.append((-score(found[first : last + 1]), order, mark.start, found[last].end))
    chosen: list[tuple[int, int, int]] = []
    for _, order, first, last in sorted(candidates)[:200]:
        start, end = extent(article.text_of(SNIPPET_PARTS[order]), first, last)
        if all(order != other or end <= begun or start >= ended for other, begun, ended in chosen):
            chosen.append((order, start, end))
    if not chosen:
        opening = article.summary or article.body
        return (segments(opening, *extent(opening, 0, 0), ()),) if opening else ()
    return tuple(
        segments(article.text_of(SNIPPET_PARTS[order]), start, end, marks[SNIPPET_PARTS[order]])
        for order, start, end in sorted(chosen[:MAX_SNIPPETS])
    )


def score(marks: Sequence[Mark]) -> float:
    distinct = len({mark.word for mark in marks})
    in_sequence = sum(
        later.word == earlier.word + 1 and later.start - earlier.end <= 2
        for earlier, later in pairwise(marks)
    )
    codes = any(mark.word == CODE for mark in marks)
    return 4.0 * distinct + 2.0 * min(in_sequence, 8) + 6.0 * codes + 0.1 * min(len(marks), 10)
