"""From the text of a source to the text of a draft: repaired, cleaned, without control characters.

The primary entrypoints are `tidy` and `tidy_line`.
"""

import re

from searchsvc.analysis.legacy import repair
from searchsvc.analysis.normalize import clean

_CONTROLS = {code: None for code in (*range(0x20), *range(0x7F, 0xA0)) if code not in (0x09, 0x0A)}
_LINE_BREAKS = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_MANY_BREAKS = re.compile(r"\n{3,}")
_SENTENCE_END = re.compile(r"[.!?…][\"”»)]?\s")
TITLE_CHARS = 300
"""Longest title that is taken from a body without one."""


def unbroken(text: str) -> str:
    r"""Return `text` with every line break as '\n' and lone surrogates replaced (a store refuses them)."""
    whole = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return _LINE_BREAKS.sub("\n", whole)


def tidy(text: str) -> str:
    """Return clean NFC text: legacy letters repaired, no control characters, at most one blank line."""
    cleaned = "\n".join(line.rstrip() for line in clean(repaired(text)).split("\n"))
    return _MANY_BREAKS.sub("\n\n", cleaned).strip()


def repaired(text: str) -> str:
    """Return `text` with legacy letters repaired and control characters gone, spaces as in the source."""
    # Controls go after the repair: in VISCII and VPS some of them are letters (§2.1).
    mended: str = repair(unbroken(text))
    return mended.translate(_CONTROLS)


def clean_lines(text: str) -> list[tuple[str, int]]:
    """Return each line of a repaired `text`, cleaned and stripped, with the width of the blanks before it."""
    raw = text.split("\n")
    cleaned = clean(text).split("\n")
    if len(cleaned) != len(raw):
        cleaned = [clean(line) for line in raw]
    return [(" ".join(line.split()), _indent(source)) for line, source in zip(cleaned, raw, strict=True)]


def _indent(line: str) -> int:
    blank = line[: len(line) - len(line.lstrip())]
    return len(blank) + 7 * blank.count("\t")


def tidy_line(text: str) -> str:
    """Return `tidy(text)` on one line, with single spaces."""
    return " ".join(tidy(text).split())


def title_from(body: str) -> str:
    """Return the first line of a body that has no title of its own, or its first sentence if that is long."""
    line = body.strip().split("\n", 1)[0].strip()
    if len(line) <= TITLE_CHARS:
        return line
    end = _SENTENCE_END.search(line, 0, TITLE_CHARS)
    cut = line[: end.end()] if end else line[:TITLE_CHARS].rsplit(" ", 1)[0]
    return cut.strip()
