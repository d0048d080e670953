"""Opens archive, engine and search service from the settings, and closes them again."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from searchsvc.archive.store import Archive
from searchsvc.engines import open_engine
from searchsvc.engines.base import Engine
from searchsvc.extract.units import Registry
from searchsvc.search.lexicon import FILE_NAME, Lexicons
from searchsvc.search.ranking import WEIGHTS
from searchsvc.search.service import Limits, SearchService
from searchsvc.search.synonyms import Synonyms
from searchsvc.settings import Settings


@contextmanager
def opened_archive(settings: Settings, *, create: bool = False) -> Iterator[Archive]:
    """Open the archive. Raises ArchiveError that names the command to run if there is none."""
    archive = Archive.open(settings.effective_archive_url, create, busy_timeout_s=settings.archive_timeout_s)
    try:
        yield archive
    finally:
        archive.close()


@contextmanager
def opened_engine(settings: Settings) -> Iterator[Engine]:
    """Open the engine; it may have no index yet."""
    engine = open_engine(settings)
    try:
        yield engine
    finally:
        engine.close()


def lexicon_path(settings: Settings) -> Path:
    """Return where the lexicon lies: beside the index, which it is made from."""
    return settings.data / FILE_NAME


@contextmanager
def opened_service(settings: Settings) -> Iterator[SearchService]:
    """Open a search service over archive and engine."""
    registry = Registry.load(settings.units_file)
    synonyms = Synonyms.load(settings.synonyms_file, registry)
    limits = Limits(max_results=settings.max_results, max_query_chars=settings.max_query_chars)
    weights = replace(WEIGHTS, fresh=settings.freshness)
    with opened_archive(settings) as archive, opened_engine(settings) as engine:
        lexicons = Lexicons(lexicon_path(settings))
        yield SearchService(archive, engine, registry, limits, weights, synonyms, lexicons)
