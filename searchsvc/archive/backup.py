"""Backups: the archive in one file with a manifest and checksums, and back again.

The primary entrypoints are `write_backup`, `read_backup` and `replace_archive`. A backup is a ZIP of
`archive.db`, a copy that SQLite makes of one moment while others read and write, of the files that staff
edit, and of `manifest.json`. The index is not in it: it is made from the archive. A database server has
backups of its own.
"""

import errno
import hashlib
import lzma
import os
import sqlite3
import struct
import time
import zipfile
import zlib
from collections.abc import Callable, Mapping
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from shutil import disk_usage
from typing import IO, Literal

from pydantic import BaseModel, ConfigDict, Field

from searchsvc.archive import backup_failures as failures
from searchsvc.archive.checking import archive_damage
from searchsvc.archive.connection import Database, last_change, new_lineage, place_of, sqlite_file
from searchsvc.archive.failures import archive_failure, not_an_archive
from searchsvc.archive.reading import counts_of
from searchsvc.archive.records import ArchiveCounts
from searchsvc.archive.replacing import put_in_place, replacing, unwritable
from searchsvc.archive.schema import APPLICATION, SCHEMA_VERSION
from searchsvc.archive.store import Archive
from searchsvc.durable import sync

DATABASE = "archive.db"
MANIFEST = "manifest.json"
MAX_EXTRA_BYTES = 4 * 1024 * 1024
_MAX_MANIFEST_BYTES = 1024 * 1024
_MAX_FILES = 16
_CHUNK_BYTES = 1 << 20
_BUSY_TIMEOUT_S = 30.0
_NOT_AS_WRITTEN = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    ArithmeticError,
    EOFError,
    LookupError,
    NotImplementedError,
    RuntimeError,
    ValueError,
)
"""What reading a damaged ZIP raises, and what a wrong content does."""


class FileFacts(BaseModel):
    """Size in bytes and sha256 (hex) of one file of a backup."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    size: int = Field(ge=0)
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")


class BackupManifest(BaseModel):
    """What a backup says of itself."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    searchsvc_backup: Literal[1] = 1
    made_at: datetime
    made_by: str
    schema_version: int
    change: int
    counts: ArchiveCounts
    files: dict[str, FileFacts]


def write_backup(
    archive: Archive, file: Path, *, made_by: str, extras: Mapping[str, bytes] | None = None
) -> BackupManifest:
    """Write the archive as it is at this moment, and `extras` by name, to `file`; return its manifest.

    The copy is checked as by `archive_damage` before `file` is put in place, in one step. Raises
    ArchiveError: not an SQLite archive, damaged, `file` cannot be written.
    """
    source = archive.database.file
    if source is None:
        raise failures.no_file(archive.database.place)
    copy = file.with_name(f".{file.name}.{os.getpid()}.db")
    try:
        _copy_database(source, copy)
        change, counts = _checked(copy)
        with replacing(file) as out, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
            with copy.open("rb") as database:
                files = {DATABASE: _pack(packed, DATABASE, database)}
            for name, content in (extras or {}).items():
                packed.writestr(name, content)
                files[name] = FileFacts(size=len(content), sha256=hashlib.sha256(content).hexdigest())
            manifest = BackupManifest(
                made_at=datetime.now(UTC),
                made_by=made_by,
                schema_version=SCHEMA_VERSION,
                change=change,
                counts=counts,
                files=files,
            )
            packed.writestr(MANIFEST, manifest.model_dump_json(indent=2))
    except OSError as error:
        raise unwritable(file, error) from error
    finally:
        _remove(copy)
    return manifest


