"""OpenSearch as it comes, as a peer: its standard tokenizer, lower case and ASCII folding, its own BM25.

The primary entrypoint is `opensearch_folded`. It needs a cluster; SEARCHSVC_OPENSEARCH_URLS names it.
"""

from collections.abc import Sequence
from itertools import islice

from benchmarks.relevance.collections import Document
from benchmarks.relevance.peers import Rank
from searchsvc.evaluation import RUN_DEPTH
from searchsvc.settings import load_settings

INDEX = "peer-opensearch"
_CHUNK = 500
_ANALYZER = {"type": "custom", "tokenizer": "standard", "filter": ["lowercase", "asciifolding"]}


def opensearch_folded(documents: Sequence[Document]) -> Rank:
    """Any of the words, one field, one shard, so that its frequencies are those of the collection."""
    from searchsvc.engines.opensearch.client import Cluster

    client = Cluster(load_settings()).client
    client.indices.delete(index=INDEX, params={"ignore": 404})
    client.indices.create(
        index=INDEX,
        body={
            "settings": {"number_of_shards": 1, "analysis": {"analyzer": {"folded": _ANALYZER}}},
            "mappings": {"properties": {"text": {"type": "text", "analyzer": "folded"}}},
        },
    )
    remaining = iter(documents)
    while some := list(islice(remaining, _CHUNK)):
        lines = [part for each in some for part in ({"index": {"_id": each.id}}, {"text": each.text})]
        answer = client.bulk(body=lines, index=INDEX)
        if answer["errors"]:
            raise SystemExit("OpenSearch did not take all documents")
    client.indices.refresh(index=INDEX)

    def rank(text: str) -> list[str]:
        body = {"query": {"match": {"text": text}}, "size": RUN_DEPTH, "_source": False}
        return [hit["_id"] for hit in client.search(index=INDEX, body=body)["hits"]["hits"]]

    return rank
