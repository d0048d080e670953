"""Exports and backups that were altered: read as `import` and `restore` do, or refused with nothing kept.

The primary entrypoint is `targets`.
"""

import hashlib
import io
import json
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from benchmarks.fuzzing import texts
from benchmarks.fuzzing.running import Finding, Target
from searchsvc.archive.backup import read_backup
from searchsvc.archive.checking import archive_damage
from searchsvc.archive.store import Archive
from searchsvc.archive.transfer import import_archive
from searchsvc.errors import ArchiveError, UnreadableSource

CONTAINER_S = 3.0
_EDITS = 3


class Containers:
    """Reads altered exports and backups into a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file = folder / "altered"
        self._number = 0
        self._archive = self._empty()

    def _empty(self) -> Archive:
        self._number += 1
        return Archive.open(f"sqlite:///{self._folder / f'{self._number}.db'}", create=True)

    def attempt_export(self, content: bytes) -> str:
        """Import an export into an empty archive. Raises Finding unless it is refused whole or read whole."""
        self._file.write_bytes(content)
        try:
            import_archive(self._archive, self._file)
        except UnreadableSource:
            if self._archive.counts().articles or self._archive.latest_change():
                raise Finding("an export that was refused left something behind") from None
            return "refused"
        damage = archive_damage(self._archive.database)
        self._archive.close()
        (self._folder / f"{self._number}.db").unlink()
        self._archive = self._empty()
        # What extraction found, what sources are known by and the bytes of refused items are taken as an
        # export says, so that one of a damaged archive still saves the rest; check finds them.
        if {each.kind for each in damage} - {"findings", "identities", "refused"}:
            raise Finding(f"what was imported is not whole: {damage[0]}")
        return "read, and check finds it" if damage else "read"

    def attempt_backup(self, content: bytes) -> str:
        """Unpack a backup. Raises Finding unless it is refused, or is whole and in its own place only."""
        self._file.write_bytes(content)
        before = _names(self._folder)
        with tempfile.TemporaryDirectory(dir=self._folder) as place:
            try:
                _, part, extras = read_backup(self._file, Path(place))
            except ArchiveError:
                if list(Path(place).iterdir()):
                    raise Finding("a backup that was refused left something behind") from None
                return "refused"
            if (
                part.parent != Path(place)
                or len(list(Path(place).iterdir())) != 1
                or sum(map(len, extras.values())) > 64 << 20
            ):
                raise Finding("a backup was unpacked beyond its place or bounds")
        if _names(self._folder) != before:
            raise Finding("a backup wrote beside its place")
        return "read"

    def close(self) -> None:
        """Close the archive."""
        self._archive.close()


def _names(folder: Path) -> set[str]:
    return {path.name for path in (*folder.iterdir(), *folder.parent.iterdir())}


def exports(export: bytes) -> st.SearchStrategy[bytes]:
    """Return `export` with lines and values altered; of most the last line's checksum is made to fit."""
    lines = export.splitlines(keepends=True)[:-1]
    trailer = json.loads(export.splitlines()[-1])
    edits = st.lists(st.tuples(st.integers(0, len(lines) - 1), _edit()), min_size=1, max_size=_EDITS)

    def altered(chosen: list[tuple[int, Callable[[bytes], bytes]]], end: bool, fitting: bool) -> bytes:
        changed = list(lines)
        for place, edit in chosen:
            changed[place] = edit(changed[place])
        body = b"".join(changed)
        digest = hashlib.sha256(body).hexdigest() if fitting else trailer["sha256"]
        return body + (
            json.dumps({**trailer, "sha256": digest}, separators=(",", ":")).encode() + b"\n" if end else b""
        )

    return st.builds(
        altered, edits, st.sampled_from((True, True, True, False)), st.sampled_from((True, True, True, False))
    )


