"""Runs a campaign of cases and prints what came of it; ends with 1 if anything was found."""

import argparse
import os
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from benchmarks import fuzzing
from benchmarks.fuzzing.jobs import SHARES, campaign, prepared
from benchmarks.fuzzing.running import Tally

_TOLD = 10_000


def main() -> int:
    """Try the cases and print a table."""
    options = _options()
    began = time.monotonic()
    tallies: dict[str, Tally] = {}
    told = 0

    def tell(name: str, more: Tally) -> None:
        nonlocal told
        tallies.setdefault(name, Tally()).add(more)
        for finding in more.findings:
            print(f"FOUND {finding}", file=sys.stderr, flush=True)
        done = sum(tally.cases for tally in tallies.values())
        if done // _TOLD > told:
            told = done // _TOLD
            print(f"{done} cases, {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)

    with (
        tempfile.TemporaryDirectory(prefix="fuzzing-", dir=options.folder) as folder,
        prepared(Path(folder)) as given,
        suppress(KeyboardInterrupt),  # what was tried until then is told all the same
    ):
        campaign(given, options.cases, options.seed, options.processes, options.only, tell)
    _print(tallies, time.monotonic() - began)
    return 1 if any(tally.findings for tally in tallies.values()) else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fuzzing", description=fuzzing.__doc__)
    parser.add_argument("--cases", type=int, default=200_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--only", default="", help="targets whose name has this in it")
    parser.add_argument("--folder", help="where the archives lie, best in memory")
    options = parser.parse_args()
    if not any(options.only in name for name in SHARES):
        parser.error(f"--only: the targets are {', '.join(SHARES)}")
    return options


def _print(tallies: dict[str, Tally], seconds: float) -> None:
    print("| target | cases | findings | slowest ms | memory MiB | ended as |\n|---|---|---|---|---|---|")
    for name in filter(tallies.__contains__, SHARES):
        tally = tallies[name]
        ended = ", ".join(f"{outcome} {count}" for outcome, count in tally.outcomes.most_common(6))
        bounds = f"{tally.slowest_s * 1000:.0f} | {tally.grown_bytes / (1 << 20):.0f}"
        print(f"| {name} | {tally.cases} | {len(tally.findings)} | {bounds} | {ended} |")
    findings = [finding for tally in tallies.values() for finding in tally.findings]
    print(
        f"{sum(tally.cases for tally in tallies.values())} cases, {len(findings)} findings, {seconds:.0f} s"
    )
    for finding in findings[:20]:
        print(f"\n{finding}")


if __name__ == "__main__":
    sys.exit(main())
