"""Writes the tables of docs/performance.md and its plots from the results that are kept.

    python -m benchmarks.engines.report

A table stands between `<!-- table: NAME -->` and `<!-- end -->`; the text around it is written by hand.
"""

import argparse
import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.engines.fresh import ROOT
from benchmarks.engines.tables import TABLES, Table

PAGE = ROOT / "docs" / "performance.md"
PLOTS = ROOT / "docs" / "plots"
RESULTS = ROOT / "benchmarks" / "results"

_PLACE = re.compile(r"(<!-- table: ([a-z-]+) -->\n).*?(<!-- end -->)", re.DOTALL)


def load_results(folder: Path, benchmark: str = "engines") -> list[Mapping[str, Any]]:
    """Return what `python -m benchmarks.<benchmark>` wrote. Raises SystemExit if there is nothing."""
    files = sorted(folder.glob(f"{benchmark}-*.json"))
    if not files:
        raise SystemExit(f"{folder}: no results; run python -m benchmarks.{benchmark}")
    return [json.loads(path.read_text("utf-8")) for path in files]


def filled(page: str, tables: Mapping[str, Table], results: Sequence[Mapping[str, Any]]) -> str:
    """Return `page` with each of its tables made anew. Raises KeyError for a table that there is not."""
    return _PLACE.sub(lambda place: f"{place[1]}{tables[place[2]](results)}\n{place[3]}", page)


def main() -> None:
    """Write page and plots."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--results", type=Path, default=RESULTS)
    parser.add_argument("--page", type=Path, default=PAGE)
    parser.add_argument("--plots", type=Path, default=PLOTS)
    options = parser.parse_args()
    from benchmarks.engines.plots import draw_plots

    results = load_results(options.results)
    options.page.write_text(filled(options.page.read_text("utf-8"), TABLES, results), "utf-8")
    draw_plots(results, options.plots)


if __name__ == "__main__":
    main()
