"""What abbreviations mean and what has other names: the synonyms file and the units registry.

The primary entrypoint is `Synonyms.load`. Abbreviations compare without case, dots, dashes and blanks, and
without diacritics where none were typed; longer names without case and tone placement.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from searchsvc.analysis.fold import fold
from searchsvc.analysis.normalize import clean
from searchsvc.extract.unit_names import NameFinder, name_key
from searchsvc.extract.units import Registry, Unit
from searchsvc.search.synonym_file import MAX_READINGS, Entry, SynonymsError, read_entries

__all__ = ["MAX_READINGS", "FoundSynonym", "Synonyms", "SynonymsError"]

DEFAULT_FILE = Path(__file__).parent / "data" / "synonyms.toml"
_JOINTS = re.compile(r"[.\s\-–&/]+")
_COMMAS = str.maketrans(",;", "  ")
_SYLLABLE = re.compile(
    r"(?:ngh|ng|nh|gh|gi|kh|ph|th|tr|ch|qu|[bcdghklmnprstvx])?[aeiouy]{1,3}(?:ch|nh|ng|[cmnpt])?"
)
_LONGEST_SHORT = 20


@dataclass(frozen=True, slots=True)
class FoundSynonym:
    """A name in a text, `text[start:end]`, that has `others`; `abbreviated`: the others are abbreviations."""

    start: int
    end: int
    others: tuple[str, ...]
    abbreviated: bool


class Synonyms:
    """Abbreviations and synonyms; never changes once made."""

    def __init__(self, entries: Sequence[Entry], registry: Registry | None = None) -> None:
        meanings: dict[str, dict[str, str]] = {}
        for entry in entries:
            if entry.kind == "abbreviation":
                for short in entry.words:
                    _add(meanings, short_key(short), entry.others)
        for unit in registry.units if registry else ():
            for short in unit.abbreviations:
                _add(meanings, short_key(short), [_spelt_out(short, unit)])
        self._meanings = {key: tuple(names.values())[:MAX_READINGS] for key, names in meanings.items()}
        folded: dict[str, dict[str, str]] = {}
        for key, names in self._meanings.items():
            _add(folded, fold(key), names)
        self._folded = {key: tuple(names.values())[:MAX_READINGS] for key, names in folded.items()}
        self._others = dict(_others(entries))
        self._folded_others = {fold(key): found for key, found in self._others.items()}
        self._finder = NameFinder(self._others, {})
        self._folded_finder = NameFinder(self._folded_others, {})

    @classmethod
    def load(cls, path: Path | None = None, registry: Registry | None = None) -> "Synonyms":
        """Return those of the file at `path`, or of the one that ships, and of `registry`.

        Raises SynonymsError.
        """
        return cls(read_entries(path or DEFAULT_FILE), registry)

    def meanings(self, word: str, *, capitals: bool) -> tuple[str, ...]:
        """Return what an abbreviation may mean, the likeliest first, at most `MAX_READINGS`; () for a word.

        `capitals` says that capitals tell something here. Else what can be read as a syllable is a word:
        'tu' is not Tỉnh ủy, 'ubnd' is Ủy ban nhân dân.
        """
        if len(word) > _LONGEST_SHORT:
            return ()
        key = short_key(word)
        if not (capitals and _is_capitals(word)) and _SYLLABLE.fullmatch(fold(key)):
            return ()
        found = self._meanings.get(key)
        return found or (self._folded.get(key, ()) if word.isascii() else ())

    def find(self, text: str) -> list[FoundSynonym]:
        """Return the names in cleaned `text` that have other names, in order, none overlapping."""
        plain = text.translate(_COMMAS)
        unaccented = fold(plain) == plain.lower()
        finder = self._folded_finder if unaccented else self._finder
        table = self._folded_others if unaccented else self._others
        return [FoundSynonym(found.start, found.end, *table[found.key]) for found in finder.find(plain)]


def short_key(text: str) -> str:
    """Return the key of an abbreviation: 'T. Ư' -> 'tư', 'KT-XH' -> 'ktxh'."""
    return _JOINTS.sub("", clean(text)).lower()


def _is_capitals(word: str) -> bool:
    return sum(letter.isupper() for letter in word) >= 2


def _add(meanings: dict[str, dict[str, str]], key: str, names: Iterable[str]) -> None:
    known = meanings.setdefault(key, {})
    for name in names:
        known.setdefault(name_key(name), name)


def _others(entries: Sequence[Entry]) -> Iterator[tuple[str, tuple[tuple[str, ...], bool]]]:
    """Yield the key of each name that has other names, with those and whether they are abbreviations."""
    for entry in entries:
        if entry.kind == "abbreviation" and entry.both:
            for name in entry.others:
                yield _phrase_key(name), (entry.words[:MAX_READINGS], True)
        elif entry.kind == "synonym":
            for word in entry.words:
                others = entry.others or tuple(other for other in entry.words if other != word)
                yield _phrase_key(word), (others[:MAX_READINGS], False)


def _phrase_key(name: str) -> str:
    return name_key(name.translate(_COMMAS))


def _spelt_out(short: str, unit: Unit) -> str:
    """Return the words of a unit's name that `short` abbreviates: 'Liên đoàn Lao động' for LĐLĐ."""
    wanted = fold(short_key(short)).replace("tw", "tu")
    for name in (*unit.aliases, unit.name):
        initials = ""
        words = name.split()
        for count, word in enumerate(words, start=1):
            initials += "" if word == "và" else fold(word)[0]
            if initials == wanted:
                return " ".join(words[:count])
    return unit.name
