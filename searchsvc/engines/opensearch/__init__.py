"""The OpenSearch engine: the same contract on a cluster, for archives that outgrow one machine.

The primary entrypoint is `OpenSearchEngine`. `mapping` and `documents` say what is indexed, `translating`,
`scoring` and `statistics` make a clause a query, `filtering` its filters and facets; `generations`,
`locking`, `bulk` and `writing` put documents in. docs/scale-out.md says how to run it.
"""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime
from itertools import chain
from typing import Any, TypeVar

from searchsvc.clauses import Clause, Everything
from searchsvc.engines.base import Engine, IndexStatus, IndexWriter
from searchsvc.engines.failures import mismatch, missing, not_indexed
from searchsvc.engines.opensearch import filtering, paging
from searchsvc.engines.opensearch.bulk import Bulk
from searchsvc.engines.opensearch.client import Cluster, IndexGone, Json
from searchsvc.engines.opensearch.generations import Generations, Pointer, now
from searchsvc.engines.opensearch.locking import writer_lock
from searchsvc.engines.opensearch.mapping import schema_fingerprint
from searchsvc.engines.opensearch.scoring import can_be_a_term
from searchsvc.engines.opensearch.statistics import Having, Statistics
from searchsvc.engines.opensearch.translating import counted, translate
from searchsvc.engines.opensearch.writing import Rebuild, Update
from searchsvc.errors import IndexLocked
from searchsvc.queries import EngineQuery, FacetName, Sort
from searchsvc.results import EngineResult, FacetCount
from searchsvc.settings import Settings

T = TypeVar("T")

ATTEMPTS = 3
PAGE = 10_000


