"""The search service of a worker process: opened once, when first needed, and shared by its threads."""

from contextlib import ExitStack
from threading import Lock

from flask import current_app

from searchsvc.search.catalogue import Catalogue
from searchsvc.search.opening import opened_service
from searchsvc.search.service import SearchService
from searchsvc.settings import Settings
from searchsvc.web.verification import Verification
from searchsvc.web.verified import Verified


class Services:
    """Opens the search service lazily; while it cannot be opened, each request says why."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._lock = Lock()
        self._stack = ExitStack()
        self._search: SearchService | None = None
        self._catalogue: Catalogue | None = None
        self._verified: Verified | None = None
        self._verification: Verification | None = None

    @property
    def catalogue(self) -> Catalogue:
        """Return the documents and units to look through. Raises ArchiveError as `search` does."""
        search = self.search
        with self._lock:
            if self._catalogue is None:
                self._catalogue = Catalogue(search)
            return self._catalogue

    @property
    def search(self) -> SearchService:
        """Return the search service. Raises ArchiveError while there is no archive to open.

        Raises EngineUnavailable where `verify` is in force and the index was found damaged.
        """
        if self._search is None:
            with self._lock:
                if self._search is None:
                    self._search = self._stack.enter_context(opened_service(self.settings))
                    self._start_verification(self._search)
        if self._verification is not None:
            self._verification.raise_if_damaged()
        return self._search

    def verify(self, verified: Verified | None = None) -> None:
        """From now on verify the index in the background: for a process that serves, after its fork.

        What the processes that share `verified` have found whole is not read again.
        """
        self._verified = verified or Verified()

    def _start_verification(self, search: SearchService) -> None:
        if self._verified is not None:
            self._verification = Verification(search.engine, self._verified)
            self._stack.callback(self._verification.close)
            self._verification.start()

    def close(self) -> None:
        """Release files and connections."""
        with self._lock:
            self._search = self._catalogue = self._verification = None
            self._stack.close()


def services() -> Services:
    """Return the services of the current app."""
    found: Services = current_app.extensions["searchsvc"]
    return found


def search_service() -> SearchService:
    """Return the search service of the current app."""
    return services().search


def catalogue() -> Catalogue:
    """Return the documents and units of the current app."""
    return services().catalogue
