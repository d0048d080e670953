"""The rules for portals whose markup is known: where title, date, summary, body, captions and author stand.

The primary entrypoint is `rule_for`. The rules are in data/portals.toml.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from searchsvc.ingest.selectors import xpaths_from

_RULES = Path(__file__).parent / "data" / "portals.toml"


XPaths = tuple[str, ...]
"""Alternatives: the first that finds something counts."""


@dataclass(frozen=True, slots=True)
class PortalRule:
    """The selectors of one portal or content system, as XPaths; empty where it has no such part.

    The rule holds for pages of `domains` and for pages with an element `marker`, if they have a `body`.
    """

    name: str
    domains: tuple[str, ...]
    marker: XPaths
    title: XPaths
    published: XPaths
    summary: XPaths
    body: XPaths
    captions: XPaths
    author: XPaths
    drop: XPaths


@cache
def rules() -> tuple[PortalRule, ...]:
    """Return the rules in their order. Raises ValueError that names the rule with a wrong selector."""
    table = tomllib.loads(_RULES.read_text(encoding="utf-8"))
    return tuple(_rule(name, entry) for name, entry in table.items())


def rule_for(tree: Any, host: str) -> PortalRule | None:
    """Return the first rule that holds for a parsed page of `host`, or None."""
    for rule in rules():
        of_domain = any(host == domain or host.endswith(f".{domain}") for domain in rule.domains)
        marked = any(tree.xpath(path) for path in rule.marker)
        if (of_domain or marked) and any(tree.xpath(path) for path in rule.body):
            return rule
    return None


def _rule(name: str, entry: Mapping[str, Any]) -> PortalRule:
    def selector(key: str) -> XPaths:
        try:
            return xpaths_from(entry[key]) if entry.get(key) else ()
        except ValueError as error:
            raise ValueError(f"{_RULES.name}: [{name}] {key}: {error}") from error

    return PortalRule(
        name=name,
        domains=tuple(entry.get("domains", ())),
        marker=selector("marker"),
        title=selector("title"),
        published=selector("published"),
        summary=selector("summary"),
        body=selector("body"),
        captions=selector("captions"),
        author=selector("author"),
        drop=selector("drop"),
    )
