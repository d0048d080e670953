"""What readers take and give: a file or a part of it in; drafts and refusals out.

The primary entrypoints are `SourceFile` and `Refusal`. A reader never raises for bad input: what it cannot
read becomes a `Refusal` that carries the reason and the original bytes, and the rest is read on.
"""

import io
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from searchsvc.articles import Draft
from searchsvc.errors import Message

if TYPE_CHECKING:  # worker processes start sooner without
    from searchsvc.settings import Settings

MEBIBYTE = 1 << 20
KEPT_BYTES = 64 << 10
"""How much of an item over the size limit is kept beside its reason."""

_BLOCK = 256 << 10


@dataclass(frozen=True, slots=True)
class Limits:
    """Largest sizes in bytes: of a file of many articles, and of one article (page, line, row)."""

    max_source_bytes: int = 256 * MEBIBYTE
    max_item_bytes: int = 4 * MEBIBYTE

    @classmethod
    def from_settings(cls, settings: "Settings") -> "Limits":
        """Return the limits in force."""
        return cls(settings.max_source_mb * MEBIBYTE, settings.max_item_mb * MEBIBYTE)


@dataclass(frozen=True, slots=True)
class Refusal:
    """One item that was not read: `position` is its line or row in `source` from 1, 0 for the whole file."""

    source: str
    position: int
    reason: Message
    original: bytes


Reading = Draft | Refusal


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file, or its bytes from `start` up to `end`, the first of which begins line `first_line`.

    `data` stands in for the file's content when it is already in memory.
    """

    path: Path
    start: int = 0
    end: int | None = None
    first_line: int = 1
    data: bytes | None = None

    @property
    def name(self) -> str:
        """Return the absolute path, for people and as the identity of a page."""
        # A file name may hold bytes that are no UTF-8; a store would refuse them.
        return os.fsencode(self.path.absolute()).decode("utf-8", "replace")

    @property
    def size(self) -> int:
        """Return the number of bytes to read. Raises OSError."""
        end = self.end
        if end is None:
            end = len(self.data) if self.data is not None else self.path.stat().st_size
        return max(end - self.start, 0)

    def open(self) -> BinaryIO:
        """Return the file, opened at `start`. Raises OSError."""
        stream: BinaryIO = io.BytesIO(self.data) if self.data is not None else self.path.open("rb")
        stream.seek(self.start)
        return stream

    def head(self, count: int) -> bytes:
        """Return up to `count` first bytes. Raises OSError."""
        with self.open() as stream:
            return stream.read(count)

    def blocks(self) -> Iterator[bytes]:
        """Yield the bytes in blocks. Raises OSError."""
        left = self.size
        with self.open() as stream:
            while left > 0 and (block := stream.read(min(_BLOCK, left))):
                left -= len(block)
                yield block

    def refuse(self, reason: Message, original: bytes = b"", position: int = 0) -> Refusal:
        """Return the refusal of this file, or of the item on its line or row `position`."""
        return Refusal(self.name, position, reason, original)


def unopened(error: OSError) -> Message:
    """Return why a file could not be opened: permissions, a name that is gone, a broken disk."""
    detail = error.strerror or type(error).__name__
    return Message(
        vi=f"Không mở được tệp ({detail}); kiểm tra quyền đọc",
        en=f"Cannot open the file ({detail}); check that it may be read",
    )


def too_large(limit: int, setting: str) -> Message:
    """Return the reason for an item or file over `limit` bytes; `setting` is what raises the limit."""
    size = f"{limit / MEBIBYTE:.0f} MiB" if limit >= MEBIBYTE else f"{limit} byte"
    return Message(
        vi=f"Lớn hơn {size}; tăng {setting} nếu cần", en=f"Larger than {size}; raise {setting} if needed"
    )


EMPTY = Message(vi="Tệp rỗng", en="The file is empty")


def load_page(source: SourceFile, limits: Limits) -> bytes | Refusal:
    """Return the whole content of a file that is one article, or why it is refused."""
    try:
        if source.size > limits.max_item_bytes:
            reason = too_large(limits.max_item_bytes, "SEARCHSVC_MAX_ITEM_MB")
            return source.refuse(reason, source.head(KEPT_BYTES))
        data = b"".join(source.blocks())
    except OSError as error:
        return source.refuse(unopened(error))
    return data if data.strip() else source.refuse(EMPTY, data)


def whole_table(source: SourceFile, limits: Limits) -> Refusal | None:
    """Return why a file of many articles is refused as a whole, or None if it may be read."""
    try:
        if source.size > limits.max_source_bytes:
            reason = too_large(limits.max_source_bytes, "SEARCHSVC_MAX_SOURCE_MB")
            return source.refuse(reason, source.head(KEPT_BYTES))
        return None if source.size else source.refuse(EMPTY)
    except OSError as error:
        return source.refuse(unopened(error))
