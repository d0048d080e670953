"""An engine that keeps what it was asked, behind an app of its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from flask import Flask

from searchsvc.engines.base import Engine
from searchsvc.queries import EngineQuery
from searchsvc.results import EngineResult
from searchsvc.search.service import SearchService
from searchsvc.settings import Settings
from searchsvc.web.app import create_app
from searchsvc.web.services import Services


class Listening:
    """An engine that keeps what it was asked."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.asked: list[EngineQuery] = []

    def search(self, query: EngineQuery) -> EngineResult:
        self.asked.append(query)
        return self._engine.search(query)

    @property
    def searched(self) -> list[EngineQuery]:
        """Return what was asked for, but for the generation alone."""
        return [query for query in self.asked if query.limit or query.facets]

    def __getattr__(self, name: str) -> Any:
        return getattr(self._engine, name)


@contextmanager
def listening_app(service: SearchService, settings: Settings) -> Iterator[tuple[Flask, Listening]]:
    """Yield an app over the archive of `service`, and its engine."""
    engine = Listening(service.engine)
    services = Services(settings)
    services._search = replace(service, engine=engine)
    yield create_app(settings, services), engine
