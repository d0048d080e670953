"""Filters and facets of a query in the cluster's terms.

The primary entrypoints are `conditions_of`, `facet_request` and `facet_counts`; the rules stand in
`queries.EngineQuery`. A count of a value is exact only if no shard left a value out, so where one did, every
value is counted (`all_values_request`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from searchsvc.articles import VIETNAM_TIME
from searchsvc.engines.opensearch.client import Json
from searchsvc.queries import DateRange, FacetName, Filters
from searchsvc.results import FacetCount

FROM_EACH_SHARD = 5_000
"""Values that a shard sends for a facet before all are counted."""

PAGE = 10_000

_PERIODS = 12 * 10_000

FIELD_OF = {
    FacetName.UNIT: "unit_path",
    FacetName.CODE: "codes",
    FacetName.YEAR: "year",
    FacetName.MONTH: "month",
    FacetName.COLLECTION: "collection",
}


@dataclass(frozen=True, slots=True)
class Conditions:
    """One query per filter in force; None where nothing is filtered."""

    published: Json | None
    units: Json | None
    codes: Json | None
    collections: Json | None

    def but(self, facet: FacetName | None = None) -> list[Json]:
        """Return all conditions but the one that choosing in `facet` replaces."""
        replaced = {
            FacetName.YEAR: self.published,
            FacetName.MONTH: self.published,
            FacetName.UNIT: self.units,
            FacetName.COLLECTION: self.collections,
        }
        left_out = replaced.get(facet) if facet else None
        every = (self.published, self.units, self.codes, self.collections)
        return [each for each in every if each is not None and each is not left_out]


def conditions_of(filters: Filters) -> Conditions:
    """Return the conditions of `filters`; an unknown unit, code or collection lets nothing through."""
    return Conditions(
        published=_published(filters.published) if filters.published else None,
        units=_any_of("unit_path", filters.units) if filters.units else None,
        codes={"bool": {"filter": [_any_of("codes", (code,)) for code in filters.codes]}}
        if filters.codes
        else None,
        collections=_any_of("collection", filters.collections) if filters.collections else None,
    )


def facet_request(facet: FacetName, conditions: Conditions, limit: int) -> Json:
    """Return the aggregation of one facet over what matches the clause."""
    return {"filter": {"bool": {"filter": conditions.but(facet)}}, "aggs": {"values": _values(facet, limit)}}


def facet_counts(facet: FacetName, answer: Mapping[str, Any], limit: int) -> tuple[FacetCount, ...] | None:
    """Return what `facet_request` was answered; None if some shard left values out."""
    values = answer["values"]
    if values.get("doc_count_error_upper_bound", 0):
        return None
    counts = ((bucket["key"], bucket["doc_count"]) for bucket in values["buckets"])
    return most_frequent(facet, dict(counts), limit)


def all_values_request(field: str, after: Json | None) -> Json:
    """Return the aggregation of a page of all values of a field, in their order."""
    composite: Json = {"size": PAGE, "sources": [{"value": {"terms": {"field": field}}}]}
    if after:
        composite["after"] = after
    return {"composite": composite}


def _values(facet: FacetName, limit: int) -> Json:
    if facet in (FacetName.YEAR, FacetName.MONTH):
        return {"terms": {"field": FIELD_OF[facet], "size": _PERIODS // 2, "order": {"_key": "desc"}}}
    order = [{"_count": "desc"}, {"_key": "asc"}]
    size = max(1, limit)
    return {
        "terms": {
            "field": FIELD_OF[facet],
            "size": size,
            "shard_size": max(size, FROM_EACH_SHARD),
            "order": order,
        }
    }


def most_frequent(facet: FacetName, counts: Mapping[Any, int], limit: int) -> tuple[FacetCount, ...]:
    """Return the facet from the counts of its values."""
    if facet in (FacetName.YEAR, FacetName.MONTH):
        name = _year if facet is FacetName.YEAR else _month
        return tuple(FacetCount(name(value), counts[value]) for value in sorted(counts, reverse=True))
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return tuple(FacetCount(value, count) for value, count in ordered[: max(0, limit)])


def _year(value: int) -> str:
    return str(value)


def _month(value: int) -> str:
    return f"{value // 12:04d}-{value % 12 + 1:02d}"


def _published(days: DateRange) -> Json:
    bounds: Json = {}
    if days.first is not None:
        bounds["gte"] = _start_of(days.first)
    if days.last is not None:
        bounds["lt"] = _start_of(days.last) + 86_400
    return {"range": {"published": bounds}}


def _start_of(day: date) -> int:
    epoch = datetime(1970, 1, 1, tzinfo=VIETNAM_TIME)
    # The difference of two days, not timestamp(): that fails for the first day of year 1 in Vietnam.
    return (day - epoch.date()).days * 86_400 + int(epoch.timestamp())


def _any_of(field: str, values: Sequence[str]) -> Json:
    return {"terms": {field: [value for value in values if _is_unicode(value)]}}


def _is_unicode(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True
