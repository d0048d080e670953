"""What portals print around an article: view counts, lists of other news, pagers, print and share links.

The primary entrypoint is `without_furniture`. The words are in data/furniture.toml.
"""

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from searchsvc.analysis.fold import fold

_WORDS = Path(__file__).parent / "data" / "furniture.toml"

_VIEWS = re.compile(
    r"[\s|•·,;-]*\(?(?:số )?"
    r"(?:đã xem|lượt xem|lượt đọc|lượt truy cập|xem|views?)[ :]{1,4}\d[\d.,]{0,12}(?: lượt)?\)?",
    re.IGNORECASE,
)
_COUNTED_VIEWS = re.compile(r"[\s|•·,;-]*\(?\d[\d.,]{0,12} (?:lượt xem|lượt đọc|views?)\)?", re.IGNORECASE)
_PATTERNS = (
    re.compile(r"tong so ?: ?\d+ ?\|"),
    re.compile(r"trang ?:? ?\d+ (?:tren (?:tong so )?|/ ?)\d+"),
    re.compile(r"xem tin theo ngay\b"),
    re.compile(r"(?:ban quyen thuoc|giay phep so|copyright|© )"),
    re.compile(r"trang chu ?[>»/|›]"),
)
_PAGER = re.compile(
    r"(?:\[?\d{1,4}\]?|trang|truoc|sau|tiep|dau|cuoi|[<>«»‹›|.…-]{1,5})"
    r"(?:\s+(?:\[?\d{1,4}\]?|trang|truoc|sau|tiep|dau|cuoi|[<>«»‹›|.…-]{1,5})){1,60}"
)
_DATED = re.compile(r"\(?\d{1,2}[/.-]\d{1,2}(?:[/.-]\d{2,4})?\)?$|^\(?\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}")
_EDGES = " \t:.,;|>»›<«‹•·*–—-+\"'()[]…"
_SENTENCE_ENDS = (".", "!", "?", "…")
_FULL_CHARS = 120
_VIEWS_LINE_CHARS = 200


@dataclass(frozen=True, slots=True)
class _Words:
    ends: frozenset[str]
    lists: frozenset[str]
    lines: frozenset[str]
    captions: tuple[str, ...]


@cache
def words() -> _Words:
    """Return the words of data/furniture.toml."""
    table = tomllib.loads(_WORDS.read_text(encoding="utf-8"))
    return _Words(
        ends=frozenset(table["ends"]),
        lists=frozenset(table["lists"]),
        lines=frozenset(table["lines"]),
        captions=tuple(table["captions"]),
    )


def without_views(line: str) -> str:
    """Return `line` without its view count: '7/1/2022 - 09:44 Đã xem: 286' -> '7/1/2022 - 09:44'."""
    if len(line) > _VIEWS_LINE_CHARS:
        return line
    return _COUNTED_VIEWS.sub("", _VIEWS.sub("", line)).strip(" \t|•·-")


def without_furniture(lines: Sequence[str]) -> list[bool]:
    """Return for each line whether it belongs to the article; blank lines do until the end is reached."""
    kept: list[bool] = []
    in_list = False
    for index, line in enumerate(lines):
        key = key_of(line)
        if is_end(key) and _ends_here(lines, index):
            return kept + [False] * (len(lines) - index)
        if line.strip():
            in_list = key in words().lists or (in_list and _is_headline(line))
        kept.append(not in_list and not is_furniture(line))
    return kept


def key_of(line: str) -> str:
    """Return the folded line without the punctuation around it: '» CÁC TIN KHÁC:' -> 'cac tin khac'."""
    return " ".join(fold(line[:200]).split()).strip(_EDGES)


def is_end(key: str) -> bool:
    """Return whether all after a line with this key is furniture."""
    return key in words().ends or any(pattern.match(key) for pattern in _PATTERNS[:4])


def is_furniture(line: str) -> bool:
    """Return whether a single line is furniture: a share link, a pager, a bare view count, a breadcrumb."""
    text = line.strip()
    if not text or len(text) > 200:
        return False
    key = key_of(text)
    if key in words().lines or key in words().ends or any(pattern.match(key) for pattern in _PATTERNS):
        return True
    return not without_views(text).strip(_EDGES) or bool(_PAGER.fullmatch(fold(text)))


def _ends_here(lines: Sequence[str], index: int) -> bool:
    # 'Ý kiến bạn đọc' may also head a section of the text: furniture has no long paragraphs after it
    # except abstracts of other news, which follow a headline.
    if key_of(lines[index]).startswith(("cac ", "tong so", "xem tin", "trang ", "nhung tin", "tin ")):
        return True
    return not any(is_full(line) for line in lines[index + 1 :])


def is_full(line: str) -> bool:
    """Return whether a line is surely running text: long, and ending like a sentence."""
    text = line.rstrip(" \t\"'”’»)")
    return len(text) >= _FULL_CHARS and text.endswith(_SENTENCE_ENDS)


def _is_headline(line: str) -> bool:
    text = line.strip()
    return bool(_DATED.search(text)) or (len(text) <= 220 and not text.endswith(_SENTENCE_ENDS))
