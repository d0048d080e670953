"""The figures of one run as tables for the terminal. The primary entrypoint is `print_figures`."""

from collections.abc import Mapping
from itertools import product
from typing import Any

from benchmarks.engines.http_figures import PASSES
from benchmarks.engines.questions import BANDS, SHAPES
from benchmarks.engines.serving import PATHS
from benchmarks.engines.systems import OURS


def print_figures(found: Mapping[str, Any]) -> None:
    """Print what was measured at one number of documents."""
    counts = found["counts"]
    print(f"\n== {found['documents']:,} documents, {counts['text_bytes'] / 1e6:,.0f} MB of text, ", end="")
    print(f"{counts['tokens']:,} folded tokens, {counts['terms']:,} terms")
    _print_builds(found)
    _print_latencies(found["queries"])
    _print_ratios(found)
    _print_agreement(found["agreement"])
    oracle = found["oracle"]
    print(f"Whoosh's own matchers: {oracle['compared']} compared, {oracle['differences']} differences")
    for example in oracle["examples"]:
        print(f"    {example}")
    if "http" in found:
        _print_http(found["http"])


def build_rows(found: Mapping[str, Any]) -> list[tuple[str, int, float, float, float | None]]:
    """Return (what, cores, documents/s on the clock, documents per processor second, size over text)."""
    text_bytes = found["counts"]["text_bytes"]
    service = found["service"]
    rows = [("ours: import with segmentation", service["import"])]
    rows += [("ours: index, all layers", service[name]) for name in ("reindex_one_core", "reindex")]
    rows += [(name, build) for name, builds in found["builds"].items() for build in builds.values()]
    return [
        (
            name,
            build["cores"],
            build["documents"] / build["seconds"],
            build["documents"] / build["cpu_seconds"],
            build["bytes"] / text_bytes if "bytes" in build else None,
        )
        for name, build in rows
    ]


def _print_builds(found: Mapping[str, Any]) -> None:
    print(f"\n{'build':<34}{'cores':>6}{'docs/s':>10}{'docs/CPU-s':>12}{'size/text':>11}")
    for name, cores, speed, each, size in build_rows(found):
        shown = "" if size is None else f"{size:.2f}"
        print(f"{name:<34}{cores:>6}{speed:>10,.0f}{each:>12,.0f}{shown:>11}")


def _print_latencies(queries: Mapping[str, Any]) -> None:
    for pass_name, band in product(("warm", "touched"), ("", *BANDS)):
        print(f"\n{pass_name}, {band or 'all'} words, ms: median / p95 / p99")
        print(f"{'':<20}" + "".join(f"{name:>24}" for name in SHAPES))
        for name, figures in queries.items():
            cells = (_cell(figures[pass_name].get(f"{shape} {band}".strip())) for shape in SHAPES)
            print(f"{name:<20}" + "".join(f"{cell:>24}" for cell in cells))
    print(f"\n{'':<20}{'geomean ms':>12}{'start→answer':>14}{'1st query':>11}{'private MB':>12}{'own MB':>9}")
    for name, figures in queries.items():
        memory = figures["memory_mb"]
        print(
            f"{name:<20}{figures['warm']['all']['geomean']:>12.3f}{figures['start_to_answer_ms']:>14.0f}"
            f"{figures['first_query_ms']:>11.1f}{memory['private']:>12.0f}{memory['own']:>9.0f}"
        )


def _cell(one: Mapping[str, float] | None) -> str:
    return f"{one['median']:.2f} / {one['p95']:.2f} / {one['p99']:.2f}" if one else "–"


def _print_ratios(found: Mapping[str, Any]) -> None:
    print("\nour time over theirs, geometric mean over the same queries (below 1: we are faster)")
    columns = ("all", "all_cpu", "all_touched", *SHAPES, *BANDS)
    print(f"{'':<20}" + "".join(f"{name:>12}" for name in columns))
    for name, ratios in found["ratios"].items():
        cells = ("–" if ratios[column] is None else f"{ratios[column]:.3f}" for column in columns)
        print(f"{name:<20}" + "".join(f"{cell:>12}" for cell in cells))
    added = ", ".join(f"{shape} {ratio:.2f}" for shape, ratio in found["additions"].get(OURS, {}).items())
    print(f"with it over the same words asked plainly, ours: {added}")


def _print_agreement(agreement: Mapping[str, Any]) -> None:
    print("\nthe same answers: totals, facets, dates compared; differences; overlap of the first ten")
    for name, one in agreement.items():
        overlap = "–" if one["mean_overlap"] is None else f"{one['mean_overlap']:.3f}"
        compared = f"{one['totals']} / {one['facets']} / {one['newest']}"
        print(f"{name:<20}{compared:>20}{one['differences']:>8}{overlap:>8}")
        for example in one["examples"]:
            print(f"    {example[:200]}")


def _print_http(http: Mapping[str, Any]) -> None:
    print(f"\nHTTP, {http['workers']} workers; ms at one client of one: median / p95 / p99")
    heads = (
        f"{'':<10}{'fresh worker':>26}{'new question':>26}{'known words':>26}{'again':>26}{'processor':>30}"
    )
    print(heads + f"{'requests/s':>12}{'again':>8}{'under load, median':>20}")
    for kind in PATHS:
        one = http[kind]
        processor = " / ".join(f"{one[f'{name}_processor_ms']:.2f}" for name in PASSES)
        print(
            f"{kind:<10}{''.join(f'{_cell(one[name]):>26}' for name in PASSES)}{processor:>30}"
            f"{one['requests_per_second']:>12,.0f}{one['again_per_second']:>8,.0f}"
            f"{one['under_load']['median']:>20.2f}"
        )
    private = ", ".join(f"{one['private']:.0f}" for one in http["worker_memory_mb"])
    unshared = ", ".join(f"{one['unshared']:.0f}" for one in http["worker_memory_mb"])
    print(f"memory of the workers beyond what is shared, MB: {unshared}; with pages of files: {private}")
    starts = http["starts"]
    print(
        f"ms to the first page: start {starts['start_to_page_ms']}, replaced {starts['replaced_to_page_ms']}"
    )
