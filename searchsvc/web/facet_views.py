"""Facets as the pages show them: units as a tree, codes as a list to look through, collections as a list.

The primary entrypoints are `unit_tree`, `code_list` and `collection_links`.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from searchsvc.analysis.fold import fold
from searchsvc.extract.units import Registry
from searchsvc.queries import FacetName, SearchQuery
from searchsvc.results import LabelledCount, ResultPage
from searchsvc.web.links import Link, narrowed_addresses

SHOWN_CODES = 8
"""Codes that are seen at once; the rest opens on request."""
MOST_CODES = 14
"""Codes in a page: with more it would be heavy on an old phone; the field finds all others."""
MOST_UNITS = 30
MAX_TYPED = 60


@dataclass(frozen=True, slots=True)
class UnitNode:
    """One unit with those under it; `is_open` where a chosen one is among these."""

    link: Link
    children: tuple["UnitNode", ...]
    is_open: bool


@dataclass(frozen=True, slots=True)
class CodeList:
    """Codes with counts: what is seen at once (chosen first) and the rest.

    `typed` is what the list is narrowed to; `total` how many codes there are, of which some may be left out.
    """

    first: tuple[Link, ...]
    rest: tuple[Link, ...]
    typed: str
    total: int

    @property
    def left_out(self) -> int:
        return self.total - len(self.first) - len(self.rest)


def unit_tree(page: ResultPage, registry: Registry) -> tuple[UnitNode, ...]:
    """Return the units of the results under their parents, the most frequent first among siblings."""
    counts = page.facets.get(FacetName.UNIT, ())[:MOST_UNITS]
    shown = {count.value for count in counts}
    under: dict[str | None, list[LabelledCount]] = {}
    for count in counts:
        ancestors = registry.path(count.value)[1:]
        under.setdefault(next((slug for slug in ancestors if slug in shown), None), []).append(count)

    def nodes(parent: str | None) -> tuple[UnitNode, ...]:
        return tuple(node(count) for count in under.get(parent, ()))

    def node(count: LabelledCount) -> UnitNode:
        children = nodes(count.value)
        is_open = any(child.link.chosen or child.is_open for child in children)
        return UnitNode(link(count), children, is_open)

    link = _linking(page.query, FacetName.UNIT, page.query.filters.units)
    roots = nodes(None)
    # One unit that every result has narrows nothing.
    return roots if len(counts) > 1 or page.query.filters.units else ()


def code_list(page: ResultPage, typed: str) -> CodeList:
    """Return the codes of the results that have all pieces of `typed`: 'nq tw' finds 35-NQ/TW."""
    typed = " ".join(typed.split())[:MAX_TYPED]
    wanted = _matching(typed)
    chosen = page.query.filters.codes
    found = [count for count in page.facets.get(FacetName.CODE, ()) if wanted(count.value)]
    found.sort(key=lambda count: count.value not in chosen)
    links = list(map(_linking(page.query, FacetName.CODE, chosen), found[:MOST_CODES]))
    return CodeList(tuple(links[:SHOWN_CODES]), tuple(links[SHOWN_CODES:]), typed, len(found))


def _matching(typed: str) -> Callable[[str], bool]:
    pieces = re.findall(r"[a-z0-9]+", fold(typed))

    def matches(code: str) -> bool:
        compact = re.sub(r"[^a-z0-9]", "", fold(code))
        return all(piece in compact for piece in pieces)

    return matches


def collection_links(page: ResultPage) -> tuple[Link, ...]:
    """Return the collections; none where all results are of one and none is chosen."""
    counts = page.facets.get(FacetName.COLLECTION, ())
    chosen = page.query.filters.collections
    if len(counts) < 2 and not chosen:
        return ()
    return tuple(map(_linking(page.query, FacetName.COLLECTION, chosen), counts))


def _linking(query: SearchQuery, facet: FacetName, chosen: Sequence[str]) -> Callable[[LabelledCount], Link]:
    """Return what makes the link of one value of `facet`."""
    address = narrowed_addresses(query, facet)
    return lambda count: Link(count.label, address(count.value), count.count, chosen=count.value in chosen)
