"""What is asked: by a person (`SearchQuery`) and of an engine (`EngineQuery`). No engine, no Flask."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from searchsvc.clauses import Clause


class Sort(StrEnum):
    """Order of results; ties always by article id."""

    RELEVANCE = "relevance"
    NEWEST = "newest"
    OLDEST = "oldest"


class FacetName(StrEnum):
    """The facets; `year` and `month` (2022-01) are those of publication in Vietnam, `unit` counts a unit with
    its children."""

    UNIT = "unit"
    CODE = "code"
    YEAR = "year"
    MONTH = "month"
    COLLECTION = "collection"


ALL_FACETS = tuple(FacetName)


@dataclass(frozen=True, slots=True)
class DateRange:
    """Days from `first` to `last`, both included, in Vietnam; None is open."""

    first: date | None = None
    last: date | None = None

    def __bool__(self) -> bool:
        return self.first is not None or self.last is not None


@dataclass(frozen=True, slots=True)
class Filters:
    """Conditions that do not score. Several units or collections: any of them; several codes: all.

    An article has one unit and one collection but cites many codes; so a further code narrows.
    `units` are slugs, and a unit includes its children; `codes` are canonical.
    """

    published: DateRange = field(default_factory=DateRange)
    units: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    collections: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.published or self.units or self.codes or self.collections)


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """What a person asks: their text as typed, filters, order and page (from 1).

    `asis` names the steps of interpretation that they switched off (`results.Step.asis`).
    """

    text: str = ""
    filters: Filters = field(default_factory=Filters)
    sort: Sort | None = None
    page: int = 1
    per_page: int = 10
    asis: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EngineQuery:
    """What an engine is asked. `limit` 0 asks for the total and the facets only.

    A facet counts the articles that match the clause and all filters but its own; the code facet keeps
    its own filter too, since codes narrow. Each facet gives its `facet_limit` most frequent values,
    the years and months all, newest first.
    """

    clause: Clause
    filters: Filters = field(default_factory=Filters)
    sort: Sort = Sort.RELEVANCE
    offset: int = 0
    limit: int = 10
    facets: tuple[FacetName, ...] = ()
    facet_limit: int = 50
