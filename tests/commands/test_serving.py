"""`serve` as a process: its address, a taken port, a clean end."""

import json
import os
import selectors
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from weakref import WeakKeyDictionary

import pytest
from gunicorn.config import Config

from benchmarks.engines.memory import memory_of
from searchsvc.web.workers import PatientWorker
from tests.conftest import run_command

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def taken() -> Iterator[int]:
    """A port on which something else listens."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        yield int(other.getsockname()[1])


def test_a_taken_port_is_one_line_at_once(sample_data: Path, taken: int) -> None:
    for language, word in (("vi_VN.UTF-8", "cổng"), ("en_US.UTF-8", "port")):
        result = run_command("serve", "--port", str(taken), data=sample_data, language=language)
        assert result.exit_code == 1
        (line,) = result.stderr.splitlines()
        assert f"{word} {taken}" in line
        assert "--port" in line


def test_an_address_of_another_machine_is_one_line(sample_data: Path) -> None:
    for host in ("192.0.2.1", "nosuch.invalid", "a" * 80):
        result = run_command("serve", "--host", host, "--port", "8089", data=sample_data)
        assert result.exit_code == 1, result.output
        assert len(result.stderr.splitlines()) == 1


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
def test_it_serves_says_what_is_missing_and_ends_cleanly(tmp_path: Path, stop: signal.Signals) -> None:
    port = free_port()
    command = [sys.executable, "cli.py", "serve", "--port", str(port), "--workers", "1"]
    environment = {**os.environ, "SEARCHSVC_DATA": str(tmp_path / "none"), "LC_ALL": "C.UTF-8"}
    server = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True)
    try:
        assert answer_of(f"http://127.0.0.1:{port}/healthz", server) == 200
        server.send_signal(stop)
        _, errors = server.communicate(timeout=60)
    finally:
        server.kill()
    assert server.returncode == 0
    first, second = errors.splitlines()
    assert "searchsvc import" in first
    assert f"http://127.0.0.1:{port}/" in second


def answer_of(address: str, server: subprocess.Popen[str]) -> int:
    deadline = time.monotonic() + 120
    while True:
        try:
            with urllib.request.urlopen(address, timeout=30) as answer:
                return int(answer.status)
        except OSError:
            assert server.poll() is None, "the server ended"
            assert time.monotonic() < deadline, "the server does not answer"
            time.sleep(0.2)


@contextmanager
def serving(data: Path, workers: int) -> Iterator[tuple[int, subprocess.Popen[str]]]:
    port = free_port()
    command = [sys.executable, "cli.py", "serve", "--port", str(port), "--workers", str(workers)]
    environment = {
        **os.environ,
        "SEARCHSVC_DATA": str(data),
        "SEARCHSVC_LOG_LEVEL": "info",
        "LC_ALL": "C.UTF-8",
    }
    server = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True)
    try:
        answer_of(f"http://127.0.0.1:{port}/readyz", server)
        yield port, server
    finally:
        server.kill()
        server.communicate()


def read(port: int, path: str) -> str:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=60) as answer:
        return str(answer.read().decode())


def test_workers_count_together_and_write_what_they_counted(sample_data: Path, tmp_path: Path) -> None:
    data = tmp_path / "index"
    # Without the searches of the tests that use the same samples.
    shutil.copytree(sample_data, data, ignore=shutil.ignore_patterns("searches.db*"))
    with serving(data, workers=2) as (port, server):
        for _ in range(12):
            read(port, "/api/v1/search?q=zzzzqqq")
        counted = [
            line for line in read(port, "/metrics").splitlines() if line.startswith("searchsvc_searches_")
        ]
        assert 'searchsvc_searches_total{found="none"} 12.0' in counted
        server.send_signal(signal.SIGTERM)
        _, errors = server.communicate(timeout=60)
    lines = [json.loads(line) for line in errors.splitlines()[1:]]
    assert [line["route"] for line in lines] == ["/api/v1/search"] * 12
    told = json.loads(run_command("report", "--json", data=data).stdout)
    assert (told["searches"], told["without_results"], told["top"]) == (12, 12, [])


def test_slow_clients_keep_no_thread_from_others(sample_data: Path) -> None:
    with serving(sample_data, workers=1) as (port, _), ExitStack() as stack:
        slow = [stack.enter_context(socket.create_connection(("127.0.0.1", port))) for _ in range(40)]
        for letter in b"GET /healthz HTTP/1.1":
            for client in slow:
                client.sendall(bytes([letter]))
            assert read(port, "/healthz")
        # One whose headers become complete in the end is answered like any other.
        slow[0].sendall(b"\r\nHost: a\r\nConnection: close\r\n")
        slow[0].sendall(b"\r\n")
        assert slow[0].recv(100).startswith(b"HTTP/1.1 200")


def test_a_client_that_hangs_up_half_way_is_let_go_at_once() -> None:
    worker = PatientWorker.__new__(PatientWorker)
    worker.cfg, worker.poller, worker.nr_conns = Config(), selectors.DefaultSelector(), 0
    worker.pending_conns, worker._peeked = deque(), WeakKeyDictionary()
    with (
        worker.poller,
        socket.create_server(("127.0.0.1", 0)) as listener,
        socket.create_connection(listener.getsockname()) as client,
    ):
        client.sendall(b"GET / HT")
        worker.accept(listener)
        woken(worker)
        client.shutdown(socket.SHUT_WR)
        woken(worker)
        assert not worker.pending_conns
        assert worker.nr_conns == 0
        assert not worker.poller.get_map()


def woken(worker: PatientWorker) -> None:
    """Do what the worker does when its poller reports something."""
    for key, _ in worker.poller.select(timeout=60):
        key.data(key.fileobj)


def test_the_log_has_no_address_and_no_query_of_a_request_that_is_none(sample_data: Path) -> None:
    with serving(sample_data, workers=1) as (port, server):
        for sent in (
            b"GET /search?q=bimat\xff HTTP/1.1x\r\n\r\n",
            b"GET /search?q=bimat HTTP/1.1\r\nbimat\r\n\r\n",
        ):
            with socket.create_connection(("127.0.0.1", port)) as client:
                client.sendall(sent)
                assert client.recv(100).startswith(b"HTTP/1.1 400")
        server.send_signal(signal.SIGTERM)
        _, errors = server.communicate(timeout=60)
    assert errors.count("a request that is no HTTP was refused") == 2
    assert "bimat" not in errors
    assert "127.0.0.1" not in errors.split("\n", 1)[1]


def test_a_stop_answers_the_requests_under_way(sample_data: Path) -> None:
    answers: list[bytes] = []

    def ask(port: int) -> None:
        with socket.create_connection(("127.0.0.1", port), timeout=60) as client:
            client.sendall(
                b"GET /api/v1/search?q=nghi+quyet HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
            )
            asked.release()
            parts = []
            while part := client.recv(65536):
                parts.append(part)
            answers.append(b"".join(parts))

    with serving(sample_data, workers=1) as (port, server):
        asked = threading.Semaphore(0)
        threads = [threading.Thread(target=ask, args=(port,)) for _ in range(6)]
        for thread in threads:
            thread.start()
        for _ in threads:
            asked.acquire()
        read(port, "/healthz")  # connections are taken in their order, so theirs were
        server.send_signal(signal.SIGTERM)
        for thread in threads:
            thread.join()
        assert server.wait(60) == 0
    assert len(answers) == len(threads)
    for answer in answers:
        head, _, body = answer.partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200"), head
        assert json.loads(body)["total"] > 0


def workers_of(server: subprocess.Popen[str]) -> list[int]:
    children = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text("ascii")
    return [int(child) for child in children.split()]


def opened_below(process: int, folder: Path) -> list[str]:
    """Return which files below `folder` a process has open or mapped."""
    links = [str(link.readlink()) for link in Path(f"/proc/{process}/fd").iterdir() if link.is_symlink()]
    maps = [line.split()[-1] for line in Path(f"/proc/{process}/maps").read_text().splitlines()]
    return [name for name in (*links, *maps) if name.startswith(str(folder))]


def eventually(found: Callable[[], object]) -> None:
    until = time.monotonic() + 60
    while not found():
        assert time.monotonic() < until
        time.sleep(0.05)


@pytest.fixture
def copied(sample_data: Path, tmp_path: Path) -> Path:
    shutil.copytree(sample_data, tmp_path / "copy", ignore=shutil.ignore_patterns("searches.db*"))
    return tmp_path / "copy"


needs_proc = pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="looks at Linux's /proc")


@needs_proc
def test_the_parent_has_neither_archive_nor_index_open(copied: Path) -> None:
    with serving(copied, workers=1) as (port, server):
        read(port, "/search?q=nghi+quyet")
        (worker,) = workers_of(server)
        assert opened_below(server.pid, copied) == []
        assert any("archive.db" in name for name in opened_below(worker, copied))
        assert any("whoosh" in name for name in opened_below(worker, copied))


@needs_proc
@pytest.mark.parametrize("stop", [signal.SIGKILL, signal.SIGHUP])
def test_a_worker_that_takes_the_place_of_another_sees_the_index_of_now(
    copied: Path, stop: signal.Signals
) -> None:
    with serving(copied, workers=1) as (port, server):
        before = json.loads(read(port, "/api/v1/search?q=nghi+quyet"))["generation"]
        (first,) = workers_of(server)
        assert run_command("reindex", "--full", data=copied).exit_code == 0
        os.kill(first if stop == signal.SIGKILL else server.pid, stop)
        eventually(lambda: workers_of(server) and first not in workers_of(server))
        after = json.loads(read(port, "/api/v1/search?q=nghi+quyet"))["generation"]
        assert after != before
        # It goes on with the counts of the one before it.
        counted = read(port, "/metrics")
        assert 'searchsvc_searches_total{found="results"} 2.0' in counted
        server.send_signal(signal.SIGTERM)
        server.communicate(timeout=60)
        assert server.returncode == 0


@needs_proc
def test_workers_share_what_the_parent_loaded(sample_data: Path) -> None:
    with serving(sample_data, workers=2) as (port, server):
        for _ in range(8):
            read(port, "/search?q=nghi+quyet")
        for worker in workers_of(server):
            memory = memory_of(worker)
            assert memory.own - memory.unshared > 20
