"""What is answered: by an engine (`EngineResult`) and by the search service (`ResultPage`). No HTML."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, NamedTuple

from searchsvc.articles import Article
from searchsvc.queries import FacetName, Filters, SearchQuery, Sort


@dataclass(frozen=True, slots=True)
class EngineHit:
    """A document that matches: the article's id, the version that was indexed, its score (0 if unscored)."""

    id: str
    version: int
    score: float


class FacetCount(NamedTuple):
    """One value of a facet and the number of articles that choosing it gives.

    A tuple, since an answer has a hundred and more of them.
    """

    value: str
    count: int  # type: ignore[assignment]  # how many, not the method of a tuple


@dataclass(frozen=True, slots=True)
class EngineResult:
    """One page of hits; `total` counts all matches, not the page. Scores compare within one answer only."""

    total: int
    hits: tuple[EngineHit, ...]
    facets: Mapping[FacetName, tuple[FacetCount, ...]]
    generation: str


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of text as archived; `hit` marks what the query matched."""

    text: str
    hit: bool = False


@dataclass(frozen=True, slots=True)
class Hit:
    """A result: the article, its marked title and its snippets (each a run of segments)."""

    article: Article
    score: float
    title: tuple[Segment, ...]
    snippets: tuple[tuple[Segment, ...], ...]


class LabelledCount(NamedTuple):
    """A facet value with the label that people read; a tuple as `FacetCount` is."""

    value: str
    label: str
    count: int  # type: ignore[assignment]


StepKind = Literal["code", "abbreviation", "synonym", "keyboard", "unit", "date", "operator"]
StepState = Literal["applied", "offered", "ignored", "off"]


@dataclass(frozen=True, slots=True)
class Offer:
    """One thing that a step may mean and the query that a click on it asks.

    `count` is the number of articles that the click gives, None where nobody counted. `issued` and `term`
    tell documents of one code apart.
    """

    meaning: str
    query: SearchQuery
    count: int | None = None
    issued: date | None = None
    term: str | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the interpretation: `text`, from `start` to `end` of the cleaned query, and what it means.

    `state` says whether the step is in force, only offered, without effect, or switched off by the person;
    `toggle` is the query that switches it off or on again. `asis` is the value of `SearchQuery.asis` that
    switches it off. `note` says which
    operator it is and what was wrong with it (`operators.Note`), empty for other kinds.
    """

    kind: StepKind
    text: str
    start: int
    end: int
    state: StepState
    asis: str
    meanings: tuple[str, ...] = ()
    offers: tuple[Offer, ...] = ()
    note: str = ""
    toggle: SearchQuery | None = None


@dataclass(frozen=True, slots=True)
class Interpretation:
    """What the service understood: the words it looks for, the codes, the filters in force, and how."""

    terms: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    filters: Filters = field(default_factory=Filters)
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Another query that gives better results."""

    text: str
    kind: Literal["accents", "spelling", "keyboard"]


@dataclass(frozen=True, slots=True)
class Loosening:
    """A way out of a search without results: `query` finds `total` articles that have all of it.

    `kind` says what was let go: a filter ('days' or a facet's name), all 'filters', 'quotes', 'exclusions',
    the 'issuer' of a code, one 'word', or 'everything' but the words; `value` which one, where there is a
    choice.
    """

    kind: str
    value: str
    query: SearchQuery
    total: int


@dataclass(frozen=True, slots=True)
class ResultPage:
    """One page of results, best first, ties by article id."""

    query: SearchQuery
    interpreted: Interpretation
    sort: Sort
    total: int
    hits: tuple[Hit, ...]
    facets: Mapping[FacetName, tuple[LabelledCount, ...]]
    generation: str
    took_ms: float
    partial: bool = False
    suggestion: Suggestion | None = None
    loosenings: tuple[Loosening, ...] = ()
