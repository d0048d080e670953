"""The operations of the API on documents, units and collections."""

from functools import partial
from urllib.parse import quote, urlencode

from flask import Blueprint

from searchsvc.errors import Message
from searchsvc.search.catalogue_answer import (
    CodesAnswer,
    CollectionsAnswer,
    DossierAnswer,
    LookupAnswer,
    UnitsAnswer,
    code_facets,
    collection_object,
    dossier_object,
    listed_object,
    lookup_object,
    unit_node_object,
)
from searchsvc.search.document_list import ListQuery
from searchsvc.search.looking_up import look_up
from searchsvc.web.caching import base_url
from searchsvc.web.operations import PREFIX, Operation, PathParameter, operation
from searchsvc.web.page_links import page_links
from searchsvc.web.parameters import (
    MAX_ADDRESS_CHARS,
    MAX_TEXT_CHARS,
    CodesParameters,
    ListParameters,
    LookupBody,
    LookupParameters,
    NoParameters,
    Parameters,
)
from searchsvc.web.services import catalogue, search_service

catalogue_api = Blueprint("api_catalogue", __name__, url_prefix=PREFIX)


@operation(
    catalogue_api,
    Operation(
        name="codes",
        rule="/codes",
        summary=Message("Các văn bản được dẫn", "Documents that articles cite"),
        details=Message(
            "Mọi số hiệu văn bản có trong kho, lọc theo loại, cơ quan và năm ban hành.",
            "All codes of documents in the archive, filtered by type, issuer and year of issue.",
        ),
        parameters=CodesParameters,
        answers=CodesAnswer,
        example="type=CT&issuer=TW&per_page=3",
    ),
)
def codes(given: CodesParameters) -> CodesAnswer:
    """Answer one page of the list of documents."""
    asked = ListQuery(given.q, given.type, given.issuer, given.year, given.sort, given.page, given.per_page)
    found = catalogue().document_page(asked)
    return {
        "total": found.total,
        "page": given.page,
        "per_page": given.per_page,
        "generation": search_service().generation(),
        "results": [listed_object(document, base_url()) for document in found.entries],
        "facets": code_facets(found),
        "links": page_links(partial(_address, "/codes", given), given.page, given.per_page, found.total),
    }


def _address(path: str, given: Parameters, page: int) -> str:
    """Return the address of another page of a list; what is at its default is left out."""
    values = given.model_dump(mode="json", exclude_defaults=True, exclude={"page"}) | {"page": page}
    return f"{base_url()}{PREFIX}{quote(path, safe='/')}?{urlencode(values)}"


_LOOKUP = partial(
    Operation,
    rule="/codes/lookup",
    summary=Message("Tra các số hiệu trong một văn bản", "Look up the codes in a text"),
    answers=LookupAnswer,
)
_LOOKUP_DETAILS = Message(
    "Mọi chỗ nhắc tới văn bản, với vị trí và các văn bản trong kho mà chỗ đó có thể chỉ tới. "
    f"Chỗ nào có thể là nhiều văn bản thì nêu hết. Tối đa {MAX_TEXT_CHARS} ký tự khi gửi bằng POST, "
    f"{MAX_ADDRESS_CHARS} trong địa chỉ.",
    "Every mention of a document, with its place and the documents of the archive that it may mean: "
    f"all of them where the text does not tell. At most {MAX_TEXT_CHARS} characters in a POST, "
    f"{MAX_ADDRESS_CHARS} in an address.",
)


# The decorator nearest to the function is declared first.
@operation(
    catalogue_api,
    _LOOKUP(
        name="lookup_text",
        details=_LOOKUP_DETAILS,
        parameters=LookupBody,
        example='{"text": "Chỉ thị số 35-CT/TW ngày 30/5/2019 và Kết luận 01-KL/TW"}',
        method="POST",
    ),
)
@operation(
    catalogue_api,
    _LOOKUP(
        name="lookup",
        details=_LOOKUP_DETAILS,
        parameters=LookupParameters,
        example=urlencode({"text": "Chỉ thị số 35-CT/TW và Kết luận 01-KL/TW"}),
    ),
)
def lookup(given: LookupParameters | LookupBody) -> LookupAnswer:
    """Answer the codes of a text."""
    service = search_service()
    found = look_up(given.text, service.engine, service.archive)
    return lookup_object(found, catalogue().documents(), base_url())


@operation(
    catalogue_api,
    Operation(
        name="code",
        rule="/codes/<path:code>",
        summary=Message("Hồ sơ một văn bản", "The dossier of a document"),
        details=Message(
            "Văn bản là gì theo các bài, bài nào dẫn nó, bao giờ, cùng với văn bản nào. "
            "Một phần số hiệu hay một số thì nêu các văn bản có thể được chỉ tới.",
            "What the document is as the articles say, which of them cite it, when, and together with what. "
            "A part of a code or a number alone has the documents that it may mean.",
        ),
        parameters=ListParameters,
        answers=DossierAnswer,
        example="per_page=2",
        path={
            "code": PathParameter(
                Message(
                    "Số hiệu, viết cách nào cũng được; dấu gạch chéo để nguyên hoặc viết %2F.",
                    "Code in any spelling; slashes as they are or as %2F.",
                ),
                "05-CT/TW",
            )
        },
    ),
)
def dossier(given: ListParameters, code: str) -> DossierAnswer:
    """Answer the dossier of a document."""
    found = catalogue().dossier(code, given.page, given.per_page)
    deepest = search_service().limits.max_results
    address = partial(_address, f"/codes/{found.name}", given)
    links = page_links(address, given.page, given.per_page, found.overview.listed, deepest)
    return dossier_object(found, (given.page, given.per_page), search_service(), base_url(), links)


@operation(
    catalogue_api,
    Operation(
        name="units",
        rule="/units",
        summary=Message("Các đơn vị", "The units"),
        details=Message(
            "Cây đơn vị đăng bài; số bài gồm cả đơn vị trực thuộc.",
            "The tree of the units that publish; counts include the units under each.",
        ),
        parameters=NoParameters,
        answers=UnitsAnswer,
    ),
)
def units(given: NoParameters) -> UnitsAnswer:
    """Answer the tree of units."""
    return {"units": [unit_node_object(node, base_url()) for node in catalogue().units()]}


@operation(
    catalogue_api,
    Operation(
        name="collections",
        rule="/collections",
        summary=Message("Các bộ sưu tập", "The collections"),
        details=Message("Theo thứ tự tên, với số bài.", "By name, with the number of articles."),
        parameters=NoParameters,
        answers=CollectionsAnswer,
    ),
)
def collections(given: NoParameters) -> CollectionsAnswer:
    """Answer the collections."""
    found = search_service().archive.collections()
    return {"collections": [collection_object(each, base_url()) for each in found]}
