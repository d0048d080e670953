"""The site over HTTP, on the production server: latency at one client, throughput with several, memory.

    python -m benchmarks.engines.serving DATA QUESTIONS [--workers N]

The primary entrypoints are `measure_http` and `measure_paths`. Each kind of answer gets servers of its own,
so that what it asks first nobody has asked before; a static file comes from the same server. One client asks
a server with one worker: of two, each further connection would meet the one or the other.
"""

import argparse
import json
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

from benchmarks.engines import questions as asked
from benchmarks.engines.fresh import ROOT
from benchmarks.engines.http_client import Connection, load
from benchmarks.engines.latencies import Latencies
from benchmarks.engines.memory import children_of, memory_of, processor_seconds
from benchmarks.engines.questions import Question
from benchmarks.engines.systems.service import typed_text

UNCHANGED = "unchanged"
_JSON = "/api/v1/search?q={}"
PATHS = {"page": "/search?q={}", "json": _JSON, UNCHANGED: _JSON, "static": "/static/site.css"}
"""The kinds of answers; `unchanged` is the JSON asked by one who has it already (304)."""

QUERIES = 400
CLIENTS_PER_WORKER = 2
READY_S = 60
IDLE_S, IDLE_SHARE = 0.5, 0.1


def measure_http(data: Path, questions: Sequence[Question], workers: int) -> dict[str, Any]:
    """Return the figures of `measure_paths` for page, JSON, unchanged JSON and static file."""
    plain = [one for one in questions if one.shape in ("and", "or", "phrase")][:QUERIES]
    texts = [quote_plus(typed_text(one)) for one in plain]
    paths = {kind: [form.format(text) for text in texts] for kind, form in PATHS.items()}
    return measure_paths(data, paths, workers)


def measure_paths(data: Path, paths: Mapping[str, Sequence[str]], workers: int) -> dict[str, Any]:
    """Return for each kind of paths the latencies at one client, the throughput and the workers' memory.

    The first request, for a query of its own, comes as soon as the server is ready. Then "touched" asks the
    first half of the paths of a worker that has answered nothing else, "repeated" the same again, "new" the
    other half, once; processor time is for each request. Throughput asks all paths once of so many fresh
    `workers`, with two clients for each, and once again.
    """
    found: dict[str, Any] = {"workers": workers, "clients": workers * CLIENTS_PER_WORKER}
    for kind, those in paths.items():
        with served(data, 1) as (port, pid):
            found[kind] = _at_one_client(port, pid, kind, those)
        with served(data, workers) as (port, pid):
            found[kind] |= _under_load(port, pid, kind, those, workers)
    # What pages need is the most: all that the JSON needs, and templates.
    found["worker_memory_mb"] = found["page"]["worker_memory_mb"]
    return found


def _at_one_client(port: int, pid: int, kind: str, paths: Sequence[str]) -> dict[str, Any]:
    with Connection(port) as connection:
        started = time.perf_counter()
        connection.get(PATHS[kind].format(quote_plus("nghị quyết")))
        first = (time.perf_counter() - started) * 1000
    _wait_until_idle(pid)
    half = (len(paths) + 1) // 2
    etags = _etags(port, paths) if kind == UNCHANGED else None
    found: dict[str, Any] = {"first_ms": round(first, 2)}
    passes = {"touched": paths[:half], "repeated": paths[:half], "new": paths[half:]}
    for name, those in passes.items():
        before = sum(map(processor_seconds, children_of(pid)))
        times, _, size = load(port, those, 1, etags)
        used = sum(map(processor_seconds, children_of(pid))) - before
        found[name] = Latencies.of(times).rounded()
        found[f"{name}_processor_ms"] = round(used * 1000 / len(those), 3)
        found["mean_bytes"] = round(size / len(those))
    return found


def _under_load(port: int, pid: int, kind: str, paths: Sequence[str], workers: int) -> dict[str, Any]:
    _wait_until_idle(pid)
    clients = workers * CLIENTS_PER_WORKER
    etags = _etags(port, paths) if kind == UNCHANGED else None
    once, seconds, _ = load(port, paths, clients, etags)
    again, seconds_again, _ = load(port, paths, clients, etags)
    return {
        "under_load": Latencies.of(once).rounded(),
        "requests_per_second": round(len(once) / seconds, 1),
        "again_per_second": round(len(again) / seconds_again, 1),
        "worker_memory_mb": [
            {name: round(value, 1) for name, value in asdict(memory_of(child)).items()}
            for child in children_of(pid)
        ],
    }


def _wait_until_idle(pid: int) -> None:
    """Wait until the workers have done what a start does once: warming up, verifying the index."""
    until, before = time.monotonic() + READY_S, -1.0
    while time.monotonic() < until:
        used = sum(map(processor_seconds, children_of(pid)))
        if used - before < IDLE_SHARE * IDLE_S:
            return
        before = used
        time.sleep(IDLE_S)


def _etags(port: int, paths: Sequence[str]) -> dict[str, str]:
    with Connection(port) as connection:
        return {path: connection.get(path).etag for path in paths}


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
                if connection.get("/readyz").status == 200:
                    return
        except OSError:
            pass
        time.sleep(0.2)
    raise SystemExit("the server did not become ready: is there an index?")


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def main() -> None:
    """Measure one data folder and print the figures as JSON."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.engines.serving")
    parser.add_argument("data", type=Path)
    parser.add_argument("questions", type=Path, help="questions.jsonl of a run of benchmarks.engines")
    parser.add_argument("--workers", type=int, default=2)
    given = parser.parse_args()
    found = measure_http(given.data.resolve(), asked.load(given.questions), given.workers)
    json.dump(found, sys.stdout, indent=1)
    print()


if __name__ == "__main__":
    main()
