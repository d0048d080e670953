"""Files written beside their place and put there in one step: exports, backups, restored archives."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from searchsvc.durable import sync
from searchsvc.errors import ArchiveError


@contextmanager
def replacing(file: Path) -> Iterator[IO[bytes]]:
    """Give a new file that takes the place of `file`, durably and in one step, on a clean exit.

    Raises ArchiveError if it cannot be written; `file` is then as it was.
    """
    part = file.with_name(f".{file.name}.{os.getpid()}.part")
    try:
        try:
            with part.open("wb") as out:
                yield out
                out.flush()
                os.fsync(out.fileno())
            put_in_place(part, file)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        raise unwritable(file, error) from error


def put_in_place(part: Path, file: Path) -> None:
    """Rename `part`, which is durable, to `file`, durably. Raises OSError."""
    part.replace(file)
    sync(file.parent)


def unwritable(file: Path, error: OSError) -> ArchiveError:
    """Return what a failure to write `file` means for a person."""
    reason = error.strerror or str(error)
    return ArchiveError(vi=f"Không ghi được {file}: {reason}", en=f"Cannot write {file}: {reason}")
