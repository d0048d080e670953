"""A file of named arrays, mapped into memory: workers share its pages and load nothing.

The primary entrypoints are `write_arrays` (or `writing_arrays`, array by array) and `ArrayFile`. A file is
written whole beside the old one and put in its place in one step, so a reader sees one or the other; who has
the old one open keeps it.

    magic (8 bytes), place of the header (8), sha256 of all that follows (32), arrays (each at a multiple of
    64), header (JSON)
"""

import glob
import hashlib
import json
import mmap
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

MAGIC = b"svcarr02"
_ALIGNMENT = 64
_START = 16 + hashlib.sha256().digest_size
_HEADER_MAX = 1 << 20


class UnreadableArrays(ValueError):
    """The file is not one that `writing_arrays` wrote, or is cut short."""


class ArrayWriter:
    """Takes arrays one after the other, so that they need not all be in memory."""

    def __init__(self, file: BinaryIO, facts: Mapping[str, Any]) -> None:
        self._file = file
        self._facts = facts
        self._places: dict[str, tuple[str, int, int]] = {}
        self._digest = hashlib.sha256()
        file.write(bytes(_START))
        self._write(bytes(_aligned(_START) - _START))

    def add(self, name: str, array: NDArray[Any]) -> None:
        """Append `array` under `name`. Raises OSError (disk full)."""
        if name in self._places:
            raise ValueError(f"the array {name} is there already")
        self._places[name] = (array.dtype.str, self._file.tell(), len(array))
        self._write(np.ascontiguousarray(array).view(np.uint8).data)
        self._write(bytes(-self._file.tell() % _ALIGNMENT))

    def finish(self) -> None:
        """Write the header, and then where it lies: a file without that is unfinished."""
        place = self._file.tell()
        header = {"facts": self._facts, "arrays": self._places}
        self._write(json.dumps(header, ensure_ascii=False).encode())
        self._file.seek(0)
        self._file.write(MAGIC + place.to_bytes(8, "little") + self._digest.digest())

    def _write(self, data: bytes | memoryview) -> None:
        self._digest.update(data)
        self._file.write(data)


@contextmanager
def writing_arrays(path: Path, facts: Mapping[str, Any]) -> Iterator[ArrayWriter]:
    """Lend a writer of a file with the JSON values `facts`; a clean exit puts it durably at `path`.

    The facts are written last, so they may grow meanwhile.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f"{path.name}.{os.getpid()}.new")
    try:
        with beside.open("wb") as file:
            writer = ArrayWriter(file, facts)
            yield writer
            writer.finish()
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def write_arrays(path: Path, arrays: Mapping[str, NDArray[Any]], facts: Mapping[str, Any]) -> None:
    """Write `arrays` and the JSON values `facts` durably to `path`, in place of what was there."""
    with writing_arrays(path, facts) as writer:
        for name, array in arrays.items():
            writer.add(name, array)


def remove_unfinished(path: Path) -> None:
    """Remove what writers of `path` left beside it that were killed; those that still run keep theirs."""
    for beside in path.parent.glob(f"{glob.escape(path.name)}.*.new"):
        writer = beside.name.removeprefix(f"{path.name}.").removesuffix(".new")
        if writer.isdecimal() and not _runs(int(writer)):
            beside.unlink(missing_ok=True)


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return process != os.getpid()


def _aligned(size: int) -> int:
    return -(-size // _ALIGNMENT) * _ALIGNMENT


class ArrayFile:
    """The arrays of one file, read-only and shared; valid for as long as the object is kept."""

    def __init__(self, path: Path, *, check: bool = False) -> None:
        """Raise FileNotFoundError if there is no file, UnreadableArrays if it is none of ours.

        With `check` the whole file is read and compared with its checksum.
        """
        with path.open("rb") as file:
            try:
                self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            except ValueError as error:  # an empty file
                raise UnreadableArrays(f"{path} is empty") from error
        try:
            self._read_header(check)
        except (ValueError, KeyError, TypeError, IndexError) as error:
            raise UnreadableArrays(f"{path} is not a file of arrays: {error}") from error

    def _read_header(self, check: bool) -> None:
        if self._map[:8] != MAGIC:
            raise ValueError("wrong beginning")
        if check:
            with memoryview(self._map) as whole, whole[_START:] as content:
                if hashlib.sha256(content).digest() != self._map[16:_START]:
                    raise ValueError("the checksum differs")
        place = int.from_bytes(self._map[8:16], "little")
        if not 0 <= len(self._map) - place <= _HEADER_MAX:
            raise ValueError("no header where it should be")
        header = json.loads(self._map[place:])
        self.facts: dict[str, Any] = header["facts"]
        self._arrays: dict[str, NDArray[Any]] = {}
        self._places: dict[str, int] = {}
        for name, (kind, offset, count) in header["arrays"].items():
            self._arrays[name] = np.frombuffer(self._map, np.dtype(kind), count, offset)
            self._places[name] = offset

    def __contains__(self, name: object) -> bool:
        return name in self._arrays

    def __getitem__(self, name: str) -> NDArray[Any]:
        return self._arrays[name]

    def place_of(self, name: str) -> tuple[mmap.mmap, int]:
        """Return the map, and where in it an array of bytes begins: slices of a map are made in one step."""
        return self._map, self._places[name]