def restorable_place(url: str, *, force: bool) -> Path:
    """Return the file of the archive at `url`, which may be restored: it is empty, absent, or `force` is set.

    Raises ArchiveError: it is on a server, something else, or not empty.
    """
    target = sqlite_file(url)
    if target is None:
        raise failures.no_file(place_of(url))
    if not target.exists() or not target.stat().st_size:
        target.parent.mkdir(parents=True, exist_ok=True)
        return target
    try:
        with closing(sqlite3.connect(f"{target.absolute().as_uri()}?mode=rw", uri=True)) as connection:
            stored = dict(connection.execute("SELECT key, value FROM meta"))
    except sqlite3.DatabaseError as error:
        if "no such" in str(error):  # table or column
            raise not_an_archive(str(target)) from error
        stored = {"application": APPLICATION}  # damaged: only `force` replaces it
    if stored.get("application") != APPLICATION:
        raise not_an_archive(str(target))
    if not force and stored.get("change") != "0":
        raise failures.not_empty(target)
    return target


def read_backup(file: Path, folder: Path) -> tuple[BackupManifest, Path, dict[str, bytes]]:
    """Unpack `file` into `folder`; return its manifest, the archive's file there, and the other files.

    Everything is compared with the manifest, and the archive is opened (one of an earlier schema is
    upgraded) and checked; it has a new lineage then. The caller removes it. Raises ArchiveError.
    """
    part = folder / f".restore.{os.getpid()}.db"
    try:
        manifest, extras = _unpacked(file, part)
        if manifest.schema_version > SCHEMA_VERSION:
            raise failures.newer(file)
        if _checked(part, lineage=new_lineage()) != (manifest.change, manifest.counts):
            raise failures.altered(file)
        sync(part)
    except BaseException:
        _remove(part)
        raise
    return manifest, part, extras


def replace_archive(part: Path, target: Path) -> Path | None:
    """Put the archive `part`, as `read_backup` gave it, in the place of `target`.

    An archive that can be opened is replaced within one transaction of its own, so that services which have
    it open see the old or the new one. One that is too damaged for that is renamed; its new name is
    returned, and services must be restarted. Raises ArchiveError; the archive is then as it was.
    """
    aside = None
    try:
        if target.is_file() and target.stat().st_size:
            if _overwritten(part, target):
                _remove(part)
                return None
            aside = _set_aside(target)
        for suffix in (
            "-wal",
            "-shm",
        ):  # of a database that is gone: they must not be taken for the new one's
            target.with_name(target.name + suffix).unlink(missing_ok=True)
        put_in_place(part, target)
    except OSError as error:
        raise unwritable(target, error) from error
    return aside


def _copy_database(source: Path, copy: Path) -> None:
    try:
        with closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=rw", uri=True)) as connection:
            connection.isolation_level = None
            connection.execute(f"PRAGMA busy_timeout = {int(_BUSY_TIMEOUT_S * 1000)}")
            connection.execute("VACUUM INTO ?", (str(copy),))
    except sqlite3.Error as error:
        raise archive_failure(error, str(source)) from error


def _checked(file: Path, lineage: str | None = None) -> tuple[int, ArchiveCounts]:
    """Return change and counts of the archive in `file` if it is whole; make it one file again."""
    database = Database.open(f"sqlite:///{file}", create=False, busy_timeout_s=_BUSY_TIMEOUT_S)
    try:
        damage = archive_damage(database)
        if damage:
            raise failures.damaged(damage[0])
        with database.reading() as connection:
            found = last_change(connection), counts_of(connection)
    finally:
        database.close()
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        if lineage is not None:
            connection.execute("INSERT OR REPLACE INTO meta (key, value) VALUES ('lineage', ?)", (lineage,))
        connection.execute("PRAGMA journal_mode = DELETE").fetchone()
    return found


def _pack(packed: zipfile.ZipFile, name: str, source: IO[bytes]) -> FileFacts:
    digest, size = hashlib.sha256(), 0
    with packed.open(name, "w", force_zip64=True) as entry:
        while chunk := source.read(_CHUNK_BYTES):
            digest.update(chunk)
            size += len(chunk)
            entry.write(chunk)
    return FileFacts(size=size, sha256=digest.hexdigest())


