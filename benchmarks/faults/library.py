"""The library in front of libc (`libc.c`): made with the C compiler and loaded by starting Python again.

The primary entrypoints are `ensure_loaded` and, in a child, `count_events`, `events` and `move_clock`.
"""

import ctypes
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

_SOURCE = Path(__file__).with_name("libc.c")
_VARIABLE = "FAULTS_LIBRARY"
COMPILER = "cc"


def ensure_loaded(arguments: list[str]) -> None:
    """Start Python again with `arguments` behind the library, unless it is loaded.

    The process ends with a message where there is no compiler.
    """
    if _VARIABLE in os.environ:
        return
    if shutil.which(COMPILER) is None:
        sys.exit("a C compiler is needed: apt-get install gcc libc6-dev")
    folder = Path(tempfile.mkdtemp(prefix="faults-library-"))
    os.execve(sys.executable, [sys.executable, *arguments], os.environ | environment(folder))


def environment(folder: Path) -> dict[str, str]:
    """Return the variables under which a process is behind the library, which is made in `folder`."""
    library = folder / "libc.so"
    command = [COMPILER, "-shared", "-fPIC", "-O1", "-o", str(library), str(_SOURCE)]
    subprocess.run(command, check=True)
    return {_VARIABLE: str(library), "LD_PRELOAD": str(library)}


def count_events(deadly: int) -> None:
    """Count from here on the calls that change the disk; die right before the one numbered `deadly`."""
    ctypes.CDLL(None).faults_count(ctypes.c_long(deadly))


def events() -> int:
    """Return how many calls were counted."""
    return int(ctypes.CDLL(None).faults_seen())


def move_clock(seconds: int) -> None:
    """Let this process, Python and SQLite alike, read another wall clock."""
    ctypes.CDLL(None).faults_move_clock(ctypes.c_long(seconds))
