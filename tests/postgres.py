"""A PostgreSQL server of its own for a run of the tests or of a benchmark, reached by a socket alone.

The primary entrypoint is `PostgresServer.started`. It needs the programs of Debian's package `postgresql`.
"""

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any, Self

HOW_TO_GET_IT = "no PostgreSQL: apt-get install postgresql"
_DEBIAN = Path("/usr/lib/postgresql")
_USERS = ("postgres", "nobody")


def postgres_programs() -> Path | None:
    """Return the folder with `initdb` and `postgres`, the newest version's; None where there is none."""
    found = shutil.which("initdb")
    if found:
        return Path(found).resolve().parent
    versions = sorted(_DEBIAN.glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return versions[-1].parent if versions else None


def _as_unprivileged() -> dict[str, Any]:
    """Return what makes a child another user where we are root: the server refuses to run as root."""
    if os.geteuid() != 0:
        return {}
    for name in _USERS:
        try:
            user = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    raise RuntimeError(f"none of the users {_USERS} is here")


class PostgresServer:
    """A running server; `new_url` makes an empty archive's place for one test."""

    def __init__(self, programs: Path, folder: Path, kept: Path | None = None) -> None:
        self.folder = folder
        self._data = kept or folder / "data"
        self._kept = kept is not None
        self._programs = programs
        self._numbers = count()
        self._process: subprocess.Popen[bytes] | None = None
        self._user = _as_unprivileged()

    @classmethod
    @contextmanager
    def started(cls, programs: Path, kept: Path | None = None) -> Iterator[Self]:
        """Give a running server; it and its data are gone afterwards.

        With `kept`, a folder that is made if need be, the data stay there, and are as durable as
        PostgreSQL makes them.
        """
        # Short, since the path of a socket may have 107 characters only.
        folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
        server = cls(programs, folder, kept)
        try:
            server._own(folder)
            if not (server._data / "PG_VERSION").exists():
                server._make()
            server.start()
            yield server
        finally:
            server.stop(crash=kept is None)  # quicker, where nobody needs the data
            shutil.rmtree(folder, ignore_errors=True)

    def _make(self) -> None:
        self._data.mkdir(parents=True)
        self._own(self._data)
        self._run(
            "initdb", "-D", str(self._data), "-U", "postgres", "--auth=trust", "-E", "UTF8",
            "--locale=C.UTF-8", "--no-sync",
        )  # fmt: skip

    def _own(self, folder: Path) -> None:
        if self._user:
            os.chown(folder, self._user["user"], self._user["group"])

    def start(self) -> None:
        """Start the server on its data and wait until it answers."""
        options = {
            "unix_socket_directories": str(self.folder),
            "listen_addresses": "",
            "fsync": "on" if self._kept else "off",  # the tests stop the server, never the machine
            "max_connections": "200",
            "shared_buffers": "256MB" if self._kept else "64MB",
        }
        command = [str(self._programs / "postgres"), "-D", str(self._data)]
        for name, value in options.items():
            command += ["-c", f"{name}={value}"]
        log = (self.folder / "log").open("ab")
        with log:
            self._process = subprocess.Popen(command, cwd=self.folder, stdout=log, stderr=log, **self._user)
        self._wait()

    def stop(self, *, crash: bool = False) -> None:
        """Stop the server at once; `crash` leaves the clean-up to its next start."""
        process, self._process = self._process, None
        if process is not None:
            if crash:
                process.send_signal(3)  # SIGQUIT: immediate shutdown
            else:
                process.send_signal(2)  # SIGINT: fast shutdown
            process.wait(60)

    @property
    def pid(self) -> int:
        """The process that the server's others are children of."""
        assert self._process is not None
        return self._process.pid

    def new_url(self) -> str:
        """Return the SQLAlchemy URL of a new, empty schema: made in a moment, unlike a database."""
        name = f"archive{next(self._numbers)}"
        self.sql(f"CREATE SCHEMA {name}")
        return f"{self.url_of('postgres')}&options=-csearch_path%3D{name}"

    def url_of(self, database: str, user: str = "postgres") -> str:
        """Return the URL of `database`, which need not be there."""
        return f"postgresql+psycopg://{user}@/{database}?host={self.folder}"

    def sql(self, statement: str, database: str = "postgres") -> None:
        """Run one statement as the administrator."""
        with self._connected(database) as connection:
            connection.execute(statement)

    def value(self, statement: str, database: str = "postgres") -> Any:
        """Return the first value that a statement gives."""
        with self._connected(database) as connection:
            (found,) = connection.execute(statement).fetchone()
            return found

    def _connected(self, database: str) -> Any:
        import psycopg

        return psycopg.connect(f"host={self.folder} user=postgres dbname={database}", autocommit=True)

    def _wait(self) -> None:
        import psycopg

        deadline = time.monotonic() + 60
        while True:
            try:
                self.sql("SELECT 1")
                return
            except psycopg.OperationalError:
                assert self._process is not None
                assert self._process.poll() is None, (self.folder / "log").read_text()
                assert time.monotonic() < deadline, (self.folder / "log").read_text()
                time.sleep(0.05)

    def _run(self, program: str, *args: str) -> None:
        done = subprocess.run(
            [str(self._programs / program), *args],
            cwd=self.folder, capture_output=True, text=True, check=False, **self._user,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
