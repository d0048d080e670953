"""The query tree that every engine evaluates: analyzed terms, never user text.

The primary entrypoint is the type `Clause`. The search service builds the tree (`search/building.py`);
an engine gives each clause its matching documents and scores as stated here, so that two engines answer
alike. Field names are those of `fields.FIELDS`.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Everything:
    """Matches every document with score 0."""


@dataclass(frozen=True, slots=True)
class Nothing:
    """Matches no document."""


@dataclass(frozen=True, slots=True)
class Term:
    """Documents with `text` in `field`; score: BM25 of the field times the field's boost times `boost`.

    idf is ln(1 + (N - n + 0.5) / (n + 0.5)); lengths are relative to the average of the documents that have
    the field. A key in `fields.CODES_FIELD` scores its idf, times `boost`.
    """

    field: str
    text: str
    boost: float = 1.0


@dataclass(frozen=True, slots=True)
class Phrase:
    """Documents where `terms` follow one another in `field`, with at most `slop` positions between each two.

    Score: the number of places where the last term ends such a row as term frequency, the sum of the terms'
    idf, BM25 as for a term.
    """

    field: str
    terms: tuple[str, ...]
    slop: int = 0
    boost: float = 1.0


@dataclass(frozen=True, slots=True)
class AllOf:
    """Documents that match every child; score: the sum."""

    children: tuple["Clause", ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Documents that match at least `at_least` children; score: the sum over those that match."""

    children: tuple["Clause", ...]
    at_least: int = 1


@dataclass(frozen=True, slots=True)
class Best:
    """Documents that match any child; score: the best child's, plus `tie` times the others'."""

    children: tuple["Clause", ...]
    tie: float = 0.0


@dataclass(frozen=True, slots=True)
class Prefer:
    """Documents that match `required`; score: its own plus that of `optional` where it matches too."""

    required: "Clause"
    optional: "Clause"


@dataclass(frozen=True, slots=True)
class Without:
    """Documents that match `wanted` and do not match `unwanted`; score: that of `wanted`."""

    wanted: "Clause"
    unwanted: "Clause"


Clause = Everything | Nothing | Term | Phrase | AllOf | AnyOf | Best | Prefer | Without
