"""One search request: the clause, the filters, the facets, the order and the page.

The primary entrypoints are `Asked` and `hits_of`. Scores are rounded inside the cluster, so that what agrees
to SCORE_DECIMALS ties and goes by article id, on every page alike.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from searchsvc.engines.opensearch import filtering
from searchsvc.engines.opensearch.client import Json
from searchsvc.engines.opensearch.generations import Pointer
from searchsvc.engines.opensearch.mapping import MAX_WINDOW
from searchsvc.queries import EngineQuery, FacetName, Sort
from searchsvc.results import EngineHit

SCORE_DECIMALS = 6
MAX_PAGE = 10_000
"""At most so many hits are returned at once, whatever `limit` says."""

_ROUNDED = "Math.rint(_score * 1e6) / 1e6"


@dataclass(frozen=True, slots=True)
class Asked:
    """A query of the engine and its clause in the cluster's terms."""

    query: EngineQuery
    pointer: Pointer
    clause: Json

    def body(self) -> Json:
        """Return the request: one page, the total of all, the facets."""
        conditions = filtering.conditions_of(self.query.filters)
        facets = self.query.facets
        limit = self.query.facet_limit
        start = max(0, self.query.offset)
        size = min(max(0, self.query.limit), MAX_PAGE, max(0, MAX_WINDOW - start))
        return {
            "query": self._scored(),
            "post_filter": {"bool": {"filter": conditions.but()}},
            "aggs": {name: filtering.facet_request(name, conditions, limit) for name in facets},
            "sort": self._sort(),
            "track_scores": True,
            "track_total_hits": True,
            "from": min(start, MAX_WINDOW - size),
            "size": size,
            "_source": False,
            "docvalue_fields": ["id", "version"],
        }

    def matching(self, facet: FacetName) -> Json:
        """Return the query of what `facet` counts."""
        conditions = filtering.conditions_of(self.query.filters)
        return {"bool": {"filter": [self.clause, *conditions.but(facet)]}}

    def may_be_unscored(self, answer: Mapping[str, Any]) -> bool:
        """Return whether the first hit by relevance scores nothing; then perhaps none does."""
        hits = answer["hits"]["hits"]
        return self.query.sort is Sort.RELEVANCE and bool(hits) and not hits[0]["_score"]

    def best(self) -> "Asked":
        """Return the same for the first hit only."""
        return replace(self, query=replace(self.query, offset=0, limit=1, facets=()))

    def by_date(self) -> "Asked":
        """Return the same, newest first."""
        return replace(self, query=replace(self.query, sort=Sort.NEWEST))

    def _scored(self) -> Json:
        query: Json = {"bool": {"must": [self.clause], "must_not": self.pointer.hidden()}}
        if self.query.sort is not Sort.RELEVANCE or self.query.limit <= 0:
            return query
        return {"script_score": {"query": query, "script": {"source": _ROUNDED}}}

    def _sort(self) -> list[Json]:
        if self.query.sort is Sort.RELEVANCE:
            return [{"_score": "desc"}, {"id": "asc"}]
        order = "asc" if self.query.sort is Sort.OLDEST else "desc"
        return [{"published": {"order": order, "missing": "_last"}}, {"id": "asc"}]


def hits_of(answer: Mapping[str, Any]) -> Iterator[EngineHit]:
    """Yield the hits of an answer in their order."""
    for hit in answer["hits"]["hits"]:
        fields = hit["fields"]
        yield EngineHit(fields["id"][0], fields["version"][0], round(hit["_score"], SCORE_DECIMALS))
