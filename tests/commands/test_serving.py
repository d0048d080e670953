"""`serve` as a process: its address, a taken port, a clean end."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

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
