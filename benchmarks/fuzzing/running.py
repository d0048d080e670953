"""Runs the cases of one target and counts what came of them. The primary entrypoint is `run`.

A case is a finding if it raises `Finding` or anything else, takes more processor time than its target
allows, or makes the process grow by more memory than that. One that does not end at all ends the process.
"""

import faulthandler
import resource
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as seeded
from hypothesis.strategies import SearchStrategy

BATCH = 500
"""Cases that Hypothesis makes in one go: it remembers all of them, to make no case twice."""
ENDLESS_S = 300
"""Time on the clock after which a case counts as one that never ends."""
_SHOWN_CHARS = 2_000


class Finding(AssertionError):
    """What a case shows that must not be."""


@dataclass(frozen=True)
class Target:
    """What is tried: the cases, and what tries one and returns in a word how it ended.

    `bound_s` is processor time, `bound_bytes` how much the memory of the process may grow, for one case.
    """

    name: str
    cases: SearchStrategy[Any]
    attempt: Callable[[Any], str]
    bound_s: float
    bound_bytes: int = 64 << 20


@dataclass
class Tally:
    """How many cases ended in which way, the slowest, the most that one added to the memory, the findings."""

    outcomes: Counter[str] = field(default_factory=Counter)
    slowest_s: float = 0.0
    grown_bytes: int = 0
    findings: list[str] = field(default_factory=list)

    @property
    def cases(self) -> int:
        """Return how many cases were tried."""
        return self.outcomes.total()

    def add(self, other: "Tally") -> None:
        """Take in what another run found."""
        self.outcomes += other.outcomes
        self.slowest_s = max(self.slowest_s, other.slowest_s)
        self.grown_bytes = max(self.grown_bytes, other.grown_bytes)
        self.findings += other.findings


def run(target: Target, cases: int, seed: int) -> Tally:
    """Try so many cases of `target`; a finding ends its batch, with the shortest case that shows it."""
    tally = Tally()
    batch = 0
    while tally.cases < cases:
        _batch(target, min(BATCH, cases - tally.cases), seed * 1_000_003 + batch, tally)
        batch += 1
    return tally


def _batch(target: Target, cases: int, seed: int, tally: Tally) -> None:
    found: list[str] = []

    @seeded(seed)
    @settings(
        max_examples=cases,
        database=None,
        deadline=None,
        derandomize=False,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
        print_blob=False,
    )
    @given(target.cases)
    def each(case: Any) -> None:
        try:
            outcome = _attempt(target, case, tally)
        except Exception as error:
            if not found:
                tally.outcomes["finding"] += 1
            # The last is the shortest.
            found[:] = [f"{target.name}: {type(error).__name__}: {error}\n  {case!r}"[:_SHOWN_CHARS]]
            raise
        if not found:
            tally.outcomes[outcome] += 1

    try:
        each()
    except Exception as error:  # noqa: BLE001 - told in the tally, with the case
        tally.findings += found or [f"{target.name}: {type(error).__name__}: {error}"[:_SHOWN_CHARS]]
        if not found:
            tally.outcomes["finding"] += 1


def _attempt(target: Target, case: Any, tally: Tally) -> str:
    grown, began = _most_bytes(), time.process_time()
    faulthandler.dump_traceback_later(ENDLESS_S, exit=True)
    try:
        outcome = target.attempt(case)
    finally:
        faulthandler.cancel_dump_traceback_later()
    took, grown = time.process_time() - began, _most_bytes() - grown
    tally.slowest_s = max(tally.slowest_s, took)
    tally.grown_bytes = max(tally.grown_bytes, grown)
    if took > target.bound_s:
        raise Finding(f"took {took:.2f} s of the processor")
    if grown > target.bound_bytes:
        raise Finding(f"took {grown >> 20} MiB more memory")
    return outcome


def _most_bytes() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
