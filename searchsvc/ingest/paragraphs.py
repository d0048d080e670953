"""The parts of a page below its headline: summary, body, captions, signature, told by their form.

The primary entrypoint is `parts_of`. In doubt a line stays in the body, so nothing that may be text is lost.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from searchsvc.analysis.fold import fold
from searchsvc.ingest.furniture import is_full, words

SUMMARY_CHARS = 1_500
_CAPTION_CHARS = range(12, 300)
_CAPTION_WORDS = 4
_CAPTION_WORDS_UNMARKED = 10
_SIGNATURE_WORDS = 6
_SIGNATURE_CHARS = 80
_SIGNATURE_LINES = 4
_PADDING = 8

_LIST_ITEM = re.compile(
    r"[-–—+*•·▪]|\(?\d{1,3}(?:\.\d{1,3}){0,3}\s?[-.)/:]|\(?[a-zđ]\s?(?:\)|\.\s)|[IVXL]{1,6}\s?[-.):]|"
    r"(?:điều|chương|mục|phần|khoản|bước|câu)\s+(?:thứ\s|\d|[ivx])",
    re.IGNORECASE,
)
_CREDIT = re.compile(
    r"(?:tin|bài|ảnh)(?:(?: và |, ?|-| - )(?:tin|bài|ảnh)){0,2} ?: ?\S|"
    r"(?:tác giả|nguồn(?: tin)?|người (?:viết|đăng)|theo) ?:? ?\S",
    re.IGNORECASE,
)
_PICTURE = re.compile(
    r"(?:\(?ảnh(?: minh họa| minh hoạ| tư liệu)?|trong ảnh|chú thích ảnh) ?[:)]|ảnh minh h[ọo][aạ]$",
    re.IGNORECASE,
)
_PICTURE_END = re.compile(r"[.(–-] ?\(?ảnh ?: ?[^.]{2,60}\.?\)?$", re.IGNORECASE)
_FINAL = (".", "!", "?", "…", ":", ";", ",")
_SENTENCE_FINAL = (".", "!", "?", "…")
_CLOSING = " \t\"'”’»)]"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph of the page; `padding` counts the blanks before its first letter in the source."""

    text: str
    padding: int = 0


@dataclass(frozen=True, slots=True)
class Parts:
    """What lies below the headline. `author` is the signature as printed."""

    summary: str
    body: str
    captions: tuple[str, ...]
    author: str | None


def parts_of(paragraphs: Sequence[Paragraph], *, with_summary: bool = True) -> Parts:
    """Return the parts of an article whose furniture is gone; without `with_summary` all text is body."""
    rest, author = _without_signature(list(paragraphs))
    texts = [paragraph.text for paragraph in rest]
    marks = [is_caption(texts, index) for index in range(len(texts))]
    captions = tuple(text for text, mark in zip(texts, marks, strict=True) if mark)
    body = [text for text, mark in zip(texts, marks, strict=True) if not mark]
    summary = body.pop(0) if with_summary and _has_summary(body) else ""
    return Parts(summary, "\n\n".join(body), captions, author)


def is_caption(texts: Sequence[str], index: int) -> bool:
    """Return whether the paragraph at `index` says what a picture shows.

    Sure signs are the words 'Ảnh: …'. Else it is a line without a final stop, between full paragraphs, no
    heading or list item, that opens as captions do or is too long for a heading.
    """
    text = texts[index]
    if len(text) not in _CAPTION_CHARS or "\n" in text or _LIST_ITEM.match(text):
        return False
    if _PICTURE.search(text) or _PICTURE_END.search(text):
        return not is_full(text)
    if text.rstrip(_CLOSING).endswith(_FINAL) or is_capitals(text):
        return False
    least = _CAPTION_WORDS if fold(text).startswith(words().captions) else _CAPTION_WORDS_UNMARKED
    if len(text.split()) < least:
        return False
    return _follows_text(texts, index) and _precedes_text(texts, index)


def is_capitals(text: str) -> bool:
    """Return whether nearly all letters are capitals: 'KẾT QUẢ NĂM 2021', also with one 'Số' among them."""
    letters = [letter for letter in text if letter.isalpha()]
    capitals = sum(letter.isupper() for letter in letters)
    return len(letters) >= 3 and capitals >= 0.9 * len(letters)


def is_list_item(text: str) -> bool:
    """Return whether a line opens with a number, a letter or a dash of a list, or is a numbered heading."""
    return _LIST_ITEM.match(text) is not None


def _follows_text(texts: Sequence[str], index: int) -> bool:
    """Return whether the nearest paragraph above that may be no caption itself is a finished full one."""
    for above in reversed(texts[:index]):
        if above.rstrip(_CLOSING).endswith(_SENTENCE_FINAL):
            return is_full(above)
        if above.rstrip(_CLOSING).endswith(_FINAL) or is_list_item(above) or is_capitals(above):
            return False
    return False


def _precedes_text(texts: Sequence[str], index: int) -> bool:
    for below in texts[index + 1 :]:
        if is_list_item(below):
            return len(below) >= 80
        if below.rstrip(_CLOSING).endswith(_FINAL):
            return len(below) >= 80
        if is_capitals(below):
            return False
    # The last line of a page is a caption only where its first words say so.
    return fold(texts[index]).startswith(words().captions)


def _without_signature(paragraphs: list[Paragraph]) -> tuple[list[Paragraph], str | None]:
    rest, signed = list(paragraphs), list[str]()
    while len(rest) > 1 and len(signed) < _SIGNATURE_LINES and _is_signature(rest, first=not signed):
        signed.insert(0, rest.pop().text)
    return rest, ", ".join(signed) or None


def _is_signature(rest: Sequence[Paragraph], *, first: bool) -> bool:
    """Return whether the last paragraph is the signature, or with `first` False a further line of it."""
    last, above = rest[-1], rest[-2].text
    text = last.text
    if len(text) > _SIGNATURE_CHARS or "\n" in text or text.endswith((":", ";", ",")):
        return False
    if last.padding >= _PADDING:
        return True
    if not first or is_list_item(text) or text.rstrip(_CLOSING).endswith(_SENTENCE_FINAL):
        return False
    if _CREDIT.match(text):
        return True
    ended = above.rstrip(_CLOSING).endswith(_SENTENCE_FINAL)
    opens_caption = fold(text).startswith(words().captions) and not is_capitals(text)
    return (
        len(text.split()) <= _SIGNATURE_WORDS and ended and not opens_caption and any(map(str.isalpha, text))
    )


def _has_summary(body: Sequence[str]) -> bool:
    if len(body) < 2 or len(body[0]) > SUMMARY_CHARS or is_list_item(body[0]) or is_capitals(body[0]):
        return False
    return len(body[0]) >= 80 or body[0].rstrip(_CLOSING).endswith(_SENTENCE_FINAL)
