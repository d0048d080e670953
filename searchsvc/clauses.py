"""The query tree that every engine evaluates: analyzed terms, never user text.

The primary entrypoint is the type `Clause`. The search service builds the tree (`search/building.py`);
an engine gives each clause its matching documents and scores as stated here, so that two engines answer
alike. Field names are those of `fields.FIELDS`.
"""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Everything:
    """Matches every document with score 0."""


@dataclass(frozen=True, slots=True)
class Nothing:
    """Matches no document."""


@dataclass(frozen=True, slots=True)
class Term:
    """Documents with `text` in `field`; score: BM25 of the field times `boost`.

    idf is ln(1 + (N - n + 0.5) / (n + 0.5)); lengths are relative to the average of the documents that have
    the field. A key in one of `fields.CODE_FIELDS` scores as in a text of average length (b is 0).
    """

    field: str
    text: str
    boost: float = 1.0


@dataclass(frozen=True, slots=True)
class Word:
    """Documents with any of `forms` in any of `fields`: a word in its spellings and places, as in one field.

    `fields` and `forms` carry a weight each; all fields are of one layer. Score: BM25 (k1 and b of that
    layer) of the weighted frequency, the sum over forms and fields of weight times weight times
    occurrences; the length is the sum over fields of weight times length; the idf that of the documents
    with any of the forms, to the power `fields.RARITY`; times `boost`. This is BM25F (Robertson, Zaragoza
    and Taylor, "Simple BM25 extension to multiple weighted fields", CIKM 2004).
    """

    fields: tuple[tuple[str, float], ...]
    forms: tuple[tuple[str, float], ...]
    boost: float = 1.0


@dataclass(frozen=True, slots=True)
class Recent:
    """Documents with a publication instant; score: `boost`, halved for each `half_life_days` before `today`.

    The age is counted in days from the day of publication in Vietnam; the future counts as today.
    """

    today: date
    half_life_days: float
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


Clause = Everything | Nothing | Term | Word | Recent | Phrase | AllOf | AnyOf | Best | Prefer | Without
