"""CSV → drafts: the first row names the columns, in English or Vietnamese; each other row is an article.

The primary entrypoint is `read`. Separators: comma, semicolon, tab. Rows count from 1: the header is row 1.
"""

import codecs
import csv
import io
from collections.abc import Generator, Iterator
from contextlib import closing

from searchsvc.analysis.legacy import decode, unicode_encoding
from searchsvc.errors import Message, UnreadableSource
from searchsvc.ingest.records import draft_from_record, field_of
from searchsvc.ingest.sources import (
    EMPTY,
    KEPT_BYTES,
    Limits,
    Reading,
    Refusal,
    SourceFile,
    too_large,
    unopened,
    whole_table,
)

SEPARATORS = (",", ";", "\t")
_HEADER_CHARS = 10_000
_SAMPLE_BYTES = 64 << 10
_DECODED_BYTES = 1 << 20
"""How much of a table in a legacy encoding is decoded at a time: it takes some ninety times the memory."""

_LOST_ROWS = 100
_LOST = Message(
    vi="Sau một ô quá lớn không còn hàng nào đúng; phần còn lại không đọc, hãy sửa dấu nháy rồi nhập lại",
    en="After a cell over the limit no row is right; the rest is not read, mend the quotes and import again",
)
_NO_HEADER = Message(
    vi="Hàng đầu không nêu tên cột; cần ít nhất cột 'tiêu đề' (title) hoặc 'nội dung' (body)",
    en="The first row does not name the columns; it needs at least 'title' or 'body'",
)


def read(source: SourceFile, limits: Limits) -> Iterator[Reading]:
    """Yield the draft or the refusal of each row."""
    refusal = whole_table(source, limits)
    if refusal:
        yield refusal
        return
    try:
        with closing(_texts(source)) as texts:
            yield from _rows(source, _Lines(texts, limits.max_item_bytes), limits)
    except OSError as error:
        yield source.refuse(unopened(error))
    except UnreadableSource as error:
        yield source.refuse(error.message, source.head(KEPT_BYTES))


def separator_of(header: str, least: int = 1) -> str | None:
    """Return the separator under which `header` names title or body and `least` columns in all, or None."""
    best, most = None, least - 1
    for separator in SEPARATORS:
        fields = [field_of(cell) for cell in _cells(header[:_HEADER_CHARS], separator)]
        named = sum(field is not None for field in fields)
        if named > most and ("title" in fields or "body" in fields):
            best, most = separator, named
    return best


def _cells(line: str, separator: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=separator), [])
    except csv.Error:
        return []


def _texts(source: SourceFile) -> Generator[io.TextIOBase]:
    """Yield the text of the file, streamed if it is Unicode, else decoded block by block.

    Raises UnreadableSource for what is no text.
    """
    encoding = "utf-8-sig" if _is_utf8(source) else unicode_encoding(source.head(_SAMPLE_BYTES))
    if encoding is not None:
        yield io.TextIOWrapper(source.open(), encoding=encoding, errors="replace", newline="")
        return
    for block in _blocks_of_lines(source):
        yield io.StringIO(decode(block).text, newline="")


def _blocks_of_lines(source: SourceFile) -> Iterator[bytes]:
    rest = b""
    for block in source.blocks():
        rest += block
        end = rest.rfind(b"\n") + 1 or rest.rfind(b"\r") + 1 or len(rest)
        if len(rest) >= _DECODED_BYTES:
            yield rest[:end]
            rest = rest[end:]
    if rest:
        yield rest


class _Lines:
    """The lines of a table, for one row after the other: `begin_row`, then as many as the row takes.

    Raises _TooLong for a row over `limit` characters, of whatever cells and lines; the line is passed over.
    """

    def __init__(self, texts: Iterator[io.TextIOBase], limit: int) -> None:
        self._texts = texts
        self._text: io.TextIOBase = io.StringIO()
        self._limit = limit
        self._taken = 0

    def begin_row(self) -> None:
        self._taken = 0

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = self._text.readline(self._limit + 1)
        while not line:
            self._text.close()
            self._text = io.StringIO()
            self._text = next(self._texts)
            line = self._text.readline(self._limit + 1)
        self._taken += len(line)
        if self._taken > self._limit:
            while line and not line.endswith(("\n", "\r")):
                line = self._text.readline(self._limit)
            raise _TooLong
        return line


class _TooLong(Exception):
    """A row is larger than an article may be."""


def _is_utf8(source: SourceFile) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for block in source.blocks():
            if b"\0" in block:
                return False
            decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _rows(source: SourceFile, lines: _Lines, limits: Limits) -> Iterator[Reading]:
    csv.field_size_limit(limits.max_item_bytes)
    header, row = "", 0
    while not header.strip():
        lines.begin_row()
        try:
            header, row = next(lines), row + 1
        except StopIteration:
            yield source.refuse(EMPTY, source.head(KEPT_BYTES))
            return
        except _TooLong:
            yield source.refuse(_NO_HEADER, source.head(KEPT_BYTES))
            return
    separator = separator_of(header)
    if separator is None:
        yield source.refuse(_NO_HEADER, header.encode()[:KEPT_BYTES])
        return
    columns = [field_of(cell) for cell in _cells(header[:_HEADER_CHARS], separator)]
    reader = csv.reader(lines, delimiter=separator)
    lost = 0
    while lost < _LOST_ROWS:
        row += 1
        lines.begin_row()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except (csv.Error, _TooLong):
            # The only error of a lenient reader: a cell over the limit, often an opening quote never closed.
            reason = too_large(limits.max_item_bytes, "SEARCHSVC_MAX_ITEM_MB")
            yield _refused(source, row, reason, [])
            lost = max(lost, 1)
            continue
        if any(cell.strip() for cell in cells):
            reading = _reading(source, row, columns, cells)
            lost = lost + 1 if lost and isinstance(reading, Refusal) else 0
            yield reading
    yield _refused(source, row, _LOST, [])


def _reading(source: SourceFile, row: int, columns: list[str | None], cells: list[str]) -> Reading:
    if len(cells) != len(columns):
        count = f"{len(cells)}/{len(columns)}"
        reason = Message(vi=f"Sai số cột ({count})", en=f"Wrong number of columns ({count})")
        return _refused(source, row, reason, cells)
    record = {column: cell for column, cell in zip(columns, cells, strict=True) if column and cell.strip()}
    try:
        return draft_from_record(record, f"{source.name}:{row}")
    except UnreadableSource as error:
        return _refused(source, row, error.message, cells)


def _refused(source: SourceFile, row: int, reason: Message, cells: list[str]) -> Refusal:
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow(cells)
    message = Message(vi=f"Hàng {row}: {reason.vi}", en=f"Row {row}: {reason.en}")
    original = line.getvalue().encode("utf-8", "replace")[:KEPT_BYTES]
    return source.refuse(message, original, row)
