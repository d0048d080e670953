"""A PostgreSQL server and OpenSearch nodes for a measurement, and what they take of the machine.

The primary entrypoints are `Server` and `Nodes`. Both let the settings of this process and of its children
name them, as an operator's environment would.
"""

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from statistics import fmean
from typing import Any

from benchmarks.engines.memory import children_of, memory_of, processor_seconds
from tests.cluster import nodes
from tests.cluster.nodes import Cluster, installed
from tests.postgres import HOW_TO_GET_IT, PostgresServer, postgres_programs

Found = dict[str, Any]


@contextmanager
def archive_server(folder: Path) -> Iterator[PostgresServer]:
    """Run a PostgreSQL server whose data stay in `folder`. Raises SystemExit where there is none."""
    programs = postgres_programs()
    if programs is None:
        raise SystemExit(HOW_TO_GET_IT)
    with (
        PostgresServer.started(programs, folder) as server,
        environment({"SEARCHSVC_ARCHIVE_URL": server.url_of("postgres")}),
    ):
        yield server


@contextmanager
def search_nodes(count: int, heap: str, folder: Path, *, shards: int, replicas: int) -> Iterator[Cluster]:
    """Run `count` nodes, on the disk of `folder`; their index is gone after it. Raises SystemExit."""
    installation = installed()
    if installation is None:
        raise SystemExit(nodes.HOW_TO_GET_IT)
    folder.mkdir(parents=True, exist_ok=True)
    with Cluster.started(installation, count, heap=heap, for_long=True, folder=folder) as cluster:
        settings = {
            "SEARCHSVC_ENGINE": "opensearch",
            "SEARCHSVC_OPENSEARCH_URLS": cluster.urls,
            "SEARCHSVC_OPENSEARCH_SHARDS": str(shards),
            "SEARCHSVC_OPENSEARCH_REPLICAS": str(replicas),
            # What is measured is one index; an earlier one would count too.
            "SEARCHSVC_OPENSEARCH_KEPT": "0",
        }
        with environment(settings):
            yield cluster


@contextmanager
def environment(values: Mapping[str, str]) -> Iterator[None]:
    """Set variables of the environment, and put back what was there."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def cpu_seconds(pids: Iterable[int]) -> float:
    """Return the processor time of running processes and of their ended children."""
    return sum(processor_seconds(pid, with_ended_children=True) for pid in pids)


def server_pids(server: PostgresServer) -> list[int]:
    """Return the processes of a PostgreSQL server."""
    return [server.pid, *children_of(server.pid)]


def node_pids(cluster: Cluster) -> list[int]:
    """Return the processes of the nodes that run."""
    return [cluster.pid(number) for number in cluster.alive()]


def memory_of_nodes(cluster: Cluster) -> Found:
    """Return MB a node: of the process, of its heap in use, and of the structures of its segments."""
    stats = cluster.get(cluster.alive()[0], "/_nodes/stats/jvm,indices")["nodes"].values()
    resident = [memory_of(pid).resident for pid in node_pids(cluster)]
    return {
        "resident_mb": round(fmean(resident)),
        "heap_used_mb": round(fmean(one["jvm"]["mem"]["heap_used_in_bytes"] for one in stats) / 1e6),
        "heap_mb": round(fmean(one["jvm"]["mem"]["heap_max_in_bytes"] for one in stats) / 1e6),
        "fielddata_mb": round(
            fmean(one["indices"]["fielddata"]["memory_size_in_bytes"] for one in stats) / 1e6, 1
        ),
    }


def disk_of_nodes(cluster: Cluster) -> Found:
    """Return the bytes of the archive's index: of all copies, and of one."""
    stats = cluster.get(cluster.alive()[0], "/searchsvc-live/_stats/store,segments")["_all"]
    return {
        "bytes": stats["total"]["store"]["size_in_bytes"],
        "bytes_of_one_copy": stats["primaries"]["store"]["size_in_bytes"],
        "segments_of_one_copy": stats["primaries"]["segments"]["count"],
    }
