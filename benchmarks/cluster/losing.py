"""One of three nodes killed under load while the archive is indexed anew; before that, the same in peace.

The primary entrypoint is `Loss.measure`. Searches go on all the time, and each answer is compared with the
one given at rest: total, facets, articles, versions and scores. At the end every version in the index is
compared with the archive's.
"""

import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.cluster.questions import load
from benchmarks.cluster.standing import Found
from benchmarks.engines.fresh import ROOT
from benchmarks.engines.steps import tell
from searchsvc.archive.store import Archive
from searchsvc.engines.base import Engine
from searchsvc.queries import SearchQuery
from searchsvc.search.opening import opened_archive, opened_engine, opened_service
from searchsvc.settings import load_settings
from tests.cluster.nodes import Cluster
from tests.cluster.watching import Watch, comparable_page

QUESTIONS = 60
POLL_S = 0.5
WHOLE_AGAIN_S = 1800


@dataclass(frozen=True)
class Loss:
    """A run over the archive in `data` and the settings of the environment, whose index is there."""

    cluster: Cluster
    data: Path
    questions: Path
    after: float = 0.4
    """Share of the documents that is indexed when the node is killed."""

    def measure(self) -> Found:
        """Return what searches saw in a rebuild without and with a loss, and what is in the index then."""
        settings = load_settings(data=self.data)
        with (
            opened_service(settings) as service,
            opened_archive(settings) as archive,
            opened_engine(settings) as engine,
        ):

            def ask(query: SearchQuery) -> object:
                return comparable_page(service.search(query))

            def measured(victim: int | None) -> Found:
                return _watched(Watch(ask, self._asked()), lambda: self._rebuilt(engine, archive, victim))

            found = {"switch": measured(None)}
            for name in ("manager", "other"):
                victim = self._node(name)
                found[name] = measured(victim)
                self.cluster.start(victim)
                started = time.monotonic()
                self.cluster.wait(3, "green", deadline_s=WHOLE_AGAIN_S)
                found[name]["seconds_until_whole_again"] = round(time.monotonic() - started, 1)
        return found

    def _asked(self) -> list[SearchQuery]:
        questions = load(self.questions)
        return [one.query() for one in questions[:: max(1, len(questions) // QUESTIONS)]][:QUESTIONS]

    def _node(self, victim: str) -> int:
        """Return the number of the elected manager, or of a node that is not."""
        alive = self.cluster.alive()
        name = self.cluster.get(alive[0], "/_cat/cluster_manager?format=json")[0]["node"]
        manager = int(name.rpartition("-")[2])
        return manager if victim == "manager" else next(one for one in alive if one != manager)

    def _rebuilt(self, engine: Engine, archive: Archive, victim: int | None) -> Found:
        """Run `reindex --full` as an operator does; kill node `victim` meanwhile, if one is named."""
        before = engine.status().generation
        started, killed = time.monotonic(), 0.0
        command = [sys.executable, "cli.py", "reindex", "--full"]
        with subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        ) as running:
            if victim is not None:
                wanted = self.after * archive.counts().articles
                while running.poll() is None and self._written() < wanted:
                    time.sleep(POLL_S)
                if running.poll() is not None:
                    raise SystemExit(f"reindex ended before the node was killed: {running.communicate()[0]}")
                killed = time.monotonic() - started
                self.cluster.kill(victim)
                tell(f"node {victim} killed after {killed:.0f} s")
            said, _ = running.communicate()
        status = engine.status()
        return {
            "seconds": round(time.monotonic() - started, 1),
            "killed_after_s": round(killed, 1),
            "ended_with": running.returncode,
            "said": said.strip()[-400:],
            "switched": status.generation != before,
            "degraded": status.degraded,
            "documents": status.documents,
            "differing_versions": _differing(engine, archive),
        }

    def _written(self) -> int:
        """Return how many documents the newest index has taken so far."""
        node = self.cluster.alive()[0]
        indices = self.cluster.get(node, "/searchsvc-g-*/_stats/indexing?level=indices")["indices"]
        newest = max(indices)
        return int(indices[newest]["primaries"]["indexing"]["index_total"]) if len(indices) > 1 else 0


def _watched(watch: "Watch[SearchQuery]", act: Callable[[], Found]) -> Found:
    with watch:
        found = act()
        watch.wait_for(QUESTIONS)
    return found | {
        "searches": watch.asked,
        "right": watch.right,
        "wrong": len(watch.wrong),
        "wrong_examples": [text[:500] for text in watch.wrong[:3]],
        "errors": dict(watch.errors),
        "longest_s": round(watch.longest_s, 2),
    }


def _differing(engine: Engine, archive: Archive) -> int:
    """Return how many articles are in only one of archive and index, or in another version."""
    held = {article.id: article.version for batch in archive.changes(0) for article in batch}
    indexed = dict(engine.versions())
    return sum(held.get(id_) != indexed.get(id_) for id_ in held.keys() | indexed.keys())
