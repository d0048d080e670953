"""What `serving` measured, as Markdown. The primary entrypoint is `http_figures`."""

from collections.abc import Mapping, Sequence
from typing import Any

from benchmarks.engines.markdown import cell, table
from benchmarks.engines.serving import PATHS

PASSES = ("touched", "new", "known", "repeated")


def http_figures(served: Mapping[str, Any]) -> str:
    """Return a table of latency and throughput, and sentences on the memory of the workers and on starts."""
    rows = [
        [
            kind,
            cell(served[kind]["touched"]),
            cell(served[kind]["new"]),
            cell(served[kind]["known"]),
            cell(served[kind]["repeated"]),
            " / ".join(f"{served[kind][f'{name}_processor_ms']:.2f}" for name in PASSES),
            f"{served[kind]['requests_per_second']:,.0f} / {served[kind]['again_per_second']:,.0f}",
            f"{served[kind]['under_load']['median']:.1f}",
            f"{served[kind]['mean_bytes'] / 1000:,.1f}",
        ]
        for kind in PATHS
        if kind in served
    ]
    columns = (
        "",
        "fresh worker, ms",
        "a new question, ms",
        "known words, ms",
        "asked again, ms",
        "processor ms a request: fresh / new / known / again",
        "requests/s: new / again",
        "median under load, ms",
        "body, kB",
    )
    return (
        table(columns, rows) + f"\n\nOne worker at one client; {served['workers']} workers and "
        f"{served['clients']} clients under load. "
        f"{_memory_of(served['worker_memory_mb'])}{_starts_of(served)}"
    )


def _memory_of(workers: Sequence[Mapping[str, float]]) -> str:
    private = ", ".join(f"{one['private']:.0f} MB" for one in workers)
    if any("unshared" not in one for one in workers):
        return f"Memory that each of these has alone, pages of files included, after all of it: {private}."
    unshared = ", ".join(f"{one['unshared']:.0f} MB" for one in workers)
    return (
        f"Memory of these beyond what is shared, after all of it: {unshared}; with the pages of mapped files "
        f"that only the one touched: {private}."
    )


def _starts_of(served: Mapping[str, Any]) -> str:
    if "starts" not in served:
        return ""
    found = served["starts"]
    return (
        f" From the start of the server to its first page of results: {found['start_to_page_ms']:,.0f} ms; "
        "from the end of a worker to the first page of the one that takes its place: "
        f"{found['replaced_to_page_ms']:,.0f} ms."
    )
