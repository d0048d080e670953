"""Runs a campaign and prints what came of it; ends with 1 if anything was lost."""

import argparse
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from benchmarks.faults.campaign import Campaign
from benchmarks.faults.library import ensure_loaded
from benchmarks.faults.verdicts import Lost


def main() -> int:
    """Run the faults in turn and print a table."""
    options = _options()
    ensure_loaded(["-m", "benchmarks.faults", *sys.argv[1:]])
    with tempfile.TemporaryDirectory(prefix="faults-", dir=options.folder) as folder:
        mounts = _mounts(Path(folder))
        campaign = Campaign(Path(folder), options.articles, options.seed, mounts=mounts)
        kinds = [kind for kind in campaign.kinds if options.only in kind]
        told: dict[str, Counter[str]] = {kind: Counter() for kind in kinds}
        lost = []
        began = time.monotonic()
        for number in range(options.runs):
            kind, seed = kinds[number % len(kinds)], f"{options.seed}-{number}"
            try:
                told[kind][campaign.run(kind, seed)] += 1
            except Lost as error:
                lost.append((kind, seed, str(error)))
                print(f"LOST in {kind}, seed {seed}: {error}", flush=True)
            if options.progress and (number + 1) % 50 == 0:
                print(f"{number + 1} runs, {time.monotonic() - began:.0f} s, {len(lost)} lost", flush=True)
        _print(told, options.runs, len(lost), time.monotonic() - began)
    return 1 if lost else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.faults", description=__doc__)
    parser.add_argument("--runs", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--articles", type=int, default=60)
    parser.add_argument("--only", default="", help="kinds whose name has this in it")
    parser.add_argument("--folder", help="where the archives lie, best on a real disk")
    parser.add_argument("--progress", action="store_true")
    return parser.parse_args()


def _print(told: dict[str, Counter[str]], runs: int, lost: int, seconds: float) -> None:
    for kind, outcomes in told.items():
        print(f"{kind}: {outcomes.total()}")
        for outcome, times in sorted(outcomes.items(), key=lambda pair: (-pair[1], pair[0])):
            print(f"    {times:5}  {outcome}")
    print(f"{runs} faults, {lost} lost, {seconds:.0f} s")


def _mounts(folder: Path) -> bool:
    """Return whether small file systems can be mounted here (as root)."""
    place = folder / "mountable"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(place)]
    if subprocess.run(mount, check=False, capture_output=True).returncode:
        return False
    subprocess.run(["umount", str(place)], check=True)
    return True


if __name__ == "__main__":
    sys.exit(main())
