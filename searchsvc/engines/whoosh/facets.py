"""Facets: for each value the number of articles that choosing it gives.

The primary entrypoint is `Facets`; the rules stand in `queries.EngineQuery`.
"""

from searchsvc.engines.whoosh.columns import Columns
from searchsvc.engines.whoosh.filtering import Filtering
from searchsvc.engines.whoosh.profiles import Profiles
from searchsvc.engines.whoosh.tallies import Tally
from searchsvc.queries import EngineQuery, FacetName
from searchsvc.results import FacetCount

Counted = dict[FacetName, tuple[FacetCount, ...]]


class Facets:
    """The facets of one generation; threads may share it."""

    def __init__(self, columns: Columns) -> None:
        self._profiles = Profiles(columns)

    def answer(self, query: EngineQuery, filtering: Filtering) -> Counted:
        """Return the counts of each facet of `query`; most frequent first, then by value; years and months
        newest first."""
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
