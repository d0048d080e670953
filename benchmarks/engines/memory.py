"""What a process holds in memory beyond what it shares, and what it has used of the processor.

The primary entrypoints are `memory_of` and `processor_seconds`.
"""

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Memory:
    """In MB. `unshared` is what this process alone has written (Private_Dirty): what a further worker needs
    again, neither files nor what is still its parent's. `private` counts with it the pages of mapped files
    that no other process has touched (Private_Clean), which a second worker would share. `own` are all pages
    that no file backs, the parent's included."""

    unshared: float
    private: float
    own: float
    resident: float


def memory_of(pid: int | None = None) -> Memory:
    """Return the memory of a process, this one by default, from Linux's smaps_rollup."""
    text = Path(f"/proc/{pid or os.getpid()}/smaps_rollup").read_text("ascii")
    rows = (line.split() for line in text.splitlines()[1:])
    kib = {row[0].rstrip(":"): int(row[1]) for row in rows}
    return Memory(
        unshared=kib["Private_Dirty"] / 1000 * 1.024,
        private=(kib["Private_Clean"] + kib["Private_Dirty"]) / 1000 * 1.024,
        own=kib["Anonymous"] / 1000 * 1.024,
        resident=kib["Rss"] / 1000 * 1.024,
    )


def children_of(pid: int) -> list[int]:
    """Return the process ids of the children of `pid`."""
    text = Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii")
    return [int(child) for child in text.split()]


def processor_seconds(pid: int, *, with_ended_children: bool = False) -> float:
    """Return the seconds that all threads of a process have run, to a hundredth."""
    # The name of the program stands in brackets and may hold spaces.
    values = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    used = values[11:15] if with_ended_children else values[11:13]
    return sum(map(int, used)) / os.sysconf("SC_CLK_TCK")
