"""Tables for people. The primary entrypoints are `print_tables`, `print_twins` and `print_worst`."""

from collections.abc import Mapping, Sequence
from statistics import fmean

from benchmarks.relevance.collections import Collection
from benchmarks.relevance.measuring import MEASURES, Answers, by_query, overlap
from benchmarks.relevance.variants import typed

Figures = Mapping[str, Mapping[str, Mapping[str, float]]]
"""System -> variant -> measure -> mean."""


def print_tables(figures: Figures, variants: Sequence[str], milliseconds: Mapping[str, float]) -> None:
    """Print one table a measure: a row a system, a column a variant; the best of a column has a star."""
    width = max(map(len, figures)) + 2
    for name in MEASURES:
        best = {variant: max(row[variant][name] for row in figures.values()) for variant in variants}
        print(f"\n{name:<{width}}" + "".join(f"{variant:>12}" for variant in variants) + f"{'ms/query':>10}")
        for system, row in figures.items():
            cells = (_cell(row[variant][name], best[variant]) for variant in variants)
            print(f"{system:<{width}}" + "".join(cells) + f"{milliseconds[system]:>10.1f}")


def _cell(value: float, best: float) -> str:
    return f"{value:>11.4f}" + ("*" if value >= best - 5e-5 else " ")


def twins(collection: Collection, answers: Answers) -> dict[str, dict[str, float]]:
    """Return the overlap at ten of each query with its twin, by variant, of the twins that differ at all."""
    written = answers.runs["written"]
    return {
        variant: {
            query: overlap(written[query], run[query])
            for query, text in collection.queries.items()
            if typed(variant, query, text) != typed("written", query, text)
        }
        for variant, run in answers.runs.items()
        if variant != "written"
    }


def print_twins(collection: Collection, found: Mapping[str, Mapping[str, float]], shown: int) -> None:
    """Print mean and lowest overlap by variant, and the `shown` lowest queries of each."""
    print(f"\n{'twins: overlap@10':<20}{'queries':>9}{'mean':>8}{'lowest':>8}{'below 0.9':>11}")
    for variant, values in found.items():
        if not values:
            continue
        low = sum(value < 0.9 for value in values.values())
        mean, lowest = fmean(values.values()), min(values.values())
        print(f"{variant:<20}{len(values):>9}{mean:>8.3f}{lowest:>8.2f}{low:>11}")
    for variant, values in found.items():
        for query in sorted(values, key=lambda query: values[query])[:shown]:
            if values[query] < 1:
                text = typed(variant, query, collection.queries[query])
                print(f"  {variant:<12}{values[query]:>5.2f}  {query}  {text}")


def print_worst(collection: Collection, answers: Answers, shown: int) -> None:
    """Print the `shown` queries with the lowest nDCG@10 in each variant."""
    for variant, run in answers.runs.items():
        values = by_query(run, collection.judged)
        print(f"\nlowest nDCG@10, {variant}:")
        for query in sorted(values, key=lambda query: values[query]["nDCG@10"])[:shown]:
            text = typed(variant, query, collection.queries[query])
            print(f"  {values[query]['nDCG@10']:.3f}  {query}  {text[:90]}")
