"""The archive: every version of every article, and what could not be read.

The primary entrypoint is `Archive.open`.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

from searchsvc.archive import arrivals, citations, reading, reannotation, segmentations
from searchsvc.archive.connection import DEFAULT_BUSY_TIMEOUT_S, Database, last_change, lineage_of
from searchsvc.archive.identity import Identity, check_draft, identity_of, is_archivable, is_article_id
from searchsvc.archive.records import (
    ArchiveCounts,
    Arrival,
    ArrivalPart,
    CitedCode,
    CitedDocument,
    CitedFragment,
    Collection,
    Headline,
    IssueYear,
    Outcome,
    RefusedItem,
    RefusedRecord,
    Segmented,
    Standing,
    VersionInfo,
    Wording,
)
from searchsvc.archive.refusals import original_bytes, refused_row, write_refused
from searchsvc.archive.rows import instant_text
from searchsvc.archive.schema import MAX_VERSION
from searchsvc.archive.writing import Entry, write_batch
from searchsvc.articles import Annotations, Article, Draft
from searchsvc.errors import NotFound

Progress = Callable[[int], None]
"""Called after each batch with the number of articles done in it."""


class Archive:
    """The store of record. Safe to share between threads; each process opens its own.

    Every method raises ArchiveError when the database is locked by another writer for longer than the
    time-out, full, damaged or out of reach; nothing of the batch under way is then kept.
    """

    def __init__(self, database: Database) -> None:
        self.database = database

    @classmethod
    def open(
        cls, url: str, create: bool = False, *, busy_timeout_s: float = DEFAULT_BUSY_TIMEOUT_S
    ) -> "Archive":
        """Return the archive at the SQLAlchemy `url`; only `create` makes one that is not there.

        A writer waits up to `busy_timeout_s` for another one. Raises ArchiveError.
        """
        return cls(Database.open(url, create=create, busy_timeout_s=busy_timeout_s))

    def close(self) -> None:
        """Close all connections; the archive can be opened again."""
        self.database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def put(
        self, entries: Sequence[tuple[Draft, Annotations]], segmented: Segmented | None = None
    ) -> list[Outcome]:
        """Archive a batch in one durable transaction; return what became of each draft, in order.

        A draft whose content the archive has for that identity is unchanged. `segmented` is kept with the
        batch (`keep_joins`). Raises UnreadableSource,
        before anything is written, for a draft that `check_draft` refuses.
        """
        if not entries:
            return []
        for draft, _ in entries:
            check_draft(draft)
        batch = [Entry(draft, found, identity_of(draft)) for draft, found in entries]
        with self.database.writing() as connection:
            if segmented:
                segmentations.keep_joins(connection, *segmented)
            return write_batch(connection, batch, _now())

    def annotations_of(self, drafts: Sequence[Draft], fingerprint: str) -> list[Annotations | None]:
        """Return what the rules of `fingerprint` found in each of `drafts`, where the archive knows it.

        It does where the draft's identity last brought the same content: then `put` mostly leaves it
        unchanged, and never asks for other annotations than these.
        """
        known = [identity_of(draft) if is_archivable(draft) else None for draft in drafts]
        keys = list({identity.key for identity in known if identity})
        with self.database.reading() as connection:
            found = reading.annotations_brought(connection, keys, fingerprint)
        return [_brought(found, identity) for identity in known]

    def refuse(self, items: Sequence[RefusedItem]) -> int:
        """Keep what could not be read; return how many of `items` the archive did not have yet."""
        if not items:
            return 0
        rows = [refused_row(item, _now()) for item in items]
        with self.database.writing() as connection:
            return write_refused(connection, rows)

    def get(self, article_id: str, version: int | None = None) -> Article:
        """Return one article, by default its current version. Raises NotFound."""
        if not is_article_id(article_id) or (version is not None and not 1 <= version <= MAX_VERSION):
            raise _not_found(article_id, version)
        with self.database.reading() as connection:
            number = reading.current_version(connection, article_id) if version is None else version
            found = reading.articles_of(connection, [(article_id, number)]) if number else {}
        for article in found.values():
            return article
        raise _not_found(article_id, version)

    def get_many(self, pairs: Sequence[tuple[str, int]]) -> dict[tuple[str, int], Article]:
        """Return the articles in these versions; a pair that is not in the archive is left out."""
        if not pairs:
            return {}
        with self.database.reading() as connection:
            return reading.articles_of(connection, pairs)

    def changes(self, since: int, until: int | None = None, batch: int = 500) -> Iterator[list[Article]]:
        """Yield the current versions whose change is after `since`, in order of change, in batches.

        Each batch is one short read, so a writer may go on. An article that changes meanwhile gets a
        higher change: without `until` it comes (again) later on, with `until` it is left for the next call.
        """
        while True:
            with self.database.reading() as connection:
                found = reading.changes_between(connection, since, until, batch)
            if not found:
                return
            since = found[-1].change
            yield found

    def latest_change(self) -> int:
        """Return the number of the last change, 0 in an empty archive."""
        with self.database.reading() as connection:
            return last_change(connection)

    def lineage(self) -> str:
        """Return which history the change numbers belong to: another one in a new or a restored archive.

        '' in archives that were made before they had one.
        """
        with self.database.reading() as connection:
            return lineage_of(connection)

    def changes_since(self, change: int) -> int:
        """Return how many articles have changed after `change`: those that an index up to it lacks."""
        with self.database.reading() as connection:
            return reading.count_changes(connection, change)

    def bytes_on_disk(self) -> int:
        """Return the size of the database in bytes."""
        with self.database.reading() as connection:
            return reading.database_bytes(connection)

    def counts(self) -> ArchiveCounts:
        """Return how many articles, versions, refused items and collections there are."""
        with self.database.reading() as connection:
            return reading.counts_of(connection)

    def versions(self, article_id: str) -> list[VersionInfo]:
        """Return the history of one article, oldest first. Raises NotFound."""
        found: list[VersionInfo] = []
        if is_article_id(article_id):
            with self.database.reading() as connection:
                found = reading.history(connection, article_id)
        if not found:
            raise _not_found(article_id, None)
        return found

    def draft_of(self, article: Article) -> Draft:
        """Return the draft from which this version of `article` was made. Raises NotFound."""
        with self.database.reading() as connection:
            draft = reading.draft_of(connection, (article.id, article.version))
        if draft is None:
            raise _not_found(article.id, article.version)
        return draft

    def headlines(self, batch: int = 5_000) -> Iterator[Headline]:
        """Yield id, title and publication of the current version of every article, by id."""
        after = ""
        while True:
            with self.database.reading() as connection:
                found = reading.headlines_after(connection, after, batch)
            if not found:
                return
            after = found[-1].id
            yield from found

    def arrival_parts(self, size: int) -> list[ArrivalPart]:
        """Return the parts of at most `size` articles, by their last change; reads all articles."""
        with self.database.reading() as connection:
            return arrivals.parts_of(connection, size)

    def arrivals(self, part: int, size: int) -> list[Arrival]:
        """Return the articles of one part, from 1, of that size; none for a part that there is not."""
        if not 1 <= part <= MAX_VERSION:
            return []
        with self.database.reading() as connection:
            return arrivals.arrivals_in(connection, part, size)

    def standings(self, batch: int = 5_000) -> Iterator[Standing]:
        """Yield the current version and change of every article, by id."""
        after = ""
        while True:
            with self.database.reading() as connection:
                found = reading.standings_after(connection, after, batch)
            if not found:
                return
            after = found[-1].id
            yield from found

    def collection_names(self) -> dict[str, str]:
        """Return the names of the collections by their slugs, in the order of the names."""
        with self.database.reading() as connection:
            return reading.collection_names_of(connection)

    def collections(self) -> list[Collection]:
        """Return the collections by name, with the number of articles in each."""
        with self.database.reading() as connection:
            return reading.collections_of(connection)

    def documents_of(self, codes: Sequence[str]) -> list[CitedDocument]:
        """Return the documents with these canonical codes, apart by issue date, the most cited first."""
        if not codes:
            return []
        with self.database.reading() as connection:
            return citations.documents_of(connection, codes)

    def cited_codes(self) -> list[CitedCode]:
        """Return every code that articles cite, in no order; reads all mentions."""
        with self.database.reading() as connection:
            return citations.cited_codes(connection)

    def cited_fragments(self) -> list[CitedFragment]:
        """Return what articles cite without saying whose it is, in no order; reads all mentions."""
        with self.database.reading() as connection:
            return citations.cited_fragments(connection)

    def issue_years(self) -> list[IssueYear]:
        """Return the years of the issue dates that articles give to each code; reads all mentions."""
        with self.database.reading() as connection:
            return citations.issue_years(connection)

    def wordings_of_code(self, code: str) -> list[Wording]:
        """Return how articles speak of the document of `code`, what most of them say first."""
        with self.database.reading() as connection:
            return citations.wordings_of_code(connection, code)

    def wordings_of_fragment(self, key: str) -> list[Wording]:
        """Return the same of mentions that do not say whose document they mean, and have this key."""
        with self.database.reading() as connection:
            return citations.wordings_of_fragment(connection, key)

    def refused(self, limit: int = 100, after: int = 0) -> list[RefusedRecord]:
        """Return up to `limit` refused items that follow the id `after`, in the order they came."""
        with self.database.reading() as connection:
            return reading.refused_after(connection, after, limit)

    def original_of(self, refused_id: int) -> bytes:
        """Return the bytes of a refused item, or their beginning if it was large. Raises NotFound."""
        with self.database.reading() as connection:
            original = original_bytes(connection, refused_id)
        if original is None:
            raise NotFound(
                vi=f"Không có mục bị từ chối số {refused_id}", en=f"There is no refused item {refused_id}"
            )
        return original

    def joins_of(self, texts: Sequence[str], fingerprint: str) -> dict[str, bytes]:
        """Return which syllables of each of `texts` are joined, where that is kept under `fingerprint`."""
        if not texts:
            return {}
        with self.database.reading() as connection:
            return segmentations.joins_of(connection, texts, fingerprint)

    def keep_joins(self, segmented: Segmented) -> None:
        """Keep the segmentations of these texts; those made by other rules are replaced."""
        if segmented.joins:
            with self.database.writing() as connection:
                segmentations.keep_joins(connection, *segmented)

    def stale_annotations(self, fingerprint: str) -> int:
        """Return how many articles were annotated by other rules than those of `fingerprint`."""
        with self.database.reading() as connection:
            return reannotation.count_stale(connection, fingerprint)

    def reannotate(
        self,
        annotate: Callable[[Draft], Annotations],
        fingerprint: str,
        batch: int = 500,
        progress: Progress | None = None,
    ) -> int:
        """Make the annotations of other fingerprints again; return how many articles that changed.

        A changed one gets a new change number, so that an update of the index takes it up. Each batch
        is one transaction; a run that was broken off goes on where it stopped.
        """
        changed, last_id = 0, ""
        while True:
            done = reannotation.reannotate_after(
                self.database, annotate, fingerprint, after=last_id, limit=batch
            )
            if not done.read:
                return changed
            changed, last_id = changed + done.changed, done.last_id
            if progress:
                progress(done.read)


def _brought(found: Mapping[str, tuple[str, Annotations]], identity: Identity | None) -> Annotations | None:
    content, annotated = found.get(identity.key, ("", None)) if identity else ("", None)
    return annotated if identity and content == identity.content_hash else None


def _now() -> str:
    return instant_text(datetime.now(UTC))


def _not_found(article_id: str, version: int | None) -> NotFound:
    shown = ascii(article_id[:80])
    if version is None:
        return NotFound(vi=f"Kho không có bài {shown}", en=f"The archive has no article {shown}")
    return NotFound(
        vi=f"Kho không có phiên bản {version} của bài {shown}",
        en=f"The archive has no version {version} of the article {shown}",
    )
