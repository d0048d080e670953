"""The figures of the results as Markdown tables. The primary entrypoint is `TABLES`."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from benchmarks.engines.http_figures import http_figures
from benchmarks.engines.markdown import cell, table
from benchmarks.engines.printing import build_rows
from benchmarks.engines.questions import BANDS, SHAPES
from benchmarks.engines.systems import OURS, OWN, PLACES, system

Result = Mapping[str, Any]
Table = Callable[[Sequence[Result]], str]


def main_result(results: Sequence[Result]) -> Result:
    """Return the run that the tables speak of: the largest that was served over HTTP too."""
    whole = [one for one in results if "http" in one] or list(results)
    return max(whole, key=lambda one: one["documents"])


def smaller_result(results: Sequence[Result]) -> Result | None:
    """Return the largest run with a system that the main one lacks; None if there is none."""
    main = main_result(results)
    having = [one for one in results if set(one["queries"]) - set(main["queries"])]
    return max(having, key=lambda one: one["documents"], default=None)


def where(results: Sequence[Result]) -> str:
    """Return what was measured, and on what."""
    found = main_result(results)
    counts, machine = found["counts"], found["machine"]
    packages = ", ".join(f"{name} {version}" for name, version in machine["packages"].items() if version)
    sentences = (
        f"{found['documents']:,} articles, {counts['text_bytes'] / 1e6:,.0f} MB of text, "
        f"{counts['tokens']:,} folded syllables ({counts['terms']:,} distinct) in the field that all share; "
        f"{found['queries'][OURS]['warm']['all']['count']:,} queries.",
        f"{machine['processor']}, {machine['cores']} cores, {machine['memory_gb']:.0f} GB; "
        f"CPython {machine['python']}, SQLite {machine['sqlite']}, {packages}; "
        f"commit {machine['commit']}, {machine['day']}; load at the start {machine['load_at_start']}.",
    )
    return " ".join(sentences)


def latencies(results: Sequence[Result]) -> str:
    """Return median / p95 / p99 by shape, of all words."""
    return _latency_table(main_result(results), "warm", "")


def latencies_first(results: Sequence[Result]) -> str:
    """Return the same of the first time that each query is asked of a fresh process."""
    return _latency_table(main_result(results), "touched", "")


def latencies_by_band(results: Sequence[Result]) -> str:
    """Return the warm latencies apart by how common the words are."""
    found = main_result(results)
    parts = (f"{band} words:\n\n{_latency_table(found, 'warm', band)}" for band in BANDS)
    return "\n\n".join(parts)


def latencies_smaller(results: Sequence[Result]) -> str:
    """Return the warm latencies of the run that has more systems."""
    found = smaller_result(results)
    return "Not measured." if found is None else _latency_table(found, "warm", "")


def ratios(results: Sequence[Result]) -> str:
    """Return our time over each peer's, of both runs."""
    rows = [
        _ratio_row(name, found["documents"], one)
        for found in _both(results)
        for name, one in found["ratios"].items()
    ]
    columns = (
        "our time over that of",
        "articles",
        "all",
        "all, processor time",
        "all, first time",
        *SHAPES,
        *BANDS,
    )
    return table(columns, rows)


def additions(results: Sequence[Result]) -> str:
    """Return what a filter, facets and the order by date add to a query."""
    found = main_result(results)
    rows = [
        [_about(name), *(f"{added[shape]:.2f}" if shape in added else "–" for shape in SHAPES[3:])]
        for name, added in found["additions"].items()
        if added
    ]
    return table(("with it over the same words asked plainly", *SHAPES[3:]), rows)


def builds(results: Sequence[Result]) -> str:
    """Return documents per second and sizes."""
    rows = [
        [
            _about(name),
            f"{found['documents']:,}",
            str(cores),
            f"{speed:,.0f}",
            f"{each:,.0f}",
            "" if size is None else f"{size:.2f}",
        ]
        for found in _both(results)
        for name, cores, speed, each, size in build_rows(found)
    ]
    columns = ("", "articles", "cores", "articles/s", "articles per processor second", "size / text")
    return table(columns, rows)


