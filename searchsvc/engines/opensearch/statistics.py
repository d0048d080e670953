"""What scores need to know of a whole generation: how many documents have a term, how long fields are.

The primary entrypoint is `Statistics`. The figures are counted over all shards and live documents only, so
they do not depend on how the documents lie; they are asked in one request for all clauses of a query, and
kept for as long as the generation is what it is.
"""

import math
import threading
from collections.abc import Iterable
from typing import NamedTuple

from searchsvc.engines.opensearch.client import Cluster, Json
from searchsvc.engines.opensearch.generations import Pointer
from searchsvc.engines.opensearch.mapping import length_field
from searchsvc.fields import FIELDS

KEPT = 50_000


class Having(NamedTuple):
    """The documents that have any of `terms` in any of `fields`."""

    fields: tuple[str, ...]
    terms: tuple[str, ...]

    def query(self) -> Json:
        """Return it as a query."""
        return _any([{"terms": {field: list(self.terms)}} for field in self.fields])


class Filled(NamedTuple):
    """The documents that have any of `fields` at all."""

    fields: tuple[str, ...]

    def query(self) -> Json:
        """Return it as a query."""
        return _any([{"exists": {"field": length_field(field)}} for field in self.fields])


Counted = Having | Filled


class Statistics:
    """The figures of one state of the index; `prepare` asks for all that a query needs at once."""

    def __init__(self, cluster: Cluster, pointer: Pointer) -> None:
        self._cluster = cluster
        self.pointer = pointer
        self._counts: dict[Counted, int] = {}
        self._lengths: dict[str, float] = {}
        self._guard = threading.Lock()

    def prepare(self, wanted: Iterable[Counted]) -> None:
        """Ask the cluster for the counts that are not known yet."""
        unknown = [each for each in dict.fromkeys(wanted) if each not in self._counts]
        if not unknown:
            return
        bodies = [
            {"size": 0, "track_total_hits": True, "query": self.pointer.having(each.query())}
            for each in unknown
        ]
        if not self._lengths:
            bodies.append(self._sums())
        answers = self._cluster.search_many(self.pointer.index, bodies)
        with self._guard:
            if len(self._counts) > KEPT:
                self._counts.clear()
            for each, answer in zip(unknown, answers, strict=False):
                self._counts[each] = int(answer["hits"]["total"]["value"])
            if len(answers) > len(unknown):
                sums = answers[-1]["aggregations"]
                self._lengths = {field.name: sums[field.name]["value"] for field in FIELDS}

    def count(self, counted: Counted) -> int:
        """Return how many documents there are of a kind that was prepared."""
        found = self._counts.get(counted)
        if found is None:  # forgotten meanwhile, for want of room
            self.prepare([counted])
            found = self._counts[counted]
        return found

    def idf(self, counted: Counted) -> float:
        """Return ln(1 + (N - n + 0.5) / (n + 0.5))."""
        count = self.count(counted)
        return math.log(1 + (self.pointer.documents - count + 0.5) / (count + 0.5))

    def average_length(self, fields: tuple[tuple[str, float], ...]) -> float:
        """Return the mean weighted length of the documents that have any of `fields`; 1 if there are none."""
        documents = self.count(Filled(tuple(name for name, _ in fields)))
        total = sum(weight * self._lengths[name] for name, weight in fields)
        return total / documents if documents else 1.0

    def _sums(self) -> Json:
        return {
            "size": 0,
            "query": self.pointer.having({"match_all": {}}),
            "aggs": {field.name: {"sum": {"field": length_field(field.name)}} for field in FIELDS},
        }


def _any(queries: list[Json]) -> Json:
    return queries[0] if len(queries) == 1 else {"bool": {"should": queries, "minimum_should_match": 1}}
