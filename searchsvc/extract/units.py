"""Units: the registry of the bodies that publish, and their mentions in a text.

The primary entrypoints are `Registry.load` and `find_units`. Names compare without case and without regard
to where the tone mark stands; a name that several units share ('Ban Tuyên giáo', 'BTG') is decided by the
committee it stands under and by the year.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass
from datetime import date
from difflib import get_close_matches
from pathlib import Path

from searchsvc.analysis.fold import fold
from searchsvc.extract.unit_file import Unit, read_units
from searchsvc.extract.unit_names import NameFinder, abbreviation_key, name_key

__all__ = ["Registry", "Unit", "UnitMention", "find_units"]

DEFAULT_FILE = Path(__file__).parent / "data" / "units.toml"
_MAX_CLOSEST = 3


@dataclass(frozen=True, slots=True)
class UnitMention:
    """A unit named in a text: `raw` is `text[start:end]`."""

    start: int
    end: int
    raw: str
    slug: str


class Registry:
    """The units, their names and their tree; never changes once made."""

    def __init__(self, units: Sequence[Unit]) -> None:
        self.units: tuple[Unit, ...] = tuple(units)
        self._by_slug = {unit.slug: unit for unit in self.units}
        self._children: dict[str, list[Unit]] = {}
        for unit in self.units:
            if unit.parent:
                self._children.setdefault(unit.parent, []).append(unit)
        self._names = _index((name_key(name), unit) for unit in self.units for name in _names_of(unit))
        self._abbreviations = _index(
            (abbreviation_key(short), unit) for unit in self.units for short in unit.abbreviations
        )
        self._folded = _folded(self._names)
        self._folded_abbreviations = _folded(self._abbreviations)
        self.finder = NameFinder(self._names, self._abbreviations)
        self.fingerprint = _fingerprint(self.units)
        """16 hexadecimal digits that change whenever any unit changes; comments in the file do not count."""

    @classmethod
    def load(cls, path: Path | None = None) -> "Registry":
        """Return the registry of the file at `path`, or of the one that ships. Raises RegistryError."""
        return cls(read_units(path or DEFAULT_FILE))

    def get(self, slug: str) -> Unit | None:
        """Return the unit with this slug."""
        return self._by_slug.get(slug)

    def children(self, slug: str) -> tuple[Unit, ...]:
        """Return the units directly under `slug`, in the order of the file."""
        return tuple(self._children.get(slug, ()))

    def path(self, slug: str) -> tuple[str, ...]:
        """Return `slug` and then its ancestors up to the root; () for an unknown slug."""
        path: list[str] = []
        unit = self._by_slug.get(slug)
        while unit is not None:
            path.append(unit.slug)
            unit = self._by_slug.get(unit.parent) if unit.parent else None
        return tuple(path)

    def descendants(self, slug: str) -> frozenset[str]:
        """Return `slug` and all slugs under it; empty for an unknown slug."""
        found: set[str] = set()
        waiting = [slug] if slug in self._by_slug else []
        while waiting:
            at = waiting.pop()
            found.add(at)
            waiting += [child.slug for child in self.children(at)]
        return frozenset(found)

    def named(self, name: str) -> tuple[Unit, ...]:
        """Return all units that `name` may mean: by name, abbreviation, or either without diacritics.

        The first of these that gives any unit decides; a full name is not shared with other units' aliases.
        """
        key, short = name_key(name), abbreviation_key(name)
        for index, wanted in (
            (self._names, key),
            (self._abbreviations, short),
            (self._folded, fold(key)),
            (self._folded_abbreviations, fold(short)),
        ):
            units = index.get(wanted)
            if units:
                full = tuple(unit for unit in units if name_key(unit.name) == key)
                return full or units
        return ()

    def find(self, name: str, *, within: str | None = None, on: date | None = None) -> Unit | None:
        """Return the unit that `name` (a slug, name, alias or abbreviation) means; None if none or unclear.

        `within` is the slug of the committee in whose text the name stands: 'BTG' within 'dang-uy-khoi' is
        that committee's board. `on` is the day of the text: a unit that had ended by then gives way to the
        successor that shares the name; without a day the latest of them is meant.
        """
        slugged = self._by_slug.get(name.strip().lower())
        return slugged or self.choose(self.named(name), within=within, on=on)

    def choose(
        self, candidates: Iterable[Unit], *, within: str | None = None, on: date | None = None
    ) -> Unit | None:
        """Return the one of `candidates`, units that share a name, that is meant; None if unclear."""
        units = tuple(candidates)
        if on is not None:
            units = tuple(unit for unit in units if unit.is_valid_in(on.year)) or units
        if within is not None:
            units = self._nearest(units, within)
        if len(units) > 1:
            units = self._one_of_succession(units, on)
        return units[0] if len(units) == 1 else None

    def _nearest(self, units: tuple[Unit, ...], within: str) -> tuple[Unit, ...]:
        """Return those of `units` under `within`, else under its parent, and so on; the highest of them."""
        for committee in self.path(within):
            depths = {
                unit: self.path(unit.slug).index(committee)
                for unit in units
                if committee in self.path(unit.slug)
            }
            if depths:
                return tuple(unit for unit, depth in depths.items() if depth == min(depths.values()))
        return units

    def _one_of_succession(self, units: tuple[Unit, ...], on: date | None) -> tuple[Unit, ...]:
        """Return `units` without those that others of them succeed; in a year of both, the earlier stay."""
        slugs = {unit.slug for unit in units}
        both_exist = on is not None and all(unit.is_valid_in(on.year) for unit in units)
        earlier = [unit for unit in units if slugs & set(self._successors(unit))]
        if both_exist:
            later = {slug for unit in earlier for slug in self._successors(unit)}
            return tuple(unit for unit in units if unit.slug not in later)
        return tuple(unit for unit in units if unit not in earlier)

    def _successors(self, unit: Unit) -> list[str]:
        slugs: list[str] = []
        while unit.successor and unit.successor not in slugs:
            slugs.append(unit.successor)
            unit = self._by_slug[unit.successor]
        return slugs

    def closest(self, name: str) -> list[Unit]:
        """Return up to three units with a name or slug spelled much like `name`, for error messages."""
        wanted = fold(name_key(name))
        spellings = {**self._folded_abbreviations, **self._folded}
        spellings |= {unit.slug: (unit,) for unit in self.units}
        found: dict[str, Unit] = {}
        for match in get_close_matches(wanted, spellings, n=_MAX_CLOSEST * 3, cutoff=0.6):
            for unit in spellings[match]:
                found.setdefault(unit.slug, unit)
        return list(found.values())[:_MAX_CLOSEST]

    def candidates(self, key: str, *, abbreviated: bool) -> tuple[Unit, ...]:
        """Return the units that a name found by `finder` may mean."""
        return (self._abbreviations if abbreviated else self._names).get(key, ())


def find_units(text: str, registry: Registry, on: date | None = None) -> list[UnitMention]:
    """Return the units that cleaned `text` names, in order, none overlapping, the longest name at each place.

    'Ban Tuyên giáo Đảng ủy Khối' is the board, not 'Đảng ủy Khối'. A name that several units share and
    that nothing beside it decides is left out. `on` is the day of the text.
    """
    mentions = []
    for found in registry.finder.find(text):
        unit = registry.choose(registry.candidates(found.key, abbreviated=found.abbreviated), on=on)
        if unit is not None:
            raw = text[found.start : found.end]
            mentions.append(UnitMention(found.start, found.end, raw, unit.slug))
    return mentions


def _names_of(unit: Unit) -> tuple[str, ...]:
    return (unit.name, *unit.aliases)


def _index(pairs: Iterable[tuple[str, Unit]]) -> dict[str, tuple[Unit, ...]]:
    index: dict[str, dict[str, Unit]] = {}
    for key, unit in pairs:
        index.setdefault(key, {})[unit.slug] = unit
    return {key: tuple(units.values()) for key, units in index.items()}


def _folded(index: dict[str, tuple[Unit, ...]]) -> dict[str, tuple[Unit, ...]]:
    return _index((fold(key), unit) for key, units in index.items() for unit in units)


def _fingerprint(units: tuple[Unit, ...]) -> str:
    content = repr([astuple(unit) for unit in sorted(units, key=lambda unit: unit.slug)])
    return hashlib.sha256(content.encode()).hexdigest()[:16]
