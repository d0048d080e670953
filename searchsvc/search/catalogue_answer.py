"""What the API answers of documents, units and collections: the JSON objects and their types."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Literal
from urllib.parse import quote

from pydantic import Field
from typing_extensions import TypedDict

from searchsvc.archive.records import Collection
from searchsvc.queries import FacetName
from searchsvc.results import FacetCount, LabelledCount
from searchsvc.search.answer import result_object
from searchsvc.search.document_facts import DatedDocument
from searchsvc.search.document_list import DocumentList, ListedDocument, ListPage
from searchsvc.search.dossiers import Dossier
from searchsvc.search.json_types import (
    CoCitedObject,
    Code,
    Count,
    Day,
    End,
    FacetObject,
    Link,
    LinksObject,
    ResultObject,
    Start,
    said,
)
from searchsvc.search.looking_up import Choice, FoundCode, LookedUp
from searchsvc.search.service import SearchService
from searchsvc.search.unit_overview import UnitNode

Name = Annotated[
    str,
    said(
        "Tên văn bản trong địa chỉ: số hiệu, hoặc phần số hiệu khi không rõ cơ quan ban hành.",
        "Name of the document in addresses: its code, or the part of it that is known without the issuer.",
    ),
]
Articles = Annotated[Count, said("Số bài.", "Number of articles.")]
Subject = Annotated[
    str | None, said("Trích yếu, theo phần lớn các bài.", "Subject, as most articles say it.")
]
FirstDay = Annotated[Day | None, said("Ngày đăng của bài đầu tiên.", "Day of the first article.")]
LastDay = Annotated[Day | None, said("Ngày đăng của bài mới nhất.", "Day of the latest article.")]
Page = Annotated[int, Field(ge=1)]


class ListedObject(TypedDict):
    """A document that articles cite."""

    name: Name
    code: Annotated[Code | None, said("null nếu không rõ cơ quan.", "Null where the issuer is unknown.")]
    type: Annotated[str, said("Loại văn bản, viết tắt.", "Type of document, abbreviated.")]
    number: str
    issuer: Annotated[str, said("Cơ quan ban hành, viết tắt; - nếu không rõ.", "Issuer; - if unknown.")]
    years: Annotated[list[int], said("Năm ban hành.", "Years of issue.")]
    articles: Articles
    first: FirstDay
    last: LastDay
    link: Link


class CodeFacetsObject(TypedDict):
    """What the list may be narrowed to."""

    type: list[FacetObject]
    issuer: list[FacetObject]
    year: list[FacetObject]


class CodesAnswer(TypedDict):
    """One page of the documents that the archive cites."""

    total: Count
    page: Page
    per_page: Page
    generation: str
    results: list[ListedObject]
    facets: CodeFacetsObject
    links: LinksObject


DatedObject = TypedDict(
    "DatedObject",
    {
        "issued": Annotated[Day | None, said("Ngày ban hành.", "Issue date.")],
        "term": Annotated[str | None, said("Khóa, nhiệm kỳ.", "Term of the committee.")],
        "subject": Subject,
        "articles": Annotated[
            Count, said("Số bài nêu ngày (hoặc khóa) này.", "Articles that state the date or term.")
        ],
        "from": Annotated[
            Day | None, said("Số hiệu chỉ văn bản này từ ngày.", "The code means it from this day …")
        ],
        "to": Annotated[Day | None, said("… đến ngày.", "… to this day.")],
    },
)
DatedObject.__doc__ = "One of the documents that a code names."


class PeriodObject(TypedDict):
    """A month ('2022-01') or a year, and the number of articles of it."""

    value: str
    count: Count


class DossierAnswer(TypedDict):
    """What the archive knows of a document, and one page of the articles that cite it, newest first."""

    name: Name
    kind: Annotated[
        Literal["code", "fragment", "number"],
        said("Số hiệu đầy đủ, phần số hiệu, hay chỉ số.", "A whole code, a part of one, or a number alone."),
    ]
    number: str
    type: str
    type_name: str
    year: int | None
    issuer: str
    issuer_name: str
    subject: Subject
    documents: list[DatedObject]
    articles: Annotated[Count, said("Số bài dẫn văn bản.", "Articles that cite it.")]
    total: Annotated[
        Count, said("Số bài trong danh sách results.", "Articles that the pages of results list.")
    ]
    page: Page
    per_page: Page
    results: list[ResultObject]
    months: list[PeriodObject]
    years: list[PeriodObject]
    units: list[FacetObject]
    co_cited: list[CoCitedObject]
    offered: Annotated[
        list[ListedObject],
        said("Các văn bản có thể được chỉ tới.", "Documents that a part or a number may mean."),
    ]
    offers: Count
    link: Link
    links: LinksObject


class UnitNodeObject(TypedDict):
    """A unit, the number of articles of it and all units under it, and its children."""

    slug: str
    name: str
    articles: Articles
    link: Link
    children: list["UnitNodeObject"]


class UnitsAnswer(TypedDict):
    """The tree of units."""

    units: list[UnitNodeObject]


class CollectionObject(TypedDict):
    """A collection."""

    slug: str
    name: str
    articles: Articles
    link: Link


class CollectionsAnswer(TypedDict):
    """The collections by name."""

    collections: list[CollectionObject]


ChoiceObject = TypedDict(
    "ChoiceObject",
    {
        "code": Code,
        "issued": Day | None,
        "term": str | None,
        "from": Day | None,
        "to": Day | None,
        "articles": Annotated[Count, said("Số bài dẫn số hiệu này.", "Articles that cite the code.")],
        "link": Link,
    },
)
ChoiceObject.__doc__ = "A document that a mention may mean."


class FoundCodeObject(TypedDict):
    """A mention of a document in the text."""

    start: Start
    end: End
    text: str
    kind: Literal["full", "partial", "named"]
    code: Annotated[Code | None, said("null nếu không rõ cơ quan.", "Null where the issuer is unknown.")]
    name: Annotated[Name | None, said("null nếu kho chưa có.", "Null where the archive has none.")]
    type: str
    number: str
    issued: Day | None
    ambiguous: Annotated[bool, said("Có thể là nhiều văn bản.", "Whether it may mean several documents.")]
    documents: list[ChoiceObject]


class LookupAnswer(TypedDict):
    """The codes of a text."""

    text: Annotated[
        str,
        said(
            "Văn bản đã làm sạch (NFC); mọi vị trí tính trên đó.",
            "The text cleaned (NFC); all places are in it.",
        ),
    ]
    complete: Annotated[
        bool, said("false nếu quá nhiều số hiệu khác nhau.", "False if it has too many different codes.")
    ]
    codes: list[FoundCodeObject]


def document_path(name: str) -> str:
    """Return the path of a document's page. Codes hold slashes, which stay."""
    return f"/codes/{quote(name, safe='/')}"