def starts(results: Sequence[Result]) -> str:
    """Return start, first query and memory by system."""
    found = main_result(results)
    rows = [
        [
            _about(name),
            f"{one['start_to_answer_ms']:,.0f}",
            f"{one['first_query_ms']:,.1f}",
            f"{one['memory_after_first_mb']['own']:,.0f}",
            f"{one['memory_mb']['own']:,.0f}",
            f"{one['memory_mb']['private']:,.0f}",
        ]
        for name, one in found["queries"].items()
    ]
    columns = (
        "",
        "process start to first answer, ms",
        "first query, ms",
        "own memory after it, MB",
        "own memory after all queries, MB",
        "with the pages of files, MB",
    )
    return table(columns, rows)


def agreement(results: Sequence[Result]) -> str:
    """Return how many answers were compared with ours, and how many differed."""
    rows = [
        [
            _about(name),
            f"{found['documents']:,}",
            f"{one['totals']:,}",
            f"{one['facets']:,}",
            f"{one['newest']:,}",
            f"{one['differences']:,}",
            "–" if one["mean_overlap"] is None else f"{one['mean_overlap']:.3f}",
        ]
        for found in _both(results)
        for name, one in found["agreement"].items()
    ]
    columns = ("", "articles", "totals", "facets", "newest ten", "differences", "common hits of ten, mean")
    oracle = main_result(results)["oracle"]
    return (
        table(columns, rows)
        + f"\n\nWhoosh's own matchers on our index: {oracle['compared']} queries compared "
        f"in all their documents and scores, {oracle['differences']} differ."
    )


def http(results: Sequence[Result]) -> str:
    """Return latency and throughput over HTTP, memory of the workers and starts."""
    found = main_result(results)
    return http_figures(found["http"]) if "http" in found else "Not measured."


def growth(results: Sequence[Result]) -> str:
    """Return speed, size and latency by the number of documents."""
    rows = []
    for found in sorted(results, key=lambda one: one["documents"]):
        sizes = {(name, cores): (speed, size) for name, cores, speed, _, size in build_rows(found)}
        speed, size = sizes["ours: index, all layers", found["service"]["reindex"]["cores"]]
        own = found["queries"][OURS]
        tantivy = found["ratios"].get("tantivy", {}).get("all")
        rows.append(
            [
                f"{found['documents']:,}",
                f"{found['counts']['text_bytes'] / 1e9:.2f}",
                f"{speed:,.0f}",
                "" if size is None else f"{size:.2f}",
                f"{own['warm']['all']['geomean']:.3f}",
                f"{own['warm']['all']['p99']:.1f}",
                "–" if tantivy is None else f"{tantivy:.2f}",
                f"{own['first_query_ms']:,.0f}",
                f"{own['memory_mb']['own']:,.0f}",
            ]
        )
    columns = (
        "articles",
        "text, GB",
        "index, articles/s",
        "size / text",
        "geometric mean, ms",
        "p99, ms",
        "over Tantivy's",
        "first query, ms",
        "own memory, MB",
    )
    return table(columns, rows)


TABLES: dict[str, Table] = {
    "where": where,
    "latencies": latencies,
    "latencies-first": latencies_first,
    "latencies-by-band": latencies_by_band,
    "latencies-smaller": latencies_smaller,
    "ratios": ratios,
    "additions": additions,
    "builds": builds,
    "starts": starts,
    "agreement": agreement,
    "http": http,
    "growth": growth,
}
"""Name of a place in docs/performance.md -> what belongs there."""


def _both(results: Sequence[Result]) -> list[Result]:
    smaller = smaller_result(results)
    return [main_result(results), *([] if smaller is None else [smaller])]


def _latency_table(found: Result, pass_name: str, band: str) -> str:
    kinds = [f"{shape} {band}".strip() for shape in SHAPES]
    rows = [
        [_about(name), *(cell(figures[pass_name].get(kind)) for kind in kinds)]
        for name, figures in found["queries"].items()
    ]
    return table(("ms: median / p95 / p99", *SHAPES), rows)


def _ratio_row(name: str, documents: int, one: Mapping[str, Any]) -> list[str]:
    values = (one[column] for column in ("all", "all_cpu", "all_touched", *SHAPES, *BANDS))
    return [
        _about(name),
        f"{documents:,}",
        *("–" if value is None else f"{value:.4f}" if value < 0.1 else f"{value:.2f}" for value in values),
    ]


def _about(name: str) -> str:
    if name in OWN or name in PLACES:
        return system(name).about
    return name