def _edit() -> st.SearchStrategy[Callable[[bytes], bytes]]:
    """Return ways to alter one line."""
    anything: st.SearchStrategy[Any] = st.one_of(
        texts.queries(),
        st.none(),
        st.integers(-3, 1 << 70),
        st.floats(),
        st.lists(st.integers(), max_size=2),
        st.just({}),
        st.booleans(),
    )
    return st.one_of(
        st.builds(lambda value, at: lambda line: _with_value(line, value, at), anything, st.integers(0, 200)),
        st.builds(lambda value, at: lambda line: _with_value(line, value, at), anything, st.integers(0, 200)),
        st.builds(
            lambda place, more: (
                lambda line: line[: place % len(line or b"x")] + more + line[place % len(line or b"x") :]
            ),
            st.integers(0, 4000),
            texts.raw(8),
        ),
        st.just(lambda line: b""),
        st.just(lambda line: line + line),
        st.builds(lambda size: lambda line: line[:size], st.integers(0, 300)),
        st.just(lambda line: line.rstrip(b"\n") + b" " * 3000 + b"\n"),
        st.just(lambda line: b"[" * 3000 + line),
    )


def _with_value(line: bytes, value: Any, at: int) -> bytes:
    """Return a JSON line with one of its values, however deep, replaced."""
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return line
    places: list[tuple[Any, Any]] = []

    def walk(node: Any) -> None:
        for key in node if isinstance(node, dict) else range(len(node)) if isinstance(node, list) else ():
            places.append((node, key))
            walk(node[key])

    walk(found)
    if not places:
        return line
    node, key = places[at % len(places)]
    node[key] = value
    return json.dumps(found, separators=(",", ":")).encode() + b"\n"


def backups(backup: bytes) -> st.SearchStrategy[bytes]:
    """Return `backup` with bytes, entries or the manifest altered; hashes may be made to fit."""
    with zipfile.ZipFile(io.BytesIO(backup)) as packed:
        database, manifest = packed.read("archive.db"), json.loads(packed.read("manifest.json"))
    bits = st.builds(
        lambda places: bytes(
            byte ^ (1 << places.get(index, 8) if index in places else 0) for index, byte in enumerate(backup)
        ),
        st.dictionaries(st.integers(0, len(backup) - 1), st.integers(0, 7), min_size=1, max_size=3),
    )
    cut = st.integers(0, len(backup)).map(lambda size: backup[:size])
    names = st.sampled_from(
        (
            "units.toml",
            "../units.toml",
            "/etc/x",
            "..",
            "",
            "a" * 300,
            "archive.db",
            "manifest.json",
            "\\x",
            "synonyms.toml/../../y",
        )
    )
    extras = st.dictionaries(names, st.binary(max_size=50) | st.just(b"0" * 5_000_000), max_size=3)
    page = st.integers(0, len(database) // 4096 - 1)

    def packed_again(
        more: dict[str, bytes], hurt: int | None, size: int | None, edit: Callable[[bytes], bytes]
    ) -> bytes:
        content = (
            database
            if hurt is None
            else database[: hurt * 4096] + b"\xa5" * 4096 + database[(hurt + 1) * 4096 :]
        )
        files = {
            "archive.db": content,
            **{name: data for name, data in more.items() if name != "manifest.json"},
        }
        facts = {
            name: {"size": len(data), "sha256": hashlib.sha256(data).hexdigest()}
            for name, data in files.items()
        }
        if size is not None:
            facts["archive.db"]["size"] = size
        told = edit(json.dumps({**manifest, "files": facts}).encode())
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as written:
            for name, data in files.items():
                written.writestr(name or "x", data)
            written.writestr("manifest.json", told)
        return out.getvalue()

    sizes = st.none() | st.sampled_from((0, 1, 1 << 62, -1))
    return st.one_of(
        bits,
        cut,
        texts.raw(300),
        st.builds(packed_again, extras, st.none() | page, sizes, st.just(lambda line: line) | _edit()),
    )


def targets(export: Path, backup: Path, folder: Path) -> list[Target]:
    """Return what is tried of an export and of a backup that the service made; `folder` is written to."""
    containers = Containers(folder)
    return [
        Target("exports", exports(export.read_bytes()), containers.attempt_export, CONTAINER_S),
        Target("backups", backups(backup.read_bytes()), containers.attempt_backup, CONTAINER_S),
    ]
