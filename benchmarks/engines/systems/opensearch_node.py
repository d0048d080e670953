"""OpenSearch as a node of its own, asked over HTTP: as it comes, and with our engine on it.

`OpenSearch` indexes the folded tokens in one field, ranked by its own BM25; `OursOnOpenSearch` is our engine
with all its fields, through its contract, from the service's archive beside the prepared tokens. The node is
started with the asking process and ends with it; its memory is not that process's.
"""

import os
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

from benchmarks.engines.prepared import DocumentFacts, Prepared
from benchmarks.engines.questions import Question, Restriction
from benchmarks.engines.systems.contract import FACET_LIMIT, LIMIT, Answer, Searcher, System
from benchmarks.engines.systems.ours import EngineSearcher
from benchmarks.engines.systems.tantivy_index import seconds_of
from searchsvc.settings import Settings, load_settings

HEAP = "1g"
INDEX = "peer"
FACETS = {"unit": "unit_path", "code": "codes", "collection": "collection", "year": "year"}
CHUNK = 500


class OpenSearch(System):
    """One text field with positions, one shard, no copy."""

    name = "opensearch"
    about = "OpenSearch over HTTP"

    def missing(self) -> str:
        """Return what has to be installed."""
        from tests.cluster import nodes

        return "" if nodes.installed() else nodes.HOW_TO_GET_IT

    def build(self, prepared: Prepared, folder: Path, threads: int) -> None:
        """Index the folded tokens."""
        with node(folder) as settings, closing(_client(settings)) as client:
            client.indices.delete(index=INDEX, params={"ignore": 404})
            client.indices.create(index=INDEX, body=_BODY)
            lines = enumerate(zip(prepared.tokens(), prepared.facts(), strict=True))
            while some := list(islice(lines, CHUNK)):
                body = [
                    part
                    for number, (tokens, facts) in some
                    for part in ({"index": {"_id": str(number)}}, {"text": tokens} | _columns(facts))
                ]
                if client.bulk(index=INDEX, body=body)["errors"]:
                    raise SystemExit("OpenSearch did not take all documents")
            client.indices.refresh(index=INDEX)
            client.indices.flush(index=INDEX)

    def open(self, folder: Path) -> Searcher:
        """Return a searcher on the node, which is started."""
        return _Searcher(folder)


class OursOnOpenSearch(OpenSearch):
    """Our engine on one node, its index in one shard without a copy."""

    name = "ours-opensearch"
    about = "ours: engine on OpenSearch"

    def build(self, prepared: Prepared, folder: Path, threads: int) -> None:
        """Index all layers, from the archive that the tokens were prepared from."""
        from searchsvc.extract.units import Registry
        from searchsvc.indexing import bring_up_to_date
        from searchsvc.search.opening import opened_archive, opened_engine

        archive_url = load_settings(data=prepared.folder.parent / "data").effective_archive_url
        with (
            node(folder) as settings,
            opened_archive(settings.model_copy(update={"archive_url": archive_url})) as archive,
            opened_engine(settings) as engine,
        ):
            bring_up_to_date(archive, engine, Registry.load(), full=True)

    def open(self, folder: Path) -> Searcher:
        """Return the engine on the node, which is started."""
        return _OurSearcher(folder)


@contextmanager
def node(folder: Path) -> Iterator[Settings]:
    """Run one node whose data stay in `folder`; give the settings of our engine on it.

    Where SEARCHSVC_OPENSEARCH_URLS names a cluster, that one is asked instead.
    """
    from tests.cluster.nodes import Cluster, installed

    if "SEARCHSVC_OPENSEARCH_URLS" in os.environ:
        yield load_settings(data=folder, engine="opensearch")
        return
    installation = installed()
    if installation is None:  # `missing` said so
        raise SystemExit("no OpenSearch")
    with Cluster.started(installation, 1, heap=HEAP, for_long=True, kept=folder) as cluster:
        cluster.wait(1, "yellow")
        yield load_settings(
            data=folder,
            engine="opensearch",
            opensearch_urls=cluster.urls,
            opensearch_shards=1,
            opensearch_replicas=0,
            opensearch_kept=0,
        )


class _OurSearcher(EngineSearcher):
    def __init__(self, folder: Path) -> None:
        from searchsvc.engines import open_engine

        self._stack = ExitStack()
        super().__init__(open_engine(self._stack.enter_context(node(folder))))

    def close(self) -> None:
        super().close()
        self._stack.close()


class _Searcher(Searcher):
    def __init__(self, folder: Path) -> None:
        self._stack = ExitStack()
        self._client = _client(self._stack.enter_context(node(folder)))

    def close(self) -> None:
        self._client.close()
        self._stack.close()

    def ask(self, question: Question) -> Any:
        return self._client.search(index=INDEX, body=_request(question), params={"request_cache": "false"})

    def answer(self, kept: Any) -> Answer:
        facets = {
            name: {str(bucket["key"]): int(bucket["doc_count"]) for bucket in found["buckets"]}
            for name, found in kept.get("aggregations", {}).items()
        }
        facets.get("year", {}).pop("0", None)
        hits = kept["hits"]
        return Answer(hits["total"]["value"], tuple(int(hit["_id"]) for hit in hits["hits"]), facets)


def _client(settings: Settings) -> Any:
    from searchsvc.engines.opensearch.client import Cluster

    return Cluster(settings).client


_BODY = {
    "settings": {"number_of_shards": 1, "number_of_replicas": 0, "refresh_interval": "-1"},
    "mappings": {
        "properties": {
            "text": {"type": "text", "analyzer": "whitespace"},
            "published": {"type": "long"},
            "year": {"type": "integer"},
            **{name: {"type": "keyword"} for name in ("collection", "unit_path", "codes")},
        }
    },
}


def _columns(facts: DocumentFacts) -> dict[str, Any]:
    return {name: value for name, value in facts._asdict().items() if name != "id"}


def _request(question: Question) -> dict[str, Any]:
    body: dict[str, Any] = {
        "query": _query(question),
        "size": LIMIT,
        "track_total_hits": True,
        "_source": False,
    }
    if question.shape == "sorted":
        body["sort"] = [{"published": "desc"}]
    if question.shape == "faceted":
        body["aggs"] = {
            name: {"terms": {"field": field, "size": 1000 if name == "year" else FACET_LIMIT}}
            for name, field in FACETS.items()
        }
    return body


def _query(question: Question) -> dict[str, Any]:
    if question.operator == "phrase":
        query: dict[str, Any] = {"match_phrase": {"text": " ".join(question.terms)}}
    else:
        how = "must" if question.operator == "and" else "should"
        query = {"bool": {how: [{"term": {"text": term}} for term in question.terms]}}
    if question.restriction is None:
        return query
    return {"bool": {"must": [query], "filter": [_restriction(question.restriction)]}}


def _restriction(restriction: Restriction) -> dict[str, Any]:
    if restriction.kind == "days":
        first, end = seconds_of(restriction)
        return {"range": {"published": {"gte": first, "lt": end}}}
    return {"term": {FACETS[restriction.kind]: restriction.value}}
