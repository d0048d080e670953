"""Documents to the arrays of a small segment: all the analysis of indexing, a batch of documents at a time.

The primary entrypoint is `Gatherer.gather`. Every distinct word is analyzed once; what then remains of a
text is a row of numbers, and no step is done token by token.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from searchsvc.analysis.compounds import JOINT, word_joins
from searchsvc.analysis.pipelines import exact_term, folded_term
from searchsvc.analysis.tokens import words_of
from searchsvc.articles import PARTS, VIETNAM_TIME, Part
from searchsvc.engines.base import IndexDocument
from searchsvc.engines.whoosh import schema
from searchsvc.engines.whoosh.document_arrays import Column, Lists, Numbers, Texts
from searchsvc.engines.whoosh.inverting import invert
from searchsvc.engines.whoosh.segment_arrays import SegmentArrays, SegmentBuilder
from searchsvc.engines.whoosh.vocabulary import PairTerms, TextTerms
from searchsvc.fields import CODE_FIELDS, CODES_FIELD, FIELD_BY_NAME, field_name

MOST_FORMS = 1_000_000
"""Distinct words remembered; more come only of texts that are no language."""

Row = NDArray[np.int64]


@dataclass(slots=True)
class _Words:
    """Numbers the distinct pairs of an exact and a folded term, and each of the two apart."""

    exact: list[bytes] = field(default_factory=list)
    folded: list[bytes] = field(default_factory=list)
    _numbers: dict[tuple[str, str], int] = field(default_factory=dict)

    def number(self, exact: str, folded: str) -> int:
        """Return the number of the form, a new one for a new form."""
        found = self._numbers.setdefault((exact, folded), len(self.exact))
        if found == len(self.exact):
            self.exact.append(exact.encode())
            self.folded.append(folded.encode())
        return found


class _Forms(dict[str, int]):
    """The number of the form of each word as it is written."""

    def __init__(self) -> None:
        super().__init__()
        self.words = _Words()

    def __missing__(self, word: str) -> int:
        number = self[word] = self.words.number(exact_term(word), folded_term(word))
        return number


@dataclass(frozen=True, slots=True)
class _Tokens:
    """The tokens of one part of all documents: form, document, position, whether joined to the next."""

    forms: Row
    documents: Row
    positions: Row
    joined: NDArray[np.bool_]


class Gatherer:
    """Remembers the analysis of words from batch to batch; for one thread."""

    def __init__(self) -> None:
        self._forms = _Forms()

    def gather(self, documents: Sequence[IndexDocument]) -> SegmentArrays:
        """Return a segment of `documents`, numbered from 0 in this order."""
        if len(self._forms) > MOST_FORMS:
            self._forms = _Forms()
        builder = SegmentBuilder(len(documents))
        for part in PARTS:
            tokens = self._tokens(documents, part)
            if len(tokens.forms):
                self._add_part(builder, part, tokens)
        for name in CODE_FIELDS:
            _add_codes(builder, name, documents)
        for name, column in _columns(documents).items():
            builder.add_column(name, column)
        return builder.segment()

    def _tokens(self, documents: Sequence[IndexDocument], part: Part) -> _Tokens:
        number_of = self._forms.__getitem__
        forms: list[int] = []
        paragraphs: list[tuple[int, int, int]] = []
        bits: list[NDArray[np.uint8]] = [np.empty(0, np.uint8)]
        for place, document in enumerate(documents):
            text = document.texts.get(part)
            if not text:
                continue
            before = len(forms)
            for first, words in words_of(text):
                forms.extend(map(number_of, words))
                paragraphs.append((place, first, len(words)))
            joins = document.joins.get(part)
            packed = np.frombuffer(word_joins(text) if joins is None else joins, np.uint8)
            bits.append(np.unpackbits(packed, bitorder="little", count=len(forms) - before))
        of, position, length = np.array(paragraphs, np.int64).reshape(-1, 3).T
        firsts = np.repeat(position - (np.cumsum(length) - length), length)
        return _Tokens(
            np.array(forms, np.int64),
            np.repeat(of, length),
            firsts + np.arange(len(forms)),
            np.concatenate(bits).astype(bool),
        )

    def _add_part(self, builder: SegmentBuilder, part: Part, tokens: _Tokens) -> None:
        words = self._forms.words
        self._add_text(builder, field_name(part, "exact"), words.exact, tokens)
        terms, folded = self._add_text(builder, field_name(part, "folded"), words.folded, tokens)
        _add_pairs(builder, part, tokens, folded, terms)
        self._add_compounds(builder, part, tokens)

    def _add_text(
        self, builder: SegmentBuilder, name: str, spelt: list[bytes], tokens: _Tokens
    ) -> tuple[TextTerms, Row]:
        terms, numbers = _numbered(spelt, tokens.forms)
        positions = tokens.positions if FIELD_BY_NAME[name].positions else None
        _, postings = invert(numbers, tokens.documents, positions)
        builder.add_field(name, terms, postings)
        builder.add_lengths(name, np.bincount(tokens.documents, minlength=builder.documents))
        return terms, numbers

    def _add_compounds(self, builder: SegmentBuilder, part: Part, tokens: _Tokens) -> None:
        firsts, compounds = self._compounds(tokens)
        if not len(firsts):
            return
        words = self._forms.words
        exact, folded = _Spelling(compounds, words.exact), _Spelling(compounds, words.folded)
        spelt = exact.terms + folded.terms
        both = np.stack((exact.numbers, folded.numbers + len(exact.terms)), axis=1)
        # A compound without diacritics has one form; it comes once.
        wanted = np.ones(both.shape, bool)
        wanted[:, 1] = exact.differs(folded)
        terms, numbers = _numbered(spelt, both[wanted])
        documents = np.repeat(tokens.documents[firsts], 2).reshape(-1, 2)[wanted]
        name = field_name(part, "words")
        _, postings = invert(numbers, documents, None)
        builder.add_field(name, terms, postings)
        builder.add_lengths(name, np.bincount(documents, minlength=builder.documents))

    def _compounds(self, tokens: _Tokens) -> tuple[Row, list[tuple[int, ...]]]:
        """Return the place of the first syllable of each compound, and the forms of its syllables."""
        begins = tokens.joined.copy()
        begins[1:] &= ~tokens.joined[:-1]
        ends = ~tokens.joined
        ends[1:] &= tokens.joined[:-1]
        ends[:1] = False
        firsts, lasts = np.flatnonzero(begins), np.flatnonzero(ends) + 1
        forms = tokens.forms.tolist()
        pairs = zip(firsts.tolist(), lasts.tolist(), strict=True)
        return firsts, [tuple(forms[first:last]) for first, last in pairs]


class _Spelling:
    """The distinct spellings of compounds, and which of them each compound has."""

    def __init__(self, compounds: list[tuple[int, ...]], spelt: list[bytes]) -> None:
        joint = JOINT.encode()
        distinct = dict.fromkeys(compounds)
        terms: dict[bytes, int] = {}
        numbers: dict[tuple[int, ...], int] = {}
        for compound in distinct:
            term = joint.join([spelt[form] for form in compound])
            numbers[compound] = terms.setdefault(term, len(terms))
        self.terms = list(terms)
        self.numbers = np.fromiter(map(numbers.__getitem__, compounds), np.int64, len(compounds))

    def differs(self, other: "_Spelling") -> NDArray[np.bool_]:
        """Return which compounds are spelt otherwise in `other`."""
        number_of = {term: number for number, term in enumerate(other.terms)}
        same = np.array([number_of.get(term, -1) for term in self.terms], np.int64)
        different: NDArray[np.bool_] = same[self.numbers] != other.numbers
        return different


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


def _add_pairs(builder: SegmentBuilder, part: Part, tokens: _Tokens, folded: Row, terms: TextTerms) -> None:
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
