"""The pages: search and article."""

from dataclasses import replace

from flask import Blueprint, render_template, request

from searchsvc.queries import SearchQuery
from searchsvc.search.steps import known_asis
from searchsvc.web import present
from searchsvc.web.article_view import article_view
from searchsvc.web.caching import revalidate_page
from searchsvc.web.observing import noted
from searchsvc.web.parameters import ArticleParameters
from searchsvc.web.params import query_from
from searchsvc.web.services import search_service, services

FACET_VALUES = 50
ALL_VALUES = 10_000

pages = Blueprint("pages", __name__)


@pages.get("/")
@pages.get("/search")
def search() -> str:
    """Show the search page; without a query, the newest articles."""
    service = search_service()
    per_page = services().settings.per_page
    # The links of the page carry no per_page: with another one, its pages would not join.
    query = replace(query_from(request.args, service, per_page), per_page=per_page)
    revalidate_page()
    # The list of codes is narrowed here, so all of them are needed; else the page shows only the first.
    code_like = request.args.get("code_like", "").strip()
    found = noted(service.search(query, facet_limit=ALL_VALUES if code_like else FACET_VALUES))
    return render_template("search/results.html", view=present.search_view(found, service, code_like))


@pages.get("/articles/<path:article_id>")
def article(article_id: str) -> str:
    """Show one article as archived, with the query's words marked."""
    service = search_service()
    revalidate_page()
    text, asis = request.args.get("q", ""), known_asis(request.args.getlist("asis"))
    version = ArticleParameters.read(request.args, service).version
    found, marked = service.article(article_id, text, asis, version)
    asked = SearchQuery(text, asis=asis)
    versions = service.archive.versions(article_id)
    view = article_view(found, marked, service, asked, versions, service.neighbours(found))
    return render_template("articles/article.html", view=view)
