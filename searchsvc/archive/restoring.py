"""The lines of an export into the archive: restored exactly if it is empty, else merged.

The primary entrypoint is `Restoring`. It works inside one transaction, so a file that turns out to be broken
at its end leaves nothing behind.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection

from searchsvc.archive import reading
from searchsvc.archive.connection import last_change, set_last_change
from searchsvc.archive.identity import identity_of
from searchsvc.archive.lines import ArticleLine, CollectionLine, Header, Line, RefusedLine, Trailer, drafts_of
from searchsvc.archive.records import ArchiveCounts, ImportCounts
from searchsvc.archive.refusals import refused_row, write_refused
from searchsvc.archive.rows import instant_text, version_row
from searchsvc.archive.writing import (
    Brought,
    Current,
    Entry,
    Pending,
    current_versions,
    known_identities,
    write_batch,
)
from searchsvc.articles import Draft
from searchsvc.errors import UnreadableSource

_BATCH = 200


@dataclass
class _Tally:
    """What was written so far, and how many items of each kind were read."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: int = 0
    articles_read: int = 0
    versions_read: int = 0
    refused_read: int = 0
    collections_read: int = 0

    def read(self) -> ArchiveCounts:
        return ArchiveCounts(self.articles_read, self.versions_read, self.refused_read, self.collections_read)


class Restoring:
    """Takes the lines of an export in their order; `finish` writes what is left and returns the counts."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._tally = _Tally()
        self._waiting: list[tuple[ArticleLine, list[Draft]]] = []
        self._header: Header | None = None
        self._highest = 0
        self._now = instant_text(datetime.now(UTC))
        change = last_change(connection, lock=True)
        self._exact = change == 0 and not any(reading.counts_of(connection))

    def take(self, line: Line) -> None:
        """Take one line. Raises UnreadableSource if it contradicts itself or stands in the wrong place."""
        if (self._header is None) != isinstance(line, Header):
            raise _misplaced()
        match line:
            case Header():
                self._header = line
            case CollectionLine():
                self._take_collection(line)
            case ArticleLine():
                self._waiting.append((line, drafts_of(line)))
                self._highest = max(self._highest, *(entry.change for entry in line.versions))
                if len(self._waiting) >= _BATCH:
                    self._write_waiting()
            case RefusedLine():
                self._tally.refused_read += 1
                row = refused_row(line.item(), instant_text(line.seen_at))
                self._tally.refused += write_refused(self._connection, [row])
            case Trailer():
                self._write_waiting()
                if line.counts != self._tally.read():
                    raise _misplaced()

    def finish(self) -> ImportCounts:
        """Return what became of the articles and refused items. Raises UnreadableSource as `take` does."""
        if self._exact and self._header:
            if self._header.change != self._highest:
                raise _misplaced()
            set_last_change(self._connection, self._header.change)
        tally = self._tally
        return ImportCounts(tally.new, tally.changed, tally.unchanged, tally.refused)

    def _take_collection(self, line: CollectionLine) -> None:
        self._tally.collections_read += 1
        Pending(collections={line.searchsvc_collection: line.name}).write(self._connection)

    def _write_waiting(self) -> None:
        waiting, self._waiting = self._waiting, []
        known = set() if self._exact else self._known([line for line, _ in waiting])
        self._restore([(line, drafts) for line, drafts in waiting if line.id not in known])
        self._merge([(line, drafts) for line, drafts in waiting if line.id in known])
        self._tally.articles_read += len(waiting)
        self._tally.versions_read += sum(len(drafts) for _, drafts in waiting)

    def _known(self, waiting: Sequence[ArticleLine]) -> set[str]:
        """Return the ids of those articles of which the archive knows the id or any identity."""
        known = set(current_versions(self._connection, [line.id for line in waiting]))
        keys = known_identities(
            self._connection, [entry.key for line in waiting for entry in line.identities]
        )
        return known | {line.id for line in waiting if any(entry.key in keys for entry in line.identities)}

    def _restore(self, waiting: Sequence[tuple[ArticleLine, list[Draft]]]) -> None:
        """Write whole histories; into an archive that had something, with new change numbers."""
        change = last_change(self._connection)
        pending = Pending()
        for line, drafts in waiting:
            for entry, draft in zip(line.versions, drafts, strict=True):
                change += 1
                number = entry.change if self._exact else change
                at = instant_text(entry.imported_at)
                pending.versions.append(version_row(line.id, entry.number, draft, entry.content_hash, at))
                current = Current(line.id, entry.number, entry.content_hash)
                pending.add_annotations(current, number, entry.annotations)
            pending.add_article(line.id, len(drafts), drafts[-1].collection)
            for identity in line.identities:
                pending.add_identity(identity.key, Brought(line.id, identity.content_hash))
        pending.write(self._connection)
        set_last_change(self._connection, change)
        self._tally.new += len(waiting)

    def _merge(self, waiting: Sequence[tuple[ArticleLine, list[Draft]]]) -> None:
        """Put the current versions as an ordinary import would."""
        entries = [
            Entry(drafts[-1], line.versions[-1].annotations, identity_of(drafts[-1]))
            for line, drafts in waiting
        ]
        statuses = Counter(outcome.status for outcome in write_batch(self._connection, entries, self._now))
        self._tally.new += statuses["new"]
        self._tally.changed += statuses["changed"]
        self._tally.unchanged += statuses["unchanged"]


def _misplaced() -> UnreadableSource:
    return UnreadableSource(
        vi="các dòng không khớp với dòng đầu hoặc dòng cuối: hãy xuất lại",
        en="the lines do not fit the first or the last line: export again",
    )
