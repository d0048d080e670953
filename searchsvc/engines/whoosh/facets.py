"""Facets: for each value the number of articles that choosing it gives.

The primary entrypoint is `Facets`; the rules stand in `queries.EngineQuery`.
"""

from searchsvc.clauses import AllOf, AnyOf, Clause, Term
from searchsvc.engines.whoosh.columns import Columns
from searchsvc.engines.whoosh.filtering import Filtering
from searchsvc.engines.whoosh.profiles import Profiles
from searchsvc.engines.whoosh.tallies import Tally
from searchsvc.keeping import Hashed, Kept, bytes_of
from searchsvc.queries import EngineQuery, FacetName
from searchsvc.results import FacetCount

CACHE_BYTES = 8 * 2**20
"""Answers kept per generation: the facets of a question are those of each of its pages, in any order."""

LARGEST = CACHE_BYTES // 64
"""A larger answer is not kept: lists of all codes would drive out what people ask."""

VALUE_BYTES = 120
"""Bytes that a value with its count takes; its name belongs to the generation."""

TERM_BYTES = 250
"""Bytes that a term takes without its text, and a clause without its children."""

Counted = dict[FacetName, tuple[FacetCount, ...]]


class Facets:
    """The facets of one generation; threads may share it."""

    def __init__(self, columns: Columns) -> None:
        self._profiles = Profiles(columns)
        self._kept: Kept[Hashed, Counted] = Kept(CACHE_BYTES)

    def answer(self, query: EngineQuery, filtering: Filtering) -> Counted:
        """Return the counts of each facet of `query`; most frequent first, then by value; years and months
        newest first. `filtering` is that of the query."""
        if not query.facets:
            return {}
        key = Hashed(query.clause, query.filters or None, query.facets, query.facet_limit)
        found = self._kept.get(key)
        if found is None:
            found = self._counted(query, filtering)
            values = sum(map(len, found.values()))
            size = VALUE_BYTES * values + _bytes_of(query.clause) + bytes_of(query.filters or None)
            if size <= LARGEST:
                self._kept.put(key, found, size)
        return found.copy()

    def _counted(self, query: EngineQuery, filtering: Filtering) -> Counted:
        tallies: dict[int, Tally] = {}
        found = {}
        for name in query.facets:
            counted = filtering.counted(name)
            tally = tallies.get(id(counted))
            if tally is None:
                tally = tallies[id(counted)] = Tally(self._profiles, counted)
            found[name] = self._count(name, tally, max(0, query.facet_limit))
        return found

    def _count(self, name: FacetName, tally: Tally, limit: int) -> tuple[FacetCount, ...]:
        match name:
            case FacetName.YEAR:
                return tally.newest_first(self._profiles.years)
            case FacetName.MONTH:
                return tally.newest_first(self._profiles.months)
            case FacetName.UNIT:
                return tally.most_frequent(self._profiles.units, limit)
            case FacetName.CODE:
                return tally.most_cited(limit) if limit else ()
            case FacetName.COLLECTION:
                return tally.most_frequent(self._profiles.collections, limit)


def _bytes_of(clause: Clause) -> int:
    """Return how many bytes of memory a clause takes, roughly: quickly where it is made of terms."""
    if isinstance(clause, Term):
        return TERM_BYTES + 4 * len(clause.text)
    if isinstance(clause, (AllOf, AnyOf)):
        return TERM_BYTES + sum(map(_bytes_of, clause.children))
    return bytes_of(clause)
