"""An element of a parsed page → its lines of text: one for each paragraph, list item, table row.

The primary entrypoint is `lines_of`. It reads HTML and the extraction library's own tree alike.
"""

import re
from itertools import pairwise
from typing import Any

from searchsvc.ingest.wording import clean_lines, repaired

# fmt: off
_BREAKS = frozenset(
    {
        "address", "article", "aside", "blockquote", "br", "caption", "center", "dd", "div", "dl",
        "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5",
        "h6", "header", "hr", "li", "main", "ol", "p", "pre", "section", "table", "tbody", "td",
        "tfoot", "th", "thead", "tr", "ul", "head", "item", "lb", "list", "quote", "row", "cell",
    }
)
# fmt: on
_CELLS = frozenset({"td", "th", "cell"})
_ROWS = frozenset({"tr", "row"})
# fmt: off
_SKIPPED = frozenset(
    {
        "script", "style", "noscript", "template", "iframe", "object", "embed", "svg", "math",
        "button", "select", "option", "textarea", "input", "nav",
    }
)
# fmt: on
_SPACES = re.compile(r"[ \t\r\n\f\v]+")
_RIGHT = re.compile(r"text-align\s*:\s*right", re.IGNORECASE)
_RIGHT_PADDING = "\u00a0" * 40
_ROW_CHARS = 600


def lines_of(element: Any) -> list[tuple[str, int]]:
    """Return the cleaned lines below `element` with the width of the blanks before each.

    A line aligned to the right counts as padded. A table row of two cells
    becomes 'label: value', one of more cells 'a | b | c'.
    """
    text = repaired("\n".join(_raw_lines(element)))
    return [(line, padding) for line, padding in clean_lines(text) if line]


def text_of(element: Any) -> str:
    """Return the text below `element` on one line."""
    return " ".join(line for line, _ in lines_of(element))


class _Lines:
    """The lines found so far, the line being read, and the rows and cells that are open."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self.pending: list[str] = []
        self.rows: list[tuple[int, list[int]]] = []

    def finish(self, prefix: str = "") -> None:
        line = _SPACES.sub(" ", "".join(self.pending))
        self.pending.clear()
        if line.strip():
            self.found.append(prefix + line)

    def open(self, tag: str) -> None:
        if tag in _BREAKS:
            self.finish()
        if tag in _ROWS:
            self.rows.append((len(self.found), []))

    def close(self, tag: str, prefix: str) -> None:
        if tag in _BREAKS:
            self.finish(prefix)
        if tag in _CELLS and self.rows:
            self.rows[-1][1].append(len(self.found))
        elif tag in _ROWS and self.rows:
            self._join_cells(*self.rows.pop())

    def _join_cells(self, start: int, ends: list[int]) -> None:
        # A row of long cells is layout: old portals put the whole article into a table.
        if sum(map(len, self.found[start:])) > _ROW_CHARS:
            return
        bounds = pairwise([start, *ends])
        cells = [text for first, last in bounds if (text := " ".join(self.found[first:last]).strip())]
        if len(cells) > 1:
            self.found[start:] = [": ".join(cells) if len(cells) == 2 else " | ".join(cells)]


def _raw_lines(element: Any) -> list[str]:
    from lxml import etree

    lines = _Lines()
    walker = etree.iterwalk(element, events=("start", "end"))
    for event, node in walker:
        tag = node.tag if isinstance(node.tag, str) else ""
        if event == "start" and (not tag or tag in _SKIPPED):
            walker.skip_subtree()
        elif event == "start":
            lines.open(tag)
            lines.pending.append(node.text or "")
        else:
            lines.close(tag, _RIGHT_PADDING if _is_right(node) else "")
            if node is not element:
                lines.pending.append(node.tail or "")
    lines.finish()
    return lines.found


def _is_right(node: Any) -> bool:
    if (node.get("align") or "").lower() == "right" or "text-right" in (node.get("class") or ""):
        return True
    return _RIGHT.search((node.get("style") or "")[:500]) is not None
