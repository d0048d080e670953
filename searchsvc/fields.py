"""FIELDS: one row per indexed text field, shared by every engine, with how it scores.

A text field is one part of the article seen through one layer of analysis: `title_exact`, `body_folded`.
What a part or a layer is worth is the caller's to say, in the clause (`search/ranking.py`).
"""

from dataclasses import dataclass
from typing import Literal

from searchsvc.articles import PARTS, Part

Layer = Literal["exact", "folded", "words", "pairs"]
LAYERS: tuple[Layer, ...] = ("exact", "folded", "words", "pairs")

CODES_FIELD = "code_keys"
"""The field of search keys of document codes (`extract.codes.search_keys`), each a single token."""

LEADING_CODES_FIELD = "leading_code_keys"
"""The search keys of the codes that an article's title or summary names."""

CODE_FIELDS = (CODES_FIELD, LEADING_CODES_FIELD)

RARITY = 1.25
"""Power to which the idf of a `clauses.Word` is raised: rare words count more than BM25 lets them."""


@dataclass(frozen=True, slots=True)
class TextField:
    """One indexed text field. `b` is BM25's length normalisation, `k1` its saturation.

    Without `positions` an engine need keep none, and a phrase in the field is its terms.
    """

    part: Part
    layer: Layer
    k1: float = 1.2
    b: float = 0.75
    positions: bool = True

    @property
    def name(self) -> str:
        return f"{self.part}_{self.layer}"


def _field(part: Part, layer: Layer) -> TextField:
    if layer == "pairs":  # a second occurrence of a pair tells little
        return TextField(part, layer, k1=0.6, positions=False)
    return TextField(part, layer, positions=layer != "words")


FIELDS: tuple[TextField, ...] = tuple(_field(part, layer) for part in PARTS for layer in LAYERS)
FIELD_BY_NAME: dict[str, TextField] = {field.name: field for field in FIELDS}


def field_name(part: Part, layer: Layer) -> str:
    """Return the name of the field that holds `part` through `layer`: 'body_folded'."""
    return f"{part}_{layer}"
