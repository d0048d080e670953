"""Imports and indexes real texts end to end and prints what was measured.

    python -m benchmarks.corpora_run ../shared/corpora/{party_subset,news_trends2024,gov_legal_web}.jsonl.xz

Prints documents per second of import, import again and indexing, sizes on disk, and query times, of the
engine and the archive that the settings of the environment name (`benchmarks.cluster` starts nodes and a
server itself). Nothing of the texts is kept: the data folder is temporary (`--data` keeps it).
"""

import argparse
import json
import lzma
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from searchsvc.queries import DateRange, Filters, SearchQuery, Sort
from searchsvc.search.opening import opened_service
from searchsvc.settings import load_settings

ROOT = Path(__file__).resolve().parents[1]
QUERIES = {
    "two common words": SearchQuery("quy định"),
    "six words": SearchQuery("nghị quyết đại hội đại biểu toàn quốc"),
    "six words, unaccented": SearchQuery("nghi quyet dai hoi dai bieu toan quoc"),
    "rare word": SearchQuery("Panthers"),
    "phrase": SearchQuery('"bảo vệ nền tảng tư tưởng"'),
    "code": SearchQuery("05-CT/TW"),
    "words and code": SearchQuery("kiểm điểm đảng viên 43-HD/BTCTW"),
    "excluded word": SearchQuery("đảng viên -kỷ luật"),
    "filtered by days": SearchQuery("quy định", Filters(DateRange(None, None), codes=("168/2024/NĐ-CP",))),
    "newest first": SearchQuery("quy định", sort=Sort.NEWEST),
    "everything": SearchQuery(""),
}
REPEATS = 20


def command(data: Path, *args: str) -> tuple[float, str]:
    """Run one command of `cli.py`, and return its seconds and what it printed."""
    started = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "cli.py", *args],
        cwd=ROOT,
        env={**environment(), "SEARCHSVC_DATA": str(data)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode not in (0, 1):
        raise SystemExit(done.stderr)
    return time.perf_counter() - started, done.stdout.strip()


def environment() -> dict[str, str]:
    """Return the environment of a command: ours as far as it names settings."""
    settings = {name: value for name, value in os.environ.items() if name.startswith("SEARCHSVC_")}
    return {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", **settings}


def unpack(sources: list[Path], folder: Path) -> tuple[int, int]:
    """Write the texts as JSON Lines files, and return their number and their bytes."""
    documents = size = 0
    for source in sources:
        target = folder / source.name.removesuffix(".xz")
        with lzma.open(source, "rb") as packed, target.open("wb") as plain:
            shutil.copyfileobj(packed, plain)
        size += target.stat().st_size
        with target.open("rb") as lines:
            documents += sum(1 for _ in lines)
    return documents, size


def query_times(data: Path) -> None:
    with opened_service(load_settings(data=data)) as service:
        started = time.perf_counter()
        service.search(SearchQuery("quy định"))
        print(f"first query after opening: {(time.perf_counter() - started) * 1000:.0f} ms")
        print(f"{'query':<24}{'total':>8}{'median ms':>11}{'worst ms':>10}")
        for name, query in QUERIES.items():
            times = []
            for _ in range(REPEATS):
                started = time.perf_counter()
                page = service.search(query)
                times.append((time.perf_counter() - started) * 1000)
            print(f"{name:<24}{page.total:>8}{statistics.median(times):>11.1f}{max(times):>10.1f}")


def run(sources: list[Path], data: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        documents, size = unpack(sources, Path(folder))
        print(f"{documents} documents, {size / 1e6:.0f} MB of JSON Lines")
        for step in ("import", "import again"):
            seconds, line = command(data, "import", folder, "--collection", "do-thu")
            print(f"{step}: {seconds:.1f} s, {documents / seconds:.0f} docs/s · {line}")
    seconds, line = command(data, "reindex", "--full")
    print(f"reindex --full: {seconds:.1f} s, {documents / seconds:.0f} docs/s · {line}")
    _, printed = command(data, "status", "--json")
    status = json.loads(printed)
    print(f"archive {status['archive_bytes'] / 1e6:.0f} MB, index {status['index_bytes'] / 1e6:.0f} MB")
    query_times(data)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("sources", nargs="+", type=Path)
    parser.add_argument("--data", type=Path, help="keep the archive and the index here")
    options = parser.parse_args()
    with ExitStack() as stack:
        data = options.data or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        run(options.sources, data)


if __name__ == "__main__":
    main()
