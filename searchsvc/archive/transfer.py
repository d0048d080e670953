"""The whole archive out as JSON Lines and in again.

The primary entrypoints are `export_archive` and `import_archive`. Into an empty archive an export is restored
exactly, version and change numbers included: `archive_digest` of both is equal. Into an archive that has
something already it is merged: an article that is not there comes with its whole history, one that is there
gets the exported current version as by an ordinary import. Importing again changes nothing.
"""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import IO

from sqlalchemy import Connection, select
from sqlalchemy.exc import DataError, IntegrityError

from searchsvc.archive import lines, reading
from searchsvc.archive.connection import last_change
from searchsvc.archive.lines import is_export
from searchsvc.archive.records import ArchiveCounts, ImportCounts
from searchsvc.archive.refusals import original_bytes
from searchsvc.archive.replacing import replacing
from searchsvc.archive.restoring import Restoring
from searchsvc.archive.schema import SCHEMA_VERSION, articles, collections, identities, versions
from searchsvc.archive.store import Archive
from searchsvc.errors import UnreadableSource

__all__ = ["archive_digest", "export_archive", "import_archive", "is_export"]

Progress = Callable[[int], None]

_PAGE = 200
_MAX_LINE_BYTES = 512 * 1024 * 1024


def export_archive(archive: Archive, file: Path, progress: Progress | None = None) -> ArchiveCounts:
    """Write the whole archive, as it is at this moment, to `file`; return what is in it.

    `file` is replaced in one step at the end. `progress` gets the number of lines of each step.
    Raises ArchiveError: the file cannot be written, the archive cannot be read.
    """
    with archive.database.reading() as connection, replacing(file) as out:
        counts = reading.counts_of(connection)
        stand = {"schema": SCHEMA_VERSION, "change": last_change(connection), "counts": counts._asdict()}
        header = lines.encoded({"searchsvc_export": lines.FORMAT, **stand})
        digest = hashlib.sha256()
        for page in chain([[header]], _content(connection)):
            block = b"".join(page)
            digest.update(block)
            out.write(block)
            if progress:
                progress(len(page))
        end = {"searchsvc_end": 1, "counts": counts._asdict(), "sha256": digest.hexdigest()}
        out.write(lines.encoded(end))
    return counts


def import_archive(archive: Archive, file: Path, progress: Progress | None = None) -> ImportCounts:
    """Read an export into `archive` in one transaction; return what became of its items.

    Raises UnreadableSource for a file that is cut off, altered or of another format, naming the line;
    nothing of it is then in the archive. `progress` gets the number of lines of each step.
    """
    at = 0
    try:
        with file.open("rb") as source, archive.database.writing() as connection, _consistent():
            restoring = Restoring(connection)
            for raw in _verified(source):
                at += 1
                restoring.take(lines.parse(raw))
                if progress:
                    progress(1)
            return restoring.finish()
    except OSError as error:
        reason = error.strerror or str(error)
        raise UnreadableSource(
            vi=f"Không đọc được {file}: {reason}", en=f"Cannot read {file}: {reason}"
        ) from error
    except UnreadableSource as error:
        raise _in_line(file, at, error) from error


def archive_digest(archive: Archive) -> str:
    """Return a sha256 over all that the archive holds: equal archives, and only those, have equal ones."""
    with archive.database.reading() as connection:
        # Sorted, since databases order texts differently.
        each = sorted(hashlib.sha256(line).digest() for page in _content(connection) for line in page)
        return hashlib.sha256(str(last_change(connection)).encode() + b"".join(each)).hexdigest()


@contextmanager
def _consistent() -> Iterator[None]:
    """Raise UnreadableSource for what no archive can hold: one id twice, a number beyond all bounds."""
    try:
        yield
    except (IntegrityError, DataError, OverflowError) as error:
        raise UnreadableSource(
            vi="các dòng trước đó mâu thuẫn nhau (một bài hai lần, hoặc số quá lớn): hãy xuất lại",
            en="the lines up to here contradict each other (an article twice, a number too large): "
            "export again",
        ) from error


def _verified(source: IO[bytes]) -> Iterator[bytes]:
    """Yield the lines of an export; fail at the end unless the last one is a trailer that confirms them."""
    digest = hashlib.sha256()
    last, before = b"", ""
    while raw := source.readline(_MAX_LINE_BYTES):
        last, before = raw, digest.hexdigest()
        digest.update(raw)
        yield raw
    trailer = lines.parse(last) if last else None
    if not isinstance(trailer, lines.Trailer):
        raise UnreadableSource(
            vi="tệp bị cắt cụt, thiếu dòng cuối: hãy xuất lại",
            en="the file is cut off before its last line: export again",
        )
    if trailer.sha256 != before:
        raise UnreadableSource(
            vi="tổng kiểm tra không khớp, tệp đã bị sửa hoặc hỏng: hãy xuất lại",
            en="the checksum differs, the file was altered or damaged: export again",
        )


def _content(connection: Connection) -> Iterator[list[bytes]]:
    """Yield the lines of all collections, articles and refused items, page by page."""
    yield [
        lines.encoded({"searchsvc_collection": row.slug, "name": row.name})
        for row in connection.execute(select(collections).order_by(collections.c.slug))
    ]
    last_id = ""
    ids = select(articles.c.id).order_by(articles.c.id).limit(_PAGE)
    while some := connection.scalars(ids.where(articles.c.id > last_id)).all():
        last_id = some[-1]
        yield _article_lines(connection, some)
    last = 0
    while records := reading.refused_after(connection, last, 1):
        last = records[-1].id
        yield [lines.refused_line(record, original_bytes(connection, record.id) or b"") for record in records]


def _article_lines(connection: Connection, ids: Sequence[str]) -> list[bytes]:
    query = reading.SELECT_VERSION.where(versions.c.article_id.in_(ids)).order_by(versions.c.number)
    history: dict[str, list[reading.Stored]] = defaultdict(list)
    for stored in reading.stored_where(connection, query):
        history[stored.pair[0]].append(stored)
    keys: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for row in connection.execute(select(identities).where(identities.c.article_id.in_(ids))):
        keys[row.article_id].append((row.key, row.content_hash))
    return [lines.article_line(history[article_id], keys[article_id]) for article_id in ids]


def _in_line(file: Path, number: int, error: UnreadableSource) -> UnreadableSource:
    return UnreadableSource(
        vi=f"{file}, dòng {number}: {error.message.vi} (chưa nhập gì từ tệp này)",
        en=f"{file}, line {number}: {error.message.en} (nothing of this file was imported)",
    )
