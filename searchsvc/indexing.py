"""From the archive to the engine: an update of the live index, or a rebuild beside it.

The primary entrypoint is `bring_up_to_date`. Articles whose annotations were made by other rules, or with
another units registry, are annotated again first.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from time import monotonic

from searchsvc.ahead import ahead
from searchsvc.analysis.compounds import joins_fingerprint, word_joins
from searchsvc.archive.records import Segmented
from searchsvc.archive.store import Archive
from searchsvc.articles import Annotations, Article, CodeMention, Draft, Part
from searchsvc.collecting import uncollected
from searchsvc.engines.base import Engine, IndexDocument, IndexWriter
from searchsvc.errors import EngineUnavailable, IndexMismatch, IndexMissing
from searchsvc.extract.annotate import annotate
from searchsvc.extract.annotate import fingerprint as fingerprint_of
from searchsvc.extract.codes import search_keys
from searchsvc.extract.units import Registry
from searchsvc.search.lineage import index_fingerprint, is_index_of

BATCH = 200

AHEAD = 4
"""Batches that are read from the archive while the engine takes what was read before."""

LEADING_PARTS: tuple[Part, ...] = ("title", "summary")
"""An article that names a document here is about it, more likely than one that cites it in passing."""

Progress = Callable[[str, int, int], None]
"""Called with the step ("annotate" or "index"), the articles done in it so far, and all there are."""


@dataclass(frozen=True, slots=True)
class IndexReport:
    """What a run did: `documents` were put into the index, which is now complete up to `change`."""

    documents: int
    reannotated: int
    change: int
    generation: str
    seconds: float
    rebuilt: bool

    @property
    def documents_per_second(self) -> float:
        """How many documents went in per second of the whole run."""
        return self.documents / self.seconds if self.seconds else 0.0


def bring_up_to_date(
    archive: Archive,
    engine: Engine,
    registry: Registry,
    *,
    full: bool = False,
    progress: Progress | None = None,
) -> IndexReport:
    """Make `engine` hold the current version of every article; return what was done.

    Without a whole index of this archive, or with `full`, a new generation is built and becomes live when it
    is complete; else the live one is updated with what changed. Raises IndexMismatch, which names the
    command, where only a full run will do; IndexLocked, EngineUnavailable, ArchiveError.
    """
    started = monotonic()
    tell = progress or (lambda step, done, total: None)
    rules = fingerprint_of(registry)
    fingerprint = index_fingerprint(rules, archive.lineage())
    rebuild = full or not _updatable(archive, engine, fingerprint)
    reannotated = _annotate_again(archive, registry, rules, tell)
    run = _Run(archive, engine, registry, fingerprint, tell)
    documents = run.rebuild() if rebuild else 0
    documents += run.update()
    engine.clean()  # what a run that was killed left over, also where there was nothing to do
    status = engine.status()
    return IndexReport(
        documents=documents,
        reannotated=reannotated,
        change=status.change,
        generation=status.generation,
        seconds=monotonic() - started,
        rebuilt=rebuild,
    )


def document_from(
    article: Article, registry: Registry, joins: Mapping[Part, bytes] | None = None
) -> IndexDocument:
    """Return what the engine indexes of `article`; `joins` as in `IndexDocument`."""
    found = article.annotations
    return IndexDocument(
        id=article.id,
        version=article.version,
        texts=dict(article.texts()),
        collection=article.collection,
        published=found.published,
        unit=found.unit,
        unit_path=registry.path(found.unit) if found.unit else (),
        codes=found.distinct_codes(),
        code_keys=code_keys(found.codes),
        leading_code_keys=code_keys(mention for mention in found.codes if mention.part in LEADING_PARTS),
        joins=joins or {},
    )


def code_keys(mentions: Iterable[CodeMention]) -> tuple[str, ...]:
    """Return the search keys of each of `mentions`, so of a document as often as it is mentioned.

    A mention without an issuer that was not linked to a full code gives the keys of what is known of it.
    """
    return tuple(key for mention in mentions for key in search_keys(mention.code or mention.key))


def _updatable(archive: Archive, engine: Engine, fingerprint: str) -> bool:
    """Return whether there is a whole index of this archive, as it is or was before.

    Raises IndexMismatch if it is one that cannot be updated.
    """
    try:
        status = engine.status()
        damaged = engine.damaged_files()
    except (IndexMissing, EngineUnavailable):  # there is nothing to update; a rebuild says what is in its way
        return False
    if damaged:
        return False
    if not is_index_of(status, archive):  # the archive was restored, or is another one
        return False
    if status.fingerprint != fingerprint:
        # The engine would refuse the update too, but only after all articles were annotated again.
        raise IndexMismatch(
            vi="Quy tắc trích xuất hoặc danh mục đơn vị đã đổi; hãy chạy: searchsvc reindex --full",
            en="The extraction rules or the units have changed; run: searchsvc reindex --full",
        )
    return True


def _annotate_again(archive: Archive, registry: Registry, fingerprint: str, tell: Progress) -> int:
    total = archive.stale_annotations(fingerprint)
    if not total:
        return 0
    done = 0

    def annotated(draft: Draft) -> Annotations:
        return annotate(draft, registry)

    def told(count: int) -> None:
        nonlocal done
        done += count
        tell("annotate", done, max(done, total))

    tell("annotate", 0, total)
    archive.reannotate(annotated, fingerprint, progress=told)
    return done


@dataclass(frozen=True, slots=True)
class _Run:
    """One run over one archive and engine."""

    archive: Archive
    engine: Engine
    registry: Registry
    fingerprint: str
    tell: Progress

    def rebuild(self) -> int:
        """Build a new generation of what the archive holds now; changes meanwhile are left to `update`."""
        change = self.archive.latest_change()
        total = self.archive.counts().articles
        with self.engine.rebuild(fingerprint=self.fingerprint, change=change, documents=None) as writer:
            documents = self._put(writer, since=0, until=change, total=total)
            self._check(documents, change)
        return documents

    def update(self) -> int:
        """Put what changed since the live generation's change; return how many documents."""
        since, change = self.engine.status().change, self.archive.latest_change()
        if since == change:
            return 0
        with self.engine.update(fingerprint=self.fingerprint, change=change) as writer:
            # An upper bound: an article that changed twice is put once.
            return self._put(writer, since=since, until=change, total=change - since)

    def _put(self, writer: IndexWriter, *, since: int, until: int, total: int) -> int:
        done = 0

        def documents() -> Iterator[IndexDocument]:
            nonlocal done
            for batch in ahead(self._batches(since, until), AHEAD):
                yield from batch
                done += len(batch)
                self.tell("index", done, max(done, total))

        self.tell("index", 0, total)
        # The documents that wait for their segment are millions of objects without a cycle: to look through
        # them again and again takes a tenth of a rebuild.
        with uncollected():
            writer.put(documents())
        return done

    def _batches(self, since: int, until: int) -> Iterator[list[IndexDocument]]:
        for batch in self.archive.changes(since, until, batch=BATCH):
            joins = self._joins_of(batch)
            yield [
                document_from(article, self.registry, {part: joins[text] for part, text in article.texts()})
                for article in batch
            ]

    def _joins_of(self, articles: Sequence[Article]) -> dict[str, bytes]:
        """Return the segmentation of each text of `articles`; what the archive lacks is made and kept."""
        texts = list(dict.fromkeys(text for article in articles for _, text in article.texts()))
        kept = self.archive.joins_of(texts, joins_fingerprint())
        made = {text: word_joins(text) for text in texts if text not in kept}
        self.archive.keep_joins(Segmented(made, joins_fingerprint()))
        return kept | made

    def _check(self, documents: int, change: int) -> None:
        """Compare with the archive's own count, unless an import has changed it meanwhile."""
        articles = self.archive.counts().articles
        if documents != articles and self.archive.latest_change() == change:
            raise EngineUnavailable(
                vi=f"Đọc được {documents} bài nhưng kho có {articles}; chỉ mục cũ vẫn dùng. Hãy chạy lại.",
                en=f"{documents} articles were read but the archive has {articles}; the old index stays. "
                "Run again.",
            )
