"""Tables in Markdown. The primary entrypoints are `table` and `cell`."""

from collections.abc import Iterable, Mapping, Sequence


def table(columns: Iterable[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table in Markdown."""
    head = list(columns)
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def cell(one: Mapping[str, float] | None) -> str:
    """Return median / p95 / p99 of milliseconds."""
    if one is None:
        return "–"
    return " / ".join(_short(one[name]) for name in ("median", "p95", "p99"))


def _short(value: float) -> str:
    return f"{value:.2f}" if value < 10 else f"{value:,.0f}"
