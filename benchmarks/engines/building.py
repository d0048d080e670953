"""Builds one index in a fresh process, on so many cores.

    python -m benchmarks.engines.building peer SYSTEM PREPARED INDEX --cores N
    python -m benchmarks.engines.building import CORPUS DATA --cores N
    python -m benchmarks.engines.building reindex DATA --cores N
    python -m benchmarks.engines.building grow DATA DOCUMENTS --cores N
    python -m benchmarks.engines.building prepare DATA PREPARED --cores N
    python -m benchmarks.engines.building layers DATA PREPARED --cores N
    python -m benchmarks.engines.building lexicon DATA --cores N

The process is bound to its cores, whatever threads and processes the system starts. Prints seconds on the
clock, the processor seconds of itself and its children, and the most memory that it held itself (children
apart), as one JSON object.
"""

import argparse
import json
import os
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.engines.growing import grow
from benchmarks.engines.prepared import Prepared
from benchmarks.engines.preparing import prepare, prepare_layers
from searchsvc.extract.units import Registry
from searchsvc.search.opening import lexicon_path, opened_archive, opened_engine
from searchsvc.settings import Settings, load_settings


def build_peer(system_name: str, prepared: Path, index: Path, cores: int) -> int:
    """Build the index of a peer; return how many documents there are."""
    from benchmarks.engines.systems import system

    source = Prepared(prepared)
    index.mkdir(parents=True)
    system(system_name).build(source, index, cores)
    return source.counts["documents"]


def import_corpus(corpus: Path, settings: Settings) -> int:
    """Import the files of `corpus` into a new archive; return how many articles it has."""
    from searchsvc.ingest.importing import import_paths

    settings.data.mkdir(parents=True, exist_ok=True)
    with opened_archive(settings, create=True) as archive:
        import_paths([corpus], archive, Registry.load(), limits=settings)
        return archive.counts().articles


def reindex(settings: Settings) -> int:
    """Build the whole index anew, without the lexicon; return how many articles it has."""
    from searchsvc.indexing import bring_up_to_date

    with opened_archive(settings) as archive, opened_engine(settings) as engine:
        report = bring_up_to_date(archive, engine, Registry.load(), full=True)
        return report.documents


def lexicon(settings: Settings) -> int:
    """Make the lexicon, which `reindex` of the command line does last; return the number of articles."""
    from searchsvc.search.compiling import compile_lexicon

    with opened_archive(settings) as archive, opened_engine(settings) as engine:
        compile_lexicon(lexicon_path(settings), archive, engine, Registry.load())
        return archive.counts().articles


def prepare_tokens(settings: Settings, folder: Path) -> int:
    """Write the tokens that the peers index; return the number of documents."""
    with opened_archive(settings) as archive:
        prepared = prepare(archive, Registry.load(), folder, settings.import_processes)
        return prepared.counts["documents"]


def grow_archive(settings: Settings, documents: int) -> int:
    """Add copies to the archive until there are so many `documents`; return how many there are."""
    with opened_archive(settings) as archive:
        return grow(archive, documents, settings.import_processes)


def prepare_layer_tokens(settings: Settings, folder: Path) -> int:
    """Write the tokens of all layers; return the number of documents."""
    with opened_archive(settings) as archive:
        return prepare_layers(archive, folder, settings.import_processes)


def main() -> None:
    """Build and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("task", choices=("peer", "import", "grow", "reindex", "prepare", "layers", "lexicon"))
    parser.add_argument("arguments", nargs="+")
    parser.add_argument("--cores", type=int, required=True)
    options = parser.parse_args()
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: options.cores])
    task = _task(options.task, options.arguments, options.cores)
    started = time.perf_counter()
    documents = task()
    seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6
    figures = {"documents": documents, "seconds": seconds, "cpu_seconds": _cpu_seconds(), "peak_mb": peak}
    json.dump(figures, sys.stdout)


def _task(name: str, given: list[str], cores: int) -> Callable[[], int]:
    def settings(data: str) -> Settings:
        return load_settings(data=Path(data), import_processes=cores)

    match name:
        case "peer":
            return lambda: build_peer(given[0], Path(given[1]), Path(given[2]), cores)
        case "import":
            return lambda: import_corpus(Path(given[0]), settings(given[1]))
        case "reindex":
            return lambda: reindex(settings(given[0]))
        case "grow":
            return lambda: grow_archive(settings(given[0]), int(given[1]))
        case "prepare":
            return lambda: prepare_tokens(settings(given[0]), Path(given[1]))
        case "layers":
            return lambda: prepare_layer_tokens(settings(given[0]), Path(given[1]))
        case _:
            return lambda: lexicon(settings(given[0]))


def _cpu_seconds() -> float:
    kinds = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    used = [resource.getrusage(kind) for kind in kinds]
    return sum(one.ru_utime + one.ru_stime for one in used)


if __name__ == "__main__":
    main()
