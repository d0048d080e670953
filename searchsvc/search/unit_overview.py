"""The units as the archive shows them: the tree with counts, and what one unit publishes.

The primary entrypoints are `unit_tree` and `unit_overview`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from searchsvc.clauses import Everything
from searchsvc.engines.base import Engine
from searchsvc.errors import NotFound
from searchsvc.extract.units import Registry, Unit
from searchsvc.queries import EngineQuery, FacetName, Filters
from searchsvc.results import FacetCount
from searchsvc.search.citing import MOST_UNITS, Citing, Overview, Place

_MOST_CODES = 15
_LONGEST_NAME = 300


@dataclass(frozen=True, slots=True)
class UnitNode:
    """A unit of the tree, the number of articles of it and all units under it, and its children."""

    unit: Unit
    articles: int
    children: tuple["UnitNode", ...] = ()


@dataclass(frozen=True, slots=True)
class UnitOverview:
    """One unit: where it stands, who was before and after it, and its articles with those of its children.

    `ancestors` go from the root down; `codes` are the documents that it cites most.
    """

    unit: Unit
    ancestors: tuple[Unit, ...]
    children: tuple[UnitNode, ...]
    predecessors: tuple[Unit, ...]
    successor: Unit | None
    overview: Overview
    codes: tuple[FacetCount, ...]


def unit_tree(engine: Engine, registry: Registry) -> tuple[UnitNode, ...]:
    """Return the units without a parent, each with all units under it, in the order of the registry."""
    counts = _counts(engine)
    return tuple(_node(unit, registry, counts) for unit in registry.units if unit.parent is None)


def units_of(counts: Iterable[FacetCount], registry: Registry) -> tuple[UnitNode, ...]:
    """Return the units that have `counts` in their tree, the most frequent first among siblings."""
    by_slug = {count.value: count.count for count in counts}

    def shown(nodes: Iterable[UnitNode]) -> tuple[UnitNode, ...]:
        kept = (replace(node, children=shown(node.children)) for node in nodes if node.articles)
        return tuple(sorted(kept, key=lambda node: -node.articles))

    return shown(_node(unit, registry, by_slug) for unit in registry.units if unit.parent is None)


def unit_named(text: str, registry: Registry) -> Unit:
    """Return the unit with this slug, or the only one with this name. Raises NotFound, naming the closest."""
    unit = registry.get(text) or (registry.find(text) if len(text) <= _LONGEST_NAME else None)
    if unit is not None:
        return unit
    shown = " ".join(text[:60].split())
    near = registry.named(text) or registry.closest(text) if len(text) <= _LONGEST_NAME else ()
    names = ", ".join(f"{each.slug} ({each.name})" for each in near[:3])
    raise NotFound(
        vi=f"Không có đơn vị “{shown}” trong danh mục" + (f"; gần nhất: {names}." if names else "."),
        en=f"No unit “{shown}” in the registry" + (f"; closest: {names}." if names else "."),
    )


def unit_overview(unit: Unit, citing: Citing, registry: Registry, place: Place) -> UnitOverview:
    """Return what the page of `unit` shows. Raises what archive and engine raise."""
    overview = citing.overview(Everything(), Filters(units=(unit.slug,)), place, ())
    counts = {count.value: count.count for count in overview.units}
    above = [registry.get(slug) for slug in registry.path(unit.slug)[:0:-1]]
    return UnitOverview(
        unit=unit,
        ancestors=tuple(each for each in above if each),
        children=tuple(_node(child, registry, counts) for child in registry.children(unit.slug)),
        predecessors=tuple(each for each in registry.units if each.successor == unit.slug),
        successor=registry.get(unit.successor) if unit.successor else None,
        overview=overview,
        codes=overview.codes[:_MOST_CODES],
    )


def _counts(engine: Engine) -> Mapping[str, int]:
    asked = EngineQuery(Everything(), limit=0, facets=(FacetName.UNIT,), facet_limit=MOST_UNITS)
    return {count.value: count.count for count in engine.search(asked).facets[FacetName.UNIT]}


def _node(unit: Unit, registry: Registry, counts: Mapping[str, int]) -> UnitNode:
    children = tuple(_node(child, registry, counts) for child in registry.children(unit.slug))
    return UnitNode(unit, counts.get(unit.slug, 0), children)
