"""A bulletin page saved as text → one draft: headline, timestamp, summary, body, captions, signature.

The primary entrypoint is `read`. The form is that of provincial bulletins: a headline in capitals, a line
with weekday, date, hour and view count, paragraphs, a padded signature, then lists and a pager.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from searchsvc.analysis.fold import fold
from searchsvc.analysis.legacy import decode
from searchsvc.articles import Draft
from searchsvc.errors import Message, UnreadableSource
from searchsvc.extract.dates import find_timestamp
from searchsvc.ingest.furniture import is_furniture, without_furniture, without_views
from searchsvc.ingest.paragraphs import Paragraph, is_capitals, is_list_item, parts_of
from searchsvc.ingest.sources import Limits, Reading, SourceFile, load_page
from searchsvc.ingest.wording import TITLE_CHARS, clean_lines, repaired, title_from

Line = tuple[str, int]
"""A cleaned line and the width of the blanks before it in the source."""

_HEAD_LINES = 15
_STAMP_CHARS = 160
_TITLE_LINES = 6
_LABEL_WORDS = 8
_STAMP_WORDS = re.compile(
    r"thu (?:hai|ba|tu|nam|sau|bay|[2-7])|chu nhat|ngay|luc|dang|cap nhat|xuat ban|gmt|gio|phut|"
    r"viet|tin|admin|[ap]m"
)
_ENDS = (".", "!", "?", "…", ":", ";", "”", '"')

_OPEN_ENDS = ("-", "–", "/", ",")

NO_TEXT = Message(vi="Không có chữ nào", en="There is no text in it")


def read(source: SourceFile, limits: Limits) -> Iterator[Reading]:
    """Yield the draft of the page, or its refusal."""
    data = load_page(source, limits)
    if not isinstance(data, bytes):
        yield data
        return
    try:
        yield draft_from_text(decode(data).text, source.name)
    except UnreadableSource as error:
        yield source.refuse(error.message, data)


def draft_from_text(text: str, name: str) -> Draft:
    """Return the draft of a decoded page that lies at `name`. Raises UnreadableSource if it has no text."""
    lines = clean_lines(repaired(text))
    if not any(map(str.isalpha, text)):
        raise UnreadableSource(vi=NO_TEXT.vi, en=NO_TEXT.en)
    stamps = _stamps(lines)
    title, rest = _headline(lines, min(stamps, default=None))
    below = [line for index, line in enumerate(lines) if index >= rest and index not in stamps]
    parts = parts_of(paragraphs_of(below), with_summary=bool(stamps) or is_capitals(title))
    return Draft(
        title=title or title_from(parts.summary or parts.body),
        body=parts.body,
        summary=parts.summary,
        captions=parts.captions,
        published=stamps[min(stamps)] if stamps else None,
        author=parts.author,
        source=name,
        source_key=f"file:{name}",
    )


def paragraphs_of(lines: Sequence[Line]) -> list[Paragraph]:
    """Return the paragraphs of lines without their furniture: wrapped lines joined, others kept apart."""
    kept = without_furniture([text for text, _ in lines])
    found: list[Paragraph] = []
    block: list[Line] = []
    for line, keep in zip((*lines, ("", 0)), (*kept, True), strict=True):
        if line[0] and keep:
            block.append(line)
        elif block:
            found += _joined(block)
            block = []
    return found


def _joined(block: Sequence[Line]) -> list[Paragraph]:
    widest = max(len(text) for text, _ in block)
    found = [[block[0]]]
    for above, line in pairwise(block):
        if _continues(above, line, widest):
            found[-1].append(line)
        else:
            found.append([line])
    return [Paragraph(" ".join(text for text, _ in lines), lines[0][1]) for lines in found]


def _continues(above: Line, line: Line, widest: int) -> bool:
    """Return whether `line` goes on with the paragraph of the line above it, broken at some width."""
    if is_list_item(line[0]) or line[1] >= above[1] + 8 or above[0].endswith(_ENDS):
        return False
    if line[0][:1].islower() or above[0].endswith(_OPEN_ENDS):
        return True
    return 50 <= widest <= 130 and len(above[0]) >= 0.75 * widest


def _stamps(lines: Sequence[Line]) -> dict[int, str]:
    """Return the lines near the top that are timestamps, by index: as printed, without the view count."""
    filled = [index for index, (text, _) in enumerate(lines) if text][:_HEAD_LINES]
    found = {index: stamp for index in filled if (stamp := stamp_of(lines[index][0]))}
    first = min(found, default=-1)
    # A second one counts only right below the first ('Cập nhật: …').
    return {index: stamp for index, stamp in found.items() if index <= first + 2}


def stamp_of(line: str) -> str | None:
    """Return the timestamp that makes up the whole `line`, as printed, or None for any other line."""
    if len(line) > _STAMP_CHARS:
        return None
    printed = without_views(line)
    found = find_timestamp(printed)
    if found is None:
        return None
    _, start, end = found
    around = _STAMP_WORDS.sub("", fold(f"{printed[:start]} {printed[end:]}"))
    return printed if sum(map(str.isalnum, around)) <= 3 else None


def _headline(lines: Sequence[Line], stamp: int | None) -> tuple[str, int]:
    """Return the headline and the index of the first line below it; '' where the page has none."""
    head = [index for index, (text, _) in enumerate(lines) if text and not is_furniture(text)]
    if stamp is not None and head and head[0] == stamp:
        head = head[1:]
        stamp = None
    capitals = _capital_lines(lines, head, stamp)
    if capitals:
        return _title(lines, capitals), capitals[-1] + 1
    plain = _plain_lines(lines, head, stamp)
    return _title(lines, plain), plain[-1] + 1 if plain else 0


def _title(lines: Sequence[Line], chosen: Sequence[int]) -> str:
    return " ".join(lines[index][0] for index in chosen)


def _capital_lines(lines: Sequence[Line], head: Sequence[int], stamp: int | None) -> list[int]:
    """Return the lines of a headline in capitals: the first ones, under at most a section's label."""
    found: list[int] = []
    for index in head[: _TITLE_LINES + 2]:
        text = lines[index][0]
        if stamp is not None and index >= stamp:
            break
        if is_capitals(text) and len(text) <= TITLE_CHARS:
            if found and stamp is None and index > found[-1] + 1:
                break
            found.append(index)
        elif found or stamp is None or len(text.split()) > _LABEL_WORDS:
            break
    return found[:_TITLE_LINES]


def _plain_lines(lines: Sequence[Line], head: Sequence[int], stamp: int | None) -> list[int]:
    """Return the lines of a headline in ordinary case: the block above the stamp, else one short line."""
    if not head or len(lines[head[0]][0]) > TITLE_CHARS:
        return []
    if stamp is None:
        return list(head[:1])
    blocks: list[list[int]] = []
    for index in [index for index in head if index < stamp][: _TITLE_LINES + 2]:
        if blocks and index == blocks[-1][-1] + 1:
            blocks[-1].append(index)
        else:
            blocks.append([index])
    while len(blocks) > 1 and _is_label(_title(lines, blocks[0]), _title(lines, blocks[1])):
        del blocks[0]
    if not blocks:
        return []
    return blocks[0] if len(_title(lines, blocks[0])) <= TITLE_CHARS else blocks[0][:1]


def _is_label(text: str, below: str) -> bool:
    """Return whether `text` names a section of the portal rather than the article: 'Tin tức - Sự kiện'."""
    return len(text.split()) <= _LABEL_WORDS and len(text) < len(below) <= TITLE_CHARS
