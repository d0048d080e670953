"""One part of gathered documents to the fields of its layers. The primary entrypoint is `PartFields`."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from searchsvc.articles import Part
from searchsvc.engines.whoosh.compounding import spell
from searchsvc.engines.whoosh.field_arrays import Array, FieldPacker
from searchsvc.engines.whoosh.gathering import Gatherer, Rows
from searchsvc.engines.whoosh.inverting import Source, Tokens, invert
from searchsvc.engines.whoosh.vocabulary import PairTerms, TextTerms
from searchsvc.fields import Layer, field_name

Numbers = NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a segment: its terms, their packed postings, and, where it scores by length, its tokens in
    each document."""

    name: str
    terms: TextTerms | PairTerms
    packed: dict[str, Array]
    lengths: NDArray[np.int64] | None
    parts: str | None = None
    """Of a field of pairs, the field whose terms they are made of."""


class PartFields:
    """Makes the fields of one part; once this is made, each can be made in a thread of its own."""

    def __init__(
        self, part: Part, rows: Sequence[tuple[Rows, Numbers]], documents: int, gatherer: Gatherer
    ) -> None:
        """`rows` are of live documents alone, each with the numbers of its batch's documents in the segment,
        in which there are so many `documents`."""
        self._part = part
        self._rows = rows
        self._documents = documents
        self._forms, self._compounds = gatherer.forms, gatherer.compounds
        used = _used(len(self._forms), (each.forms for each, _ in rows))
        self._used = used
        self._folded = vocabulary(self._forms.folded, used)

    def exact(self) -> Field:
        """Return the layer of syllables as they are spelt."""
        return self._syllables("exact", *vocabulary(self._forms.exact, self._used))

    def folded(self) -> Field:
        """Return the layer of syllables without diacritics."""
        return self._syllables("folded", *self._folded)

    def pairs(self) -> Field:
        """Return the layer of neighbouring syllables without diacritics."""
        terms, table = self._folded
        ranks, count = terms.joint_ranks.astype(np.uint64), np.uint64(len(terms))

        def source() -> Iterator[Tokens]:
            for rows, numbers in self._rows:
                # No position is the last that its type can hold, so none is followed by a 0.
                firsts = np.flatnonzero(rows.positions[1:] == rows.positions[:-1] + 1)
                folded = table[rows.forms]
                keys = ranks[folded[firsts]]
                keys *= count
                keys += folded[firsts + 1]
                yield Tokens(keys, numbers[rows.documents[firsts]], None)

        found, packed, lengths = pack(source, len(terms) ** 2, self._documents)
        keys = PairTerms.key(found // count, found % count)
        pairs = PairTerms(keys, terms, terms.joint_ranks)
        return Field(self._name("pairs"), pairs, packed, lengths, self._name("folded"))

    def words(self) -> Field:
        """Return the layer of compounds: of each its exact term and, where it is another, its folded one."""
        used = np.flatnonzero(_used(len(self._compounds), (each.compounds for each, _ in self._rows)))
        spelt = spell(*self._compounds.rows(used), self._forms.exact, self._forms.folded)
        exact, folded = np.zeros((2, len(self._compounds)), np.uint32)
        exact[used], folded[used] = spelt.exact, spelt.folded

        def source() -> Iterator[Tokens]:
            for rows, numbers in self._rows:
                documents = numbers[rows.compound_documents]
                one, other = exact[rows.compounds], folded[rows.compounds]
                yield Tokens(one, documents, None)
                differing = np.flatnonzero(one != other)
                yield Tokens(other[differing], documents[differing], None)

        _, packed, lengths = pack(source, len(spelt.terms), self._documents)
        return Field(self._name("words"), spelt.terms, packed, lengths)

    def _syllables(self, layer: Layer, terms: TextTerms, table: Numbers) -> Field:
        def source() -> Iterator[Tokens]:
            for rows, numbers in self._rows:
                yield Tokens(table[rows.forms], numbers[rows.documents], rows.positions)

        _, packed, lengths = pack(source, len(terms), self._documents)
        return Field(self._name(layer), terms, packed, lengths)

    def _name(self, layer: Layer) -> str:
        return field_name(self._part, layer)


def pack(
    source: Source, terms: int, documents: int
) -> tuple[NDArray[np.uint64], dict[str, Array], NDArray[np.int64]]:
    """Return the distinct ones of the numbers below `terms`, their packed postings, the length of each of
    the `documents`."""
    packer: FieldPacker | None = None
    lengths = np.zeros(documents, np.int64)
    found = [np.empty(0, np.uint64)]
    for numbers, postings in invert(source, terms, documents):
        if packer is None:
            packer = FieldPacker(documents, positions=postings.positions is not None)
        packer.add(postings)
        found.append(numbers)
        lengths += np.bincount(postings.documents, postings.frequencies, documents).astype(np.int64)
    return np.concatenate(found), {} if packer is None else packer.arrays(), lengths


def vocabulary(spelt: Sequence[bytes], used: NDArray[np.bool_]) -> tuple[TextTerms, Numbers]:
    """Return the distinct terms among those of `spelt` that are `used`, sorted, and the number of each."""
    places = np.flatnonzero(used).tolist()
    terms = sorted({spelt[place] for place in places})
    number_of = dict(zip(terms, range(len(terms)), strict=True))
    numbers = np.zeros(len(spelt), np.uint32)
    numbers[places] = [number_of[spelt[place]] for place in places]
    return TextTerms.of(terms), numbers


def _used(count: int, rows: Iterable[NDArray[np.uint32]]) -> NDArray[np.bool_]:
    used = np.zeros(count, bool)
    for row in rows:
        used[row] = True
    return used
