"""The site over HTTP, on the production server: latency at one client, throughput with several, memory.

The primary entrypoints are `measure_http` and `measure_paths`. All kinds come from the same workers.
"""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus

from benchmarks.engines.fresh import ROOT
from benchmarks.engines.http_client import Connection, load
from benchmarks.engines.latencies import Latencies
from benchmarks.engines.memory import children_of, memory_of
from benchmarks.engines.questions import Question
from benchmarks.engines.systems.service import typed_text

STATIC = "/static/site.css"
PATHS = {"page": "/search?q={}", "json": "/api/v1/search?q={}", "static": STATIC}
QUERIES = 200
CLIENTS_PER_WORKER = 2
READY_S = 60


def measure_http(data: Path, questions: Sequence[Question], workers: int) -> dict[str, Any]:
    """Return the figures of `measure_paths` for page, JSON and static file."""
    plain = [one for one in questions if one.shape in ("and", "or", "phrase")][:QUERIES]
    asked = [quote_plus(typed_text(one)) for one in plain]
    paths = {kind: [form.format(text) for text in asked] for kind, form in PATHS.items()}
    return measure_paths(data, paths, workers)


def measure_paths(data: Path, paths: Mapping[str, Sequence[str]], workers: int) -> dict[str, Any]:
    """Return, for each kind of paths: first touch and repeated at one client, and throughput.

    "touched" asks every path once of fresh workers, "repeated" the same again; throughput asks with two
    clients for each worker, after both.
    """
    found: dict[str, Any] = {"workers": workers, "clients": workers * CLIENTS_PER_WORKER}
    with served(data, workers) as (port, pid):
        for kind, those in paths.items():
            touched, _, _ = load(port, those, 1)
            repeated, _, size = load(port, those, 1)
            several, seconds, _ = load(port, [*those, *those], workers * CLIENTS_PER_WORKER)
            found[kind] = {
                "touched": Latencies.of(touched).rounded(),
                "repeated": Latencies.of(repeated).rounded(),
                "under_load": Latencies.of(several).rounded(),
                "requests_per_second": round(len(several) / seconds, 1),
                "mean_bytes": round(size / len(those)),
            }
        memories = [memory_of(child) for child in children_of(pid)]
        found["worker_memory_mb"] = [
            {name: round(value, 1) for name, value in asdict(one).items()} for one in memories
        ]
    return found


@contextmanager
def served(data: Path, workers: int) -> Iterator[tuple[int, int]]:
    """Serve `data` and yield the port and the process id of the server's parent. Raises SystemExit."""
    port = _free_port()
    # One address asks everything, so the bounds on one address would be measured.
    environment = dict(os.environ) | {"SEARCHSVC_DATA": str(data), "SEARCHSVC_RATE_LIMITS": "false"}
    command = [sys.executable, "cli.py", "serve", "--port", str(port), "--workers", str(workers)]
    server = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        _wait(port, server)
        yield port, server.pid
    finally:
        server.terminate()
        server.wait(30)


def _wait(port: int, server: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + READY_S
    while time.monotonic() < until:
        if server.poll() is not None:
            break
        try:
            with Connection(port) as connection:
                if connection.get("/readyz")[0] == 200:
                    return
        except OSError:
            pass
        time.sleep(0.2)
    raise SystemExit("the server did not become ready: is there an index?")


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
