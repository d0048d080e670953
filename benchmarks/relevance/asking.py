"""Every system's answers, several systems at a time. The primary entrypoint is `asked`.

A module of its own, as the processes of the pool cannot import from `__main__`.
"""

from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from benchmarks.relevance.collections import Collection
from benchmarks.relevance.measuring import Answers, answers
from benchmarks.relevance.peers import PEERS
from benchmarks.relevance.service import opened

OURS = "searchsvc"
SLOWEST_FIRST = ("whoosh", OURS, *(system for system in PEERS if system != "whoosh"))


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
    if system != OURS:
        return answers(PEERS[system](collection.documents), collection, variants)
    with opened(collection, data) as rank:
        return answers(rank, collection, variants)
