"""What a page proposes beside its results: another query, what to let go of, similar articles, documents."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from searchsvc.queries import FacetName, SearchQuery
from searchsvc.results import Loosening, ResultPage
from searchsvc.search.service import Neighbourhood, SearchService
from searchsvc.web.language import gettext as _
from searchsvc.web.links import Link, article_address, code_address, page_address


@dataclass(frozen=True, slots=True)
class SimilarLink:
    """An article like the one shown."""

    title: str
    address: str
    published: datetime | None


def suggestion_link(page: ResultPage) -> Link | None:
    """Return the query that does better, with the filters in force."""
    if page.suggestion is None:
        return None
    text = page.suggestion.text
    return Link(text, page_address(SearchQuery(text, page.query.filters, page.query.sort)))


def ways_out(page: ResultPage, service: SearchService) -> tuple[Link, ...]:
    """Return what to let go of to have results, each with the number of articles."""
    return tuple(Link(_what(each, service), page_address(each.query), each.total) for each in page.loosenings)


def _what(loosening: Loosening, service: SearchService) -> str:
    kind, value = loosening.kind, loosening.value
    if kind == "word":
        return _("Bỏ từ “%(word)s”", word=value)
    if kind == "issuer":
        return _("Bỏ tên cơ quan ban hành trong “%(code)s”", code=value)
    if kind in set(FacetName):
        label = service.label(FacetName(kind), value) if value else ""
        return _let_go(kind, label).rstrip()
    return {
        "days": _("Bỏ lọc theo ngày đăng"),
        "filters": _("Bỏ mọi bộ lọc"),
        "quotes": _("Bỏ dấu ngoặc kép"),
        "exclusions": _("Bỏ các từ loại trừ"),
        "everything": _("Bỏ mọi bộ lọc, dấu ngoặc kép và từ loại trừ"),
    }[kind]


def _let_go(kind: str, label: str) -> str:
    if kind == FacetName.UNIT:
        return _("Bỏ lọc theo đơn vị %(name)s", name=label)
    if kind == FacetName.CODE:
        return _("Bỏ lọc theo văn bản %(name)s", name=label)
    return _("Bỏ lọc theo bộ sưu tập %(name)s", name=label)


def similar_links(found: Neighbourhood) -> Iterable[SimilarLink]:
    """Yield the similar articles, best first."""
    for article in found.similar:
        yield SimilarLink(article.title, article_address(article.id), article.annotations.published)


def co_cited_links(found: Neighbourhood) -> Iterable[Link]:
    """Yield the documents that are cited together with the article's, the most frequent first."""
    for count in found.co_cited:
        yield Link(count.value, code_address(count.value), count.count)
