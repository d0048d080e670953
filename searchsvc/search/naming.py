"""Names of units in a query, offered as a filter. The primary entrypoint is `UnitFinder`."""

from dataclasses import dataclass

from searchsvc.analysis.fold import fold
from searchsvc.extract.unit_names import NameFinder, name_key
from searchsvc.extract.units import Registry, Unit

MAX_UNITS = 4
_MAX_NAMED = 4


@dataclass(frozen=True, slots=True)
class UnitNamed:
    """A stretch of the query that names a unit, or one of several."""

    start: int
    end: int
    units: tuple[Unit, ...]


class UnitFinder:
    """Finds the units of a registry in queries, typed with or without diacritics."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._folded: dict[str, dict[str, Unit]] = {}
        for unit in registry.units:
            for name in (unit.name, *unit.aliases):
                self._folded.setdefault(fold(name_key(name)), {})[unit.slug] = unit
        self._finder = NameFinder(self._folded, {})

    def find(self, text: str) -> list[UnitNamed]:
        """Return the units that a cleaned query names, in order, the longest name at each place.

        A name that more than `MAX_UNITS` share says too little. The first few different names are enough.
        """
        if fold(text) == text.lower() and text != text.upper():
            found = [
                (name.start, name.end, tuple(self._folded[name.key].values()))
                for name in self._finder.find(fold(text))
            ]
        else:
            found = [
                (name.start, name.end, self._registry.candidates(name.key, abbreviated=name.abbreviated))
                for name in self._registry.finder.find(text)
            ]
        named: dict[tuple[Unit, ...], UnitNamed] = {}
        for start, end, candidates in found:
            if len(named) == _MAX_NAMED:
                break
            chosen = self._registry.choose(candidates)
            units = (chosen,) if chosen else candidates
            if 0 < len(units) <= MAX_UNITS:
                named.setdefault(units, UnitNamed(start, end, units))
        return list(named.values())
