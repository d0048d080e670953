"""A `ResultPage` as the JSON object of the API (INTERFACE: `GET /api/v1/search`)."""

from collections.abc import Sequence
from urllib.parse import quote, urlencode

from searchsvc.archive.records import VersionInfo
from searchsvc.articles import Article, CodeMention
from searchsvc.queries import FacetName, Filters
from searchsvc.results import Hit, Interpretation, Loosening, Offer, ResultPage, Segment, Step
from searchsvc.search.completing import Completion
from searchsvc.search.json_types import (
    ArticleObject,
    CompletionObject,
    FacetObject,
    FacetsObject,
    FiltersObject,
    InterpretedObject,
    LooseningObject,
    MentionObject,
    NeighboursObject,
    OfferObject,
    ResultObject,
    SearchAnswer,
    SegmentObject,
    StepObject,
    SuggestAnswer,
    UnitObject,
    VersionObject,
)
from searchsvc.search.service import Neighbourhood, SearchService

ANSWERED_FACETS = (FacetName.UNIT, FacetName.CODE, FacetName.YEAR, FacetName.COLLECTION)
"""The facets of an answer. Not the months: a long list for a picture of time, not for choosing."""


def answer(found: ResultPage, service: SearchService, base_url: str = "") -> SearchAnswer:
    """Return what the API and `search --json` print; `link` is the article's page under `base_url`."""
    return {
        "query": {
            "q": found.query.text,
            "interpreted": _interpreted(found.interpreted),
        },
        "total": found.total,
        "page": found.query.page,
        "per_page": found.query.per_page,
        "sort": found.sort.value,
        "partial": found.partial,
        "took_ms": found.took_ms,
        "generation": found.generation,
        "results": [result_object(hit, service, base_url) for hit in found.hits],
        "facets": _facets(found),
        "suggestion": (
            {"q": found.suggestion.text, "kind": found.suggestion.kind} if found.suggestion else None
        ),
        "loosenings": [_loosening(loosening) for loosening in found.loosenings],
    }


def _interpreted(found: Interpretation) -> InterpretedObject:
    return {
        "terms": list(found.terms),
        "codes": list(found.codes),
        "filters": filters_object(found.filters),
        "steps": [step_object(step) for step in found.steps],
    }


def _facets(found: ResultPage) -> FacetsObject:
    def values(name: FacetName) -> list[FacetObject]:
        return [
            {"value": count.value, "label": count.label, "count": count.count}
            for count in found.facets.get(name, ())
        ]

    return {
        "unit": values(FacetName.UNIT),
        "code": values(FacetName.CODE),
        "year": values(FacetName.YEAR),
        "collection": values(FacetName.COLLECTION),
    }


def article_object(article: Article, service: SearchService, base_url: str = "") -> ArticleObject:
    """Return an article as archived, with its mentions of documents by part and offset."""
    return {
        "id": article.id,
        "version": article.version,
        "title": article.title,
        "summary": article.summary,
        "body": article.body,
        "captions": list(article.captions),
        "url": article.url,
        "link": base_url.rstrip("/") + article_path(article.id),
        "published": published_text(article),
        "unit": unit_object(article, service),
        "author": article.author,
        "collection": article.collection,
        "codes": list(article.annotations.distinct_codes()),
        "mentions": [_mention(mention) for mention in article.annotations.codes],
    }


def _mention(mention: CodeMention) -> MentionObject:
    return {
        "part": mention.part,
        "start": mention.start,
        "end": mention.end,
        "text": mention.raw,
        "kind": mention.kind,
        "code": mention.code,
        "issued": mention.issued.isoformat() if mention.issued else None,
        "term": mention.term,
    }


COMPLETION_LABELS = {"phrase": "Cụm từ", "code": "Văn bản", "unit": "Đơn vị", "title": "Bài"}


def suggestions_object(text: str, found: Sequence[Completion], base_url: str = "") -> SuggestAnswer:
    """Return completions as the API answers them; `link` is where choosing one leads, with no further search
    for a title."""
    return {"q": text, "suggestions": [_completion(completion, base_url) for completion in found]}


def _completion(completion: Completion, base_url: str) -> CompletionObject:
    found: CompletionObject = {
        "text": completion.text,
        "kind": completion.kind,
        "label": COMPLETION_LABELS[completion.kind],
    }
    if completion.count is not None:
        found["count"] = completion.count
    if path := _completion_path(completion):
        found["link"] = base_url.rstrip("/") + path
    return found


