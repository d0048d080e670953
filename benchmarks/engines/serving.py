"""The site over HTTP, on the production server: latency at one client, throughput with several, memory.

    python -m benchmarks.engines.serving DATA QUESTIONS [--workers N]

The primary entrypoints are `measure_http` and `measure_paths`. Each kind of answer gets servers of its own,
so that what it asks first nobody has asked before: one with a single worker for the latency at one client,
since a connection lands on any worker and what is asked again would be new to another, and one with all
workers for throughput and memory. A static file comes from the same server.
"""

import argparse
import json
import os
import random
import signal
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
from benchmarks.engines.http_client import Closed, Connection, load
from benchmarks.engines.latencies import Latencies
from benchmarks.engines.memory import children_of, memory_of, processor_seconds
from benchmarks.engines.questions import Question
from benchmarks.engines.systems.service import typed_text

_JSON = "/api/v1/search?q={}"
PATHS = {"page": "/search?q={}", "json": _JSON, "unchanged": _JSON, "static": "/static/site.css"}
"""The kinds of answers; `unchanged` is the JSON asked by one who has it already (304)."""

_FIRST = {kind: form.format(quote_plus("nghị quyết")) for kind, form in PATHS.items()}

SPELT_OUT = "&sort=relevance"
"""What asks for the order that there is anyway: the same work, under another tag."""

QUERIES = 400
CLIENTS_PER_WORKER = 2
READY_S = 60
IDLE_S, IDLE_SHARE = 0.5, 0.1


def measure_http(data: Path, questions: Sequence[Question], workers: int) -> dict[str, Any]:
    """Return the figures of `measure_paths` for page, JSON, unchanged JSON and static file, and of starts."""
    plain = [one for one in questions if one.shape in ("and", "or", "phrase")]
    random.Random(1).shuffle(plain)  # so that the two halves are alike
    plain = plain[:QUERIES]
    texts = [quote_plus(typed_text(one)) for one in plain]
    paths = {kind: [form.format(text) for text in texts] for kind, form in PATHS.items()}
    return measure_paths(data, paths, workers) | {"starts": measure_starts(data)}


def measure_paths(data: Path, paths: Mapping[str, Sequence[str]], workers: int) -> dict[str, Any]:
    """Return for each kind of paths the latencies at one client, the throughput and the workers' memory.

    At one client a single worker serves. The first request, for a query of its own, comes as soon as the
    server is ready. Then "touched" asks the first half of the paths of a worker that has answered nothing
    else, "known" the same questions spelt out (`SPELT_OUT`), whose words are known by then but whose answers
    are not kept, "repeated" the first ones again, "new" the other half, once; processor time is the worker's,
    for each request. Throughput is that of fresh `workers` with two clients each, which ask every path once,
    and then once again; memory is read after that.
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


def measure_starts(data: Path) -> dict[str, float]:
    """Return the milliseconds from the start of a server to its first page of results, and from the end of a
    worker that is killed to the first page of the one that takes its place; a single worker serves."""
    started = time.perf_counter()
    with served(data, 1) as (port, pid):
        _ask_until_answered(port, started)
        start = time.perf_counter() - started
        _wait_until_idle(pid)
        (worker,) = children_of(pid)
        os.kill(worker, signal.SIGKILL)
        killed = time.perf_counter()
        _ask_until_answered(port, killed)
        replaced = time.perf_counter() - killed
    return {"start_to_page_ms": round(start * 1000, 1), "replaced_to_page_ms": round(replaced * 1000, 1)}


def _ask_until_answered(port: int, since: float) -> None:
    while time.perf_counter() - since < READY_S:
        try:
            with Connection(port) as connection:
                connection.get(_FIRST["page"])
                return
        except (OSError, Closed):  # the worker that is killed takes its connections with it
            time.sleep(0.005)
    raise SystemExit("the server does not answer")


def _at_one_client(port: int, pid: int, kind: str, paths: Sequence[str]) -> dict[str, Any]:
    with Connection(port) as connection:
        started = time.perf_counter()
        connection.get(_FIRST[kind])
        first = (time.perf_counter() - started) * 1000
    _wait_until_idle(pid)
    etags = _etags(port, paths) if kind == "unchanged" else None
    half = (len(paths) + 1) // 2
    found: dict[str, Any] = {"first_ms": round(first, 2)}
    first_half = paths[:half]
    known = [f"{path}{SPELT_OUT}" for path in first_half] if kind in ("page", "json") else first_half
    passes = {"touched": first_half, "repeated": first_half, "known": known, "new": paths[half:]}
    for name, those in passes.items():
        times, processor, size = _loaded(port, pid, those, etags)
        found[name] = Latencies.of(times).rounded()
        found[f"{name}_processor_ms"] = round(processor, 3)
        found["mean_bytes"] = round(size / len(those))
    return found


def _under_load(port: int, pid: int, kind: str, paths: Sequence[str], workers: int) -> dict[str, Any]:
    _wait_until_idle(pid)
    etags = _etags(port, paths) if kind == "unchanged" else None
    clients = workers * CLIENTS_PER_WORKER
    times, seconds, _ = load(port, paths, clients, etags)
    again, seconds_again, _ = load(port, paths, clients, etags)
    return {
        "under_load": Latencies.of(times).rounded(),
        "requests_per_second": round(len(times) / seconds, 1),
        "again_per_second": round(len(again) / seconds_again, 1),
        "worker_memory_mb": [
            {name: round(value, 1) for name, value in asdict(memory_of(child)).items()}
            for child in children_of(pid)
        ],
    }


def _loaded(
    port: int, pid: int, paths: Sequence[str], etags: Mapping[str, str] | None
) -> tuple[list[float], float, int]:
    """Return milliseconds each at one client, the processor's milliseconds a request, and bytes."""
    before = sum(map(processor_seconds, children_of(pid)))
    times, _, size = load(port, paths, 1, etags)
    used = sum(map(processor_seconds, children_of(pid))) - before
    return times, used * 1000 / len(paths), size


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
