"""Documents to the arrays of a small segment: all the analysis of indexing, a batch of documents at a time.

The primary entrypoint is `Gatherer.gather`. Every distinct word is analyzed once; what then remains of a
text is a row of numbers, and no step is done token by token.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from searchsvc.articles import PARTS, VIETNAM_TIME, Part
from searchsvc.engines.base import IndexDocument
from searchsvc.engines.whoosh import schema
from searchsvc.engines.whoosh.compounding import Compounds, compounds_of
from searchsvc.engines.whoosh.document_arrays import Column, Lists, Numbers, Texts
from searchsvc.engines.whoosh.forms import Forms, Text, Tokens
from searchsvc.engines.whoosh.inverting import invert
from searchsvc.engines.whoosh.segment_arrays import SegmentArrays, SegmentBuilder
from searchsvc.engines.whoosh.vocabulary import PairTerms, TextTerms
from searchsvc.fields import CODE_FIELDS, CODES_FIELD, FIELD_BY_NAME, field_name

Row = NDArray[np.int64]


class Gatherer:
    """Remembers the analysis of words from batch to batch; for one thread."""

    def __init__(self) -> None:
        self._forms = Forms()

    def gather(self, documents: Sequence[IndexDocument]) -> SegmentArrays:
        """Return a segment of `documents`, numbered from 0 in this order."""
        if self._forms.full:
            self._forms = Forms()
        builder = SegmentBuilder(len(documents))
        for part in PARTS:
            tokens = self._forms.tokens(_texts(documents, part))
            if len(tokens.forms):
                self._add_part(builder, part, tokens)
        for name in CODE_FIELDS:
            _add_codes(builder, name, documents)
        for name, column in _columns(documents).items():
            builder.add_column(name, column)
        return builder.segment()

    def _add_part(self, builder: SegmentBuilder, part: Part, tokens: Tokens) -> None:
        _add_text(builder, field_name(part, "exact"), self._forms.exact, tokens)
        terms, folded = _add_text(builder, field_name(part, "folded"), self._forms.folded, tokens)
        _add_pairs(builder, part, tokens, folded, terms)
        compounds = compounds_of(tokens)
        if len(compounds.firsts):
            self._add_compounds(builder, part, tokens, compounds)

    def _add_compounds(
        self, builder: SegmentBuilder, part: Part, tokens: Tokens, compounds: Compounds
    ) -> None:
        exact, folded = compounds.spelt(self._forms.exact), compounds.spelt(self._forms.folded)
        both = np.stack((compounds.numbers, compounds.numbers + len(exact)), axis=1)
        # A compound without diacritics has one form; it comes once.
        differs = np.array([one != other for one, other in zip(exact, folded, strict=True)])
        wanted = np.ones(both.shape, bool)
        wanted[:, 1] = differs[compounds.numbers]
        terms, numbers = _numbered(exact + folded, both[wanted])
        documents = np.repeat(tokens.documents[compounds.firsts], wanted.sum(axis=1))
        name = field_name(part, "words")
        _, postings = invert(numbers, documents, None)
        builder.add_field(name, terms, postings)
        builder.add_lengths(name, np.bincount(documents, minlength=builder.documents))


def _texts(documents: Sequence[IndexDocument], part: Part) -> list[Text]:
    return [
        Text(number, text, document.joins.get(part))
        for number, document in enumerate(documents)
        if (text := document.texts.get(part))
    ]


def _add_text(
    builder: SegmentBuilder, name: str, spelt: Sequence[bytes], tokens: Tokens
) -> tuple[TextTerms, Row]:
    terms, numbers = _numbered(spelt, tokens.forms)
    positions = tokens.positions if FIELD_BY_NAME[name].positions else None
    _, postings = invert(numbers, tokens.documents, positions)
    builder.add_field(name, terms, postings)
    builder.add_lengths(name, np.bincount(tokens.documents, minlength=builder.documents))
    return terms, numbers


def _numbered(spelt: Sequence[bytes], rows: Row) -> tuple[TextTerms, Row]:
    """Return the distinct terms that `rows` (places in `spelt`) stand for, sorted, and their numbers."""
    used = np.zeros(len(spelt), bool)
    used[rows] = True
    places = np.flatnonzero(used).tolist()
    terms = sorted({spelt[place] for place in places})
    number_of = dict(zip(terms, range(len(terms)), strict=True))
    numbers = np.zeros(len(spelt), np.int64)
    numbers[places] = [number_of[spelt[place]] for place in places]
    return TextTerms.of(terms), numbers[rows]


def _add_pairs(builder: SegmentBuilder, part: Part, tokens: Tokens, folded: Row, terms: TextTerms) -> None:
    neighbours = np.flatnonzero(np.diff(tokens.positions) == 1)
    if not len(neighbours):
        return
    ranks = terms.joint_ranks
    name = field_name(part, "pairs")
    documents = tokens.documents[neighbours]
    keys = PairTerms.key_of(folded[neighbours], folded[neighbours + 1], ranks)
    distinct, postings = invert(keys, documents, None)
    builder.add_field(
        name, PairTerms(distinct.astype(np.uint64), terms, ranks), postings, parts=field_name(part, "folded")
    )
    builder.add_lengths(name, np.bincount(documents, minlength=builder.documents))


def _add_codes(builder: SegmentBuilder, name: str, documents: Sequence[IndexDocument]) -> None:
    lists = [
        document.code_keys if name == CODES_FIELD else document.leading_code_keys for document in documents
    ]
    spelt = [key.encode() for keys in lists for key in keys]
    if spelt:
        terms, numbers = _numbered(spelt, np.arange(len(spelt)))
        _, postings = invert(numbers, np.repeat(np.arange(len(lists)), [*map(len, lists)]), None)
        builder.add_field(name, terms, postings)


def _columns(documents: Sequence[IndexDocument]) -> dict[str, Column]:
    return {
        schema.ID: Texts.of(document.id.encode() for document in documents),
        schema.VERSION: Numbers(np.array([document.version for document in documents], np.uint32)),
        schema.PUBLISHED: Numbers(
            np.array([epoch_seconds(document.published) for document in documents], np.int64)
        ),
        schema.UNIT_PATH: Lists.of([_encoded(document.unit_path) for document in documents]),
        schema.CODES: Lists.of([_encoded(document.codes) for document in documents]),
        schema.COLLECTION: Lists.of([_encoded((document.collection,)) for document in documents]),
    }


def _encoded(names: Iterable[str]) -> list[bytes]:
    return [name.encode() for name in dict.fromkeys(names)]


def epoch_seconds(published: datetime | None) -> int:
    """Return the instant in seconds since 1970 UTC, or UNDATED; without a zone it is Vietnam's time."""
    if published is None:
        return schema.UNDATED
    aware = published if published.tzinfo else published.replace(tzinfo=VIETNAM_TIME)
    return int(aware.timestamp() // 1)
