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
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from pathlib import Path
from types import MappingProxyType
from typing import Any, Self

HERE = Path(__file__).resolve().parent
HOW_TO_GET_IT = "no OpenSearch: apt-get install openjdk-17-jdk-headless maven (Maven fetches the rest)"
HEAP = "512m"


def installed() -> Path | None:
    """Return the folder of a node's jars, fetched and compiled if need be; None without a JDK or Maven."""
    if not all(map(shutil.which, ("java", "javac", "jar", "mvn"))):
        return None
    sources = b"".join((HERE / name).read_bytes() for name in ("pom.xml", "SearchNode.java", "nodes.py"))
    cache = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache"))
    folder = cache / "searchsvc-tests" / f"opensearch-{hashlib.sha256(sources).hexdigest()[:12]}"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "complete").exists():
            _install(folder)
            (folder / "complete").touch()
    return folder


def _install(folder: Path) -> None:
    jars, classes = folder / "lib", folder / "classes"
    for command in (
        ["mvn", "-q", "-B", "-f", str(HERE / "pom.xml"), "dependency:copy-dependencies",
         f"-DoutputDirectory={jars}"],
        ["javac", "-cp", f"{jars}/*", "-d", str(classes), str(HERE / "SearchNode.java")],
        ["jar", "cf", str(jars / "search-node.jar"), "-C", str(classes), "."],
    ):  # fmt: skip
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
    # The classes of a node, loaded once and mapped by every later start: half of the time of a start.
    with Cluster.started(folder, 1) as cluster:
        cluster.end(0)


def free_ports(count: int) -> list[int]:
    """Return ports of the loopback address that nobody listens on."""
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [int(each.getsockname()[1]) for each in sockets]


def _new_folder(parent: Path | None) -> AbstractContextManager[str]:
    memory = Path("/dev/shm")
    parent = parent or (memory if os.access(memory, os.W_OK) else None)
    return tempfile.TemporaryDirectory(prefix="opensearch-", dir=parent, ignore_cleanup_errors=True)


class Cluster:
    """Nodes on this machine; each can be killed and started again on its data."""

    def __init__(
        self,
        installation: Path,
        folder: Path,
        count: int,
        heap: str = HEAP,
        *,
        for_long: bool = False,
        settings: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self.folder = folder
        self._installation = installation
        self._heap = heap
        self._settings = settings
        self._compiler = 4 if for_long else 1
        ports = free_ports(2 * count)
        self.ports, self._transport_ports = ports[:count], ports[count:]
        self._processes: dict[int, subprocess.Popen[bytes]] = {}

    @classmethod
    @contextmanager
    def started(
        cls,
        installation: Path,
        count: int = 3,
        *,
        heap: str = HEAP,
        for_long: bool = False,
        settings: Mapping[str, str] = MappingProxyType({}),
        folder: Path | None = None,
        kept: Path | None = None,
    ) -> Iterator[Self]:
        """Give a running cluster; all of it is gone afterwards, but for what lies in `kept`.

        In memory, where neither `folder`, the place of a new folder, nor `kept` is given. With `for_long`
        its code is optimised as in production, which costs more than it gives in a run of tests.
        """
        with nullcontext(kept) if kept else _new_folder(folder) as place:
            cluster = cls(installation, Path(place), count, heap, for_long=for_long, settings=settings)
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
            "indices.query.bool.max_clause_count": "16384",
            "node.processors": 2,
            **self._settings,
        }
        (self.folder / names[number] / "config").mkdir(parents=True, exist_ok=True)
        classes = self._installation / "classes.jsa"
        archive = "SharedArchiveFile" if classes.exists() else "ArchiveClassesAtExit"
        command = ["java", f"-Xms{self._heap}", f"-Xmx{self._heap}", "-XX:+UseSerialGC",
                   f"-XX:TieredStopAtLevel={self._compiler}", f"-XX:{archive}={classes}",
                   "-cp", f"{self._installation / 'lib'}/*", "SearchNode"]  # fmt: skip
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

    def end(self, number: int) -> None:
        """End one node in good order."""
        self._processes.pop(number).communicate(timeout=120)  # it ends when its standard input does

    def pid(self, number: int) -> int:
        """Return the process id of a node that runs."""
        return self._processes[number].pid

    def alive(self) -> Sequence[int]:
        """Return the numbers of the nodes that run."""
        return sorted(self._processes)

    def wait(self, count: int, status: str | None = None, deadline_s: float = 180) -> None:
        """Wait until `count` nodes have found each other, and the indices are `status` where one is given.

        A shard that could not be allocated five times, as on a busy machine, is not tried again unasked.
        """
        deadline = time.monotonic() + deadline_s
        wanted = f"&wait_for_status={status}" if status else ""
        while True:
            for number in self.alive():
                try:
                    health = self.get(number, f"/_cluster/health?wait_for_nodes={count}&timeout=5s{wanted}")
                    if not health["timed_out"]:
                        return
                    if status:
                        self._retry_failed(number)
                except (urllib.error.URLError, OSError):
                    pass
                assert self._processes[number].poll() is None, self._log(number)
                assert time.monotonic() < deadline, f"{self._shards(number)}\n{self._log(number)}"
            time.sleep(0.2)

    def get(self, number: int, path: str) -> Any:
        """Return what one node answers."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.ports[number]}{path}", timeout=30) as answer:
            return json.load(answer)

    def _retry_failed(self, number: int) -> None:
        address = f"http://127.0.0.1:{self.ports[number]}/_cluster/reroute?retry_failed=true"
        urllib.request.urlopen(urllib.request.Request(address, method="POST"), timeout=30).close()

    def _shards(self, number: int) -> str:
        columns = "index,shard,prirep,state,unassigned.reason,unassigned.details"
        try:
            return json.dumps(self.get(number, f"/_cat/shards?format=json&h={columns}"), indent=0)
        except OSError as error:
            return str(error)

    def _log(self, number: int) -> str:
        return (self.folder / f"node-{number}.log").read_text()[-3000:]
