"""All measurements at one number of documents. The primary entrypoint is `Run.measure`.

corpus → archive (import, which segments; beyond the real texts, copies)
       → index (reindex, from the segmentations that the archive keeps)
       → tokens → index of each peer → queries → answers, times, memory → agreement → HTTP
"""

import shutil
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from benchmarks.engines import questions as asked
from benchmarks.engines.corpus import ids_in, write_corpus
from benchmarks.engines.drawing import draw
from benchmarks.engines.figures import figures_of
from benchmarks.engines.fresh import folder_bytes, run_fresh
from benchmarks.engines.machine import machine
from benchmarks.engines.prepared import Prepared
from benchmarks.engines.serving import measure_http
from benchmarks.engines.steps import Found, Steps, tell
from benchmarks.engines.systems import OURS, OWN, PEERS, system
from searchsvc.search.opening import opened_archive
from searchsvc.settings import load_settings

BUILD, ASK = "benchmarks.engines.building", "benchmarks.engines.asking"
ORACLE = "benchmarks.engines.oracle"
CORES: dict[str, tuple[int, ...]] = {"tantivy": (1, 2), "tantivy-layers": (1, 2), "ours-field": (1, 2)}
"""The others index with one thread."""

SAME_INDEX = {"tantivy-uncounted": "tantivy"}
NOT_ASKED = ("tantivy-layers", "ours-field")


@dataclass(frozen=True)
class Options:
    """What is measured, with how many queries; `documents` None is all real texts once.

    `starts` fresh processes are started for the first answer, of which the median counts; `compared` queries
    of a class are asked of Whoosh's own matchers.
    """

    corpora: Path
    work: Path
    documents: int | None
    peers: Sequence[str] = PEERS
    own: Sequence[str] = OWN
    each: int = 60
    starts: int = 5
    compared: int = 5
    seconds: float = 120
    workers: int = 2
    cores: int = 2
    again: Sequence[str] = ()
    with_http: bool = True


