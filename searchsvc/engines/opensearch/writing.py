"""Writing: documents into a new index, or beside those of the live one, unseen until the last step.

The primary entrypoints are `Rebuild` and `Update`. A document has the update that brought it (`born`) and,
once it is replaced or removed, the one that did (`dead`); readers at update N see what was born up to N and
not dead by N. So an update writes for as long as it needs, marks what it replaces, and becomes visible when
the pointer says N + 1. What a failed one leaves is never seen, and the next one removes it.
"""

import secrets
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import TypeVar

from searchsvc.engines.base import IndexDocument, IndexWriter
from searchsvc.engines.failures import unverified
from searchsvc.engines.opensearch.bulk import Bulk
from searchsvc.engines.opensearch.client import Cluster, Json, asked
from searchsvc.engines.opensearch.documents import place_of, source_of
from searchsvc.engines.opensearch.generations import Pointer
from searchsvc.engines.opensearch.mapping import DEAD_FROM, LIVE_FROM
from searchsvc.fields import FIELDS

T = TypeVar("T")

IDS_AT_ONCE = 500
PROBES = 20


class Rebuild(IndexWriter):
    """Fills the index of a new generation."""

    def __init__(self, cluster: Cluster, index: str, bulk: Bulk) -> None:
        self._cluster = cluster
        self._index = index
        self._bulk = bulk
        self._put: set[str] = set()
        self._probes: dict[str, Json] = {}

    def put(self, documents: Iterable[IndexDocument]) -> None:
        """Add or replace `documents`."""
        for document in documents:
            source = source_of(document)
            self._bulk.put(place_of(document.id, "0"), document.id, {**source, LIVE_FROM: 0})
            self._put.add(document.id)
            if len(self._probes) < PROBES or document.id in self._probes:
                self._probes[document.id] = source

    def remove(self, ids: Iterable[str]) -> None:
        """Remove the documents with these article ids."""
        for id_ in ids:
            self._bulk.delete(place_of(id_, "0"), id_)
            self._put.discard(id_)
            self._probes.pop(id_, None)

    def finish(self, expected: int | None) -> int:
        """Wait until all is written and searchable, check it, and return the number of documents.

        Raises EngineUnavailable that says what is wrong: another number than `expected` (None: as were put),
        or an article that its own terms do not find.
        """
        self._bulk.finish()
        self._cluster.refresh(self._index)
        documents = self._cluster.count(self._index, {"match_all": {}})
        wanted = len(self._put) if expected is None else expected
        if documents != wanted:
            raise unverified(f"{documents} bài thay vì {wanted}", f"{documents} articles instead of {wanted}")
        self._probe()
        return documents

    def _probe(self) -> None:
        bodies: list[Json] = []
        for id_, source in self._probes.items():
            terms = [
                {"term": {field.name: source[field.name].split(" ")[0]}}
                for field in FIELDS
                if field.name in source and field.layer != "words"
            ]
            bodies.append({"size": 0, "query": {"bool": {"filter": [{"term": {"id": id_}}, *terms]}}})
        answers = self._cluster.search_many(self._index, bodies)
        for id_, answer in zip(self._probes, answers, strict=True):
            if not answer["hits"]["total"]["value"]:
                raise unverified(
                    f"không tìm thấy bài {id_} bằng chính từ của nó",
                    f"the article {id_} is not found by its own words",
                )


class Update(IndexWriter):
    """Adds to the live index what the next update makes visible."""

    def __init__(self, cluster: Cluster, live: Pointer, bulk: Bulk) -> None:
        self._cluster = cluster
        self._live = live
        self._bulk = bulk
        self.number = live.update + 1
        # Unlike any other attempt at the same update, so that nothing of theirs is taken for ours.
        self._name = f"{self.number}.{secrets.token_hex(4)}"
        self._touched: dict[str, bool] = {}

    def put(self, documents: Iterable[IndexDocument]) -> None:
        """Add or replace `documents`."""
        for document in documents:
            source = {**source_of(document), LIVE_FROM: self.number}
            self._bulk.put(place_of(document.id, self._name), document.id, source)
            self._touched[document.id] = True

    def remove(self, ids: Iterable[str]) -> None:
        """Remove the documents with these article ids; unknown ids are no error."""
        for id_ in ids:
            if self._touched.get(id_):
                self._bulk.delete(place_of(id_, self._name), id_)
            self._touched[id_] = False

    def begin(self) -> None:
        """Remove what a failed update left, and what no reader of the last two states sees any more."""
        index, number = self._live.index, self._live.update
        self._cluster.refresh(index)
        leftover = {"range": {LIVE_FROM: {"gt": number}}}
        marked = {"range": {DEAD_FROM: {"gt": number}}}
        forgotten = {"range": {DEAD_FROM: {"lt": number}}}
        options = {"conflicts": "proceed", "refresh": "true", "wait_for_completion": "true"}
        gone = {"bool": {"should": [leftover, forgotten], "minimum_should_match": 1}}
        if self._cluster.count(index, gone):
            with asked():
                self._cluster.client.delete_by_query(index=index, body={"query": gone}, params=options)
        if self._cluster.count(index, marked):
            script = {"source": f"ctx._source.remove('{DEAD_FROM}')"}
            with asked():
                self._cluster.client.update_by_query(
                    index=index, body={"query": marked, "script": script}, params=options
                )

    def finish(self) -> int:
        """Mark what is replaced, wait until all is searchable; return how many documents there will be."""
        self._bulk.finish()
        for ids in _chunks(self._touched, IDS_AT_ONCE):
            for place, id_ in self._places(ids):
                self._bulk.change(place, id_, {DEAD_FROM: self.number})
        self._bulk.finish()
        self._cluster.refresh(self._live.index)
        after = replace(self._live, update=self.number)
        documents = self._cluster.count(self._live.index, after.having({"match_all": {}}))
        put = sum(self._touched.values())
        brought = self._cluster.count(self._live.index, {"term": {LIVE_FROM: self.number}})
        if brought != put:
            raise unverified(f"{brought} bài mới thay vì {put}", f"{brought} new articles instead of {put}")
        return documents

    def _places(self, ids: Sequence[str]) -> Iterator[tuple[str, str]]:
        query = self._live.having({"terms": {"id": list(ids)}})
        body = {"size": len(ids), "query": query, "_source": False, "docvalue_fields": ["id"]}
        for hit in self._cluster.search(self._live.index, body)["hits"]["hits"]:
            yield hit["_id"], hit["fields"]["id"][0]


def _chunks(items: Iterable[T], size: int) -> Iterator[list[T]]:
    remaining = iter(items)
    while some := list(islice(remaining, size)):
        yield some
