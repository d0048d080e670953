"""Generations on disk: their folders, the pointer to the live one, and the locks.

The primary entrypoint is `Generations`. The pointer file is the only truth: it names the folder and, within
it, the commit that is live. What it does not name is left over and may go. Everything is made durable
before the pointer is replaced, and replacing it is the one atomic step of a switch or an update.

    <root>/current                       the pointer (JSON, with a checksum of itself)
    <root>/writer.lock                   held by the one writer; its process id and start are written inside
    <root>/generations/<name>/           one complete index
    <root>/generations/<name>/readers    held, shared, by everyone who reads it
    <root>/generations/<name>/manifest-* sizes and checksums of its files (`manifests`)
"""

import fcntl
import hashlib
import json
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from searchsvc.durable import sync
from searchsvc.engines.whoosh import failures

POINTER = "current"
READERS = "readers"
Signature = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Pointer:
    """What is live: a generation's folder, the update in it, and the Whoosh commit (`toc`) that holds it.

    `manifest` is the sha256 of the manifest of its files.
    """

    name: str
    update: int
    toc: int
    schema: str
    fingerprint: str
    change: int
    documents: int
    built_at: str
    manifest: str

    @property
    def generation(self) -> str:
        """The generation as results name it; another one after every update."""
        return f"{self.name}.{self.update}"


class Generations:
    """The folder of all generations of one index. Reading creates nothing."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._pointer_path = str(root / POINTER)

    def folder(self, name: str) -> Path:
        """Return the folder of the generation `name`."""
        return self.root / "generations" / name

    def signature(self) -> Signature:
        """Return what changes whenever the pointer is replaced. Raises IndexMissing."""
        try:
            found = os.stat(self._pointer_path)  # noqa: PTH116 - for every search, and much faster
        except (FileNotFoundError, NotADirectoryError) as error:
            raise failures.missing() from error
        return found.st_ino, found.st_mtime_ns, found.st_size

    def pointer(self) -> Pointer:
        """Return what is live. Raises IndexMissing; EngineUnavailable if the file is damaged."""
        pointer = self._read()
        while not self.folder(pointer.name).is_dir():
            # Replaced by a writer between the two looks, or deleted by hand.
            before, pointer = pointer, self._read()
            if pointer == before:
                raise failures.missing()
        return pointer

    def _read(self) -> Pointer:
        try:
            text = (self.root / POINTER).read_text("utf-8")
            return _pointer_from(json.loads(text))
        except (FileNotFoundError, NotADirectoryError) as error:
            raise failures.missing() from error
        except (OSError, ValueError) as error:
            raise failures.damaged(error) from error

    def point_to(self, pointer: Pointer) -> None:
        """Make `pointer` live, in one atomic and durable step."""
        temporary = self.root / f"{POINTER}.{secrets.token_hex(4)}.tmp"
        try:
            with temporary.open("w", encoding="utf-8") as file:
                json.dump(sealed(asdict(pointer)), file)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(self.root / POINTER)
        finally:
            temporary.unlink(missing_ok=True)
        sync(self.root)

    def create(self) -> str:
        """Make the folder of a new generation and return its name, which sorts by time of creation."""
        name = f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"
        self.folder(name).mkdir(parents=True)
        (self.folder(name) / READERS).touch()
        sync(self.root / "generations")
        return name

    def discard(self, name: str) -> None:
        """Remove the generation `name` if it is there."""
        shutil.rmtree(self.folder(name), ignore_errors=True)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the writer's lock. Raises IndexLocked that names the process that has it."""
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            opened = (self.root / "writer.lock").open("a+", encoding="utf-8")
        except OSError as error:
            raise failures.unwritable(error) from error
        with opened as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise failures.locked(*_holder(file)) from error
            _sign(file)
            yield

    def read_lock(self, name: str) -> IO[bytes]:
        """Return an open file that keeps the generation `name` from being removed until it is closed.

        Raises OSError if it is being removed, or gone.
        """
        path = self.folder(name) / READERS
        file = path.open("rb")
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            path.stat()
        except OSError:
            file.close()
            raise
        return file

    def clean(self, live: str | None) -> int:
        """Remove each generation but `live` that nobody reads; return how many. Needs the writer's lock."""
        for leftover in self.root.glob(f"{POINTER}.*.tmp"):
            leftover.unlink(missing_ok=True)
        parent = self.root / "generations"
        names = sorted(path.name for path in parent.iterdir()) if parent.is_dir() else []
        return sum(self._removed(name) for name in names if name != live)

    def _removed(self, name: str) -> bool:
        try:
            with (self.folder(name) / READERS).open("rb") as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                self.discard(name)
        except FileNotFoundError:
            self.discard(name)  # killed between making the folder and the file
        except OSError:
            return False
        return not self.folder(name).exists()

    def bytes_on_disk(self, name: str) -> int:
        """Return the size of the generation's files; those that go meanwhile do not count."""
        total = 0
        try:
            with os.scandir(self.folder(name)) as entries:
                for entry in entries:
                    total += entry.stat().st_size
        except FileNotFoundError:
            pass
        return total


def now() -> str:
    """Return the present instant as the pointer records it."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def sealed(values: dict[str, Any]) -> dict[str, Any]:
    """Return the entries of a pointer with the checksum that tells a damaged file from a whole one."""
    canonical = json.dumps(values, sort_keys=True, separators=(",", ":"))
    return {**values, "checksum": hashlib.sha256(canonical.encode()).hexdigest()}


def _pointer_from(sealed_values: Any) -> Pointer:
    if not isinstance(sealed_values, dict):
        raise ValueError("the pointer is not an object")
    values = {name: value for name, value in sealed_values.items() if name != "checksum"}
    if sealed_values != sealed(values):
        raise ValueError("the checksum of the pointer differs")
    expected = Pointer.__annotations__
    if set(values) != set(expected) or any(type(values[name]) is not kind for name, kind in expected.items()):
        raise ValueError("the pointer has other entries than it should")
    return Pointer(**values)


def _sign(file: IO[str]) -> None:
    """Write this process into the lock file, for the message to a second writer."""
    values = {"pid": os.getpid(), "since": f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC"}
    try:
        file.truncate(0)
        # Past the file's buffer, which would be written, and fail, once more when the file is closed.
        os.write(file.fileno(), json.dumps(values).encode())
    except OSError as error:
        raise failures.unwritable(error) from error


def _holder(file: IO[str]) -> tuple[str, str]:
    """Return the process id and the start of the writer that holds the lock."""
    file.seek(0)
    try:
        values = json.loads(file.read(1000))
        return str(values["pid"]), str(values["since"])
    except (ValueError, KeyError, TypeError):
        return "?", "?"
