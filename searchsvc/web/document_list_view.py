"""The list of all documents: from parameters to a `ListQuery`, from a `ListPage` to what the template shows.

The primary entrypoints are `list_query_from` and `document_list_view`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from searchsvc.results import LabelledCount
from searchsvc.search.document_list import (
    UNSTATED,
    DocumentSort,
    ListedDocument,
    ListPage,
    ListQuery,
    issuer_name,
    type_name,
)
from searchsvc.web.language import gettext as _
from searchsvc.web.language import localized
from searchsvc.web.links import code_address
from searchsvc.web.parameters import CodesParameters
from searchsvc.web.wording import grouped

PATH = "/codes/"
PER_PAGE = 50
_MOST_CHOICES = 80
"""Values of one field of the form; with all issuers of a country the page would be heavy."""


@dataclass(frozen=True, slots=True)
class DocumentView:
    """One document of the list; `issuer` is empty where no article states it."""

    name: str
    address: str
    type: str
    issuer: str
    years: str
    articles: int
    last: date | None


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a field of the form."""

    value: str
    text: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class DocumentListView:
    """Everything that the page of all documents shows. `query` has the page, as the pager asks for it."""

    query: ListQuery
    total: int
    start: int
    documents: tuple[DocumentView, ...]
    types: tuple[Choice, ...]
    issuers: tuple[Choice, ...]
    years: tuple[Choice, ...]
    sorts: tuple[Choice, ...]
    is_whole: bool
    last_page: int
    previous: str | None
    following: str | None
    first_page: str


def list_query_from(given: CodesParameters) -> ListQuery:
    """Return what an address asks of the list."""
    return ListQuery(
        " ".join(given.q.split()), given.type, given.issuer, given.year, given.sort, given.page, PER_PAGE
    )


def document_list_view(page: ListPage) -> DocumentListView:
    """Return what the page shows."""
    asked = page.asked
    last_page = max(1, -(-page.total // asked.per_page))
    sorts = {DocumentSort.CITED: _("Được dẫn nhiều nhất"), DocumentSort.RECENT: _("Mới được nhắc")}
    return DocumentListView(
        query=asked,
        total=page.total,
        start=(asked.page - 1) * asked.per_page + 1,
        documents=tuple(document_view(document) for document in page.entries),
        types=_choices(page.types, asked.type, _("Không ghi loại")),
        issuers=_choices(page.issuers, asked.issuer, _("Chưa rõ cơ quan")),
        years=_choices(page.years, str(asked.year or "")),
        sorts=tuple(Choice(sort, text, sort is asked.sort) for sort, text in sorts.items()),
        is_whole=not (asked.text or asked.type or asked.issuer or asked.year),
        last_page=last_page,
        previous=_address(asked, asked.page - 1) if asked.page > 1 else None,
        following=_address(asked, asked.page + 1) if asked.page < last_page else None,
        first_page=_address(asked, 1),
    )


def document_view(document: ListedDocument) -> DocumentView:
    """Return one line of the list, as other pages offer documents too."""
    return DocumentView(
        name=document.name,
        address=code_address(document.name),
        type="" if document.type == UNSTATED else type_name(document.type),
        issuer="" if document.issuer == UNSTATED else issuer_name(document.issuer),
        years=", ".join(map(str, document.years)),
        articles=document.articles,
        last=document.last,
    )


def _choices(counts: Sequence[LabelledCount], chosen: str, unstated: str = "") -> tuple[Choice, ...]:
    """Return the values of a field, those that most documents have; the chosen one is there in any case."""
    known = [count for place, count in enumerate(counts) if place < _MOST_CHOICES or count.value == chosen]
    if chosen and all(count.value != chosen for count in known):
        known.append(LabelledCount(chosen, chosen, 0))
    return tuple(
        Choice(count.value, f"{_text(count, unstated)} ({grouped(count.count)})", count.value == chosen)
        for count in known
    )


def _text(count: LabelledCount, unstated: str) -> str:
    if count.value == UNSTATED:
        return unstated
    # Names are shared ('quyết định; quy định' are both QĐ), so the abbreviation stands beside them.
    return count.label if count.label == count.value else f"{count.label} ({count.value})"


def _address(asked: ListQuery, page: int) -> str:
    pairs = [
        ("q", asked.text),
        ("type", asked.type),
        ("issuer", asked.issuer),
        ("year", str(asked.year or "")),
        ("sort", asked.sort if asked.sort is not DocumentSort.CITED else ""),
        ("page", str(page) if page > 1 else ""),
    ]
    query = urlencode([pair for pair in pairs if pair[1]])
    return localized(f"{PATH}?{query}" if query else PATH)
