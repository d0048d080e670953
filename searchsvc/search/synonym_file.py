"""The synonyms file: TOML that staff edit -> checked entries.

The primary entrypoint is `read_entries`. Each error names the file, the entry and its line, and says what is
wrong, in both languages.
"""

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from searchsvc.errors import ServiceError

MAX_READINGS = 4
"""Meanings of one abbreviation, and readings of one word of a query."""
_MAX_BYTES = 1 << 20
_MAX_ENTRIES = 5_000
_MAX_WORDS = 8
_MAX_CHARS = 100
_HEADER = re.compile(r"^\s*\[\[\s*(abbreviation|synonym)\s*\]\]", re.MULTILINE)
_FIELDS = {"abbreviation": {"short", "names", "both"}, "synonym": {"words", "one_way"}}


class SynonymsError(ServiceError):
    """The synonyms file cannot be read; the message names the entry and the line."""


@dataclass(frozen=True, slots=True)
class Entry:
    """`words` lead to `others`; where `both`, the others lead to the words too."""

    kind: Literal["abbreviation", "synonym"]
    words: tuple[str, ...]
    others: tuple[str, ...]
    both: bool


def read_entries(path: Path) -> tuple[Entry, ...]:
    """Return the entries of the file in its order. Raises SynonymsError."""
    text = _text_of(path)
    try:
        document = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise SynonymsError(
            vi=f"{path}: tệp TOML viết sai: {error}", en=f"{path}: not valid TOML: {error}"
        ) from error
    unknown = sorted(set(document) - set(_FIELDS))
    if unknown:
        raise SynonymsError(
            vi=f"{path}: không có mục “{unknown[0]}”", en=f"{path}: no section '{unknown[0]}'"
        )
    lines: dict[str, list[int]] = {kind: [] for kind in _FIELDS}
    for header in _HEADER.finditer(text):
        lines[header[1]].append(text.count("\n", 0, header.end()) + 1)
    entries = []
    for kind in _FIELDS:
        tables = document.get(kind, [])
        if not isinstance(tables, list) or len(tables) > _MAX_ENTRIES:
            raise _wrong(str(path), f"tối đa {_MAX_ENTRIES} mục", f"at most {_MAX_ENTRIES} entries")
        for index, table in enumerate(tables):
            line = f":{lines[kind][index]}" if index < len(lines[kind]) else ""
            entries.append(_entry(kind, table, f"{path}{line}: [[{kind}]]"))
    return tuple(entries)


def _text_of(path: Path) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(_MAX_BYTES + 1)
        if len(data) > _MAX_BYTES:
            raise _wrong(str(path), "tệp quá lớn", "the file is too large")
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise _wrong(str(path), "không phải UTF-8; hãy lưu lại", "not UTF-8; save it again") from error
    except OSError as error:
        raise _wrong(
            str(path), f"không đọc được ({error.strerror})", f"cannot be read ({error.strerror})"
        ) from error


def _wrong(where: str, vi: str, en: str) -> SynonymsError:
    return SynonymsError(vi=f"{where}: {vi}", en=f"{where}: {en}")


def _entry(kind: str, table: Any, where: str) -> Entry:
    if not isinstance(table, dict):
        raise _wrong(where, "phải là một bảng", "must be a table")
    unknown = sorted(set(table) - _FIELDS[kind])
    if unknown:
        raise _wrong(where, f"không có mục “{unknown[0]}”", f"there is no field '{unknown[0]}'")
    if kind == "synonym":
        words = _texts(table, "words", where)
        if len(words) < 2:
            raise _wrong(where, "words phải có ít nhất hai cách gọi", "words needs two or more")
        one_way = _flag(table, "one_way", where)
        return Entry("synonym", words[:1] if one_way else words, words[1:] if one_way else (), not one_way)
    short, names = _texts(table, "short", where), _texts(table, "names", where)
    if len(names) > MAX_READINGS:
        raise _wrong(where, f"names: tối đa {MAX_READINGS} nghĩa", f"names: at most {MAX_READINGS}")
    return Entry("abbreviation", short, names, _flag(table, "both", where))


def _texts(table: dict[str, Any], field: str, where: str) -> tuple[str, ...]:
    value = table.get(field)
    texts = [value] if isinstance(value, str) else value
    if not isinstance(texts, list) or not 1 <= len(texts) <= _MAX_WORDS or not all(map(_is_text, texts)):
        raise _wrong(
            where,
            f"{field} phải là chữ hoặc danh sách 1 đến {_MAX_WORDS} chữ, mỗi chữ dài nhất {_MAX_CHARS} ký tự",
            f"{field} must be a text or a list of 1 to {_MAX_WORDS} texts of at most {_MAX_CHARS} characters",
        )
    return tuple(" ".join(text.split()) for text in texts)


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= _MAX_CHARS and any(char.isalnum() for char in value)


def _flag(table: dict[str, Any], field: str, where: str) -> bool:
    value = table.get(field, False)
    if not isinstance(value, bool):
        raise _wrong(where, f"{field} phải là true hoặc false", f"{field} must be true or false")
    return value
