"""The plots of docs/performance.md. The primary entrypoint is `draw_plots`."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl

mpl.use("svg")
import matplotlib.pyplot as plt

from benchmarks.engines.printing import build_rows
from benchmarks.engines.questions import SHAPES
from benchmarks.engines.systems import OURS
from benchmarks.engines.tables import main_result, smaller_result

COLOURS = {
    OURS: "#b3261e",
    "tantivy": "#3b6ea5",
    "fts5": "#7a9a4f",
    "xapian": "#8c6bb1",
    "bm25s": "#c98a2b",
    "whoosh": "#6b6b6b",
}
STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "performance",
    "font.family": "sans-serif",
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
}
Result = Mapping[str, Any]


def draw_plots(results: Sequence[Result], folder: Path) -> None:
    """Write latency.svg and growth.svg into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    with mpl.rc_context(STYLE):
        _latency(results, folder / "latency.svg")
        _growth(results, folder / "growth.svg")


def _latency(results: Sequence[Result], path: Path) -> None:
    found, smaller = main_result(results), smaller_result(results)
    geomeans = {
        f"{name}": [one["warm"].get(shape, {}).get("geomean") for shape in SHAPES]
        for name, one in found["queries"].items()
        if name in COLOURS
    }
    if smaller is not None and "whoosh" in smaller["queries"] and "whoosh" not in geomeans:
        label = f"whoosh ({smaller['documents']:,} articles)"
        geomeans[label] = [smaller["queries"]["whoosh"]["warm"][shape]["geomean"] for shape in SHAPES]
    figure, axes = plt.subplots(figsize=(8, 3.6), layout="constrained")
    width = 0.8 / len(geomeans)
    for row, (name, values) in enumerate(geomeans.items()):
        places = [place + row * width for place, value in enumerate(values) if value is not None]
        heights = [value for value in values if value is not None]
        axes.bar(places, heights, width, label=name, color=COLOURS[name.split(" ", maxsplit=1)[0]])
    axes.set_yscale("log")
    axes.set_ylabel("ms, geometric mean (log scale)")
    axes.set_xticks([place + 0.4 - width / 2 for place in range(len(SHAPES))], SHAPES)
    axes.set_title(f"Query latency, warm, one thread, {found['documents']:,} articles", loc="left")
    axes.legend(frameon=False, ncols=3, fontsize=8)
    _save(figure, path)


def _growth(results: Sequence[Result], path: Path) -> None:
    figure, axes = plt.subplots(1, 3, figsize=(9, 3.2), layout="constrained")
    panels = ("indexing, articles/s", "latency, geometric mean, ms", "index size / text")
    for panel, title in zip(axes, panels, strict=True):
        panel.set_xscale("log")
        panel.set_title(title, loc="left", fontsize=9)
        panel.set_xlabel("articles")
    axes[0].set_yscale("log")
    axes[1].set_yscale("log")
    for name in ("ours", "tantivy", "fts5", "xapian", "whoosh"):
        for panel, points in zip(axes, _points(results, name), strict=True):
            if points:
                panel.plot(*zip(*points, strict=True), marker="o", ms=3, color=COLOURS[name], label=name)
    axes[0].legend(frameon=False, fontsize=8)
    _save(figure, path)


def _points(results: Sequence[Result], name: str) -> tuple[list[tuple[int, float]], ...]:
    """Return (documents, value) of the system for articles/s on most cores, latency and size over text."""
    speeds, times, sizes = [], [], []
    built = "ours: index, all layers" if name == OURS else name
    for found in sorted(results, key=lambda one: one["documents"]):
        documents = found["documents"]
        rows = [row for row in build_rows(found) if row[0] == built]
        if rows:
            _, _, speed, _, size = max(rows, key=lambda row: row[1])
            speeds.append((documents, speed))
            sizes.append((documents, size or 0.0))
        if name in found["queries"]:
            times.append((documents, found["queries"][name]["warm"]["all"]["geomean"]))
    return speeds, times, sizes


def _save(figure: Any, path: Path) -> None:
    # Without the date, the same figures give the same file.
    figure.savefig(path, metadata={"Date": None})
    plt.close(figure)
