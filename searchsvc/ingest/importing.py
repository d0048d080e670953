"""Paths → archive: read and annotated on all cores, archived by this process alone, in order.

The primary entrypoint is `import_paths`.
"""

import time
from collections import Counter
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from searchsvc.analysis.compounds import joins_fingerprint
from searchsvc.archive.records import RefusedItem, Segmented
from searchsvc.archive.store import Archive
from searchsvc.archive.transfer import import_archive
from searchsvc.articles import Draft
from searchsvc.errors import Message, UnreadableSource
from searchsvc.extract.annotate import fingerprint
from searchsvc.extract.units import Registry
from searchsvc.ingest.discover import discover
from searchsvc.ingest.formats import EXPORT, checked_format
from searchsvc.ingest.recalling import Recollection
from searchsvc.ingest.sources import Limits, Refusal, SourceFile
from searchsvc.ingest.tasks import (
    ImportOptions,
    Item,
    ReadArticle,
    Recall,
    Task,
    Work,
    nothing_known,
    original_of,
    plan,
)
from searchsvc.ingest.workers import results_of
from searchsvc.settings import Settings, load_settings

__all__ = ["ImportOptions", "ImportReport", "Progress", "import_paths"]

BATCH = 200
"""Articles in one transaction of the archive."""

SHOWN_REFUSALS = 1_000


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an import is: bytes of the sources done and in all, items read and refused."""

    done_bytes: int
    total_bytes: int
    read: int
    refused: int

    @property
    def share(self) -> float:
        """Return the done part of the work, 0 to 1."""
        return min(self.done_bytes / self.total_bytes, 1.0) if self.total_bytes else 1.0


@dataclass(slots=True)
class ImportReport:
    """What became of all items: `read` is always new + changed + unchanged + refused.

    `refusals` are the first ones, `warnings` counts the articles under each remark.
    """

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: int = 0
    refusals: list[Refusal] = field(default_factory=list)
    warnings: Counter[Message] = field(default_factory=Counter)
    seconds: float = 0.0

    @property
    def read(self) -> int:
        """Return how many items were read."""
        return self.new + self.changed + self.unchanged + self.refused


def import_paths(
    paths: Iterable[Path],
    archive: Archive,
    registry: Registry,
    *,
    options: ImportOptions | None = None,
    limits: Settings | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> ImportReport:
    """Import the files under `paths` into `archive` and return what became of each item.

    Deterministic whatever the number of processes. On any exception, Ctrl-C included, what was archived stays
    and the next import completes it. Raises UnreadableSource for a path that is missing, ArchiveError.
    """
    started = time.monotonic()
    options, settings = options or ImportOptions(), limits or load_settings()
    name = checked_format(options.format)
    found = list(discover(paths))
    work = Work(registry, options, Limits.from_settings(settings), _recall(archive, registry))
    processes = settings.import_processes if options.processes is None else options.processes
    writer = _Writer(archive, _total(found), progress)
    results = _results(plan(found, name), work, processes, writer)
    with closing(results):
        for task, items in results:
            writer.take(items, task.size)
    writer.flush()
    writer.report.seconds = time.monotonic() - started
    return writer.report


def _recall(archive: Archive, registry: Registry) -> Recall:
    # An empty archive knows nothing, and the processes start sooner without it.
    return Recollection(archive, fingerprint(registry)) if archive.latest_change() else nothing_known


def _results(
    planned: Iterable[Task | Refusal], work: Work, processes: int, writer: "_Writer"
) -> Generator[tuple[Task, list[Item]], None, None]:
    """Yield the results of reading in order; refusals of the plan and exported archives go to `writer`."""

    def readable() -> Iterator[Task]:
        for task in planned:
            if isinstance(task, Refusal):
                writer.take([task], 0)
            elif task.files[0][1] == EXPORT:
                writer.restore(task.files[0][0], task.size)
            else:
                yield task

    yield from results_of(readable(), work, processes)


def _total(found: Iterable[SourceFile | Refusal]) -> int:
    total = 0
    for source in found:
        if isinstance(source, SourceFile):
            try:
                total += source.size
            except OSError:
                continue  # its reader says why
    return total


class _Writer:
    """Archives items in batches and keeps the account."""

    def __init__(
        self, archive: Archive, total_bytes: int, progress: Callable[[Progress], None] | None
    ) -> None:
        self.report = ImportReport()
        self._archive = archive
        self._articles: list[ReadArticle] = []
        self._refusals: list[Refusal] = []
        self._done, self._total = 0, total_bytes
        self._progress = progress

    def take(self, items: Iterable[Item], size: int) -> None:
        """Take the items of `size` bytes of the sources; archive whenever a batch is full."""
        for item in items:
            if isinstance(item, Refusal):
                self._refusals.append(item)
            else:
                self._articles.append(item)
            if len(self._articles) + len(self._refusals) >= BATCH:
                self.flush()
        self._advance(size)

    def restore(self, source: SourceFile, size: int) -> None:
        """Take in an exported archive; one that is damaged is refused as a whole."""
        self.flush()
        try:
            counts = import_archive(self._archive, source.path)
        except UnreadableSource as error:
            self.take([source.refuse(error.message)], size)
            return
        self.report.new += counts.new
        self.report.changed += counts.changed
        self.report.unchanged += counts.unchanged
        self._advance(size)

    def flush(self) -> None:
        """Archive what has gathered."""
        articles, self._articles = self._articles, []
        try:
            self._put(articles)
        except UnreadableSource:
            # One of the batch cannot be kept (its id); the archive has taken none of them.
            for article in articles:
                try:
                    self._put([article])
                except UnreadableSource as error:
                    self._refusals.append(_unusable(article.draft, error))
        refusals, self._refusals = self._refusals, []
        self._archive.refuse([RefusedItem(*_fields(refusal)) for refusal in refusals])
        self.report.refused += len(refusals)
        self.report.refusals += refusals[: max(SHOWN_REFUSALS - len(self.report.refusals), 0)]

    def _put(self, articles: list[ReadArticle]) -> None:
        entries = [(article.draft, article.annotations) for article in articles]
        joins = {
            text: article.joins[part]
            for article in articles
            for part, text in article.draft.texts()
            if part in article.joins
        }
        outcomes = Counter(
            outcome.status for outcome in self._archive.put(entries, Segmented(joins, joins_fingerprint()))
        )
        self.report.new += outcomes["new"]
        self.report.changed += outcomes["changed"]
        self.report.unchanged += outcomes["unchanged"]
        for _, found in entries:
            self.report.warnings.update(Message(*warning) for warning in found.warnings)

    def _advance(self, size: int) -> None:
        self._done += size
        if self._progress:
            self._progress(Progress(self._done, self._total, self.report.read, self.report.refused))


def _fields(refusal: Refusal) -> tuple[str, int, Message, bytes]:
    return refusal.source, refusal.position, refusal.reason, refusal.original


def _unusable(draft: Draft, error: UnreadableSource) -> Refusal:
    place, _, number = draft.source.rpartition(":")
    if draft.source_key is None and number.isdecimal():
        return Refusal(place, int(number), error.message, original_of(draft))
    return Refusal(draft.source, 0, error.message, original_of(draft))
