"""Evidence beside the words: neighbours of the query that are neighbours in the article, and compounds.

The primary entrypoint is `neighbours`. It needs no positions: the index has each pair of neighbours as a
term, with a document frequency of its own, which tells an idiom from two common words.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise, product

from searchsvc.analysis.compounds import JOINT
from searchsvc.analysis.fold import fold
from searchsvc.analysis.pipelines import analyze
from searchsvc.articles import PARTS
from searchsvc.clauses import Clause, Word
from searchsvc.fields import Layer, field_name
from searchsvc.search.parsing import Operand, ParsedQuery
from searchsvc.search.ranking import Weights
from searchsvc.search.spellings import iy_variant

MAX_FORMS = 6
"""Spellings of one pair that are looked for."""

DocumentFrequency = Callable[[str, str], int]
Forms = tuple[tuple[str, float], ...]


def neighbours(
    parsed: ParsedQuery, document_frequency: DocumentFrequency, weights: Weights
) -> Iterator[Clause]:
    """Yield a scoring clause for each pair and each known compound of the plain words of `parsed`."""
    for run in _runs(parsed):
        yield from _pairs(run, weights)
        yield from _compounds(run, document_frequency, weights)


@dataclass(frozen=True, slots=True)
class _Run:
    """Words in a row: the texts as typed or as the keyboard meant them, and the forms of each syllable."""

    text: str
    syllables: tuple[Forms, ...]


def _runs(parsed: ParsedQuery) -> Iterator[_Run]:
    """Yield each row of plain words that are in the same place of search: anywhere, or the title."""
    plain = [group[0] if len(group) == 1 and group[0].kind == "word" else None for group in parsed.required]
    for title_only, grouped in groupby(plain, key=lambda operand: operand and operand.title_only):
        operands = [operand for operand in grouped if operand]
        if operands and not title_only:
            texts = [_meant(operand) for operand in operands]
            yield _Run(
                " ".join(text for text, _ in texts),
                tuple(forms for text, typed in texts for forms in _syllables(text, typed)),
            )


def _meant(operand: Operand) -> tuple[str, str | None]:
    """Return what the keyboard meant and what was typed, or the text typed and None."""
    keyboard = next((reading for reading in operand.readings if reading.kind == "keyboard"), None)
    return (keyboard.text, operand.text) if keyboard else (operand.text, None)


def _syllables(text: str, typed: str | None) -> Iterator[Forms]:
    meant = [token.text for token in analyze("folded", text)]
    as_typed = [token.text for token in analyze("folded", typed)] if typed else []
    for place, syllable in enumerate(meant):
        forms = {syllable: 1.0}
        if len(as_typed) == len(meant):
            forms.setdefault(as_typed[place], 1.0)
        yield tuple(forms.items())


def with_variants(forms: Iterable[tuple[str, float]], iy: float) -> Forms:
    """Return `forms` and their other spellings with i or y at the weight `iy`, each once."""
    found: dict[str, float] = dict(forms)
    for term, weight in tuple(found.items()):
        other = iy_variant(term)
        if other:
            found.setdefault(other, weight * iy)
    return tuple(found.items())


def _pairs(run: _Run, weights: Weights) -> Iterator[Clause]:
    seen: set[Forms] = set()
    syllables = [with_variants(forms, weights.iy) for forms in run.syllables]
    for first, second in pairwise(syllables):
        forms = tuple(
            (f"{one}{JOINT}{other}", one_weight * other_weight)
            for (one, one_weight), (other, other_weight) in product(first, second)
        )[:MAX_FORMS]
        if forms not in seen:
            seen.add(forms)
            yield Word(fields_of("pairs", weights), forms, weights.pair)


def _compounds(run: _Run, document_frequency: DocumentFrequency, weights: Weights) -> Iterator[Clause]:
    fields = fields_of("words", weights)
    for compound in _candidates(run):
        other = JOINT.join(iy_variant(syllable) or syllable for syllable in compound.split(JOINT))
        forms = dict.fromkeys((compound, other))
        if any(document_frequency(name, form) for name, _ in fields for form in forms):
            yield Word(fields, tuple(zip(forms, (1.0, weights.iy), strict=False)), weights.compound)


def _candidates(run: _Run) -> Sequence[str]:
    if fold(run.text) != run.text.lower():
        return tuple(dict.fromkeys(token.text for token in analyze("words", run.text)))
    # Without accents there is no telling words apart: every pair that the archive joins is a candidate.
    folded = [forms[0][0] for forms in run.syllables]
    return tuple(dict.fromkeys(f"{first}{JOINT}{second}" for first, second in pairwise(folded)))


def fields_of(layer: Layer, weights: Weights, *, title_only: bool = False) -> Forms:
    """Return the fields of `layer` with the weights of their parts."""
    parts = PARTS[:1] if title_only else PARTS
    return tuple((field_name(part, layer), weights.parts[part]) for part in parts)
