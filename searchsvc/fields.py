"""FIELDS: one row per indexed text field, shared by every engine. Boosts live here and nowhere else.

A text field is one part of the article seen through one layer of analysis: `title_exact`, `body_folded`.
"""

from dataclasses import dataclass
from typing import Literal

from searchsvc.articles import PARTS, Part

Layer = Literal["exact", "folded", "words"]
LAYERS: tuple[Layer, ...] = ("exact", "folded", "words")

CODES_FIELD = "code_keys"
"""The field of search keys of document codes (`extract.codes.search_keys`), each a single token."""


@dataclass(frozen=True, slots=True)
class TextField:
    """One indexed text field. `b` is BM25's length normalisation, 0 for none; `k1` its saturation."""

    part: Part
    layer: Layer
    boost: float
    b: float
    k1: float = 1.2

    @property
    def name(self) -> str:
        return f"{self.part}_{self.layer}"


_PART_WEIGHTS: dict[Part, tuple[float, float]] = {
    # part: (boost, b)
    "title": (2.5, 0.6),
    "summary": (1.4, 0.6),
    "body": (1.0, 0.75),
    "captions": (0.6, 0.6),
}
_LAYER_BOOSTS: dict[Layer, float] = {"exact": 1.0, "folded": 0.4, "words": 0.6}

FIELDS: tuple[TextField, ...] = tuple(
    TextField(part, layer, _PART_WEIGHTS[part][0] * _LAYER_BOOSTS[layer], _PART_WEIGHTS[part][1])
    for part in PARTS
    for layer in LAYERS
)
FIELD_BY_NAME: dict[str, TextField] = {field.name: field for field in FIELDS}


def field_name(part: Part, layer: Layer) -> str:
    """Return the name of the field that holds `part` through `layer`: 'body_folded'."""
    return f"{part}_{layer}"
