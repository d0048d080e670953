"""Children do not see Ctrl-C, neither while they start nor later; the parent does."""

import signal
import subprocess
import sys

from searchsvc.extract.units import Registry
from searchsvc.ingest import workers
from searchsvc.ingest.sources import Limits
from searchsvc.ingest.tasks import ImportOptions, Work
from searchsvc.processes import without_interrupts

BLOCKED = "import signal; print(signal.SIGINT in signal.pthread_sigmask(signal.SIG_BLOCK, []))"


def test_a_child_starts_without_and_the_parent_has_them_back() -> None:
    with without_interrupts():
        inside = subprocess.run([sys.executable, "-c", BLOCKED], capture_output=True, text=True, check=True)
    after = subprocess.run([sys.executable, "-c", BLOCKED], capture_output=True, text=True, check=True)
    assert (inside.stdout, after.stdout) == ("True\n", "False\n")


def test_the_processes_of_importing_start_without() -> None:
    work = Work(Registry.load(None), ImportOptions(), Limits())
    with workers._pool(work, 1) as pool:
        assert (
            signal.SIGINT in workers._submitted(pool, signal.pthread_sigmask, signal.SIG_BLOCK, []).result()
        )
