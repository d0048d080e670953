"""The lexicon's file, made from the archive and its index.

The primary entrypoint is `compile_lexicon`; staff's `reindex` calls it last. It reads titles from the
archive, words and compounds from the index, codes and units from the index's facets, and writes one file.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from searchsvc.analysis.compounds import JOINT
from searchsvc.analysis.fold import fold
from searchsvc.analysis.syllables import is_syllable
from searchsvc.analysis.tones import place_tones
from searchsvc.archive import Archive, Headline
from searchsvc.array_file import ArrayFile, UnreadableArrays, remove_unfinished, write_arrays
from searchsvc.articles import Part
from searchsvc.clauses import Everything
from searchsvc.engines.base import Engine
from searchsvc.errors import EngineUnavailable
from searchsvc.extract.code_forms import read_canonical
from searchsvc.extract.code_tables import TYPES
from searchsvc.extract.units import Registry
from searchsvc.fields import field_name
from searchsvc.queries import EngineQuery, FacetName
from searchsvc.results import FacetCount
from searchsvc.search.lexicon import FORMAT, compact_code, composed, entry_key, plain_text, typed_key
from searchsvc.search.phrasing import Phrases
from searchsvc.search.prefix_table import table_arrays

MOST_VALUES = 100_000
"""Codes and units taken from the facets."""

_LEAST_UNKNOWN = 3
"""Articles in which a word that is no Vietnamese syllable must stand, to be proposed."""

_LEAST_COMPOUND = 3
"""Articles in which a compound must stand to be proposed as a phrase."""

_MOST_COMPOUNDS = 40_000
_PUNCTUATION = re.compile(r"[^\w\s]+")
_LONGEST_WORD = 12
_LONGEST_TITLE = 300

PARTS_READ: tuple[Part, ...] = ("title", "body")
"""The parts whose words are counted."""

Arrays = dict[str, NDArray[Any]]


def compile_lexicon(path: Path, archive: Archive, engine: Engine, registry: Registry) -> bool:
    """Write the lexicon of the live index to `path`; return False if the one there is up to date.

    Raises what the archive and the engine raise, and EngineUnavailable if it cannot be written.
    """
    remove_unfinished(path)
    status = engine.status()
    facts = {"format": FORMAT, "generation": status.generation, "change": status.change}
    if _facts_of(path) == facts:
        return False
    arrays = compiled(
        archive.headlines(),
        _facet(engine, FacetName.CODE),
        unit_names(_facet(engine, FacetName.UNIT), registry),
        _syllables(engine),
        _compounds(engine),
    )
    try:
        write_arrays(path, arrays, facts)
    except OSError as error:
        raise EngineUnavailable(
            vi=f"Không ghi được {path}: {error.strerror}; hãy giải phóng chỗ trống rồi chạy lại reindex.",
            en=f"Cannot write {path}: {error.strerror}; make room, then run reindex again.",
        ) from error
    return True


def compiled(
    headlines: Iterable[Headline],
    codes: Sequence[FacetCount],
    units: Sequence[tuple[str, str, FacetCount]],
    syllables: Counter[str] | None = None,
    compounds: Counter[str] | None = None,
) -> Arrays:
    """Return the arrays of a lexicon; `units` as `unit_names` gives them, compounds joined by JOINT."""
    titles = _Titles(headlines)
    phrases = Phrases(*titles.clauses(), least=2 + len(titles.keys) // 20_000)
    return {
        **titles.arrays(),
        **_phrases(phrases.phrases(), compounds or Counter()),
        **_codes(codes),
        **_units(units),
        **_counted("syllables", syllables or Counter()),
        **_counted("pairs", _pairs(compounds or Counter(), phrases)),
    }


def _facts_of(path: Path) -> dict[str, Any] | None:
    try:
        return ArrayFile(path, check=True).facts
    except (OSError, UnreadableArrays):
        return None


def section(name: str, keys: Sequence[str], shown: Iterable[str], *, every_word: bool) -> Arrays:
    """Return a section for completion: tables of the keys with and without accents, and what is shown."""
    return {
        **table_arrays(f"{name}.typed", keys, every_word=every_word),
        **table_arrays(f"{name}.folded", [fold(key) for key in keys], every_word=every_word),
        **table_arrays(f"{name}.shown", list(shown), every_word=False),
    }


class _Titles:
    """The titles of the archive, one entry for each distinct one, the newest article's."""

    def __init__(self, headlines: Iterable[Headline]) -> None:
        newest: dict[str, Headline] = {}
        for headline in headlines:
            title = " ".join(headline.title[:_LONGEST_TITLE].split())
            known = newest.get(title)
            if title and (known is None or (headline.published or "") > (known.published or "")):
                newest[title] = headline
        self._titles = tuple(newest)
        self._headlines = tuple(newest.values())
        # One call for all: the text is long, and each step is one pass of a compiled pattern.
        plain = plain_text("\n".join(self._titles))
        self.surfaces = plain.split("\n") if self._titles else []
        self.keys = typed_key(plain).split("\n") if self._titles else []

    def clauses(self) -> tuple[list[str], list[str]]:
        """Return the titles cut at punctuation, over which no phrase reaches: as keys, and as written."""
        plain = plain_text(_PUNCTUATION.sub("\n", "\n".join(self._titles)))
        return typed_key(plain).split("\n"), plain.split("\n")

    def arrays(self) -> Arrays:
        """Return the section of the titles; newer ones weigh more."""
        dates = np.array([headline.published or "" for headline in self._headlines], "U27")
        weights = np.zeros(len(dates), np.float32)
        weights[np.argsort(dates, kind="stable")] = np.linspace(0, 1, len(dates), dtype=np.float32)
        shown = (
            f"{title}\t{headline.id}" for title, headline in zip(self._titles, self._headlines, strict=True)
        )
        return {**section("titles", self.keys, shown, every_word=True), "titles.weights": weights}


