"""The pages of documents: the list of all of them, and the dossier of each.

An address may name a document in any spelling; it leads to the one address that the document has.
"""

from flask import Blueprint, Response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from searchsvc.errors import NotFound
from searchsvc.queries import SearchQuery
from searchsvc.search.answer import code_path
from searchsvc.search.citing import Place
from searchsvc.web.caching import revalidate_page
from searchsvc.web.document_list_view import PATH, document_list_view, document_view, list_query_from
from searchsvc.web.dossier_view import dossier_view
from searchsvc.web.language import current_language
from searchsvc.web.language import gettext as _
from searchsvc.web.links import code_address, page_address
from searchsvc.web.metadata import page_metadata
from searchsvc.web.parameters import CodesParameters, OverviewParameters
from searchsvc.web.services import catalogue, search_service, services

documents = Blueprint("documents", __name__, url_prefix="/codes")


@documents.get("/")
def index() -> str:
    """Show all documents, filtered by text, type, issuer and year."""
    asked = list_query_from(CodesParameters.read(request.args, search_service()))
    revalidate_page()
    view = document_list_view(catalogue().document_page(asked))
    about = page_metadata(_("Văn bản được dẫn trong kho"), PATH)
    return render_template("codes/list.html", view=view, metadata=about)


@documents.get("/<path:code>")
def dossier(code: str) -> AnyResponse | str:
    """Show the dossier of a document, or lead to it from another spelling."""
    try:
        name = catalogue().document_name(code)
    except NotFound as error:
        return _unknown(code, error)
    if name != code:
        return redirect(code_address(name), 301)
    per_page = services().settings.per_page
    asked = OverviewParameters.read(request.args, search_service())
    place = Place(asked.page, per_page, asked.period)
    revalidate_page()
    found = catalogue().dossier(name, place.page, per_page, place.days)
    view = dossier_view(found, place, search_service())
    about = page_metadata(view.heading, code_path(name), found.subject or "", feed=view.feed)
    return render_template("codes/dossier.html", view=view, metadata=about)


def _unknown(text: str, error: NotFound) -> Response:
    shown = " ".join(text[:80].split())
    page = render_template(
        "codes/unknown.html",
        message=error.message.text(current_language()),
        text=shown,
        offered=[document_view(document) for document in catalogue().closest_documents(text)],
        search=page_address(SearchQuery(shown)),
    )
    return Response(
        page, status=404, content_type="text/html; charset=utf-8", headers={"Cache-Control": "no-store"}
    )
