"""Builders of articles, index documents and queries, with short defaults."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

from searchsvc.analysis import pipelines
from searchsvc.articles import VIETNAM_TIME, Annotations, Article, Part
from searchsvc.clauses import AllOf, Clause, Everything, Phrase, Term
from searchsvc.engines.base import IndexDocument
from searchsvc.queries import ALL_FACETS, DateRange, EngineQuery, Filters

UNIT_PATHS = {
    "tinh-uy": ("tinh-uy",),
    "ban-tuyen-giao": ("ban-tuyen-giao", "tinh-uy"),
    "phong-ly-luan": ("phong-ly-luan", "ban-tuyen-giao", "tinh-uy"),
    "huyen-uy": ("huyen-uy",),
}


def day(text: str, hour: int = 8) -> datetime:
    """`day("2022-01-07")` is eight in the morning of that day in Vietnam."""
    return datetime.fromisoformat(text).replace(hour=hour, tzinfo=VIETNAM_TIME)


def article(
    id: str = "bai-1", title: str = "Hội nghị tổng kết", body: str = "Nội dung hội nghị.", **values: Any
) -> Article:
    """An archived article, first version, without annotations unless given."""
    defaults: dict[str, Any] = {
        "version": 1,
        "change": 1,
        "content_hash": f"hash-of-{id}",
        "collection": "ban-tin",
        "summary": "",
        "captions": (),
        "url": None,
        "author": None,
        "unit_text": None,
        "published_text": None,
        "source": f"{id}.txt",
        "imported_at": datetime(2024, 1, 1, tzinfo=UTC),
        "annotations": Annotations(),
    }
    return Article(id=id, title=title, body=body, **defaults | values)


def document(
    id: str = "bai-1",
    body: str = "",
    *,
    title: str = "",
    unit: str | None = None,
    codes: Iterable[str] = (),
    **values: Any,
) -> IndexDocument:
    """An index document; `unit` one of UNIT_PATHS, the keys of `codes` their lower-case forms."""
    texts: dict[Part, str] = {"title": title, "body": body}
    codes = tuple(codes)
    defaults: dict[str, Any] = {
        "version": 1,
        "texts": {part: text for part, text in texts.items() if text},
        "collection": "ban-tin",
        "unit": unit,
        "unit_path": UNIT_PATHS[unit] if unit else (),
        "codes": codes,
        "code_keys": tuple(code.lower() for code in codes),
    }
    return IndexDocument(id=id, **defaults | values)


def key(word: str, field: str = "body_exact") -> str:
    """The term of one syllable in `field`; what is not of a text field stays as it is."""
    if field.endswith("_exact"):
        return pipelines.exact_term(word)
    return pipelines.folded_term(word) if field.endswith("_folded") else word


def term(word: str, field: str = "body_exact", boost: float = 1.0) -> Term:
    """The clause for one syllable in `field`."""
    return Term(field, key(word, field), boost)


def phrase(text: str, field: str = "body_exact", *, slop: int = 0) -> Phrase:
    """The clause for the syllables of `text` in a row."""
    return Phrase(field, tuple(key(word, field) for word in text.split()), slop)


def words(text: str, field: str = "body_exact") -> Clause:
    """The clause for all syllables of `text`."""
    return AllOf(tuple(term(word, field) for word in text.split()))


def query(clause: Clause | None = None, **values: Any) -> EngineQuery:
    """A query for all facets and enough hits for a test; filters may be given by their own names."""
    filters = Filters(
        published=DateRange(_date(values.pop("first", None)), _date(values.pop("last", None))),
        units=tuple(values.pop("units", ())),
        codes=tuple(values.pop("codes", ())),
        collections=tuple(values.pop("collections", ())),
    )
    defaults: dict[str, Any] = {"filters": filters, "limit": 1000, "facets": ALL_FACETS}
    return EngineQuery(clause=clause or Everything(), **defaults | values)


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
