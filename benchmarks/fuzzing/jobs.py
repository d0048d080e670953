"""Targets and their cases, spread over processes. The primary entrypoints are `prepared` and `campaign`."""

import json
import multiprocessing
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

from benchmarks.fuzzing.running import Tally, Target, run
from benchmarks.sites import command, site
from searchsvc.resources import samples_folder

SHARES = {
    "queries": 14,
    "parameters": 10,
    "paths": 14,
    "headers": 8,
    "posted texts": 14,
    "text files": 6,
    "html files": 6,
    "jsonl files": 6,
    "csv files": 6,
    "legacy files": 6,
    "exports": 2,
    "backups": 3,
    "stored markup": 4,
    "bytes over connections": 1,
}
"""Cases of each target, of a hundred."""
CHUNK = 500


@dataclass(frozen=True)
class Prepared:
    """Where the archives lie that are tried, and the port of a server over the samples."""

    folder: Path
    port: int

    @property
    def samples(self) -> Path:
        """The data folder of the samples."""
        return self.folder / "samples"

    @property
    def markup(self) -> Path:
        """The data folder of the articles that are markup."""
        return self.folder / "markup"


@contextmanager
def prepared(folder: Path) -> Iterator[Prepared]:
    """Make the archives in `folder`, with an export and a backup, and serve the samples."""
    from benchmarks.fuzzing.stored import records

    sources = {"markup": folder / "markup.jsonl", "small": folder / "small.jsonl"}
    lines = [json.dumps(record) for record in records()]
    sources["markup"].write_text("\n".join(lines), "utf-8")
    sources["small"].write_text(
        "\n".join([*lines[:4], lines[0].replace("zyzyx", "khác"), "{broken"]), "utf-8"
    )
    _must(folder / "samples", 0, "import", str(samples_folder()))
    _must(folder / "markup", 0, "import", str(sources["markup"]))
    # The last line is broken on purpose.
    _must(folder / "small", 1, "import", str(sources["small"]))
    _must(folder / "samples", 0, "reindex")
    _must(folder / "markup", 0, "reindex")
    _must(folder / "small", 0, "export", str(folder / "export.jsonl"))
    _must(folder / "small", 0, "backup", str(folder / "small.backup.zip"))
    with site(folder / "samples", 1) as port:
        yield Prepared(folder, port)


def _must(data: Path, code: int, *arguments: str) -> None:
    done = command(data, *arguments)
    if done.returncode != code:
        raise SystemExit(f"{arguments}: {done.returncode}\n{done.stderr}")


def campaign(
    given: Prepared, cases: int, seed: int, processes: int, only: str, tell: Callable[[str, Tally], None]
) -> None:
    """Try `cases` in all, or as many of the targets whose name has `only` in it.

    `tell` gets the name of a target and what came of some of its cases. A process that dies ends it all.
    """
    chosen = {name: share for name, share in SHARES.items() if only in name}
    work = [
        (name, min(CHUNK, wanted - start), seed * 1_000 + start // CHUNK)
        for name, share in chosen.items()
        for wanted in [-(-cases * share // sum(chosen.values()))]
        for start in range(0, wanted, CHUNK)
    ]
    # Long and short ones in turn, so that no process is idle at the end.
    work.sort(key=lambda job: (job[2] % 1_000, job[0]))
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, mp_context=context) as pool:
        for name, tally in pool.map(_job, [(given, *job) for job in work]):
            tell(name, tally)


def _job(job: tuple[Prepared, str, int, int]) -> tuple[str, Tally]:
    given, name, cases, seed = job
    warnings.simplefilter("ignore")
    return name, run(_target(given, name), cases, seed)


@cache
def _target(given: Prepared, name: str) -> Target:
    return next(target for target in _targets(given, _kind(name)) if target.name == name)


def _kind(name: str) -> str:
    if name.endswith("files"):
        return "files"
    special = {"exports": "containers", "backups": "containers", "stored markup": "stored"}
    return special.get(name) or ("wire" if "connections" in name else "requests")


@cache
def _targets(given: Prepared, kind: str) -> list[Target]:
    from benchmarks.fuzzing import containers, files, requests, stored, wire
    from benchmarks.fuzzing.site import Site

    if kind == "requests":
        return requests.targets(Site(given.samples))
    if kind == "files":
        return files.targets()
    if kind == "stored":
        return stored.targets(given.markup)
    if kind == "wire":
        return wire.targets(given.port)
    own = Path(mkdtemp(dir=given.folder))
    return containers.targets(given.folder / "export.jsonl", given.folder / "small.backup.zip", own)
