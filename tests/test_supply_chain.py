"""What the service is made of: locked with hashes, licences known, and no network while it runs."""

import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
_LOCKED = re.compile(r"^([a-z0-9][a-z0-9.-]*)(?:\[[^\]]*\])?==([^ ;\\]+)", re.MULTILINE)

_ROW = re.compile(r"^\| ([a-z0-9.-]+) \| (\d.+) \|$", re.MULTILINE)

OFFLINE = """
import socket, sys
from pathlib import Path

def refused(*_arguments, **_options):
    raise AssertionError("a connection to the network was tried")

def only_within(connect):
    def checked(self, address):
        within = self.family == socket.AF_UNIX or str(address[0]).startswith(("127.", "::1"))
        return connect(self, address) if within else refused()
    return checked

socket.socket.connect = only_within(socket.socket.connect)
socket.socket.connect_ex = only_within(socket.socket.connect_ex)
socket.socket.sendto = refused
resolved = socket.getaddrinfo
socket.getaddrinfo = lambda host, *more, **named: (
    resolved(host, *more, **named) if host in ("127.0.0.1", "localhost") else refused()
)
socket.gethostbyname = refused
if __name__ == "__main__":
    try:
        socket.create_connection(("192.0.2.1", 80), timeout=1)
    except AssertionError:
        pass
    else:
        sys.exit("connections are not refused")
    from searchsvc.commands import main
    sys.argv[:] = ["searchsvc", *sys.argv[1:]]
    main()
"""


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_every_locked_library_has_hashes(lock: Path) -> None:
    entries = re.split(r"\n(?=[a-z0-9])", lock.read_text("utf-8"))[1:]
    assert len(entries) > 20
    for entry in entries:
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", entry), entry.partition("\n")[0]
        assert "==" in entry.partition("\n")[0]


def test_each_library_that_runs_has_its_licence_told() -> None:
    rows = dict(re.findall(_ROW, (ROOT / "docs/licences.md").read_text("utf-8")))
    locked: dict[str, set[str]] = {}
    for name in ("runtime.txt", "cluster.txt"):
        for library, version in _LOCKED.findall((ROOT / "requirements" / name).read_text("utf-8")):
            locked.setdefault(library, set()).add(version)
    assert rows.keys() == locked.keys(), "run scripts/licences"
    for library, versions in locked.items():
        told, licence, _ = rows[library].split(" | ")
        assert set(told.split(", ")) == versions, f"{library}: run scripts/licences"
        assert licence.strip()


def test_no_network_at_run_time(tmp_path: Path) -> None:
    script = tmp_path / "offline.py"
    script.write_text(OFFLINE, "utf-8")
    settings = {"SEARCHSVC_DATA": str(tmp_path / "index"), "PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8"}
    for arguments in (["demo"], ["search", "nghij quyeets 35", "--json"], ["check"]):
        done = subprocess.run(
            [sys.executable, str(script), *arguments],
            check=False,
            env=os.environ | settings,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
    assert "lexicon" not in done.stdout
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, str(script), "serve", "--port", str(port), "--workers", "1"],
        env=os.environ | settings | {"SEARCHSVC_LOG_LEVEL": "info"},
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        for path in (
            "/search?q=ngh%E1%BB%8B",
            "/embed",
            "/feed.atom",
            "/codes/",
            "/widget.js",
            "/api/docs",
            "/readyz",
        ):
            assert status_of(f"http://127.0.0.1:{port}{path}", server) == 200
    finally:
        server.terminate()
        _, errors = server.communicate()
    assert "Traceback" not in errors


def status_of(address: str, server: subprocess.Popen[str]) -> int:
    deadline = time.monotonic() + 120
    while True:
        try:
            with urllib.request.urlopen(address, timeout=60) as answer:
                return int(answer.status)
        except urllib.error.URLError:
            assert server.poll() is None, "the server ended"
            assert time.monotonic() < deadline, "the server does not answer"
            time.sleep(0.2)
