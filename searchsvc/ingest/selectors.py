"""The small part of CSS that portal rules use → XPath: 'div.content p', '#body', 'li:last-child', 'h1, h2'.

The primary entrypoint is `xpaths_from`.
"""

import re

_SIMPLE = re.compile(
    r"(?P<tag>[a-z][a-z0-9]*|\*)?(?P<marks>(?:[.#][A-Za-z_][\w-]*|\[[a-z][a-z:-]*(?:=[^\]\"']+)?\])*)"
    r"(?P<last>:last-child)?\Z"
)
_MARK = re.compile(r"(?P<kind>[.#])(?P<name>[\w-]+)|\[(?P<attribute>[a-z:-]+)(?:=(?P<value>[^\]]+))?\]")


def xpaths_from(selector: str) -> tuple[str, ...]:
    """Return the XPath of each alternative of `selector`, in order. Raises ValueError for other syntax."""
    return tuple(_path(alternative) for alternative in selector.split(","))


def _path(alternative: str) -> str:
    steps = alternative.split()
    if not steps:
        raise ValueError("empty selector")
    return "." + "".join(_step(step) for step in steps)


def _step(step: str) -> str:
    match = _SIMPLE.match(step)
    if match is None or not step:
        raise ValueError(f"not a selector: {step!r}")
    conditions = "".join(_condition(mark) for mark in _MARK.finditer(match["marks"]))
    last = "[not(following-sibling::*)]" if match["last"] else ""
    return f"//{match['tag'] or '*'}{conditions}{last}"


def _condition(mark: re.Match[str]) -> str:
    if mark["kind"] == ".":
        return f"[contains(concat(' ', normalize-space(@class), ' '), ' {mark['name']} ')]"
    if mark["kind"] == "#":
        return f"[@id='{mark['name']}']"
    return f"[@{mark['attribute']}='{mark['value']}']" if mark["value"] else f"[@{mark['attribute']}]"
