"""The units registry file: TOML that staff edit -> checked units.

The primary entrypoint is `read_units`. Each error names the file, the entry and its line, and says what is
wrong, in both languages.
"""

import re
import tomllib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from searchsvc.errors import RegistryError
from searchsvc.extract.unit_names import MAX_NAME_CHARS, abbreviation_key, name_key

_MAX_BYTES = 4 << 20
_MAX_UNITS = 10_000
_FIRST_YEAR, _LAST_YEAR = 1900, 2100
_SLUG = re.compile(r"[a-z0-9]{1,60}(?:-[a-z0-9]{1,60}){0,30}")
_HEADER = re.compile(r"^\s*\[\[\s*unit\s*\]\]", re.MULTILINE)
_TEXTS = ("slug", "name", "name_en", "parent", "successor")
_LISTS = ("abbreviations", "aliases")
_YEARS = ("since", "until")


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit of the registry. `since` and `until` are years, both included; None is open."""

    slug: str
    name: str
    abbreviations: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    parent: str | None = None
    since: int | None = None
    until: int | None = None
    successor: str | None = None
    name_en: str | None = None

    def is_valid_in(self, year: int) -> bool:
        """Return whether the unit existed in `year`."""
        return (self.since or _FIRST_YEAR) <= year <= (self.until or _LAST_YEAR)


def read_units(path: Path) -> tuple[Unit, ...]:
    """Return the units of the file in its order. Raises RegistryError."""
    text = _text_of(path)
    try:
        document = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise RegistryError(
            vi=f"{path}: tệp TOML viết sai: {error}", en=f"{path}: not valid TOML: {error}"
        ) from error
    tables = document.get("unit")
    if not isinstance(tables, list) or not tables or not all(isinstance(table, dict) for table in tables):
        raise RegistryError(
            vi=f"{path}: không có đơn vị nào; mỗi đơn vị là một bảng [[unit]]",
            en=f"{path}: holds no units; each unit is a [[unit]] table",
        )
    if len(tables) > _MAX_UNITS:
        raise RegistryError(vi=f"{path}: quá {_MAX_UNITS} đơn vị", en=f"{path}: more than {_MAX_UNITS} units")
    lines = [text.count("\n", 0, header.end()) + 1 for header in _HEADER.finditer(text)]
    entries = [_Entry(path, table, lines, index) for index, table in enumerate(tables)]
    units = tuple(entry.unit() for entry in entries)
    _check(units, entries)
    return units


def _text_of(path: Path) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(_MAX_BYTES + 1)
        if len(data) > _MAX_BYTES:
            raise RegistryError(
                vi=f"{path}: tệp danh mục đơn vị quá lớn", en=f"{path}: the units registry is too large"
            )
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise RegistryError(
            vi=f"{path}: không phải UTF-8; hãy lưu lại tệp bằng mã UTF-8",
            en=f"{path}: not UTF-8; save the file again as UTF-8",
        ) from error
    except OSError as error:
        raise RegistryError(
            vi=f"{path}: không đọc được danh mục đơn vị ({error.strerror})",
            en=f"{path}: cannot read the units registry ({error.strerror})",
        ) from error


class _Entry:
    """One [[unit]] table, with its place for error messages."""

    def __init__(self, path: Path, table: dict[str, Any], lines: list[int], index: int) -> None:
        self._table = table
        line = f":{lines[index]}" if index < len(lines) else ""
        slug = table.get("slug")
        shown = slug if isinstance(slug, str) and len(slug) < 100 else f"#{index + 1}"
        self._where = f"{path}{line}: {shown}"

    def error(self, vi: str, en: str) -> RegistryError:
        """Return the error that this entry has."""
        return RegistryError(vi=f"{self._where}: {vi}", en=f"{self._where}: {en}")

    def unit(self) -> Unit:
        unknown = sorted(set(self._table) - {*_TEXTS, *_LISTS, *_YEARS})
        if unknown:
            raise self.error(f"không có mục “{unknown[0]}”", f"there is no field '{unknown[0]}'")
        values: dict[str, Any] = {field: self._text(field) for field in _TEXTS}
        values |= {field: self._list(field) for field in _LISTS}
        values |= {field: self._year(field) for field in _YEARS}
        if not values["slug"] or not _SLUG.fullmatch(values["slug"]):
            raise self.error(
                "slug phải là chữ thường không dấu, nối bằng gạch ngang",
                "the slug must be lower-case ASCII words joined by hyphens",
            )
        if not values["name"]:
            raise self.error("thiếu name (tên đơn vị)", "the name is missing")
        if values["since"] and values["until"] and values["since"] > values["until"]:
            raise self.error("since sau until", "since is later than until")
        if values["successor"] and not values["until"]:
            raise self.error("có successor thì phải có until", "a successor needs the year until")
        return Unit(**values)

    def _text(self, field: str) -> str | None:
        value = self._table.get(field)
        if value is None:
            return None
        if not isinstance(value, str) or not _is_text(value):
            raise self.error(
                f"{field} phải là chữ, dài nhất {MAX_NAME_CHARS} ký tự",
                f"{field} must be a text of at most {MAX_NAME_CHARS} characters",
            )
        return value.strip()

    def _list(self, field: str) -> tuple[str, ...]:
        value = self._table.get(field, [])
        texts = value if isinstance(value, list) else [None]
        if not all(_is_text(text) for text in texts):
            raise self.error(
                f'{field} phải là danh sách chữ: ["…", "…"]', f'{field} must be a list of texts: ["…", "…"]'
            )
        return tuple(text.strip() for text in value)

    def _year(self, field: str) -> int | None:
        value = self._table.get(field)
        if value is None:
            return None
        if type(value) is not int or not _FIRST_YEAR <= value <= _LAST_YEAR:
            raise self.error(
                f"{field} phải là một năm từ {_FIRST_YEAR} đến {_LAST_YEAR}",
                f"{field} must be a year from {_FIRST_YEAR} to {_LAST_YEAR}",
            )
        return value


def _is_text(value: object) -> bool:
    return isinstance(value, str) and len(value) <= MAX_NAME_CHARS and any(map(str.isalnum, value))


def _check(units: tuple[Unit, ...], entries: list[_Entry]) -> None:
    """Raise RegistryError for the first entry that contradicts another one."""
    by_slug: dict[str, Unit] = {}
    for unit, entry in zip(units, entries, strict=True):
        if unit.slug in by_slug:
            raise entry.error("slug này đã có ở trên", "this slug is there already")
        by_slug[unit.slug] = unit
    for unit, entry in zip(units, entries, strict=True):
        for field in ("parent", "successor"):
            _check_link(unit, field, by_slug, entry)
    for unit, entry in zip(units, entries, strict=True):
        _check_loop(unit, by_slug, entry)
    _check_names(units, entries, by_slug)


def _check_link(unit: Unit, field: str, by_slug: dict[str, Unit], entry: _Entry) -> None:
    other = getattr(unit, field)
    if other is not None and other not in by_slug:
        raise entry.error(f"{field} “{other}” không có trong danh mục", f"unknown {field} '{other}'")


def _check_loop(unit: Unit, by_slug: dict[str, Unit], entry: _Entry) -> None:
    for field in ("parent", "successor"):
        seen, at = {unit.slug}, getattr(unit, field)
        while at is not None:
            if at in seen:
                raise entry.error(f"{field} đi thành vòng tròn", f"the chain of {field} is a cycle")
            seen.add(at)
            at = getattr(by_slug[at], field)


def _check_names(units: tuple[Unit, ...], entries: list[_Entry], by_slug: dict[str, Unit]) -> None:
    """A full name names one unit; aliases and abbreviations one unit under each parent."""
    kinds: tuple[Callable[[Unit], Iterable[tuple[object, str]]], ...] = (
        lambda unit: [(name_key(unit.name), unit.name)],
        lambda unit: [((unit.parent, name_key(text)), text) for text in (unit.name, *unit.aliases)],
        lambda unit: [((unit.parent, abbreviation_key(text)), text) for text in unit.abbreviations],
    )
    for keys_of in kinds:
        owners: dict[object, list[Unit]] = {}
        for unit, entry in zip(units, entries, strict=True):
            for key, text in keys_of(unit):
                others = owners.setdefault(key, [])
                clash = next((other for other in others if _conflict(unit, other, by_slug)), None)
                if clash is not None:
                    raise entry.error(
                        f"“{text}” đã là tên của {clash.slug}", f"'{text}' is already a name of {clash.slug}"
                    )
                if unit not in others:
                    others.append(unit)


def _conflict(unit: Unit, other: Unit, by_slug: dict[str, Unit]) -> bool:
    """Return whether the two cannot share a name: they exist together and neither succeeds the other."""
    if unit is other or _succeeds(unit, other, by_slug) or _succeeds(other, unit, by_slug):
        return False
    since = max(unit.since or _FIRST_YEAR, other.since or _FIRST_YEAR)
    return since <= min(unit.until or _LAST_YEAR, other.until or _LAST_YEAR)


def _succeeds(unit: Unit, earlier: Unit, by_slug: dict[str, Unit]) -> bool:
    at = earlier.successor
    while at is not None and at != unit.slug:
        at = by_slug[at].successor
    return at is not None
