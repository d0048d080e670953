"""The formats that can be read, by name, and how a file's format is told from its content.

The primary entrypoint is `read_file`. A new format is one reader and one line in `READERS`.
"""

import codecs
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from searchsvc.errors import Message, UnreadableSource
from searchsvc.ingest import csv_table, html_page, json_lines, text_page
from searchsvc.ingest.sources import EMPTY, KEPT_BYTES, Limits, Reading, Refusal, SourceFile, unopened

Reader = Callable[[SourceFile, Limits], Iterator[Reading]]

READERS: dict[str, Reader] = {
    "text": text_page.read,
    "html": html_page.read,
    "jsonl": json_lines.read,
    "csv": csv_table.read,
}
AUTO = "auto"
EXPORT = "export"
"""What `format_of` says of an exported archive; it is not read as articles but by `archive.transfer`."""

FORMATS: tuple[str, ...] = (AUTO, *READERS, EXPORT)

_EXTENSIONS = {
    ".txt": "text",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "jsonl",
    ".csv": "csv",
    ".tsv": "csv",
}
_OTHER_KINDS: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "PDF"),
    (b"PK\x03\x04", "ZIP, DOCX, XLSX"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "DOC, XLS"),
    (b"{\\rtf", "RTF"),
    (b"\x1f\x8b", "GZIP"),
    (b"\xfd7zXZ\x00", "XZ"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"SQLite format 3", "SQLite"),
    (b"\x7fELF", "ELF"),
)
_HEAD_BYTES = 16 << 10
_MARKUP = re.compile(
    r"\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!--[^>]{0,2000}>\s*)?"
    r"<(?:!doctype\s+html|html|head|body|meta|title|article|div|script)\b",
    re.IGNORECASE,
)


def read_file(path: Path, format: str = AUTO, limits: Limits | None = None) -> Iterator[Reading]:
    """Yield each draft and each refusal of one file. `format` is one of `FORMATS`; no input raises."""
    return read_source(SourceFile(path), format, limits or Limits())


def read_source(source: SourceFile, format: str, limits: Limits) -> Iterator[Reading]:
    """Yield each draft and each refusal of `source`, whose format may be 'auto'."""
    name = format_of(source) if format == AUTO else format
    if isinstance(name, Refusal):
        yield name
    elif name in READERS:
        yield from READERS[name](source, limits)
    else:
        reason = Message(
            vi="Đây là tệp xuất từ kho; hãy đưa thẳng tệp cho lệnh import",
            en="This is an exported archive; give the file itself to import",
        )
        yield source.refuse(reason, source.head(KEPT_BYTES))


def format_of(source: SourceFile) -> str | Refusal:
    """Return the name of the format, told by the content first and then by the extension, or a refusal."""
    try:
        head = source.head(_HEAD_BYTES)
    except OSError as error:
        return source.refuse(unopened(error))
    if not head:
        return source.refuse(EMPTY)
    kind = _other_kind(head)
    if kind is not None:
        return source.refuse(kind, head)
    return _by_content(head) or _EXTENSIONS.get(source.path.suffix.lower(), "text")


def _by_content(head: bytes) -> str | None:
    from searchsvc.archive.transfer import is_export  # worker processes need no database

    if is_export(head.split(b"\n", 1)[0]):
        return EXPORT
    text = _glimpse(head).lstrip()
    if re.match(r"\{\s*[\"'}]", text):
        return "jsonl"
    if _MARKUP.match(text):
        return "html"
    first = text.split("\n", 1)[0]
    return "csv" if csv_table.separator_of(first, least=2) else None


def _glimpse(head: bytes) -> str:
    """Return the beginning as text, good enough to see marks of a format, never to keep."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return head.decode("utf-16", "replace")
    return head.removeprefix(codecs.BOM_UTF8).decode("utf-8", "replace")


def _other_kind(head: bytes) -> Message | None:
    """Return why bytes that are no text at all are refused, naming the kind where it is known."""
    for mark, kind in _OTHER_KINDS:
        if head.startswith(mark):
            return Message(
                vi=f"Tệp {kind}: chưa đọc được; lưu lại dạng văn bản, HTML, JSON Lines hay CSV",
                en=f"A {kind} file, which cannot be read; save it as text, HTML, JSON Lines or CSV",
            )
    if b"\0" in head and not head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return Message(vi="Tệp nhị phân, không phải văn bản", en="A binary file, not text")
    return None


def checked_format(name: str) -> str:
    """Return `name` if it is one of `FORMATS`. Raises UnreadableSource otherwise."""
    if name in FORMATS:
        return name
    known = ", ".join(FORMATS)
    raise UnreadableSource(
        vi=f"Không có định dạng {name!r}; chọn một trong: {known}",
        en=f"No format {name!r}; choose one of: {known}",
    )
