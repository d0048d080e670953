"""The store of record: put, get, changes, refused items, export and import.

The primary entrypoint is `Archive.open`. Only this package knows SQLAlchemy.
"""

from searchsvc.archive.identity import check_draft, content_hash
from searchsvc.archive.records import (
    ArchiveCounts,
    Collection,
    Headline,
    ImportCounts,
    Outcome,
    RefusedItem,
    RefusedRecord,
    Segmented,
    VersionInfo,
)
from searchsvc.archive.store import Archive
from searchsvc.archive.transfer import archive_digest, export_archive, import_archive, is_export

__all__ = [
    "Archive",
    "ArchiveCounts",
    "Collection",
    "Headline",
    "ImportCounts",
    "Outcome",
    "RefusedItem",
    "RefusedRecord",
    "Segmented",
    "VersionInfo",
    "archive_digest",
    "check_draft",
    "content_hash",
    "export_archive",
    "import_archive",
    "is_export",
]