class OpenSearchEngine(Engine):
    """An index in the cluster that `settings` names."""

    name = "opensearch"

    def __init__(self, settings: Settings) -> None:
        self._cluster = Cluster(settings)
        self._generations = Generations(self._cluster, settings)
        self._prefix = settings.opensearch_prefix
        self._statistics: Statistics | None = None
        self._guard = threading.Lock()

    def search(self, query: EngineQuery) -> EngineResult:
        """Return one page of hits; see `Engine.search`."""
        return self._reading(lambda statistics: self._answer(statistics, query))

    def scores_of(self, article_id: str, clauses: Sequence[Clause]) -> tuple[float | None, ...]:
        """Return the score that each of `clauses` gives to one article; see `Engine.scores_of`."""
        return self._reading(lambda statistics: self._scores_of(statistics, article_id, clauses))

    def document_frequency(self, field: str, term: str) -> int:
        """Return how many documents have `term` in `field`."""
        if not can_be_a_term(term):
            self._pointer()
            return 0
        having = Having((field,), (term,))

        def counted_once(statistics: Statistics) -> int:
            statistics.prepare([having])
            return statistics.count(having)

        return self._reading(counted_once)

    def vocabulary(self, field: str, prefix: str = "") -> Iterator[tuple[str, int]]:
        """Yield each term of `field` that starts with `prefix`, in order, with its document frequency."""
        pointer = self._pointer()
        if prefix and (count := self.document_frequency(field, prefix)):
            yield prefix, count
        for term, count in self._all_values(pointer, field, {"match_all": {}}, prefix):
            if not term.startswith(prefix):
                return
            yield term, count

    def versions(self) -> Mapping[str, int]:
        """Return the indexed version of each article."""
        return self._reading(lambda statistics: dict(self._versions(statistics.pointer)))

    def damaged_files(self) -> tuple[str, ...]:
        """Return nothing: the cluster checks its own files. Raises what `status` raises."""
        self.status()
        return ()

    def status(self) -> IndexStatus:
        """Return what is live. Raises also EngineUnavailable if a part of the index has no copy."""
        pointer = self._pointer()
        try:
            degraded = self._generations.degraded(pointer.index)
            size = self._generations.bytes_on_disk(pointer.index)
        except IndexGone as error:
            raise missing() from error
        return IndexStatus(
            engine=self.name,
            generation=pointer.generation,
            documents=pointer.documents,
            change=pointer.change,
            fingerprint=pointer.fingerprint,
            bytes_on_disk=size,
            built_at=datetime.fromisoformat(pointer.built_at),
            degraded=degraded,
        )

    @contextmanager
    def rebuild(
        self, *, fingerprint: str, change: int, documents: int | None = None
    ) -> Iterator[IndexWriter]:
        """Return a writer of a new generation; see `Engine.rebuild`."""
        with writer_lock(self._cluster, self._prefix) as lock:
            self._generations.clean()
            index = self._generations.create()
            try:
                with Bulk(self._cluster, index) as bulk:
                    writer = Rebuild(self._cluster, index, bulk)
                    yield writer
                    count = writer.finish(documents)
                self._generations.degraded(index)  # raises if a part of it has no copy any more
                pointer = Pointer(
                    index=index,
                    update=0,
                    schema=schema_fingerprint(),
                    fingerprint=fingerprint,
                    change=change,
                    documents=count,
                    built_at=now(),
                )
                self._generations.describe(pointer)
                lock.check()
                self._generations.point_to(index)
            except BaseException:
                self._discard(index)
                raise
            self._generations.clean()

    @contextmanager
    def update(self, *, fingerprint: str, change: int) -> Iterator[IndexWriter]:
        """Return a writer that adds to the live generation; see `Engine.update`."""
        self._pointer()
        with writer_lock(self._cluster, self._prefix) as lock:
            live = self._pointer()
            if live.fingerprint != fingerprint:
                raise mismatch(rules=True)
            with Bulk(self._cluster, live.index) as bulk:
                writer = Update(self._cluster, live, bulk)
                writer.begin()
                yield writer
                count = writer.finish()
            lock.check()
            self._generations.describe(replace(live, update=writer.number, change=change, documents=count))

    def clean(self) -> int:
        """Remove generations that are neither live nor kept for a roll-back; 0 while another one writes."""
        if not self._generations.names():
            return 0
        try:
            with writer_lock(self._cluster, self._prefix):
                return self._generations.clean()
        except IndexLocked:
            return 0

    def close(self) -> None:
        """Release the connections; a later search opens them again."""
        self._statistics = None
        self._cluster.close()

    def _pointer(self) -> Pointer:
        pointer = self._generations.pointer()
        if pointer.schema != schema_fingerprint():
            raise mismatch(rules=False)
        return pointer

    def _reading(self, read: Callable[[Statistics], T]) -> T:
        """Return what `read` finds in the live index; again where that was replaced and removed meanwhile."""
        for _ in range(ATTEMPTS):
            try:
                return read(self._current())
            except IndexGone:
                continue
        raise missing()

    def _current(self) -> Statistics:
        pointer = self._pointer()
        with self._guard:
            if self._statistics is None or self._statistics.pointer != pointer:
                self._statistics = Statistics(self._cluster, pointer)
            return self._statistics

    def _answer(self, statistics: Statistics, query: EngineQuery) -> EngineResult:
        pointer = statistics.pointer
        statistics.prepare(counted(query.clause))
        asked = paging.Asked(query, pointer, translate(query.clause, statistics))
        if isinstance(query.clause, Everything) and query.sort is Sort.RELEVANCE:
            asked = asked.by_date()
        answer = self._cluster.search(pointer.index, asked.body())
        if asked.may_be_unscored(answer) and not self._scores(pointer, asked):
            asked = asked.by_date()
            answer = self._cluster.search(pointer.index, asked.body())
        return EngineResult(
            total=int(answer["hits"]["total"]["value"]),
            hits=tuple(paging.hits_of(answer)),
            facets={name: self._facet(pointer, asked, name, answer) for name in query.facets},
            generation=pointer.generation,
        )

    def _scores(self, pointer: Pointer, asked: paging.Asked) -> bool:
        """Return whether anything scores, where the page that was asked for begins with what does not."""
        if asked.query.offset <= 0:
            return False
        best = self._cluster.search(pointer.index, asked.best().body())
        return any(hit.score for hit in paging.hits_of(best))

    def _facet(
        self, pointer: Pointer, asked: paging.Asked, name: FacetName, answer: Mapping[str, Any]
    ) -> tuple[FacetCount, ...]:
        limit = asked.query.facet_limit
        found = filtering.facet_counts(name, answer["aggregations"][name], limit)
        if found is not None:
            return found
        field, query = filtering.FIELD_OF[name], asked.matching(name)
        return filtering.most_frequent(name, dict(self._all_values(pointer, field, query)), limit)

    def _all_values(
        self, pointer: Pointer, field: str, query: Json, after: str = ""
    ) -> Iterator[tuple[Any, int]]:
        """Yield every value of `field` after `after` in what matches, in order, with its documents."""
        place = {"value": after} if after else None
        while True:
            body = {
                "size": 0,
                "query": pointer.having(query),
                "aggs": {"all": filtering.all_values_request(field, place)},
            }
            page = self._cluster.search(pointer.index, body)["aggregations"]["all"]
            for bucket in page["buckets"]:
                yield bucket["key"]["value"], bucket["doc_count"]
            place = page.get("after_key")
            if place is None:
                return

    def _scores_of(
        self, statistics: Statistics, article_id: str, clauses: Sequence[Clause]
    ) -> tuple[float | None, ...]:
        pointer = statistics.pointer
        statistics.prepare(chain.from_iterable(counted(clause) for clause in clauses))
        this = {"term": {"id": article_id}}
        bodies = [
            {
                "size": 1,
                "_source": False,
                "query": {
                    "bool": {
                        "must": [translate(clause, statistics)],
                        "filter": [this],
                        "must_not": pointer.hidden(),
                    }
                },
            }
            for clause in clauses
        ]
        counts, *answers = self._cluster.search_many(
            pointer.index, [{"size": 0, "query": pointer.having(this)}, *bodies]
        )
        if not counts["hits"]["total"]["value"]:
            raise not_indexed(article_id)
        found = (answer["hits"]["hits"] for answer in answers)
        return tuple(float(hits[0]["_score"]) if hits else None for hits in found)

    def _versions(self, pointer: Pointer) -> Iterator[tuple[str, int]]:
        after: Json = {}
        while True:
            body = {
                "size": PAGE,
                "query": pointer.having({"match_all": {}}),
                "sort": [{"id": "asc"}],
                "_source": False,
                "docvalue_fields": ["id", "version"],
                **after,
            }
            hits = self._cluster.search(pointer.index, body)["hits"]["hits"]
            for hit in hits:
                yield hit["fields"]["id"][0], hit["fields"]["version"][0]
            if len(hits) < PAGE:
                return
            after = {"search_after": hits[-1]["sort"]}

    def _discard(self, index: str) -> None:
        """Remove the index of a failed rebuild, if the cluster can; the next writer does otherwise."""
        with suppress(Exception):  # what failed first is what is told
            if self._generations.live_index() != index:
                self._generations.discard(index)