class Run:
    """The measurements for `options`, step after step; each step's files are kept in the work folder."""

    def __init__(self, options: Options) -> None:
        self._options = options
        name = "all" if options.documents is None else str(options.documents)
        self._folder = options.work / name
        self._steps = Steps(self._folder / "steps", options.again)
        self._data = self._folder / "data"
        self._questions = self._folder / "questions.jsonl"

    def measure(self) -> Found:
        """Return all figures as they are written to the results."""
        where = machine()
        imported = self._archive()
        peers = [name for name in self._options.peers if self._takes_part(name)]
        builds = {name: self._built(name) for name in peers if name not in SAME_INDEX}
        self._steps.once("questions", self._draw)
        answers = {name: self._asked(name) for name in peers if name not in NOT_ASKED}
        service = {"import": imported} | self._index()
        answers = {name: self._asked(name) for name in self._options.own} | answers
        found = figures_of(self._prepared, asked.load(self._questions), answers, self._answers_path)
        found |= {"machine": where, "documents": self._prepared.counts["documents"]}
        found |= {"counts": self._prepared.counts, "service": service, "builds": builds}
        found["oracle"] = self._steps.once("oracle", self._compared_with_matchers)
        if self._options.with_http:
            found["http"] = self._steps.once("http", self._http)
        return found

    @cached_property
    def _prepared(self) -> Prepared:
        return Prepared(self._folder / "prepared")

    def _archive(self) -> Found:
        """Make the archive, and prepare its tokens; return what the import took."""
        cores, folder = self._options.cores, self._prepared.folder
        found = self._grown() if self._more_than_real else self._imported()
        self._steps.once("prepare", lambda: _build("prepare", self._data, folder, cores=cores), makes=folder)
        if "tantivy-layers" in self._options.peers:
            self._steps.once("layers", lambda: _build("layers", self._data, folder, cores=cores))
        return found

    @property
    def _more_than_real(self) -> bool:
        corpora, documents = self._options.corpora, self._options.documents
        if documents is None:
            return False
        real = self._steps.once("real", lambda: {"documents": len(ids_in(corpora))})
        return documents > int(real["documents"])

    def _imported(self) -> Found:
        """Write and import the texts; return what the import took."""
        corpus, options = self._folder / "corpus", self._options
        self._steps.once(
            "corpus",
            lambda: {"documents": write_corpus(options.corpora, corpus, options.documents)},
            makes=corpus,
        )
        return self._steps.once(
            "import", lambda: _build("import", corpus, self._data, cores=options.cores), makes=self._data
        )

    def _grown(self) -> Found:
        """Add copies to the archive of all real texts; return what the import of those took."""
        real, options = Run(replace(self._options, documents=None)), self._options

        def work() -> Found:
            self._data.mkdir(parents=True)
            for file in real._data.glob("archive.db*"):
                shutil.copy(file, self._data)
            return _build("grow", self._data, options.documents, cores=options.cores)

        found = real._imported()
        self._steps.once("grow", work, makes=self._data)
        return found

    def _index(self) -> Found:
        """Index what the archive holds; the last index stays."""
        cores = self._options.cores
        return {
            "reindex_one_core": self._reindex("reindex_one_core", 1),
            "reindex": self._reindex("reindex", cores),
        } | self._lexicon()

    def _lexicon(self) -> Found:
        if set(self._options.own) == {OURS}:  # the engine alone is asked, which needs none
            return {}
        cores = self._options.cores
        return {"lexicon": self._steps.once("lexicon", lambda: _build("lexicon", self._data, cores=cores))}

    def _reindex(self, name: str, cores: int) -> Found:
        def work() -> Found:
            found = _build("reindex", self._data, cores=cores)
            # The archive is beside it; only the index is measured.
            return found | {"bytes": folder_bytes(self._data / "whoosh")}

        return self._steps.once(name, work)

    def _takes_part(self, name: str) -> bool:
        peer, documents = system(name), self._prepared.counts["documents"]
        if missing := peer.missing():
            tell(f"*** {name} is left out: it needs {missing}")
            return False
        if peer.most_documents is not None and documents > peer.most_documents:
            tell(f"*** {name} is left out: measure it at {peer.most_documents:,} documents or fewer")
            return False
        return True

    def _built(self, name: str) -> Found:
        found = {}
        for cores in CORES.get(name, (1,)):
            index = self._folder / name

            def work(index: Path = index, cores: int = cores) -> Found:
                figures = _build("peer", name, self._prepared.folder, index, cores=cores)
                return figures | {"bytes": folder_bytes(index)}

            found[f"{cores}"] = self._steps.once(f"{name}-build-{cores}", work, makes=index)
        return found

    def _draw(self) -> Found:
        with opened_archive(load_settings(data=self._data)) as archive:
            drawn = draw(self._prepared, archive, self._options.each)
        asked.save(drawn, self._questions)
        return {"questions": len(drawn)}

    def _asked(self, name: str) -> Found:
        index = self._data if name in OWN else self._folder / SAME_INDEX.get(name, name)

        def ask(*more: object) -> dict[str, Any]:
            files = (index, self._prepared.folder, self._questions, self._answers_path(name))
            return run_fresh(ASK, name, *files, "--started", time.monotonic(), *more)

        def work() -> Found:
            starts = [ask("--first-only", "--first", number) for number in range(self._options.starts)]
            return {"starts": starts} | ask("--seconds", self._options.seconds)

        return self._steps.once(f"{name}-ask", work)

    def _answers_path(self, name: str) -> Path:
        return self._folder / f"answers-{name}.jsonl"

    def _compared_with_matchers(self) -> Found:
        return run_fresh(ORACLE, self._data, self._questions, "--each", self._options.compared)

    def _http(self) -> Found:
        return measure_http(self._data, asked.load(self._questions), self._options.workers)


def _build(task: str, *arguments: object, cores: int) -> Found:
    return run_fresh(BUILD, task, *arguments, "--cores", cores) | {"cores": cores}
