"""What a page proposes beside its results: another query, what to let go of, similar articles, documents."""

from collections.abc import Iterable

from searchsvc.queries import FacetName, SearchQuery
from searchsvc.results import Loosening, ResultPage
from searchsvc.search.service import Neighbourhood, SearchService
from searchsvc.web.links import Link, article_address
from searchsvc.web.params import address_of, narrowed


def suggestion_link(page: ResultPage) -> Link | None:
    """Return the query that does better, with the filters in force."""
    if page.suggestion is None:
        return None
    text = page.suggestion.text
    return Link(text, address_of(SearchQuery(text, page.query.filters, page.query.sort)))


def ways_out(page: ResultPage, service: SearchService) -> tuple[Link, ...]:
    """Return what to let go of to have results, each with the number of articles."""
    return tuple(Link(_what(each, service), address_of(each.query), each.total) for each in page.loosenings)


def _what(loosening: Loosening, service: SearchService) -> str:
    kind, value = loosening.kind, loosening.value
    if kind == "word":
        return f"Bỏ từ “{value}”"
    if kind == "issuer":
        return f"Bỏ tên cơ quan ban hành trong “{value}”"
    if kind in set(FacetName):
        name = {"unit": "đơn vị", "code": "văn bản", "collection": "bộ sưu tập"}.get(kind, kind)
        label = service.label(FacetName(kind), value) if value else ""
        return f"Bỏ lọc theo {name} {label}".rstrip()
    return {
        "days": "Bỏ lọc theo ngày đăng",
        "filters": "Bỏ mọi bộ lọc",
        "quotes": "Bỏ dấu ngoặc kép",
        "exclusions": "Bỏ các từ loại trừ",
        "everything": "Bỏ mọi bộ lọc, dấu ngoặc kép và từ loại trừ",
    }[kind]


def similar_links(found: Neighbourhood) -> Iterable[Link]:
    """Yield the similar articles, best first."""
    for article in found.similar:
        yield Link(article.title, article_address(article.id))


def co_cited_links(found: Neighbourhood) -> Iterable[Link]:
    """Yield the documents that are cited together with the article's, the most frequent first."""
    for count in found.co_cited:
        yield Link(count.value, address_of(narrowed(SearchQuery(), FacetName.CODE, count.value)), count.count)
