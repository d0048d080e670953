"""Documents and units to look through rather than to search for: lists, dossiers, overviews.

The primary entrypoint is `Catalogue`; pages and API show what it returns.
"""

from collections.abc import Sequence
from functools import lru_cache

from searchsvc.archive.records import ArrivalPart
from searchsvc.extract.units import Unit
from searchsvc.queries import DateRange, SearchQuery
from searchsvc.search.citing import Citing, Place
from searchsvc.search.document_list import DocumentList, ListedDocument, ListPage, ListQuery, list_documents
from searchsvc.search.dossiers import Dossier, Dossiers
from searchsvc.search.per_generation import PerGeneration
from searchsvc.search.service import SearchService
from searchsvc.search.unit_overview import UnitNode, UnitOverview, unit_named, unit_overview, unit_tree

ALWAYS = DateRange()


class Catalogue:
    """The documents and units of one archive. Safe to share between threads.

    Every method raises ArchiveError, IndexMissing, IndexMismatch or EngineUnavailable where archive or
    index cannot answer, and InvalidQuery for a page beyond the cap of the service.
    """

    def __init__(self, service: SearchService) -> None:
        self._service = service
        self._lists = PerGeneration(lambda: list_documents(service.archive, service.engine))
        self._dossiers = Dossiers(service.archive, service.engine, self.documents)
        self._citing = Citing(service.archive, service.engine)
        # By the last change of the archive: counting the parts reads all articles.
        self._parts_at = lru_cache(maxsize=2)(lambda _change, size: service.archive.arrival_parts(size))

    def documents(self) -> DocumentList:
        """Return the list of all documents, made anew for each generation of the index."""
        return self._lists.at(self._service.generation())

    def document_page(self, asked: ListQuery) -> ListPage:
        """Return one page of the list of documents; a page beyond the last is empty."""
        return self.documents().select(asked)

    def document_name(self, text: str) -> str:
        """Return the canonical name of the document that `text` means: '5 ct tw' → '05-CT/TW'.

        Raises NotFound if no article mentions it.
        """
        return self._dossiers.name_of(text).text

    def dossier(self, text: str, page: int = 1, per_page: int = 10, days: DateRange = ALWAYS) -> Dossier:
        """Return the dossier of the document that `text` means, with a page of its articles, newest first.

        Only the list of articles keeps to `days`. Raises NotFound if no article mentions it.
        """
        return self._dossiers.of(text, self._place(page, per_page, days))

    def closest_documents(self, text: str) -> tuple[ListedDocument, ...]:
        """Return documents with the number of the one that `text` names, to offer where that is unknown."""
        return self._dossiers.closest(text)

    def article_parts(self, size: int) -> Sequence[ArrivalPart]:
        """Return the parts of at most `size` articles that `Archive.arrivals` gives; kept for the next."""
        parts: Sequence[ArrivalPart] = self._parts_at(self._service.archive.latest_change(), size)
        return parts

    def units(self) -> tuple[UnitNode, ...]:
        """Return the tree of all units of the registry with their counts of articles."""
        return unit_tree(self._service.engine, self._service.registry)

    def unit_named(self, text: str) -> Unit:
        """Return the unit with this slug or name. Raises NotFound, which names the closest ones."""
        return unit_named(text, self._service.registry)

    def unit(self, slug: str, page: int = 1, per_page: int = 10, days: DateRange = ALWAYS) -> UnitOverview:
        """Return the overview of a unit, with a page of its articles, newest first. Raises NotFound.

        Only the list of articles keeps to `days`.
        """
        registry = self._service.registry
        place = self._place(page, per_page, days)
        return unit_overview(unit_named(slug, registry), self._citing, registry, place)

    def _place(self, page: int, per_page: int, days: DateRange) -> Place:
        self._service.check(SearchQuery(page=page, per_page=per_page))
        return Place(page, per_page, days)
