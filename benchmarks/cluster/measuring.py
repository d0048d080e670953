"""All measurements of a number of documents. The primary entrypoint is `Run.measure`.

corpus → PostgreSQL (import) → for each number of nodes: index (reindex) → queries → HTTP → memory and disk
"""

import time
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from urllib.parse import quote_plus

from benchmarks.cluster.losing import Loss
from benchmarks.cluster.questions import draw, load, save
from benchmarks.cluster.standing import (
    Found,
    archive_server,
    cpu_seconds,
    disk_of_nodes,
    memory_of_nodes,
    node_pids,
    search_nodes,
    server_pids,
)
from benchmarks.engines.corpus import write_corpus
from benchmarks.engines.fresh import folder_bytes, run_fresh
from benchmarks.engines.machine import machine
from benchmarks.engines.serving import PATHS, measure_paths
from benchmarks.engines.steps import Steps
from searchsvc.search.opening import opened_archive
from searchsvc.settings import load_settings
from tests.cluster.nodes import Cluster
from tests.postgres import PostgresServer

NODES_OF_LOSS = 3
BUILD, ASK = "benchmarks.engines.building", "benchmarks.cluster.asking"


@dataclass(frozen=True)
class Options:
    """What is measured; `documents` None is all real texts once, `heap` that of a node as java takes it."""

    corpora: Path
    work: Path
    documents: int | None
    nodes: Sequence[int] = (3,)
    loss: bool = False
    heap: str = "1g"
    shards: int = 3
    each: int = 40
    workers: int = 2
    cores: int = 2
    again: Sequence[str] = ()


class Run:
    """The measurements for `options`, step after step; texts and archive are kept in the work folder."""

    def __init__(self, options: Options) -> None:
        self._options = options
        name = "all" if options.documents is None else str(options.documents)
        self.folder = options.work / name
        self._steps = Steps(self.folder / "steps", options.again)
        self._server_folder = self.folder / "postgresql"
        self._data = self.folder / "cluster-data"

    def measure(self) -> Found:
        """Return all figures as they are written to the results."""
        where = machine()
        imported = self.archive()
        found: Found = {"nodes": {}}
        with archive_server(self._server_folder) as server:
            for nodes in self._options.nodes:
                work = partial(self._on, nodes, server)
                found["nodes"][str(nodes)] = self._steps.once(f"nodes-{nodes}", work)
            if self._options.loss:
                found["loss"] = self._steps.once("loss", self._loss)
        return {
            "machine": where,
            "documents": imported["documents"],
            "heap": self._options.heap,
            "shards": self._options.shards,
            "import": imported,
            **found,
        }

    def archive(self) -> Found:
        """Write the texts and import them into PostgreSQL; return what the import took."""
        corpus, options = self.folder / "corpus", self._options
        self._steps.once(
            "corpus",
            lambda: {"documents": write_corpus(options.corpora, corpus, options.documents)},
            makes=corpus,
        )
        return self._steps.once(
            "import-postgresql", lambda: self._imported(corpus), makes=self._server_folder
        )

    def _imported(self, corpus: Path) -> Found:
        with archive_server(self._server_folder) as server:
            found = self._build("import", corpus)
            found["server_cpu_seconds"] = cpu_seconds(server_pids(server))
            server.sql("CHECKPOINT")
            return found | {
                "text_file_bytes": folder_bytes(corpus),
                "bytes": int(server.value("SELECT pg_database_size(current_database())")),
            }

    def _on(self, nodes: int, server: PostgresServer) -> Found:
        with self._search_nodes(nodes) as cluster:
            found: Found = {"copies": _copies(nodes), "reindex": self._indexed(cluster, server)}
            found["lexicon"] = self._build("lexicon")
            questions = self._questions()
            found["asked"] = run_fresh(ASK, self._data, questions)
            texts = [quote_plus(one.typed) for one in load(questions) if not one.filtered]
            paths = {kind: [PATHS[kind].format(text) for text in texts] for kind in ("page", "json")}
            found["http"] = measure_paths(self._data, paths, self._options.workers)
            return found | {"memory": memory_of_nodes(cluster)}

    def _loss(self) -> Found:
        with self._search_nodes(NODES_OF_LOSS) as cluster:
            self._build("reindex")
            return Loss(cluster, self._data, self._questions()).measure()

    def _search_nodes(self, nodes: int) -> AbstractContextManager[Cluster]:
        options = self._options
        return search_nodes(
            nodes, options.heap, self.folder / "nodes", shards=options.shards, replicas=_copies(nodes) - 1
        )

    def _questions(self) -> Path:
        """Draw the questions once, so that every number of nodes is asked the same."""
        path = self.folder / "cluster-questions.jsonl"
        if not path.exists():
            with opened_archive(load_settings(data=self._data)) as archive:
                save(draw(archive, self._options.each), path)
        return path

    def _indexed(self, cluster: Cluster, server: PostgresServer) -> Found:
        before = cpu_seconds(node_pids(cluster)), cpu_seconds(server_pids(server))
        found = self._build("reindex")
        found["nodes_cpu_seconds"] = cpu_seconds(node_pids(cluster)) - before[0]
        found["server_cpu_seconds"] = cpu_seconds(server_pids(server)) - before[1]
        return found | disk_of_nodes(cluster) | {"after_indexing": memory_of_nodes(cluster)}

    def _build(self, task: str, *arguments: object) -> Found:
        self._data.mkdir(parents=True, exist_ok=True)
        cores = self._options.cores
        started = time.monotonic()
        found = run_fresh(BUILD, task, *arguments, self._data, "--cores", cores)
        return found | {"seconds_with_start": time.monotonic() - started}


def _copies(nodes: int) -> int:
    """Return how many copies of the index so many nodes hold: two, so that one node may be lost."""
    return min(2, nodes)
