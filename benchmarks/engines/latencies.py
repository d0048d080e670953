"""Times to figures. The primary entrypoints are `Latencies.of` and `geometric_mean`."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Latencies:
    """Of a set of queries, in milliseconds; percentiles are those of the nearest rank."""

    count: int
    median: float
    p95: float
    p99: float
    mean: float
    geomean: float

    @classmethod
    def of(cls, milliseconds: Sequence[float]) -> "Latencies":
        """Return the figures of at least one time."""
        ordered = sorted(milliseconds)
        return cls(
            count=len(ordered),
            median=percentile(ordered, 50),
            p95=percentile(ordered, 95),
            p99=percentile(ordered, 99),
            mean=sum(ordered) / len(ordered),
            geomean=geometric_mean(ordered),
        )

    def rounded(self) -> dict[str, float]:
        """Return the figures for a results file."""
        return {name: round(value, 4) for name, value in asdict(self).items()}


def percentile(ordered: Sequence[float], percent: float) -> float:
    """Return the value of ascending `ordered` at the nearest rank: of ten values, 50 % is the fifth."""
    return ordered[max(0, math.ceil(len(ordered) * percent / 100) - 1)]


def geometric_mean(values: Iterable[float]) -> float:
    """Return the geometric mean of positive `values`. Raises ValueError if there are none."""
    logarithms = [math.log(value) for value in values]
    if not logarithms:
        raise ValueError("no values")
    return math.exp(sum(logarithms) / len(logarithms))