def _phrases(phrases: Sequence[tuple[str, int]], compounds: Counter[str]) -> Arrays:
    """Return the section of the phrases: those of titles, and the compounds of the texts."""
    found = {typed_key(text): (text, count) for text, count in reversed(phrases)}
    for pair, count in compounds.most_common(_MOST_COMPOUNDS):
        if count >= _LEAST_COMPOUND and JOINT in pair:
            words = pair.replace(JOINT, " ")
            # As most papers place the tone mark (reference §1.5).
            text, most = found.get(words, (place_tones(words, "old"), 0))
            found[words] = (text, max(most, count))
    weights = np.array([count for _, count in found.values()], np.float32)
    shown = [text for text, _ in found.values()]
    return {**section("phrases", list(found), shown, every_word=False), "phrases.weights": weights}


def _facet(engine: Engine, name: FacetName) -> tuple[FacetCount, ...]:
    asked = EngineQuery(Everything(), limit=0, facets=(name,), facet_limit=MOST_VALUES)
    return engine.search(asked).facets[name]


def _codes(counts: Sequence[FacetCount]) -> Arrays:
    entries = [(key, count) for count in counts for key in code_keys(count.value)]
    shown = [f"{count.value}\t{count.value}" for _, count in entries]
    weights = np.array([count.count for _, count in entries], np.float32)
    return {
        **section("codes", [key for key, _ in entries], shown, every_word=False),
        "codes.weights": weights,
    }


def unit_names(counts: Sequence[FacetCount], registry: Registry) -> list[tuple[str, str, FacetCount]]:
    """Return each name, abbreviation and alias of the units that have articles, with the name proper."""
    found = []
    for count in counts:
        unit = registry.get(count.value)
        names = (unit.name, *unit.abbreviations, *unit.aliases) if unit else ()
        found += [(name, unit.name, count) for name in dict.fromkeys(names) if unit]
    return found


def _units(units: Sequence[tuple[str, str, FacetCount]]) -> Arrays:
    keys = [typed_key(plain_text(name)) for name, _, _ in units]
    shown = [f"{proper}\t{count.value}" for _, proper, count in units]
    weights = np.array([count.count for _, _, count in units], np.float32)
    return {**section("units", keys, shown, every_word=True), "units.weights": weights}


def code_keys(code: str) -> Iterator[str]:
    """Yield the compact spellings that begin the way people begin a code.

    '35-NQ/TW': 35nqtw, nq35tw, nghiquyet35tw; a code with a year also without it.
    """
    yield compact_code(code)
    parts = read_canonical(code)
    if parts is None or not parts.type:
        return
    number, issuer = compact_code(parts.number), compact_code(parts.issuer or "")
    year = str(parts.year or "")
    names = [compact_code(name) for name in TYPES[parts.type].names] if parts.type in TYPES else []
    for kind in dict.fromkeys([compact_code(parts.type), *names]):
        yield f"{kind}{number}{year}{issuer}"
        yield f"{kind}so{number}{year}{issuer}"
    if year:
        yield f"{number}{compact_code(parts.type)}{issuer}"


def _counted(name: str, counts: Counter[str]) -> Arrays:
    texts = sorted(counts)
    return {
        **table_arrays(name, [entry_key(text) for text in texts], every_word=False),
        f"{name}.counts": np.array([counts[text] for text in texts], np.uint32),
    }


def _syllables(engine: Engine) -> Counter[str]:
    """Return the words of one syllable with the number of articles that have each in its text."""
    counts: Counter[str] = Counter()
    for part in PARTS_READ:
        for word, count in _vocabulary(engine, field_name(part, "exact")):
            if (
                len(word) <= _LONGEST_WORD
                and word.isalpha()
                and (count >= _LEAST_UNKNOWN or is_syllable(word))
            ):
                counts[word] = max(counts[word], count)
    return counts


def _compounds(engine: Engine) -> Counter[str]:
    """Return the compounds as people write them, joined by JOINT, with the number of articles of each."""
    counts: Counter[str] = Counter()
    for part in PARTS_READ:
        for compound, count in _vocabulary(engine, field_name(part, "words")):
            counts[compound] = max(counts[compound], count)
    # A compound without marks is also the folded form of one with marks; then it says nothing.
    accented = [compound for compound in counts if not compound.isascii()]
    for compound in fold("\n".join(accented)).split("\n"):
        counts.pop(compound, None)
    return counts


def _vocabulary(engine: Engine, field: str) -> Iterator[tuple[str, int]]:
    """Yield the terms of a field as people write them, with the number of articles that have each."""
    written = cache(composed)  # compounds are made of few syllables
    for term, count in engine.vocabulary(field):
        yield JOINT.join(map(written, term.split(JOINT))), count


def _pairs(compounds: Counter[str], phrases: Phrases) -> Counter[str]:
    """Return the pairs of syllables within compounds, and those that are frequent in titles."""
    counts: Counter[str] = Counter()
    for compound, count in compounds.items():
        for first, second in pairwise(compound.split(JOINT)):
            if len(first) <= _LONGEST_WORD and len(second) <= _LONGEST_WORD:
                counts[f"{first} {second}"] += count
    for first, second, count in phrases.pairs():
        pair = f"{first} {second}"
        counts[pair] = max(counts[pair], count)
    return counts
