"""A site of our own on this machine, and clients that ask it: what load.py and reload.py share.

The primary entrypoints are `site` and `ask_all`.
"""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, SimpleQueue

ROOT = Path(__file__).resolve().parents[1]
HOST = "127.0.0.1"
_START_S = 60
_TIMEOUT_S = 60


@dataclass
class Figures:
    """What came of many requests: the time of each, and what went wrong by kind."""

    seconds: list[float] = field(default_factory=list)
    errors: Counter[str] = field(default_factory=Counter)
    took_s: float = 0.0

    def at(self, share: float) -> float:
        """Return the time in ms within which this share of the requests was answered."""
        ordered = sorted(self.seconds)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1000 if ordered else 0.0

    def row(self, name: str) -> str:
        """Return the figures as a row of a Markdown table."""
        failed = ", ".join(f"{count} {kind}" for kind, count in self.errors.items()) or "0"
        rate = len(self.seconds) / self.took_s if self.took_s else 0
        times = " | ".join(f"{self.at(share):.0f}" for share in (0.5, 0.95, 0.99, 1.0))
        return f"| {name} | {len(self.seconds)} | {failed} | {rate:.0f} | {times} |"


HEAD = """| scenario | requests | failed | per s | median ms | p95 | p99 | longest |
|---|---|---|---|---|---|---|---|"""

Check = Callable[[str, int, bytes], str | None]
"""Given an address, the status and the body: what is wrong with the answer, or None."""


def command(data: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run one of staff's commands over `data`."""
    environment = os.environ | {"SEARCHSVC_DATA": str(data), "LC_ALL": "C.UTF-8"}
    return subprocess.run(
        [sys.executable, "cli.py", *arguments],
        cwd=ROOT,
        env=environment,
        check=False,
        capture_output=True,
        text=True,
    )


@contextmanager
def data_folder(given: str | None) -> Iterator[Path]:
    """Give the data folder that was named, or one with the samples that is removed afterwards."""
    if given:
        yield Path(given)
        return
    with tempfile.TemporaryDirectory(prefix="site-") as folder:
        done = command(Path(folder) / "index", "demo")
        if done.returncode:
            sys.exit(done.stderr)
        yield Path(folder) / "index"


@contextmanager
def site(data: Path, workers: int, **settings: str) -> Iterator[int]:
    """Serve `data` without limits on rates; give the port. The server must end cleanly."""
    with socket.create_server((HOST, 0)) as probe:
        port = int(probe.getsockname()[1])
    environment = os.environ | {"SEARCHSVC_DATA": str(data), "SEARCHSVC_RATE_LIMITS": "false", **settings}
    arguments = [sys.executable, "cli.py", "serve", "--port", str(port), "--workers", str(workers)]
    with tempfile.TemporaryFile() as log:
        server = subprocess.Popen(arguments, cwd=ROOT, env=environment, stderr=log)
        try:
            _wait_until_ready(port, server)
            yield port
        finally:
            server.send_signal(signal.SIGTERM)
            code = server.wait(60)
            log.seek(0)
            said = log.read().decode(errors="replace").splitlines()[1:]
            first = [line[:200] for line in said[:5]]
            print(f"server ended with {code}; it said {len(said)} lines {first}", file=sys.stderr)


def _wait_until_ready(port: int, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _START_S
    while time.monotonic() < deadline:
        try:
            status, _ = ask(http.client.HTTPConnection(HOST, port, timeout=_TIMEOUT_S), "/readyz")
            if status == 200:
                return
        except OSError:
            pass
        if server.poll() is not None:
            break
        time.sleep(0.1)
    sys.exit("the server does not answer")


def ask(connection: http.client.HTTPConnection, address: str) -> tuple[int, bytes]:
    """Return status and body of one answer."""
    connection.request("GET", address, headers={"Host": "localhost"})
    answer = connection.getresponse()
    return answer.status, answer.read()


def ask_all(port: int, addresses: Iterable[str], *, clients: int, check: Check | None = None) -> Figures:
    """Ask for each of `addresses`, in `clients` connections that stay open."""
    waiting: SimpleQueue[str] = SimpleQueue()
    for address in addresses:
        waiting.put(address)
    figures, guard = Figures(), threading.Lock()

    def work() -> None:
        own = Figures()
        connection = http.client.HTTPConnection(HOST, port, timeout=_TIMEOUT_S)
        while True:
            try:
                address = waiting.get_nowait()
            except Empty:
                break
            began = time.perf_counter()
            try:
                status, body = ask(connection, address)
            except (OSError, http.client.HTTPException) as error:
                own.errors[type(error).__name__] += 1
                connection.close()
                continue
            own.seconds.append(time.perf_counter() - began)
            wrong = check(address, status, body) if check else None if status == 200 else f"HTTP {status}"
            if wrong:
                own.errors[wrong] += 1
        connection.close()
        with guard:
            figures.seconds += own.seconds
            figures.errors += own.errors

    threads = [threading.Thread(target=work) for _ in range(clients)]
    began = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    figures.took_s = time.monotonic() - began
    return figures


def answered(body: bytes) -> dict[str, object]:
    """Return the JSON object of an answer."""
    found: dict[str, object] = json.loads(body)
    return found
