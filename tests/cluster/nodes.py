"""A real OpenSearch cluster for the tests, from its published jars: every node is a process of its own.

The primary entrypoints are `installed` (fetches the jars once, into the user's cache folder) and `Cluster`.
"""

import fcntl
import hashlib
import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Self

HERE = Path(__file__).resolve().parent
HOW_TO_GET_IT = "no OpenSearch: apt-get install openjdk-17-jdk-headless maven (Maven fetches the rest)"
HEAP = "512m"


def installed() -> str | None:
    """Return the class path of a node, fetched and compiled if need be; None without a JDK or Maven."""
    if not all(map(shutil.which, ("java", "javac", "mvn"))):
        return None
    sources = (HERE / "pom.xml").read_bytes() + (HERE / "SearchNode.java").read_bytes()
    cache = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache"))
    folder = cache / "searchsvc-tests" / f"opensearch-{hashlib.sha256(sources).hexdigest()[:12]}"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "complete").exists():
            _install(folder)
            (folder / "complete").touch()
    return f"{folder / 'classes'}:{folder / 'lib'}/*"


def _install(folder: Path) -> None:
    jars = folder / "lib"
    for command in (
        ["mvn", "-q", "-B", "-f", str(HERE / "pom.xml"), "dependency:copy-dependencies",
         f"-DoutputDirectory={jars}"],
        ["javac", "-cp", f"{jars}/*", "-d", str(folder / "classes"), str(HERE / "SearchNode.java")],
    ):  # fmt: skip
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


def free_ports(count: int) -> list[int]:
    """Return ports of the loopback address that nobody listens on."""
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [int(each.getsockname()[1]) for each in sockets]


class Cluster:
    """Nodes on this machine; each can be killed and started again on its data."""

    def __init__(self, class_path: str, folder: Path, count: int, heap: str = HEAP) -> None:
        self.folder = folder
        self._class_path = class_path
        self._heap = heap
        ports = free_ports(2 * count)
        self.ports, self._transport_ports = ports[:count], ports[count:]
        self._processes: dict[int, subprocess.Popen[bytes]] = {}

    @classmethod
    @contextmanager
    def started(
        cls, class_path: str, count: int = 3, *, heap: str = HEAP, folder: Path | None = None
    ) -> Iterator[Self]:
        """Give a running cluster; all of it is gone afterwards. In memory, where no `folder` is given."""
        memory = Path("/dev/shm")
        parent = folder or (memory if os.access(memory, os.W_OK) else None)
        with tempfile.TemporaryDirectory(
            prefix="opensearch-", dir=parent, ignore_cleanup_errors=True
        ) as name:
            cluster = cls(class_path, Path(name), count, heap)
            try:
                for number in range(count):
                    cluster.start(number)
                cluster.wait(count)
                yield cluster
            finally:
                for number in range(count):
                    cluster.kill(number)

    @property
    def urls(self) -> str:
        """The addresses of all nodes, as the setting takes them."""
        return ",".join(f"http://127.0.0.1:{port}" for port in self.ports)

    def start(self, number: int) -> None:
        """Start one node."""
        names = [f"node-{each}" for each in range(len(self.ports))]
        settings = {
            "path.home": self.folder / names[number],
            "node.name": names[number],
            "cluster.name": self.folder.name,
            "network.host": "127.0.0.1",
            "http.port": self.ports[number],
            "transport.port": self._transport_ports[number],
            "discovery.seed_hosts": ",".join(f"127.0.0.1:{port}" for port in self._transport_ports),
            "cluster.initial_cluster_manager_nodes": ",".join(names),
            "cluster.routing.allocation.disk.threshold_enabled": "false",
            "indices.query.bool.max_clause_count": 16384,
            "node.processors": 2,
        }
        (self.folder / names[number] / "config").mkdir(parents=True, exist_ok=True)
        command = ["java", f"-Xms{self._heap}", f"-Xmx{self._heap}", "-XX:+UseSerialGC",
                   "-XX:TieredStopAtLevel=4", "-cp", self._class_path, "SearchNode"]  # fmt: skip
        command += [f"{name}={value}" for name, value in settings.items()]
        with (self.folder / f"{names[number]}.log").open("ab") as log:
            self._processes[number] = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=log, stderr=log, start_new_session=True
            )

    def kill(self, number: int) -> None:
        """Kill one node, without giving it time for anything."""
        process = self._processes.pop(number, None)
        if process is not None:
            process.send_signal(signal.SIGKILL)
            process.communicate()

    def pid(self, number: int) -> int:
        """Return the process id of a node that runs."""
        return self._processes[number].pid

    def alive(self) -> Sequence[int]:
        """Return the numbers of the nodes that run."""
        return sorted(self._processes)

    def wait(self, count: int, status: str | None = None, deadline_s: float = 180) -> None:
        """Wait until `count` nodes have found each other, and the indices are `status` where one is given."""
        deadline = time.monotonic() + deadline_s
        wanted = f"&wait_for_status={status}" if status else ""
        while True:
            for number in self.alive():
                try:
                    health = self.get(number, f"/_cluster/health?wait_for_nodes={count}&timeout=5s{wanted}")
                    if not health["timed_out"]:
                        return
                except (urllib.error.URLError, OSError):
                    pass
                assert self._processes[number].poll() is None, self._log(number)
                assert time.monotonic() < deadline, self._log(number)
            time.sleep(0.2)

    def get(self, number: int, path: str) -> Any:
        """Return what one node answers."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.ports[number]}{path}", timeout=30) as answer:
            return json.load(answer)

    def _log(self, number: int) -> str:
        return (self.folder / f"node-{number}.log").read_text()[-3000:]
