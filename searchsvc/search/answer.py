"""A `ResultPage` as the JSON object of the API (INTERFACE: `GET /api/v1/search`)."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote, urlencode

from searchsvc.articles import Article, CodeMention
from searchsvc.queries import FacetName, Filters
from searchsvc.results import Hit, Loosening, Offer, ResultPage, Segment, Step
from searchsvc.search.completing import Completion
from searchsvc.search.service import Neighbourhood, SearchService


def answer(found: ResultPage, service: SearchService, base_url: str = "") -> dict[str, Any]:
    """Return what the API and `search --json` print; `link` is the article's page under `base_url`."""
    return {
        "query": {
            "q": found.query.text,
            "interpreted": {
                "terms": list(found.interpreted.terms),
                "codes": list(found.interpreted.codes),
                "filters": filters_object(found.interpreted.filters),
                "steps": [step_object(step) for step in found.interpreted.steps],
            },
        },
        "total": found.total,
        "page": found.query.page,
        "per_page": found.query.per_page,
        "sort": found.sort.value,
        "partial": found.partial,
        "took_ms": found.took_ms,
        "generation": found.generation,
        "results": [_result(hit, service, base_url) for hit in found.hits],
        "facets": {
            name.value: [
                {"value": count.value, "label": count.label, "count": count.count} for count in counts
            ]
            for name, counts in found.facets.items()
            if name is not FacetName.MONTH  # a long list for a picture of time, not for choosing
        },
        "suggestion": (
            {"q": found.suggestion.text, "kind": found.suggestion.kind} if found.suggestion else None
        ),
        "loosenings": [_loosening(loosening) for loosening in found.loosenings],
    }


def article_object(article: Article, service: SearchService, base_url: str = "") -> dict[str, Any]:
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


def _mention(mention: CodeMention) -> dict[str, Any]:
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


def suggestions_object(text: str, found: Sequence[Completion], base_url: str = "") -> dict[str, Any]:
    """Return completions as the API answers them; `link` is where choosing one leads, with no further search
    for a title."""
    return {"q": text, "suggestions": [_completion(completion, base_url) for completion in found]}


def _completion(completion: Completion, base_url: str) -> dict[str, Any]:
    known = {"count": completion.count, "link": _completion_path(completion)}
    if known["link"]:
        known["link"] = base_url.rstrip("/") + str(known["link"])
    return {
        "text": completion.text,
        "kind": completion.kind,
        "label": COMPLETION_LABELS[completion.kind],
        **{name: value for name, value in known.items() if value is not None},
    }


def _completion_path(completion: Completion) -> str | None:
    if completion.reference is None:
        return None
    if completion.kind == "title":
        return article_path(completion.reference)
    return "/search?" + urlencode([(completion.kind, completion.reference)], quote_via=quote, safe="/")


def neighbours_object(found: Neighbourhood, base_url: str = "") -> dict[str, Any]:
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


def _loosening(loosening: Loosening) -> dict[str, Any]:
    return {
        "drop": loosening.kind,
        "value": loosening.value or None,
        "q": loosening.query.text,
        "filters": filters_object(loosening.query.filters),
        "total": loosening.total,
    }


def filters_object(filters: Filters) -> dict[str, Any]:
    """Return the filters in force under the names of the address parameters; those not set are left out."""
    days = filters.published
    named = {
        "from": days.first.isoformat() if days.first else None,
        "to": days.last.isoformat() if days.last else None,
        "code": list(filters.codes),
        "unit": list(filters.units),
        "collection": list(filters.collections),
    }
    return {name: value for name, value in named.items() if value}


def step_object(step: Step) -> dict[str, Any]:
    """Return a step of the interpretation; `asis` is the address parameter that switches it off.

    `start` and `end` point into the query in NFC with single spaces. An offer holds the parameters of the
    search that a click on it makes.
    """
    named = {
        "kind": step.kind,
        "state": step.state,
        "text": step.text,
        "start": step.start,
        "end": step.end,
        "means": list(step.meanings),
        "note": step.note or None,
        "offers": [_offer(offer) for offer in step.offers],
        "asis": step.asis if step.toggle else None,
    }
    return {name: value for name, value in named.items() if value is not None}


def _offer(offer: Offer) -> dict[str, Any]:
    named = {
        "means": offer.meaning,
        "issued": offer.issued.isoformat() if offer.issued else None,
        "term": offer.term,
        "count": offer.count,
        "q": offer.query.text,
        "filters": filters_object(offer.query.filters),
    }
    return {name: value for name, value in named.items() if value is not None}


def article_path(article_id: str) -> str:
    """Return the path of an article's page. Ids may hold slashes, which stay."""
    return f"/articles/{quote(article_id, safe='/')}"


def code_path(name: str) -> str:
    """Return the path of a document's dossier; the slashes of a code stay."""
    return f"/codes/{quote(name, safe='/')}"


def unit_path(slug: str) -> str:
    """Return the path of a unit's page."""
    return f"/units/{quote(slug, safe='')}"


def _result(hit: Hit, service: SearchService, base_url: str) -> dict[str, Any]:
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


def segment_objects(segments: Sequence[Segment]) -> list[dict[str, Any]]:
    """Return segments as JSON objects."""
    return [{"text": segment.text, "hit": segment.hit} for segment in segments]


def published_text(article: Article) -> str | None:
    """Return the publication instant in ISO 8601 with its zone, or None."""
    published = article.annotations.published
    return published.isoformat() if published else None


def unit_object(article: Article, service: SearchService) -> dict[str, str] | None:
    """Return the unit's slug and name, or None where the unit is not known."""
    slug = article.annotations.unit
    unit = service.registry.get(slug) if slug else None
    return {"slug": unit.slug, "name": unit.name} if unit else None
