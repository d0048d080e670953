"""The operations of the JSON API, version 1, on searches and articles."""

from dataclasses import replace

from flask import Blueprint

from searchsvc.errors import Message
from searchsvc.search.answer import (
    ANSWERED_FACETS,
    answer,
    article_object,
    neighbours_object,
    suggestions_object,
    versions_object,
)
from searchsvc.search.completing import MAX_CHARS
from searchsvc.search.json_types import ArticleAnswer, SearchPageAnswer, SuggestAnswer
from searchsvc.web.caching import SUGGEST_MAX_AGE_S, base_url
from searchsvc.web.observing import noted
from searchsvc.web.operations import PREFIX, Operation, PathParameter, operation
from searchsvc.web.page_links import page_links
from searchsvc.web.parameters import ArticleParameters, SearchParameters, SuggestParameters
from searchsvc.web.params import address_of, asked_by
from searchsvc.web.services import search_service

api = Blueprint("api", __name__, url_prefix=PREFIX)


@operation(
    api,
    Operation(
        name="search",
        rule="/search",
        summary=Message("Tìm bài", "Search articles"),
        details=Message(
            "Câu hỏi được hiểu như trên trang tìm kiếm: dấu, viết tắt, số hiệu, đơn vị, ngày tháng. "
            "Không có q thì trả về các bài mới nhất.",
            "The query is understood as on the search page: accents, abbreviations, codes, units, dates. "
            "Without q the newest articles are answered.",
        ),
        parameters=SearchParameters,
        answers=SearchPageAnswer,
        example="q=chuyen+doi+so&from=2020-01-01&per_page=3",
    ),
)
def search(given: SearchParameters) -> SearchPageAnswer:
    """Answer a search, with the parameters of the search page."""
    service, query = search_service(), asked_by(given)
    found = noted(service.search(query, facets=ANSWERED_FACETS))

    def address(number: int) -> str:
        path = address_of(replace(query, page=number), f"{PREFIX}/search", per_page=True)
        return base_url() + path

    links = page_links(address, query.page, query.per_page, found.total, service.limits.max_results)
    return {**answer(found, service, base_url()), "links": links}


@operation(
    api,
    Operation(
        name="suggest",
        rule="/suggest",
        summary=Message("Gợi ý khi đang gõ", "Complete what is being typed"),
        details=Message(
            "Cụm từ, số hiệu, đơn vị và tên bài có trong kho; gõ không dấu cũng được.",
            "Phrases, codes, units and titles of the archive; accents need not be typed.",
        ),
        parameters=SuggestParameters,
        answers=SuggestAnswer,
        example="q=chuyen+d&limit=5",
        max_age_s=SUGGEST_MAX_AGE_S,
    ),
)
def suggest(given: SuggestParameters) -> SuggestAnswer:
    """Answer completions of what is being typed; an empty list where there are none."""
    found = search_service().suggest(given.q, given.limit)
    return suggestions_object(given.q[:MAX_CHARS], found, base_url())


@operation(
    api,
    Operation(
        name="article",
        rule="/articles/<path:article_id>",
        summary=Message("Một bài", "One article"),
        details=Message(
            "Toàn văn bài như đã lưu, các phiên bản, văn bản được dẫn với vị trí trong bài, bài tương tự.",
            "The text as archived, its versions, its mentions of documents by place, similar articles.",
        ),
        parameters=ArticleParameters,
        answers=ArticleAnswer,
        path={
            "article_id": PathParameter(
                Message("Mã bài; có thể có dấu gạch chéo.", "Id of the article; it may hold slashes."),
                "lg-2016-0829",
            )
        },
    ),
)
def article(given: ArticleParameters, article_id: str) -> ArticleAnswer:
    """Answer one article as archived, with its mentions of documents, and its neighbours."""
    service = search_service()
    found = service.archive.get(article_id, given.version)
    return {
        **article_object(found, service, base_url()),
        **neighbours_object(service.neighbours(found), base_url()),
        "versions": versions_object(service.archive.versions(found.id)),
    }
