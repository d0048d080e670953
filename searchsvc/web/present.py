"""The search page: from a `ResultPage` to what the template shows. No HTML here, only values.

The primary entrypoint is `search_view`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from flask import Flask
from markupsafe import Markup, escape

from searchsvc.queries import FacetName, SearchQuery, Sort
from searchsvc.results import Hit, ResultPage, Segment
from searchsvc.search.service import SearchService
from searchsvc.web import proposals
from searchsvc.web.facet_views import CodeList, UnitNode, code_list, collection_links, unit_tree
from searchsvc.web.language import gettext as _
from searchsvc.web.language import ngettext
from searchsvc.web.links import Link, article_addresses, narrowed_addresses, page_address
from searchsvc.web.metadata import PageMetadata, search_metadata
from searchsvc.web.params import args_for, without_days, without_value
from searchsvc.web.services import services
from searchsvc.web.timeline import Chart, timeline
from searchsvc.web.understood import StepView, step_views
from searchsvc.web.wording import day, grouped, typed_day

SHOWN_CODES = 5
EXAMPLES = ("05-CT/TW", "nghị quyết số 18", "chuyển đổi số", "nong thon moi")
"""Searches that the front page proposes: a code, a document in words, a subject, one without diacritics."""


@dataclass(frozen=True, slots=True)
class HitView:
    """One result as shown."""

    title: tuple[Segment, ...]
    address: str
    snippets: tuple[tuple[Segment, ...], ...]
    published: datetime | None
    unit: str
    codes: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class FilterView:
    """The filters beside the results. `kept…` are the parameters that each form carries along."""

    charts: tuple[Chart, ...]
    units: tuple[UnitNode, ...]
    codes: CodeList
    collections: tuple[Link, ...]
    first_day: str
    last_day: str
    kept_but_days: tuple[tuple[str, str], ...]
    kept: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class SearchView:
    """Everything that the search page shows."""

    page: ResultPage
    query: SearchQuery
    hits: tuple[HitView, ...]
    chips: tuple[Link, ...]
    filters: FilterView
    sorts: tuple[Link, ...]
    previous: str | None
    following: str | None
    last_page: int
    heading: str
    is_home: bool
    years: tuple[int, int] | None
    examples: tuple[Link, ...]
    clear: str
    first_page: str
    kept: tuple[tuple[str, str], ...]
    understood: tuple[StepView, ...]
    metadata: PageMetadata
    suggestion: Link | None = None
    ways_out: tuple[Link, ...] = ()


def register(app: Flask) -> None:
    """Give the templates their tests and the name of the site."""
    app.jinja_env.tests["cut"] = is_cut
    app.jinja_env.filters["marked"] = marked
    app.context_processor(lambda: {"site_name": services().settings.site_name})


def marked(segments: Iterable[Segment]) -> Markup:
    """Return segments as HTML, what the query matched in `<mark>`."""
    texts = [f"<mark>{escape(part.text)}</mark>" if part.hit else escape(part.text) for part in segments]
    return Markup("".join(texts))  # noqa: S704 - each text is escaped


def is_cut(snippet: Sequence[Segment]) -> bool:
    """Return whether a snippet ends within a sentence."""
    return not "".join(segment.text for segment in snippet).rstrip().endswith((".", "!", "?", "…", '"', "”"))


def search_view(page: ResultPage, service: SearchService, code_like: str = "") -> SearchView:
    """Return what the search page shows; `code_like` narrows its list of codes, not the results."""
    query = page.query
    is_home = not query.text.strip() and not query.filters and query.page == 1
    deepest = min(page.total, service.limits.max_results)
    last_page = max(1, -(-deepest // query.per_page))
    return SearchView(
        page=page,
        query=query,
        hits=_hits(page.hits, query, service),
        chips=tuple(_chips(query, service)),
        filters=_filters(page, service, code_like),
        sorts=tuple(
            Link(title, page_address(replace(query, sort=sort, page=1)), chosen=sort is page.sort)
            for sort, title in _sort_titles().items()
        ),
        previous=page_address(replace(query, page=query.page - 1)) if query.page > 1 else None,
        following=page_address(replace(query, page=query.page + 1)) if query.page < last_page else None,
        last_page=last_page,
        heading=_heading(page),
        is_home=is_home,
        years=_years(page),
        examples=tuple(Link(text, page_address(SearchQuery(text))) for text in EXAMPLES if is_home),
        clear=page_address(SearchQuery(query.text, asis=query.asis)),
        first_page=page_address(replace(query, page=1)),
        # Another text is understood anew.
        kept=tuple(pair for pair in args_for(replace(query, page=1, asis=())) if pair[0] != "q"),
        understood=step_views(page.interpreted.steps),
        metadata=search_metadata(query),
        suggestion=proposals.suggestion_link(page),
        ways_out=proposals.ways_out(page, service),
    )


def _filters(page: ResultPage, service: SearchService, code_like: str) -> FilterView:
    query, days = page.query, page.query.filters.published
    addresses = {facet: narrowed_addresses(query, facet) for facet in (FacetName.YEAR, FacetName.MONTH)}
    return FilterView(
        charts=timeline(
            page.facets.get(FacetName.YEAR, ()),
            page.facets.get(FacetName.MONTH, ()),
            days,
            lambda facet, value: addresses[facet](value),
        ),
        units=unit_tree(page, service.registry),
        codes=code_list(page, code_like),
        collections=collection_links(page),
        first_day=typed_day(days.first) if days.first else "",
        last_day=typed_day(days.last) if days.last else "",
        kept_but_days=tuple(args_for(without_days(query))),
        kept=tuple(args_for(replace(query, page=1))),
    )


def _heading(page: ResultPage) -> str:
    text = page.query.text.strip()
    if page.partial:
        return _("Không bài nào có đủ các từ")
    if not page.total:
        return _("Không tìm thấy bài nào")
    count = grouped(page.total)
    if not text:
        return ngettext("%(count)s bài", "%(count)s bài", page.total, count=count)
    return ngettext("%(count)s kết quả", "%(count)s kết quả", page.total, count=count)


def _years(page: ResultPage) -> tuple[int, int] | None:
    """Return the first and the last year of the articles."""
    years = [int(count.value) for count in page.facets.get(FacetName.YEAR, ())]
    return (min(years), max(years)) if years else None


def _sort_titles() -> dict[Sort, str]:
    return {
        Sort.RELEVANCE: _("Phù hợp nhất"),
        Sort.NEWEST: _("Mới nhất"),
        Sort.OLDEST: _("Cũ nhất"),
    }


def _hits(hits: Sequence[Hit], query: SearchQuery, service: SearchService) -> tuple[HitView, ...]:
    address = article_addresses(query.text, query.asis)
    address_of_code = narrowed_addresses(query, FacetName.CODE)

    def code_link(code: str) -> Link:
        return Link(code, address_of_code(code), chosen=code in query.filters.codes)

    return tuple(
        HitView(
            title=hit.title,
            address=address(hit.article.id),
            snippets=hit.snippets,
            published=hit.article.annotations.published,
            unit=service.unit_name(hit.article),
            codes=tuple(map(code_link, hit.article.annotations.distinct_codes()[:SHOWN_CODES])),
        )
        for hit in hits
    )


def _chips(query: SearchQuery, service: SearchService) -> Iterable[Link]:
    """Yield the filters in force, each leading to the search without it."""
    filters = query.filters
    if filters.published:
        yield Link(_days(filters.published.first, filters.published.last), page_address(without_days(query)))
    for facet, values in (
        (FacetName.UNIT, filters.units),
        (FacetName.CODE, filters.codes),
        (FacetName.COLLECTION, filters.collections),
    ):
        for value in values:
            yield Link(service.label(facet, value), page_address(without_value(query, facet, value)))


def _days(first: date | None, last: date | None) -> str:
    if first is None or last is None:
        return _("từ %(day)s", day=day(first)) if first else _("đến %(day)s", day=day(last or date.max))
    return _("từ %(first)s đến %(last)s", first=day(first), last=day(last))
