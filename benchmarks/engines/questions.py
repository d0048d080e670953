"""The queries of the comparison, as a file. The primary entrypoints are `Question`, `save` and `load`.

Filtered, faceted and sorted queries are those of AND and OR again, so that each is compared with itself
asked plainly. This module imports little: it is loaded in the processes whose start is measured.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, Literal

Operator = Literal["and", "or", "phrase"]
Shape = Literal["and", "or", "phrase", "filtered", "faceted", "sorted"]
Band = Literal["rare", "common", "mixed"]

OPERATORS: tuple[Operator, ...] = ("and", "or", "phrase")
SHAPES: tuple[Shape, ...] = ("and", "or", "phrase", "filtered", "faceted", "sorted")
BANDS: tuple[Band, ...] = ("rare", "common", "mixed")


@dataclass(frozen=True, slots=True)
class Restriction:
    """One filter: days (`first` to `last`, both included), or a unit, a collection or a code."""

    kind: Literal["days", "unit", "collection", "code"]
    value: str = ""
    first: str = ""
    last: str = ""

    @property
    def days(self) -> tuple[date, date]:
        """Return both days of a filter by days."""
        return date.fromisoformat(self.first), date.fromisoformat(self.last)


@dataclass(frozen=True, slots=True)
class Question:
    """One query; `terms` are folded, `typed` are the same words as archived."""

    shape: Shape
    band: Band
    operator: Operator
    terms: tuple[str, ...]
    typed: tuple[str, ...]
    restriction: Restriction | None = None

    @property
    def plain(self) -> "Question":
        """Return the query without filter, facets and sorting."""
        return replace(self, shape=self.operator, restriction=None)

    @property
    def kind(self) -> str:
        """Return the class of queries that this one belongs to: 'and rare'."""
        return f"{self.shape} {self.band}"


def save(questions: Sequence[Question], path: Path) -> None:
    """Write `questions`, one a line."""
    path.write_text("".join(json.dumps(asdict(one), ensure_ascii=False) + "\n" for one in questions), "utf-8")


def load(path: Path) -> list[Question]:
    """Return the questions of a file that `save` wrote."""
    return [_question(json.loads(line)) for line in path.read_text("utf-8").splitlines()]


def _question(values: dict[str, Any]) -> Question:
    restriction = Restriction(**values.pop("restriction")) if values.get("restriction") else None
    return Question(
        **{**values, "terms": tuple(values["terms"]), "typed": tuple(values["typed"])}
        | {"restriction": restriction}
    )
