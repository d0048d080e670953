"""Every system's answers, several systems at a time. The primary entrypoint is `asked`.

A module of its own, as the processes of the pool cannot import from `__main__`.
"""

from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from benchmarks.relevance.cluster import opensearch_folded
from benchmarks.relevance.collections import Collection
from benchmarks.relevance.measuring import Answers, answers
from benchmarks.relevance.peers import PEERS
from benchmarks.relevance.service import opened

OURS = "searchsvc"
OURS_IN_CLUSTER = "searchsvc-opensearch"
CLUSTER_PEER = "opensearch"
IN_CLUSTER = (OURS_IN_CLUSTER, CLUSTER_PEER)
"""Systems that need a cluster, so they are asked only where they are named."""

SLOWEST_FIRST = ("whoosh", OURS, *IN_CLUSTER, *(system for system in PEERS if system != "whoosh"))


def asked(
    collection: Collection, systems: Sequence[str], variants: Sequence[str], data: Path, processes: int
) -> dict[str, Answers]:
    """Return the answers of each system, several at a time, in the order of `systems`."""
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        tasks = {
            system: pool.submit(ask, system, collection, variants, data)
            for system in sorted(systems, key=SLOWEST_FIRST.index)
        }
        return {system: tasks[system].result() for system in systems}


def ask(system: str, collection: Collection, variants: Sequence[str], data: Path) -> Answers:
    """Index `collection` with `system` and return its answers."""
    if system == CLUSTER_PEER:
        return answers(opensearch_folded(collection.documents), collection, variants)
    if system in PEERS:
        return answers(PEERS[system](collection.documents), collection, variants)
    here, engine = (data, "whoosh") if system == OURS else (data / "cluster", "opensearch")
    with opened(collection, here, engine) as rank:
        return answers(rank, collection, variants)
