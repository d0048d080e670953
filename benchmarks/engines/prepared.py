"""What every system indexes: the folded tokens and the facts of each document, as the archive has them.

The primary entrypoint is `Prepared`, which reads what `preparing.prepare` wrote. A document's number
is its place in the order of the archive's changes, from 0. The tokens of a line are those of the analyzer of
our layer `folded`, in order and without a gap, divided by spaces; a token with a letter outside ASCII is
replaced by a name in ASCII, so that no peer's tokenizer can take it apart.

This module imports little: it is loaded in the processes whose start and memory are measured.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

FIELD = "body_folded"
"""The field of our index that holds the same tokens."""


class DocumentFacts(NamedTuple):
    """`published` in seconds since 1970 or `UNDATED`; `year` in Vietnam, 0 if undated."""

    id: str
    published: int
    year: int
    collection: str
    unit_path: list[str]
    codes: list[str]


@dataclass(frozen=True)
class Prepared:
    """The files in `folder`. `texts` is the size of the archived texts in UTF-8, all parts together."""

    folder: Path

    @cached_property
    def counts(self) -> dict[str, int]:
        """Return `documents`, `text_bytes`, `tokens`, `token_bytes`, `terms`."""
        found: dict[str, int] = json.loads((self.folder / "counts.json").read_text("utf-8"))
        return found

    @cached_property
    def frequencies(self) -> dict[str, int]:
        """Return in how many documents each term is."""
        lines = (self.folder / "frequencies.tsv").read_text("utf-8").splitlines()
        return {term: int(count) for term, count in (line.split("\t") for line in lines)}

    @cached_property
    def _starts(self) -> Any:
        import numpy as np

        return np.load(self.folder / "starts.npy")

    def tokens(self) -> Iterator[str]:
        """Yield the tokens of each document, divided by spaces."""
        with (self.folder / "tokens.txt").open(encoding="ascii") as lines:
            for line in lines:
                yield line[:-1]

    def layers(self) -> Iterator[list[str]]:
        """Yield the tokens of each document in each layer of our index, in the order of `fields.LAYERS`.

        Raises FileNotFoundError where `preparing.prepare_layers` was not asked for.
        """
        with (self.folder / "layers.txt").open(encoding="utf-8") as lines:
            for line in lines:
                yield line[:-1].split("\t")

    def facts(self) -> Iterator[DocumentFacts]:
        """Yield the facts of each document."""
        with (self.folder / "facts.jsonl").open(encoding="utf-8") as lines:
            for line in lines:
                yield DocumentFacts(*json.loads(line))

    def tokens_of(self, number: int) -> list[str]:
        """Return the tokens of one document."""
        with (self.folder / "tokens.txt").open("rb") as file:
            file.seek(int(self._starts[number]))
            return file.readline().decode("ascii").split()
