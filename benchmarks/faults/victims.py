"""A command in a process of its own, with a fault in it. The primary entrypoint is `run`.

The process is forked from this one, which has all modules loaded, and then runs the command as the console
script does: a run costs no start of Python. The fork must be made with no thread and no file of ours open.
"""

import os
import resource
import signal
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.faults import library


@dataclass(frozen=True)
class Fault:
    """What happens to the process: killed right before the n-th call that changes the disk or after a time,
    files that may not grow beyond a size, or another clock."""

    at_event: int | None = None
    after_s: float | None = None
    largest_file: int | None = None
    clock_s: int = 0


@dataclass(frozen=True)
class Outcome:
    """How the process ended: its exit code, -9 if it was killed; what it said; its calls that changed the
    disk, 0 if it was killed."""

    code: int
    said: str
    events: int
    seconds: float


NO_FAULT = Fault()


def run(data: Path, arguments: list[str], fault: Fault = NO_FAULT) -> Outcome:
    """Run `searchsvc` with `arguments` over the folder `data`, under `fault`."""
    started = started_process(data, arguments, fault)
    if fault.after_s is not None:
        time.sleep(fault.after_s)
        started.kill()
    return started.wait()


@dataclass
class Started:
    """A process under way."""

    pid: int
    log: Path
    events: Path
    began: float = field(default_factory=time.monotonic)

    def kill(self) -> None:
        """Kill it as a loss of power would."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)

    def wait(self) -> Outcome:
        """Return how it ended."""
        _, status = os.waitpid(self.pid, 0)
        seconds = time.monotonic() - self.began
        said = self.log.read_text("utf-8", "replace") if self.log.exists() else ""
        events = int(self.events.read_text() or 0) if self.events.exists() else 0
        for path in (self.log, self.events):
            path.unlink(missing_ok=True)
        return Outcome(os.waitstatus_to_exitcode(status), said, events, seconds)


def started_process(data: Path, arguments: list[str], fault: Fault = NO_FAULT) -> Started:
    """Start `searchsvc` with `arguments`; its log and its count of events lie on a disk that is not full."""
    name = f"faults-{os.getpid()}-{time.monotonic_ns()}"
    log, events = (Path(tempfile.gettempdir()) / f"{name}.{kind}" for kind in ("log", "events"))
    sys.stdout.flush()
    pid = os.fork()
    if pid == 0:
        _become(data, arguments, fault, log, events)
    return Started(pid, log, events)


def _become(data: Path, arguments: list[str], fault: Fault, log: Path, events: Path) -> None:
    """Be the command: never returns."""
    code = 70
    try:
        output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        for stream in (1, 2):
            os.dup2(output, stream)
        os.environ.update(SEARCHSVC_DATA=str(data), SEARCHSVC_IMPORT_PROCESSES="1", LC_ALL="C.UTF-8")
        library.move_clock(fault.clock_s)
        library.count_events(fault.at_event or 0)
        if fault.largest_file is not None:
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (fault.largest_file, resource.RLIM_INFINITY))
        from searchsvc.commands import main

        sys.argv[:] = ["searchsvc", *arguments]
        main()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    except BaseException as error:  # noqa: BLE001 - a traceback is a finding
        os.write(2, f"Traceback: {type(error).__name__}: {error}\n".encode())
    finally:
        sys.stdout.flush()
        counted = library.events()
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        events.write_text(str(counted))
        os._exit(code)
