"""The dossier page: from a `Dossier` to what the template shows. The primary entrypoint is `dossier_view`."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from searchsvc.articles import Article
from searchsvc.queries import DateRange, Filters, SearchQuery
from searchsvc.search.answer import code_path
from searchsvc.search.citing import Place
from searchsvc.search.document_facts import DatedDocument
from searchsvc.search.dossiers import Dossier
from searchsvc.search.service import SearchService
from searchsvc.search.unit_overview import UnitNode, units_of
from searchsvc.web.document_list_view import PATH, DocumentView, document_view
from searchsvc.web.feeds import feed_address
from searchsvc.web.language import localized
from searchsvc.web.links import Link, article_address, code_address, page_address
from searchsvc.web.listing import Listing, listing

MOST_UNITS = 12


@dataclass(frozen=True, slots=True)
class DatedView:
    """One of the documents of a number; `address` leads to the articles of its days, if they are known."""

    issued: date | None
    term: str | None
    subject: str | None
    articles: int
    address: str


@dataclass(frozen=True, slots=True)
class MentionView:
    """The first or the latest article that mentions the document."""

    title: str
    address: str
    published: datetime | None


@dataclass(frozen=True, slots=True)
class CitingUnit:
    """A unit that cites the document, with those under it; a click gives its articles."""

    link: Link
    children: tuple["CitingUnit", ...]


@dataclass(frozen=True, slots=True)
class DossierView:
    """Everything that the dossier page shows. `document` is the only one of the number, if it is one."""

    dossier: Dossier
    heading: str
    document: DatedDocument | None
    documents: tuple[DatedView, ...]
    first: MentionView | None
    last: MentionView | None
    units: tuple[CitingUnit, ...]
    co_cited: tuple[Link, ...]
    offered: tuple[DocumentView, ...]
    all_offered: str
    search: str
    feed: str
    listing: Listing


def dossier_view(dossier: Dossier, place: Place, service: SearchService) -> DossierView:
    """Return what the page of `dossier` shows."""
    query = query_for(dossier)
    several = len(dossier.documents) > 1
    return DossierView(
        dossier=dossier,
        heading=heading(dossier),
        document=dossier.documents[0] if dossier.documents and not several else None,
        documents=tuple(_dated(query, document) for document in dossier.documents) if several else (),
        first=_mention(dossier.overview.first, query),
        last=_mention(dossier.overview.last, query),
        units=_units(units_of(dossier.overview.units, service.registry), query),
        co_cited=tuple(
            Link(count.value, code_address(count.value), count.count) for count in dossier.co_cited
        ),
        offered=tuple(document_view(document) for document in dossier.offered),
        all_offered=localized(f"{PATH}?q={dossier.number}"),
        search=page_address(query),
        feed=feed_address(query),
        listing=listing(dossier.overview, place, code_path(dossier.name), service, dossier.name),
    )


def query_for(dossier: Dossier) -> SearchQuery:
    """Return the search for the articles that a dossier lists."""
    if dossier.kind == "code":
        return SearchQuery(filters=Filters(codes=(dossier.name,)))
    return SearchQuery(spoken_name(dossier))


def spoken_name(dossier: Dossier) -> str:
    """Return a fragment as people say it, which a search understands: 'nghị quyết Đại hội XIII'."""
    name = dossier.name
    if dossier.kind == "fragment" and not dossier.number:
        _type, body, term = name.split("-", 2)
        organ = "Đại hội" if body == "ĐH" else f"Trung ương {body.removeprefix('TW')} khóa"
        return f"{dossier.type_name} {organ} {term}"
    return name if dossier.kind == "fragment" else f"số {name}"


def heading(dossier: Dossier) -> str:
    """Return the title of the page: 'Chỉ thị 05-CT/TW', 'Nghị quyết Đại hội XIII', 'Số 35'."""
    name = spoken_name(dossier) if dossier.kind != "code" else dossier.name
    text = name if name.startswith(dossier.type_name) else f"{dossier.type_name} {name}"
    text = text.strip()
    return text[:1].upper() + text[1:]


def _dated(query: SearchQuery, document: DatedDocument) -> DatedView:
    days = document.days or DateRange()
    within = replace(query, filters=replace(query.filters, published=days))
    address = page_address(within) if document.days else ""
    return DatedView(document.issued, document.term, document.subject, document.articles, address)


def _mention(article: Article | None, query: SearchQuery) -> MentionView | None:
    if article is None:
        return None
    marked = query.text or query.filters.codes[0]
    address = article_address(article.id, marked)
    return MentionView(article.title, address, article.annotations.published)


def _units(nodes: Iterable[UnitNode], query: SearchQuery) -> tuple[CitingUnit, ...]:
    shown = []
    for node in tuple(nodes)[:MOST_UNITS]:
        within = replace(query, filters=replace(query.filters, units=(node.unit.slug,)))
        link = Link(node.unit.name, page_address(within), node.articles)
        shown.append(CitingUnit(link, _units(node.children, query)))
    return tuple(shown)
