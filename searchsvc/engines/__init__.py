"""The one registry of engines. The primary entrypoint is `open_engine`."""

from searchsvc.engines.base import Engine
from searchsvc.errors import SettingsError
from searchsvc.settings import Settings


def open_engine(settings: Settings) -> Engine:
    """Return the engine that `settings` names. Opens nothing yet and creates nothing on disk."""
    match settings.engine:
        case "whoosh":
            from searchsvc.engines.whoosh import WhooshEngine

            return WhooshEngine(settings.data / "whoosh", threads=settings.import_processes)
        case "opensearch":
            try:
                from searchsvc.engines.opensearch import OpenSearchEngine
            except ImportError as error:
                raise SettingsError(
                    vi="SEARCHSVC_ENGINE='opensearch' cần: pip install 'searchsvc[cluster]'",
                    en="SEARCHSVC_ENGINE='opensearch' needs: pip install 'searchsvc[cluster]'",
                ) from error
            return OpenSearchEngine(settings)
