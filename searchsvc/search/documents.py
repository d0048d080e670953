"""The documents of the archive that a code in a query may mean: `documents_meant` is the entrypoint."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from searchsvc.archive.records import CitedDocument
from searchsvc.archive.store import Archive
from searchsvc.clauses import AnyOf, Term
from searchsvc.engines.base import Engine
from searchsvc.extract.codes import DocumentCode, query_keys, search_keys
from searchsvc.fields import CODES_FIELD
from searchsvc.queries import DateRange, EngineQuery, FacetName
from searchsvc.results import FacetCount

MAX_CODES = 6
MAX_DATES = 4
_FACET_LIMIT = 500
_SAME_DOCUMENT = timedelta(days=366)
"""A number returns after years; dates nearer than this are one document's, misprinted."""

_MISPRINT_SHARE = 0.02
"""A date that fewer articles give, relative to the most frequent one, is a misprint too."""


@dataclass(frozen=True, slots=True)
class Meant:
    """One document that a code may mean; `days` are those in which no later one has its number."""

    code: str
    issued: date | None = None
    term: str | None = None
    days: DateRange | None = None


def documents_meant(codes: Sequence[DocumentCode], engine: Engine, archive: Archive) -> list[Meant]:
    """Return the documents of the archive that any of `codes` may mean, the most cited first.

    A document whose number serves several is there once for each issue date, with its days; else the
    date is the one that most articles give.
    """
    keys = tuple(dict.fromkeys(key for code in codes for key in query_keys(code)))
    known = [count.value for count in codes_with(keys, engine)[:MAX_CODES]]
    cited = archive.documents_of(known)
    return [meant for code in known for meant in dated(code, cited)]


def codes_with(keys: Sequence[str], engine: Engine) -> list[FacetCount]:
    """Return the canonical codes of the index that have one of these search keys, the most cited first."""
    clause = AnyOf(tuple(Term(CODES_FIELD, key) for key in keys))
    found = engine.search(
        EngineQuery(clause, limit=0, facets=(FacetName.CODE,), facet_limit=_FACET_LIMIT)
    ).facets.get(FacetName.CODE, ())
    wanted = frozenset(keys)
    return [count for count in found if wanted.intersection(search_keys(count.value))]


def dated(code: str, cited: Sequence[CitedDocument], most: int = MAX_DATES) -> list[Meant]:
    """Return the documents of `code` among `cited`, apart by issue date, oldest first; at most `most`.

    One whose date nobody gives, or that is alone, has no days.
    """
    documents: list[CitedDocument] = []
    for document in cited:
        if document.code == code and document.issued and len(documents) < most:
            if documents and document.articles < _MISPRINT_SHARE * documents[0].articles:
                break
            near = (
                abs(document.issued - other.issued) < _SAME_DOCUMENT for other in documents if other.issued
            )
            if not any(near):
                documents.append(document)
    if len(documents) < 2:
        first = documents[0] if documents else None
        return [Meant(code, first.issued if first else None, first.term if first else None)]
    documents.sort(key=lambda document: document.issued or date.min)
    later = [document.issued for document in documents[1:]]
    return [
        Meant(
            code,
            document.issued,
            document.term,
            DateRange(document.issued, following - timedelta(days=1) if following else None),
        )
        for document, following in zip(documents, [*later, None], strict=True)
    ]
