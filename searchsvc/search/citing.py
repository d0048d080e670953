"""The articles that cite a document or that a unit published: one page of them, and what they have in common.

The primary entrypoint is `Citing.overview`. Everything is counted by the index, as a search counts it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from searchsvc.archive.store import Archive
from searchsvc.articles import Article
from searchsvc.clauses import Clause
from searchsvc.engines.base import Engine
from searchsvc.queries import DateRange, EngineQuery, FacetName, Filters, Sort
from searchsvc.results import EngineHit, FacetCount, Hit
from searchsvc.search.marking import Marker

FACETS = (FacetName.UNIT, FacetName.CODE, FacetName.MONTH)
MOST_UNITS = 10_000


@dataclass(frozen=True, slots=True)
class Place:
    """Which articles of a list are shown: those published on `days`, of them `page`, from 1."""

    page: int = 1
    per_page: int = 10
    days: DateRange = DateRange()  # noqa: RUF009 - a frozen value

    @property
    def offset(self) -> int:
        """The number of articles before the page."""
        return (self.page - 1) * self.per_page


@dataclass(frozen=True, slots=True)
class Overview:
    """Some articles: how many, one page of them newest first, and their common facts.

    `hits` are of the place that was asked for, and `listed` is the number of articles on all its pages; the
    rest tells of all articles.
    `months` ('2022-01') and `years` are newest first; `units` count a unit with its children; `codes` come
    the most cited first. `first` and `last` are the earliest and the latest article with a date.
    """

    total: int = 0
    listed: int = 0
    hits: tuple[Hit, ...] = ()
    months: tuple[FacetCount, ...] = ()
    years: tuple[FacetCount, ...] = ()
    units: tuple[FacetCount, ...] = ()
    codes: tuple[FacetCount, ...] = ()
    first: Article | None = None
    last: Article | None = None


@dataclass(frozen=True)
class Citing:
    """Asks archive and engine for overviews. Safe to share between threads."""

    archive: Archive
    engine: Engine

    def overview(
        self, clause: Clause, filters: Filters, place: Place, codes: Sequence[str], keys: Sequence[str] = ()
    ) -> Overview:
        """Return the articles that `clause` and `filters` give, newest first, with `codes` and `keys` marked.

        Raises what archive and engine raise.
        """
        asked = EngineQuery(
            clause,
            filters,
            Sort.NEWEST,
            offset=place.offset,
            limit=place.per_page,
            facets=FACETS,
            facet_limit=MOST_UNITS,
        )
        found = self.engine.search(asked)
        shown = found
        if place.days:
            within = replace(filters, published=place.days)
            shown = self.engine.search(replace(asked, filters=within, facets=()))
        ends = [
            self.engine.search(EngineQuery(clause, filters, sort, limit=1)).hits
            for sort in (Sort.OLDEST, Sort.NEWEST)
        ]
        articles = self._loaded([*shown.hits, *(hit for hits in ends for hit in hits)])
        first, last = (self._dated(hits, articles) for hits in ends)
        page = [articles[pair] for hit in shown.hits if (pair := (hit.id, hit.version)) in articles]
        marked = Marker((), keys, codes).for_articles(page)
        months = found.facets[FacetName.MONTH]
        return Overview(
            total=found.total,
            listed=shown.total,
            hits=tuple(Hit(marks.article, 0.0, marks.whole("title"), marks.snippets()) for marks in marked),
            months=months,
            years=_years(months),
            units=found.facets[FacetName.UNIT],
            codes=found.facets[FacetName.CODE],
            first=first,
            last=last,
        )

    def _loaded(self, hits: Sequence[EngineHit]) -> dict[tuple[str, int], Article]:
        return self.archive.get_many(list(dict.fromkeys((hit.id, hit.version) for hit in hits)))

    @staticmethod
    def _dated(hits: Sequence[EngineHit], articles: dict[tuple[str, int], Article]) -> Article | None:
        for hit in hits:
            article = articles.get((hit.id, hit.version))
            return article if article and article.annotations.published else None
        return None


def _years(months: Sequence[FacetCount]) -> tuple[FacetCount, ...]:
    years: dict[str, int] = {}
    for month in months:
        year = month.value[:4]
        years[year] = years.get(year, 0) + month.count
    return tuple(FacetCount(year, count) for year, count in years.items())
