"""The manifest of a generation: size and sha256 of each of its files, as they were written.

The primary entrypoints are `write_manifest`, `check` and `damaged_files`. The pointer names the sha256 of the
manifest, so a chain of checksums leads from the pointer to every byte. It finds damage; who may write the
folder can write the pointer too. Whoosh unpickles some of its files: those are read through before they are
opened, of the others opening looks at the size alone and `searchsvc check` at everything.
"""

import hashlib
import json
import mmap
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

_HOLD_PICKLES = (".toc",)
"""Ends of the names of files that hold pickles: the list of segments."""

_CHUNK_BYTES = 16 << 20
"""Read at once: between two reads a thread waits until another lets go of the interpreter, for 5 ms."""

_MOST_BYTES = 16 * 1024 * 1024


class FileFacts(NamedTuple):
    """Size in bytes and sha256 (hex) of one file."""

    size: int
    sha256: str


Manifest = dict[str, FileFacts]


def manifest_name(update: int) -> str:
    """Return the name of the manifest that belongs to the update `update` of a generation."""
    return f"manifest-{update}.json"


def write_manifest(folder: Path, update: int, names: Iterable[str], known: Manifest) -> str:
    """Write, durably, the manifest of the files `names` of `folder`; return its sha256.

    Files never change once written, so those in `known` are not read again. Raises OSError.
    """
    files = {name: known.get(name) or _facts(folder / name) for name in sorted(names)}
    content = json.dumps({"files": files}, separators=(",", ":")).encode()
    with (folder / manifest_name(update)).open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return hashlib.sha256(content).hexdigest()


def read_manifest(folder: Path, update: int, sha256: str) -> Manifest:
    """Return the manifest whose checksum is `sha256`. Raises OSError, or ValueError if it is another."""
    path = folder / manifest_name(update)
    with path.open("rb") as file:
        content = file.read(_MOST_BYTES + 1)
    if hashlib.sha256(content).hexdigest() != sha256:
        raise ValueError(f"{path.name}: the checksum differs")
    files: Any = json.loads(content)["files"]
    return {str(name): FileFacts(int(facts[0]), str(facts[1])) for name, facts in files.items()}


def check(folder: Path, manifest: Manifest) -> None:
    """Raise ValueError or OSError unless files have their size, and those with pickles their content."""
    for name, facts in manifest.items():
        size = (folder / name).stat().st_size
        if size != facts.size:
            raise ValueError(f"{name}: {size} bytes where {facts.size} belong")
        if name.endswith(_HOLD_PICKLES) and _facts(folder / name) != facts:
            raise ValueError(f"{name}: the checksum differs")


def damaged_files(folder: Path, manifest: Manifest) -> tuple[str, ...]:
    """Return the names of the files that are gone, cannot be read or are not as they were written."""
    return tuple(name for name, facts in manifest.items() if _facts_or_none(folder / name) != facts)


def _facts(path: Path) -> FileFacts:
    digest, size = hashlib.sha256(), 0
    # Mapped, so that it is given back at once and whole.
    with path.open("rb", buffering=0) as file, mmap.mmap(-1, _CHUNK_BYTES) as room, memoryview(room) as chunk:
        while count := file.readinto(chunk):
            with chunk[:count] as read:
                digest.update(read)
            size += count
    return FileFacts(size, digest.hexdigest())


def _facts_or_none(path: Path) -> FileFacts | None:
    try:
        return _facts(path)
    except OSError:
        return None
