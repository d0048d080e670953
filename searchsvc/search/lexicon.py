"""What the archive's words, pairs of words, titles, codes and units are, in one mapped file.

The primary entrypoints are `Lexicons`, which lends the file in force, and `Lexicon`, one opened file. It
is made from archive and index after indexing (`compiling.compile_lexicon`) and may lag behind them for a
moment: what it says is for proposing, and every proposal is then asked of the engine itself.
"""

import re
import threading
import unicodedata
from collections.abc import Mapping
from functools import cached_property, lru_cache, partial
from pathlib import Path
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from searchsvc.analysis.characters import TONE_MARKS, VOWELS
from searchsvc.analysis.compounds import JOINT
from searchsvc.analysis.fold import fold
from searchsvc.analysis.normalize import clean
from searchsvc.analysis.tones import place_tones
from searchsvc.array_file import ArrayFile, UnreadableArrays
from searchsvc.search.prefix_table import PrefixTable

FILE_NAME = "lexicon.bin"
FORMAT = 1
"""Goes up whenever the arrays change; a file of another format is not used and is made again."""

_KEPT_LETTERS, _KEPT_PAIRS = 1 << 12, 1 << 14
_NONE: Mapping[str, int] = MappingProxyType({})

_SPACES = re.compile(r"[^\w\n]+|_+")
_AROUND_BREAKS = re.compile(r" ?\n ?")


def plain_text(text: str) -> str:
    """Return cleaned `text` with single spaces for everything but letters and digits; line breaks stay."""
    return _AROUND_BREAKS.sub("\n", _SPACES.sub(" ", text)).strip(" ")


def typed_key(text: str) -> str:
    """Return the key of a plain text with its accents: lower case, tone marks placed the new way."""
    return place_tones(text).lower()


def query_key(text: str) -> str:
    """Return what a person typed as a key; the last word may be a beginning only."""
    return typed_key(plain_text(clean(text).replace("\n", " ")))


_LEADING_ZEROS = re.compile(r"(?<!\d)0+(?=\d)")
_NOT_ALPHANUMERIC = re.compile(r"[\W_]+")


def compact_code(text: str) -> str:
    """Return a code, or its beginning, in one spelling for all: "05-CT/TW", "5 ct tw" -> "5cttw"."""
    return _NOT_ALPHANUMERIC.sub("", _LEADING_ZEROS.sub("", fold(text)))


def composed(term: str) -> str:
    """Return a term of the exact layer as people write it: 'nghi' + U+0323 -> 'nghị'."""
    if not term or term[-1] not in TONE_MARKS:
        return term
    letters, mark = term[:-1], term[-1]
    place = next((place for place, letter in enumerate(letters) if letter in VOWELS), None)
    if place is None:
        return term
    return place_tones(unicodedata.normalize("NFC", letters[: place + 1] + mark + letters[place + 1 :]))


class Lexicon:
    """One opened file. Safe to share between threads."""

    def __init__(self, file: ArrayFile) -> None:
        self.file = file
        self._syllables = PrefixTable(file, "syllables")
        # The same syllables come in most queries. What is kept must not keep the lexicon itself.
        self._accentuations = lru_cache(_KEPT_LETTERS)(
            partial(_accentuations, self._syllables, file["syllables.counts"])
        )
        self._pair_count = lru_cache(_KEPT_PAIRS)(
            partial(_pair_count, PrefixTable(file, "pairs"), file["pairs.counts"])
        )

    @property
    def generation(self) -> str:
        """The generation of the index from which this was made."""
        return str(self.file.facts["generation"])

    def count(self, syllable: str) -> int:
        """Return in how many articles `syllable`, lower case and placed the new way, stands so accented."""
        return self.accentuations(fold(syllable)).get(syllable, 0)

    def pair_count(self, first: str, second: str) -> int:
        """Return about how often the two syllables follow one another, within a word or in titles."""
        return self._pair_count(first, second)

    @cached_property
    def letters(self) -> frozenset[str]:
        """The syllables of the archive without their accents; kept, as misspellings try hundreds of them."""
        return frozenset(text.partition("\t")[0] for text in self._syllables)

    def compound_count(self, term: str) -> int:
        """Return about in how many articles a compound stands, given as a term of the exact layer."""
        # Of a longer one the first two syllables; those are at least as frequent.
        first, _, rest = term.partition(JOINT)
        return self.pair_count(composed(first), composed(rest.partition(JOINT)[0]))

    def accentuations(self, folded: str) -> Mapping[str, int]:
        """Return the syllables of the archive with these letters, and in how many articles each stands."""
        return self._accentuations(folded) if folded in self.letters else _NONE

    def folded_count(self, letters: str) -> int:
        """Return the sum of the counts of all accentuations of `letters`."""
        return sum(self.accentuations(letters).values())


def _accentuations(syllables: PrefixTable, counts: NDArray[np.uint32], folded: str) -> Mapping[str, int]:
    low, high = syllables.range_of(f"{folded}\t".encode())
    return {text.split("\t")[1]: int(counts[owner]) for owner, text in syllables.texts(low, high)}


def _pair_count(pairs: PrefixTable, counts: NDArray[np.uint32], first: str, second: str) -> int:
    owner = pairs.find(entry_key(f"{first} {second}").encode("utf-8", "replace"))
    return 0 if owner is None else int(counts[owner])


def entry_key(text: str) -> str:
    """Return the text under which a syllable or a pair stands in its table."""
    return f"{fold(text)}\t{text}\t"


class Lexicons:
    """The lexicon in force at `path`; a new file is noticed by itself."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._signature: tuple[int, int, int] | None = None
        self._lexicon: Lexicon | None = None

    def current(self) -> Lexicon | None:
        """Return the lexicon, None while there is none that can be read: then nothing is proposed."""
        try:
            found = self.path.stat()
        except OSError:
            return None
        signature = (found.st_ino, found.st_mtime_ns, found.st_size)
        with self._lock:
            if signature != self._signature:
                self._signature, self._lexicon = signature, _opened(self.path)
            return self._lexicon


def _opened(path: Path) -> Lexicon | None:
    try:
        file = ArrayFile(path, check=True)
        return Lexicon(file) if file.facts.get("format") == FORMAT else None
    except (OSError, UnreadableArrays, KeyError):
        return None
