"""The JSON API, version 1."""

from typing import Any

from flask import Blueprint, request

from searchsvc.search.answer import answer, article_object, neighbours_object, suggestions_object
from searchsvc.search.completing import MAX_CHARS
from searchsvc.web.caching import API_MAX_AGE_S, SUGGEST_MAX_AGE_S, base_url, revalidate
from searchsvc.web.params import query_from
from searchsvc.web.services import search_service, services

api = Blueprint("api", __name__, url_prefix="/api/v1")


@api.get("/search")
def search() -> dict[str, Any]:
    """Answer a search, with the parameters of the search page."""
    settings, service = services().settings, search_service()
    query = query_from(request.args, service, settings.per_page)
    revalidate(query, max_age_s=API_MAX_AGE_S)
    return answer(service.search(query), service, base_url())


@api.get("/suggest")
def suggest() -> dict[str, Any]:
    """Answer completions of what is being typed; an empty list where there are none."""
    text = request.args.get("q", "")
    revalidate(text, max_age_s=SUGGEST_MAX_AGE_S)
    return suggestions_object(text[:MAX_CHARS], search_service().suggest(text), base_url())


@api.get("/articles/<path:article_id>")
def article(article_id: str) -> dict[str, Any]:
    """Answer one article as archived, with its mentions of documents, and its neighbours."""
    revalidate(max_age_s=API_MAX_AGE_S)
    service = search_service()
    found, _ = service.article(article_id)
    return {
        **article_object(found, service, base_url()),
        **neighbours_object(service.neighbours(found), base_url()),
    }
