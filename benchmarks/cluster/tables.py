"""The figures of the cluster as Markdown tables, for the terminal and for docs/scale-out.md.

The primary entrypoint is `TABLES`.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from benchmarks.engines.tables import Table, cell, table

Result = Mapping[str, Any]

MILLION = 1_000_000


def where(results: Sequence[Result]) -> str:
    """Return what was measured, and on what."""
    last = results[-1]
    machine = last["machine"]
    sizes = " and ".join(f"{one['documents']:,}" for one in results)
    return (
        f"{sizes} articles; {machine['processor']}, {machine['cores']} cores, {machine['memory_gb']:.0f} GB "
        f"for everything: the commands, the nodes with {last['heap']} of heap each, the server, the clients; "
        f"commit {machine['commit']}, {machine['day']}; load at the start {machine['load_at_start']}."
    )


def imports(results: Sequence[Result]) -> str:
    """Return how fast articles come into PostgreSQL, and what they take there."""
    rows = [
        [
            f"{found['documents']:,}",
            f"{one['text_file_bytes'] / 1e6:,.0f}",
            f"{one['seconds']:,.0f}",
            f"{found['documents'] / one['seconds']:,.0f}",
            _each(one["cpu_seconds"], found),
            _each(one["server_cpu_seconds"], found),
            f"{one['bytes'] / 1e6:,.0f}",
            _per_million(one["bytes"], found),
        ]
        for found in results
        for one in (found["import"],)
    ]
    columns = (
        "articles",
        "JSON Lines, MB",
        "import, s",
        "articles/s",
        "processor, ms each: import",
        "server",
        "database, MB",
        "GB a million articles",
    )
    return table(columns, rows)


def indexing(results: Sequence[Result]) -> str:
    """Return how fast they come into the index, who needs the time, and what they take there."""
    rows = [
        [
            *_which(found, nodes, one),
            f"{made['documents'] / made['seconds']:,.0f}",
            _each(made["cpu_seconds"], found),
            _each(made["nodes_cpu_seconds"], found),
            _each(made["server_cpu_seconds"], found),
            f"{made['bytes'] / 1e6:,.0f}",
            _per_million(made["bytes_of_one_copy"], found),
            f"{made['after_indexing']['heap_used_mb']:,} of {made['after_indexing']['heap_mb']:,}",
            f"{made['after_indexing']['resident_mb']:,}",
        ]
        for found, nodes, one in _runs(results)
        for made in (one["reindex"],)
    ]
    columns = (
        *WHICH,
        "articles/s",
        "processor, ms each: ours",
        "nodes",
        "server",
        "all copies, MB",
        "GB a copy and million articles",
        "heap in use, MB a node",
        "process, MB a node",
    )
    return table(columns, rows)


def queries(results: Sequence[Result]) -> str:
    """Return latencies by kind of question."""
    rows = [
        [
            *_which(found, nodes, one),
            kind,
            cell(asked["first"][kind]),
            cell(asked["ids"][kind]),
            cell(asked["whole"][kind]),
        ]
        for found, nodes, one in _runs(results)
        for asked in (one["asked"],)
        for kind in asked["ids"]
        if kind == "all" or (found is results[-1] and nodes == max(found["nodes"]))
    ]
    return table((*WHICH, "ms: median / p95 / p99", "ids, words not counted yet", "ids", "whole"), rows)


def throughput(results: Sequence[Result]) -> str:
    """Return what the site answers over HTTP."""
    rows = [
        [
            *_which(found, nodes, one),
            kind,
            cell(served[kind]["touched"]),
            f"{served[kind]['requests_per_second']:,.1f}",
            cell(served[kind]["under_load"]),
        ]
        for found, nodes, one in _runs(results)
        for served in (one["http"],)
        for kind in ("page", "json")
    ]
    return table((*WHICH, "", "alone, ms", "requests/s", "under load, ms"), rows)


def loss(results: Sequence[Result]) -> str:
    """Return what searches saw while the archive was indexed anew, in peace and with a node killed."""
    rows = [
        [
            f"{found['documents']:,}",
            _LOSSES[name],
            f"{one['seconds']:,.0f}",
            f"{one['killed_after_s']:,.0f}" if one["killed_after_s"] else "–",
            "yes" if one["switched"] else "no",
            f"{one['searches']:,}",
            f"{one['wrong']:,}",
            f"{sum(one['errors'].values()):,}",
            f"{one['longest_s']:.1f}",
            f"{one['differing_versions']:,}",
            f"{one['seconds_until_whole_again']:,.0f}" if "seconds_until_whole_again" in one else "–",
        ]
        for found in results
        for name, one in found.get("loss", {}).items()
    ]
    columns = (
        "articles",
        "killed",
        "`reindex --full`, s",
        "killed after, s",
        "new index live",
        "searches meanwhile",
        "wrong",
        "refused",
        "longest, s",
        "articles lost or of another version",
        "all copies again, s after its start",
    )
    said = [
        f"- {text} ({count})"
        for found in results
        for one in found.get("loss", {}).values()
        for text, count in one["errors"].items()
    ]
    return "\n".join([table(columns, rows), *(["", "Refused with:", "", *said] if said else [])])


WHICH = ("articles", "nodes", "copies")
_LOSSES = {"switch": "none", "manager": "the elected manager", "other": "another node"}

TABLES: dict[str, Table] = {
    "where": where,
    "imports": imports,
    "indexing": indexing,
    "queries": queries,
    "throughput": throughput,
    "loss": loss,
}
"""Name of a place in docs/scale-out.md -> what belongs there."""


def print_figures(found: Result) -> None:
    """Print all tables of one run."""
    for make in TABLES.values():
        print(make([found]), end="\n\n")


def failures(found: Result) -> str:
    """Return what must not be: wrong answers, lost articles, searches refused where no node was killed."""
    wrong = [
        f"{name}: {one['wrong']} wrong answers, {one['differing_versions']} articles lost"
        for name, one in found.get("loss", {}).items()
        if one["wrong"] or one["differing_versions"]
    ]
    refused = sum(found.get("loss", {}).get("switch", {}).get("errors", {}).values())
    if refused:
        wrong.append(f"{refused} searches refused while the alias was switched")
    return "; ".join(wrong)


def _runs(results: Sequence[Result]) -> Iterator[tuple[Result, str, Result]]:
    for found in results:
        for nodes, one in found["nodes"].items():
            yield found, nodes, one


def _which(found: Result, nodes: str, one: Result) -> tuple[str, str, str]:
    return f"{found['documents']:,}", nodes, str(one["copies"])


def _each(seconds: float, found: Result) -> str:
    return f"{seconds * 1000 / found['documents']:.1f}"


def _per_million(size: int, found: Result) -> str:
    return f"{size / found['documents'] * MILLION / 1e9:.1f}"
