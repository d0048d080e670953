"""What a process holds in memory beyond what it shares, and what it has used of the processor.

The primary entrypoints are `memory_of` and `processor_seconds`.
"""

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Memory:
    """In MB. `private` counts pages that no other process has (Private_Clean and Private_Dirty), and so also
    pages of mapped files that only this process happened to touch, which the page cache holds once for all.
    `unshared` (Private_Dirty) is what stands beyond shared memory: neither those nor pages that a worker
    still has in common with the process it was forked from. `own` are all pages that no file backs, the
    latter too: what a process started by itself needs."""

    private: float
    unshared: float
    own: float
    resident: float


def memory_of(pid: int | None = None) -> Memory:
    """Return the memory of a process, this one by default, from Linux's smaps_rollup."""
    return memory_in(Path(f"/proc/{pid or os.getpid()}/smaps_rollup").read_text("ascii"))


def memory_in(rollup: str) -> Memory:
    """Return the memory that the text of a smaps_rollup states."""
    rows = (line.split() for line in rollup.splitlines()[1:])
    kib = {row[0].rstrip(":"): int(row[1]) for row in rows}
    return Memory(
        private=(kib["Private_Clean"] + kib["Private_Dirty"]) / 1000 * 1.024,
        unshared=kib["Private_Dirty"] / 1000 * 1.024,
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
