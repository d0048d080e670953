"""Writes the tables of docs/scale-out.md from the results that are kept.

    python -m benchmarks.cluster.report

A table stands between `<!-- table: NAME -->` and `<!-- end -->`; the text around it is written by hand.
"""

import argparse
from pathlib import Path

from benchmarks.cluster.tables import TABLES
from benchmarks.engines.report import RESULTS, ROOT, filled, load_results

PAGE = ROOT / "docs" / "scale-out.md"


def main() -> None:
    """Write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--results", type=Path, default=RESULTS)
    parser.add_argument("--page", type=Path, default=PAGE)
    options = parser.parse_args()
    results = sorted(load_results(options.results, "cluster"), key=lambda one: int(one["documents"]))
    options.page.write_text(filled(options.page.read_text("utf-8"), TABLES, results), "utf-8")


if __name__ == "__main__":
    main()
