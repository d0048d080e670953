"""From results to what the templates show: links, chips, labels. No HTML here, only values."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from flask import Flask

from searchsvc.articles import Article
from searchsvc.queries import FacetName, SearchQuery, Sort
from searchsvc.results import Hit, ResultPage, Segment
from searchsvc.search.service import Neighbourhood, SearchService
from searchsvc.web import proposals
from searchsvc.web.language import gettext as _
from searchsvc.web.language import ngettext
from searchsvc.web.links import Link, article_address, page_address
from searchsvc.web.params import args_for, narrowed, without_days, without_value
from searchsvc.web.services import services
from searchsvc.web.understood import StepView, step_views
from searchsvc.web.wording import day, grouped, typed_day

SHOWN_VALUES = 8
"""Values of a facet that are seen at once; the rest opens on request."""
SHOWN_CODES = 5


@dataclass(frozen=True, slots=True)
class FacetView:
    """One facet: what is seen at once (chosen values first), and the rest."""

    title: str
    first: tuple[Link, ...]
    rest: tuple[Link, ...]


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
class SearchView:
    """Everything that the search page shows."""

    page: ResultPage
    query: SearchQuery
    hits: tuple[HitView, ...]
    chips: tuple[Link, ...]
    facets: tuple[FacetView, ...]
    sorts: tuple[Link, ...]
    previous: str | None
    following: str | None
    last_page: int
    heading: str
    is_home: bool
    clear: str
    first_page: str
    kept: tuple[tuple[str, str], ...]
    kept_but_days: tuple[tuple[str, str], ...]
    first_day: str
    last_day: str
    understood: tuple[StepView, ...]
    suggestion: Link | None = None
    ways_out: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class ArticleView:
    """Everything that the article page shows."""

    article: Article
    title: tuple[Segment, ...]
    summary: tuple[tuple[Segment, ...], ...]
    body: tuple[tuple[Segment, ...], ...]
    captions: tuple[tuple[Segment, ...], ...]
    unit: Link | None
    codes: tuple[Link, ...]
    text: str
    back: str | None
    source: str | None
    similar: tuple[Link, ...] = ()
    co_cited: tuple[Link, ...] = ()


def register(app: Flask) -> None:
    """Give the templates their tests and the name of the site."""
    app.jinja_env.tests["cut"] = is_cut
    app.context_processor(lambda: {"site_name": services().settings.site_name})


def is_cut(snippet: Sequence[Segment]) -> bool:
    """Return whether a snippet ends within a sentence."""
    return not "".join(segment.text for segment in snippet).rstrip().endswith((".", "!", "?", "…", '"', "”"))


def search_view(page: ResultPage, service: SearchService) -> SearchView:
    """Return what the search page shows."""
    query, days = page.query, page.query.filters.published
    deepest = min(page.total, service.limits.max_results)
    last_page = max(1, -(-deepest // query.per_page))
    return SearchView(
        page=page,
        query=query,
        hits=tuple(_hit(hit, query, service) for hit in page.hits),
        chips=tuple(_chips(query, service)),
        facets=tuple(_facets(page)),
        sorts=tuple(
            Link(title, page_address(replace(query, sort=sort, page=1)), chosen=sort is page.sort)
            for sort, title in _sort_titles().items()
        ),
        previous=page_address(replace(query, page=query.page - 1)) if query.page > 1 else None,
        following=page_address(replace(query, page=query.page + 1)) if query.page < last_page else None,
        last_page=last_page,
        heading=_heading(page),
        is_home=not query.text.strip() and not query.filters and query.page == 1,
        clear=page_address(SearchQuery(query.text, asis=query.asis)),
        first_page=page_address(replace(query, page=1)),
        # Another text is understood anew.
        kept=tuple(pair for pair in args_for(replace(query, page=1, asis=())) if pair[0] != "q"),
        kept_but_days=tuple(args_for(without_days(query))),
        first_day=typed_day(days.first) if days.first else "",
        last_day=typed_day(days.last) if days.last else "",
        understood=step_views(page.interpreted.steps),
        suggestion=proposals.suggestion_link(page),
        ways_out=proposals.ways_out(page, service),
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


def _facet_titles() -> dict[FacetName, str]:
    return {
        FacetName.UNIT: _("Đơn vị"),
        FacetName.CODE: _("Văn bản được dẫn"),
        FacetName.YEAR: _("Năm"),
        FacetName.COLLECTION: _("Bộ sưu tập"),
    }


def _sort_titles() -> dict[Sort, str]:
    return {
        Sort.RELEVANCE: _("Phù hợp nhất"),
        Sort.NEWEST: _("Mới nhất"),
        Sort.OLDEST: _("Cũ nhất"),
    }


def _hit(hit: Hit, query: SearchQuery, service: SearchService) -> HitView:
    article = hit.article
    return HitView(
        title=hit.title,
        address=article_address(article.id, query.text, query.asis),
        snippets=hit.snippets,
        published=article.annotations.published,
        unit=service.unit_name(article),
        codes=tuple(_code_links(article.annotations.distinct_codes()[:SHOWN_CODES], query)),
    )


def _code_links(codes: Iterable[str], query: SearchQuery) -> Iterable[Link]:
    for code in codes:
        chosen = code in query.filters.codes
        yield Link(code, page_address(narrowed(query, FacetName.CODE, code)), chosen=chosen)


def _chips(query: SearchQuery, service: SearchService) -> Iterable[Link]:
    """Yield the filters in force, each leading to the search without it."""
    filters = query.filters
    if filters.published:
        first, last = filters.published.first, filters.published.last
        bounds = [
            _("từ %(day)s", day=day(first)) if first else "",
            _("đến %(day)s", day=day(last)) if last else "",
        ]
        text = " ".join(filter(None, bounds))
        yield Link(text, page_address(without_days(query)))
    for facet, values in (
        (FacetName.UNIT, filters.units),
        (FacetName.CODE, filters.codes),
        (FacetName.COLLECTION, filters.collections),
    ):
        for value in values:
            yield Link(service.label(facet, value), page_address(without_value(query, facet, value)))


def _facets(page: ResultPage) -> Iterable[FacetView]:
    for facet, title in _facet_titles().items():
        counts = page.facets.get(facet, ())
        chosen = _chosen(page.query, facet)
        links = tuple(
            Link(
                count.label,
                page_address(narrowed(page.query, facet, count.value)),
                count.count,
                chosen=count.value in chosen,
            )
            for count in counts
        )
        # One value that every result has tells nothing and narrows nothing.
        if len(links) > 1 or (chosen and links):
            in_sight = sorted(links, key=lambda link: not link.chosen)
            yield FacetView(title, tuple(in_sight[:SHOWN_VALUES]), tuple(in_sight[SHOWN_VALUES:]))


def _chosen(query: SearchQuery, facet: FacetName) -> Sequence[str]:
    filters = query.filters
    if facet is FacetName.YEAR:
        first, last = filters.published.first, filters.published.last
        whole_year = first and last and (first, last) == (date(first.year, 1, 1), date(first.year, 12, 31))
        return (str(first.year),) if first and whole_year else ()
    return {
        FacetName.UNIT: filters.units,
        FacetName.CODE: filters.codes,
        FacetName.COLLECTION: filters.collections,
    }[facet]


def article_view(
    article: Article,
    marked: Mapping[str, tuple[Segment, ...]],
    service: SearchService,
    asked: SearchQuery,
    neighbours: Neighbourhood = Neighbourhood(),  # noqa: B008 - a frozen value
) -> ArticleView:
    """Return what the article page shows."""
    slug, name = article.annotations.unit, service.unit_name(article)
    everything = SearchQuery()
    unit_address = page_address(narrowed(everything, FacetName.UNIT, slug)) if slug else ""
    return ArticleView(
        article=article,
        title=marked.get("title", ()),
        summary=lines(marked.get("summary", ()), "\n\n"),
        body=lines(marked.get("body", ()), "\n\n"),
        captions=lines(marked.get("captions", ()), "\n"),
        unit=Link(name, unit_address) if name else None,
        codes=tuple(_code_links(article.annotations.distinct_codes(), everything)),
        text=asked.text,
        back=page_address(asked) if asked.text.strip() else None,
        source=article.url if article.url and article.url.startswith(("http://", "https://")) else None,
        similar=tuple(proposals.similar_links(neighbours)),
        co_cited=tuple(proposals.co_cited_links(neighbours)),
    )


def lines(segments: Iterable[Segment], separator: str) -> tuple[tuple[Segment, ...], ...]:
    """Return segments regrouped into the paragraphs that `separator` parts; empty ones are left out."""
    paragraphs: list[list[Segment]] = [[]]
    for segment in segments:
        first, *others = segment.text.split(separator)
        paragraphs[-1].append(replace(segment, text=first))
        paragraphs.extend([replace(segment, text=other)] for other in others)
    kept = (tuple(part for part in paragraph if part.text) for paragraph in paragraphs)
    return tuple(paragraph for paragraph in kept if any(part.text.strip() for part in paragraph))