def listed_object(document: ListedDocument, base_url: str) -> ListedObject:
    """Return a line of the list of documents."""
    return {
        "name": document.name,
        "code": document.code,
        "type": document.type,
        "number": document.number,
        "issuer": document.issuer,
        "years": list(document.years),
        "articles": document.articles,
        "first": _day(document.first),
        "last": _day(document.last),
        "link": base_url + document_path(document.name),
    }


def code_facets(page: ListPage) -> CodeFacetsObject:
    """Return what a page of the list may be narrowed to."""
    return {"type": _labelled(page.types), "issuer": _labelled(page.issuers), "year": _labelled(page.years)}


def _labelled(counts: Sequence[LabelledCount]) -> list[FacetObject]:
    return [{"value": count.value, "label": count.label, "count": count.count} for count in counts]


def dossier_object(
    found: Dossier, page: tuple[int, int], service: SearchService, base_url: str, links: LinksObject
) -> DossierAnswer:
    """Return a dossier; `page` is the number of the page and its length."""
    overview = found.overview
    return {
        "name": found.name,
        "kind": found.kind,
        "number": found.number,
        "type": found.type,
        "type_name": found.type_name,
        "year": found.year,
        "issuer": found.issuer,
        "issuer_name": found.issuer_name,
        "subject": found.subject,
        "documents": [_dated(document) for document in found.documents],
        "articles": overview.total,
        "total": found.overview.listed,
        "page": page[0],
        "per_page": page[1],
        "results": [result_object(hit, service, base_url) for hit in overview.hits],
        "months": _periods(overview.months),
        "years": _periods(overview.years),
        "units": [
            {"value": unit.value, "label": service.label(FacetName.UNIT, unit.value), "count": unit.count}
            for unit in overview.units
        ],
        "co_cited": [{"code": count.value, "count": count.count} for count in found.co_cited],
        "offered": [listed_object(document, base_url) for document in found.offered],
        "offers": found.offers,
        "link": base_url + document_path(found.name),
        "links": links,
    }


def _dated(document: DatedDocument) -> DatedObject:
    return {
        "issued": _day(document.issued),
        "term": document.term,
        "subject": document.subject,
        "articles": document.articles,
        "from": _day(document.days.first) if document.days else None,
        "to": _day(document.days.last) if document.days else None,
    }


def _periods(counts: Sequence[FacetCount]) -> list[PeriodObject]:
    return [{"value": count.value, "count": count.count} for count in counts]


def unit_node_object(node: UnitNode, base_url: str) -> UnitNodeObject:
    """Return a unit with all units under it."""
    return {
        "slug": node.unit.slug,
        "name": node.unit.name,
        "articles": node.articles,
        "link": f"{base_url}/units/{quote(node.unit.slug)}",
        "children": [unit_node_object(child, base_url) for child in node.children],
    }


def collection_object(collection: Collection, base_url: str) -> CollectionObject:
    """Return a collection."""
    return {
        "slug": collection.slug,
        "name": collection.name,
        "articles": collection.articles,
        "link": f"{base_url}/search?collection={quote(collection.slug)}",
    }


def lookup_object(found: LookedUp, documents: DocumentList, base_url: str) -> LookupAnswer:
    """Return the codes of a text; `documents` are those that have a page."""
    return {
        "text": found.text,
        "complete": found.complete,
        "codes": [_found_code(each, documents, base_url) for each in found.found],
    }


def _found_code(found: FoundCode, documents: DocumentList, base_url: str) -> FoundCodeObject:
    mention = found.mention
    listed = documents.get(mention.code or mention.key)
    return {
        "start": mention.start,
        "end": mention.end,
        "text": mention.raw,
        "kind": mention.kind,
        "code": mention.code,
        "name": listed.name if listed else None,
        "type": mention.type,
        "number": mention.number,
        "issued": _day(mention.issued),
        "ambiguous": len(found.choices) > 1,
        "documents": [_choice(choice, base_url) for choice in found.choices],
    }


def _choice(choice: Choice, base_url: str) -> ChoiceObject:
    meant = choice.document
    return {
        "code": meant.code,
        "issued": _day(meant.issued),
        "term": meant.term,
        "from": _day(meant.days.first) if meant.days else None,
        "to": _day(meant.days.last) if meant.days else None,
        "articles": choice.articles,
        "link": base_url + document_path(meant.code),
    }


def _day(value: date | None) -> str | None:
    return value.isoformat() if value else None
