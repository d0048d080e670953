"""Documents to rows of numbers, a batch of documents at a time: all the analysis of indexing.

The primary entrypoint is `Gatherer.gather`. Every distinct word is analyzed once; what then remains of a
text is a row of numbers, and no step is done token by token.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from searchsvc.articles import PARTS, Part
from searchsvc.engines.base import IndexDocument
from searchsvc.engines.whoosh.compounding import Compounds
from searchsvc.engines.whoosh.forms import Forms, Narrow, Text

MOST_REMEMBERED = 1 << 20
"""Distinct forms and compounds kept from one segment to the next."""

MOST_FORMS = 1 << 22
"""Distinct forms in one segment, so that two of them and a document fit into a key."""


@dataclass(frozen=True, slots=True)
class Rows:
    """One part of a batch of documents: form, document and position of each token, in order.

    `compounds` are the numbers of those among the tokens, `compound_documents` their documents.
    """

    forms: NDArray[np.uint32]
    documents: Narrow
    positions: Narrow
    compounds: NDArray[np.uint32]
    compound_documents: Narrow

    def of_live(self, live: NDArray[np.bool_]) -> "Rows":
        """Return the rows of the documents that are `live`; they keep their numbers."""
        kept, kept_compounds = live[self.documents], live[self.compound_documents]
        return Rows(
            self.forms[kept],
            self.documents[kept],
            self.positions[kept],
            self.compounds[kept_compounds],
            self.compound_documents[kept_compounds],
        )


@dataclass(frozen=True, slots=True)
class Batch:
    """Some documents, numbered from 0: their facts (without texts) and the rows of each part there is."""

    documents: Sequence[IndexDocument]
    rows: dict[Part, Rows]

    @property
    def tokens(self) -> int:
        """How many tokens there are."""
        return sum(len(rows.forms) for rows in self.rows.values())


class Gatherer:
    """Remembers the analysis of words from batch to batch; for one thread."""

    def __init__(self) -> None:
        self.forms = Forms()
        self.compounds = Compounds()

    @property
    def full(self) -> bool:
        """Whether the batches gathered have as many distinct words as fit into a segment."""
        return max(len(self.forms), len(self.compounds)) > MOST_FORMS

    def begin_segment(self) -> None:
        """Forget what is too much; the batches gathered so far have been written."""
        if len(self.forms) + len(self.compounds) > MOST_REMEMBERED:
            self.forms, self.compounds = Forms(), Compounds()

    def gather(self, documents: Sequence[IndexDocument]) -> Batch:
        """Return the rows of `documents`, numbered in this order."""
        rows = {part: self._rows(texts) for part in PARTS if (texts := _texts(documents, part))}
        facts = [replace(document, texts={}, joins={}) for document in documents]
        return Batch(facts, {part: found for part, found in rows.items() if len(found.forms)})

    def _rows(self, texts: Sequence[Text]) -> Rows:
        tokens = self.forms.tokens(texts)
        firsts, compounds = self.compounds.found_in(tokens)
        return Rows(tokens.forms, tokens.documents, tokens.positions, compounds, tokens.documents[firsts])


def _texts(documents: Sequence[IndexDocument], part: Part) -> list[Text]:
    return [
        Text(number, text, document.joins.get(part))
        for number, document in enumerate(documents)
        if (text := document.texts.get(part))
    ]
