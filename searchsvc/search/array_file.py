"""A file of named arrays, mapped into memory: workers share its pages and load nothing.

The primary entrypoints are `write_arrays` and `ArrayFile`. A file is written whole beside the old one and
put in its place in one step, so a reader sees one or the other; who has the old one open keeps it. It begins
with the sha256 of what follows, so a damaged file is not used.
"""

import hashlib
import json
import mmap
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

MAGIC = b"svcarr02"
_ALIGNMENT = 64
_HEADER_MAX = 1 << 20
_BEGINNING = len(MAGIC) + 8 + hashlib.sha256().digest_size
"""Bytes before the header: what the file is, the header's length, the checksum of header and arrays."""


class UnreadableArrays(ValueError):
    """The file is not one that `write_arrays` wrote, or is cut short or damaged."""


def write_arrays(path: Path, arrays: Mapping[str, NDArray[Any]], facts: Mapping[str, Any]) -> None:
    """Write `arrays` and the JSON values `facts` durably to `path`, in place of what was there."""
    places: dict[str, tuple[str, int, int]] = {}
    offset = 0
    for name, array in arrays.items():
        places[name] = (array.dtype.str, offset, len(array))
        offset += _aligned(array.nbytes)
    header = json.dumps({"facts": dict(facts), "arrays": places}, ensure_ascii=False).encode()
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f"{path.name}.{os.getpid()}.new")
    try:
        with beside.open("wb") as file:
            digest = hashlib.sha256()
            file.write(bytes(_BEGINNING))
            for block in _blocks(header, arrays):
                digest.update(block)
                file.write(block)
            file.seek(0)
            file.write(MAGIC + len(header).to_bytes(8, "little") + digest.digest())
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def _blocks(header: bytes, arrays: Mapping[str, NDArray[Any]]) -> Iterator[bytes]:
    yield header.ljust(_aligned(_BEGINNING + len(header)) - _BEGINNING, b"\0")
    for array in arrays.values():
        data = np.ascontiguousarray(array).tobytes()
        yield data.ljust(_aligned(len(data)), b"\0")


def _aligned(size: int) -> int:
    return -(-size // _ALIGNMENT) * _ALIGNMENT


class ArrayFile:
    """The arrays of one file, read-only and shared; valid for as long as the object is kept."""

    def __init__(self, path: Path) -> None:
        """Raise FileNotFoundError if there is no file, UnreadableArrays if it is none of ours."""
        with path.open("rb") as file:
            try:
                self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            except ValueError as error:  # an empty file
                raise UnreadableArrays(f"{path} is empty") from error
        try:
            self._read_header()
        except (ValueError, KeyError, TypeError, IndexError) as error:
            raise UnreadableArrays(f"{path} is not a file of arrays: {error}") from error

    def _read_header(self) -> None:
        if self._map[:8] != MAGIC:
            raise ValueError("wrong beginning")
        length = int.from_bytes(self._map[8:16], "little")
        if length > _HEADER_MAX:
            raise ValueError("header too long")
        with memoryview(self._map) as whole, whole[_BEGINNING:] as content:
            if hashlib.sha256(content).digest() != self._map[16:_BEGINNING]:
                raise ValueError("the checksum differs")
        header = json.loads(self._map[_BEGINNING : _BEGINNING + length])
        self.facts: dict[str, Any] = header["facts"]
        first = _aligned(_BEGINNING + length)
        self._arrays: dict[str, NDArray[Any]] = {}
        for name, (kind, offset, count) in header["arrays"].items():
            self._arrays[name] = np.frombuffer(self._map, np.dtype(kind), count, first + offset)

    def __getitem__(self, name: str) -> NDArray[Any]:
        return self._arrays[name]

    def bytes_of(self, name: str) -> memoryview:
        """Return an array of bytes as a view that slices fast."""
        return self._arrays[name].data
