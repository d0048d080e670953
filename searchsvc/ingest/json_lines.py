"""JSON Lines → drafts: one object a line, read as a stream; a bad line is refused and the next one read.

The primary entrypoints are `read`, and `parts`, which cuts a large file for several processes.
"""

import codecs
import json
from collections.abc import Iterator

from searchsvc.analysis.legacy import decode
from searchsvc.errors import Message, UnreadableSource
from searchsvc.ingest.records import draft_from_record
from searchsvc.ingest.sources import KEPT_BYTES, Limits, Reading, SourceFile, too_large, unopened, whole_table

PART_BYTES = 2 << 20
_SAMPLE = 64 << 10
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def read(source: SourceFile, limits: Limits) -> Iterator[Reading]:
    """Yield the draft or the refusal of each line that is not blank."""
    refusal = whole_table(source, limits) or _one_document(source)
    if refusal:
        yield refusal
        return
    try:
        for number, line, whole in lines(source, limits.max_item_bytes):
            if not whole:
                reason = too_large(limits.max_item_bytes, "SEARCHSVC_MAX_ITEM_MB")
                yield source.refuse(_on_line(number, reason), line, number)
            elif line.strip():
                yield _reading(source, number, line)
    except OSError as error:
        yield source.refuse(unopened(error))


def lines(source: SourceFile, max_bytes: int) -> Iterator[tuple[int, bytes, bool]]:
    """Yield (line number, bytes without the line end, True) of each line, holding one line in memory.

    A line over `max_bytes` comes as (number, its first bytes, False). A byte order mark is taken off.
    """
    number, held, over = source.first_line, bytearray(), False
    for block in _utf8_blocks(source):
        pieces = block.split(b"\n")
        for index, piece in enumerate(pieces):
            if index:
                yield number, bytes(held), not over
                number, held, over = number + 1, bytearray(), False
            held += piece[: KEPT_BYTES - len(held)] if over else piece
            if len(held) > max_bytes and not over:
                over = True
                del held[KEPT_BYTES:]
    if held:
        yield number, bytes(held), not over


def parts(source: SourceFile) -> Iterator[SourceFile]:
    """Yield the file in parts of about two MiB that end at line ends, each knowing its first line number.

    Raises OSError. A file in UTF-16, or a JSON document over many lines, stays one part.
    """
    head = source.head(_SAMPLE)
    if source.size <= PART_BYTES or head.startswith(_UTF16) or _is_document(head):
        yield source
        return
    start, first_line, position, newlines = 0, 1, 0, 0
    for block in source.blocks():
        position += len(block)
        end = block.rfind(b"\n") + 1
        if end and position - start >= PART_BYTES:
            cut = position - len(block) + end
            newlines += block.count(b"\n", 0, end)
            yield SourceFile(source.path, start, cut, first_line, source.data)
            start, first_line, newlines = cut, first_line + newlines, block.count(b"\n", end)
        else:
            newlines += block.count(b"\n")
    if start < position:
        yield SourceFile(source.path, start, position, first_line, source.data)


def _utf8_blocks(source: SourceFile) -> Iterator[bytes]:
    blocks = source.blocks()
    first = next(blocks, b"")
    if source.start == 0 and first.startswith(_UTF16):
        decoder = codecs.getincrementaldecoder("utf-16")(errors="replace")
        yield decoder.decode(first).encode("utf-8", "replace")
        for block in blocks:
            yield decoder.decode(block).encode("utf-8", "replace")
        return
    yield first.removeprefix(codecs.BOM_UTF8) if source.start == 0 else first
    yield from blocks


def _reading(source: SourceFile, number: int, line: bytes) -> Reading:
    try:
        record = _record(line)
        return draft_from_record(record, f"{source.name}:{number}")
    except UnreadableSource as error:
        return source.refuse(_on_line(number, error.message), line, number)


def _record(line: bytes) -> dict[str, object]:
    """Return the object on a line. Raises UnreadableSource that says what is wrong with it."""
    try:
        text = line.decode()
    except UnicodeDecodeError:
        text = decode(line).text
    try:
        # Text copied from portals holds raw tabs and breaks inside strings: strict=False takes them.
        value = json.loads(text, strict=False)
    except json.JSONDecodeError as error:
        raise UnreadableSource(
            vi=f"JSON hỏng ở cột {error.colno}", en=f"Broken JSON at column {error.colno}"
        ) from error
    except (ValueError, RecursionError) as error:
        raise UnreadableSource(
            vi="JSON quá sâu hoặc có số quá dài", en="JSON too deeply nested, or a number too long"
        ) from error
    if not isinstance(value, dict):
        raise UnreadableSource(
            vi=f"Không phải đối tượng JSON mà là {type(value).__name__}",
            en=f"Not a JSON object but {type(value).__name__}",
        )
    return value


def _on_line(number: int, reason: Message) -> Message:
    return Message(vi=f"Dòng {number}: {reason.vi}", en=f"Line {number}: {reason.en}")


def _is_document(head: bytes) -> bool:
    """Return whether the first line opens an array or object that it does not close."""
    first = head.removeprefix(codecs.BOM_UTF8).strip().split(b"\n", 1)[0].strip()
    return first in (b"[", b"{") or (first.startswith(b"[") and first.endswith(b","))


def _one_document(source: SourceFile) -> Reading | None:
    try:
        head = source.head(_SAMPLE) if source.start == 0 else b""
    except OSError as error:
        return source.refuse(unopened(error))
    if not _is_document(head):
        return None
    reason = Message(
        vi="Một tài liệu JSON trải nhiều dòng; cần mỗi đối tượng một dòng (JSON Lines)",
        en="One JSON document over many lines; write one object a line (JSON Lines)",
    )
    return source.refuse(reason, head)
