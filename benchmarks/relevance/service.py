"""This service as a real archive and a real index in a folder of their own.

The primary entrypoint is `opened`.
"""

import lzma
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from benchmarks.relevance.collections import Collection
from benchmarks.relevance.peers import Rank
from searchsvc.errors import IndexMismatch
from searchsvc.evaluation import ranking
from searchsvc.extract.units import Registry
from searchsvc.indexing import bring_up_to_date
from searchsvc.ingest.importing import ImportOptions, import_paths
from searchsvc.search.opening import opened_archive, opened_engine, opened_service
from searchsvc.settings import Settings, load_settings


@contextmanager
def opened(
    collection: Collection, folder: Path, engine: Literal["whoosh", "opensearch"] = "whoosh"
) -> Iterator[Rank]:
    """Import and index `collection` in `folder` (what is there already is kept), and yield its ranking.

    With `opensearch` the index lies in the cluster that SEARCHSVC_OPENSEARCH_URLS names.
    """
    # Overridden, so that no setting of the machine leads to the office's own archive, nor today's date to
    # another order.
    settings = load_settings(
        data=folder,
        archive_url="",
        units_file=None,
        freshness=0.0,
        engine=engine,
        opensearch_prefix=f"bench-{collection.name.replace('_', '-')}",
    )
    _fill(collection, settings)
    with opened_service(settings) as service:
        names = {
            article.id: collection.by_title[article.title] if collection.by_title else article.id
            for batch in service.archive.changes(0)
            for article in batch
        }
        yield lambda text: [names[article] for article in ranking(service, text)]


def _fill(collection: Collection, settings: Settings) -> None:
    registry = Registry.load(None)
    settings.data.mkdir(parents=True, exist_ok=True)
    with opened_archive(settings, create=True) as archive, opened_engine(settings) as engine:
        source = _plain(collection.source, settings.data)
        # One process: the systems run side by side already.
        report = import_paths([source], archive, registry, options=ImportOptions(processes=1))
        if report.refused or report.read != len(collection.documents):
            first = report.refusals[0].reason.en if report.refusals else "other documents than expected"
            raise SystemExit(f"{collection.name}: {report.read} read, {report.refused} refused: {first}")
        try:
            bring_up_to_date(archive, engine, registry)
        except IndexMismatch:
            bring_up_to_date(archive, engine, registry, full=True)


def _plain(source: Path, folder: Path) -> Path:
    if source.suffix != ".xz":
        return source
    target = folder / source.stem
    with lzma.open(source, "rb") as packed, target.open("wb") as plain:
        shutil.copyfileobj(packed, plain)
    return target