def _unpacked(file: Path, part: Path) -> tuple[BackupManifest, dict[str, bytes]]:
    try:
        with zipfile.ZipFile(file) as packed:
            manifest = _manifest_of(packed)
            if len(manifest.files) > _MAX_FILES:
                raise ValueError("too many files")
            if manifest.files[DATABASE].size > disk_usage(part.parent).free:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(part))
            extras = {
                name: _content(packed, name, facts)
                for name, facts in manifest.files.items()
                if name != DATABASE
            }
            with part.open("wb") as out:
                _unpack(packed, DATABASE, manifest.files[DATABASE], out)
    except OSError as error:
        if error.errno is None:  # a decompressor says so of noise
            raise failures.altered(file) from error
        if error.filename == str(file):
            raise failures.unreadable(file, error) from error
        raise unwritable(part, error) from error
    except _NOT_AS_WRITTEN as error:
        raise failures.altered(file) from error
    return manifest, extras


def _manifest_of(packed: zipfile.ZipFile) -> BackupManifest:
    with packed.open(MANIFEST) as entry:
        content = entry.read(_MAX_MANIFEST_BYTES + 1)
    if len(content) > _MAX_MANIFEST_BYTES:
        raise ValueError("the manifest is too long")
    return BackupManifest.model_validate_json(content)


def _content(packed: zipfile.ZipFile, name: str, facts: FileFacts) -> bytes:
    with packed.open(name) as entry:
        content = entry.read(min(facts.size, MAX_EXTRA_BYTES) + 1)
    if len(content) != facts.size or hashlib.sha256(content).hexdigest() != facts.sha256:
        raise ValueError(f"{name} is not as it was written")
    return content


def _unpack(packed: zipfile.ZipFile, name: str, facts: FileFacts, out: IO[bytes]) -> None:
    """Write one file, never more of it than the manifest says, and compare its checksum."""
    digest, size = hashlib.sha256(), 0
    with packed.open(name) as entry:
        while chunk := entry.read(_CHUNK_BYTES):
            size += len(chunk)
            if size > facts.size:
                break
            digest.update(chunk)
            out.write(chunk)
    if size != facts.size or digest.hexdigest() != facts.sha256:
        raise ValueError(f"{name} is not as it was written")


def _overwritten(part: Path, target: Path) -> bool:
    """Replace the content of `target` in one transaction; False if it is too damaged to be opened."""
    try:
        with closing(sqlite3.connect(part)) as source, closing(sqlite3.connect(target)) as destination:
            destination.execute(f"PRAGMA busy_timeout = {int(_BUSY_TIMEOUT_S * 1000)}")
            destination.execute("PRAGMA synchronous = FULL")
            destination.execute("SELECT count(*) FROM sqlite_master").fetchone()
            source.backup(destination, progress=_until_locked_too_long(target))
    except sqlite3.DatabaseError as error:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
            return False
        raise archive_failure(error, str(target)) from error
    return True


def _until_locked_too_long(target: Path) -> Callable[[int, int, int], None]:
    """Return what SQLite calls after each attempt: it would try for ever to lock the destination."""
    give_up = time.monotonic() + _BUSY_TIMEOUT_S

    def called(_status: int, remaining: int, _total: int) -> None:
        if remaining and time.monotonic() > give_up:
            raise failures.busy(target)

    return called


def _set_aside(target: Path) -> Path:
    aside = target.with_name(f"{target.name}.damaged-{datetime.now(UTC):%Y%m%dT%H%M%SZ}")
    for suffix in ("-wal", "-shm", ""):
        beside = target.with_name(target.name + suffix)
        if beside.exists():
            beside.rename(aside.with_name(aside.name + suffix))
    return aside


def _remove(file: Path) -> None:
    for suffix in ("", "-wal", "-shm", "-journal"):
        file.with_name(file.name + suffix).unlink(missing_ok=True)