def _completion_path(completion: Completion) -> str | None:
    if completion.reference is None:
        return None
    if completion.kind == "title":
        return article_path(completion.reference)
    return "/search?" + urlencode([(completion.kind, completion.reference)], quote_via=quote, safe="/")


def neighbours_object(found: Neighbourhood, base_url: str = "") -> NeighboursObject:
    """Return similar articles, best first, and documents cited together with the article's."""
    return {
        "similar": [
            {
                "id": article.id,
                "title": article.title,
                "link": base_url.rstrip("/") + article_path(article.id),
                "published": published_text(article),
            }
            for article in found.similar
        ],
        "co_cited": [{"code": count.value, "count": count.count} for count in found.co_cited],
    }


def versions_object(found: Sequence[VersionInfo]) -> list[VersionObject]:
    """Return the versions of an article, in their order."""
    return [
        {"number": version.number, "imported_at": version.imported_at.isoformat(), "title": version.title}
        for version in found
    ]


def _loosening(loosening: Loosening) -> LooseningObject:
    return {
        "drop": loosening.kind,
        "value": loosening.value or None,
        "q": loosening.query.text,
        "filters": filters_object(loosening.query.filters),
        "total": loosening.total,
    }


def filters_object(filters: Filters) -> FiltersObject:
    """Return the filters in force under the names of the address parameters; those not set are left out."""
    days = filters.published
    found: FiltersObject = {}
    if days.first:
        found["from"] = days.first.isoformat()
    if days.last:
        found["to"] = days.last.isoformat()
    if filters.codes:
        found["code"] = list(filters.codes)
    if filters.units:
        found["unit"] = list(filters.units)
    if filters.collections:
        found["collection"] = list(filters.collections)
    return found


def step_object(step: Step) -> StepObject:
    """Return a step of the interpretation; `asis` is the address parameter that switches it off.

    `start` and `end` point into the query in NFC with single spaces. An offer holds the parameters of the
    search that a click on it makes.
    """
    found: StepObject = {
        "kind": step.kind,
        "state": step.state,
        "text": step.text,
        "start": step.start,
        "end": step.end,
        "means": list(step.meanings),
        "offers": [_offer(offer) for offer in step.offers],
    }
    if step.note:
        found["note"] = step.note
    if step.toggle:
        found["asis"] = step.asis
    return found


def _offer(offer: Offer) -> OfferObject:
    found: OfferObject = {
        "means": offer.meaning,
        "q": offer.query.text,
        "filters": filters_object(offer.query.filters),
    }
    if offer.issued:
        found["issued"] = offer.issued.isoformat()
    if offer.term is not None:
        found["term"] = offer.term
    if offer.count is not None:
        found["count"] = offer.count
    return found


def article_path(article_id: str) -> str:
    """Return the path of an article's page. Ids may hold slashes, which stay."""
    return f"/articles/{quote(article_id, safe='/')}"


def code_path(name: str) -> str:
    """Return the path of a document's dossier; the slashes of a code stay."""
    return f"/codes/{quote(name, safe='/')}"


def unit_path(slug: str) -> str:
    """Return the path of a unit's page."""
    return f"/units/{quote(slug, safe='')}"


def result_object(hit: Hit, service: SearchService, base_url: str) -> ResultObject:
    """Return one article found."""
    article = hit.article
    return {
        "id": article.id,
        "title": article.title,
        "title_highlights": segment_objects(hit.title),
        "snippets": [segment_objects(snippet) for snippet in hit.snippets],
        "url": article.url,
        "link": base_url.rstrip("/") + article_path(article.id),
        "published": published_text(article),
        "unit": unit_object(article, service),
        "collection": article.collection,
        "codes": list(article.annotations.distinct_codes()),
        "score": round(hit.score, 4),
    }


def segment_objects(segments: Sequence[Segment]) -> list[SegmentObject]:
    """Return segments as JSON objects."""
    return [{"text": segment.text, "hit": segment.hit} for segment in segments]


def published_text(article: Article) -> str | None:
    """Return the publication instant in ISO 8601 with its zone, or None."""
    published = article.annotations.published
    return published.isoformat() if published else None


def unit_object(article: Article, service: SearchService) -> UnitObject | None:
    """Return the unit's slug and name, or None where the unit is not known."""
    slug = article.annotations.unit
    unit = service.registry.get(slug) if slug else None
    return {"slug": unit.slug, "name": unit.name} if unit else None
