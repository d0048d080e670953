"""Keys under which names of units are compared, and finding those names in a text.

The primary entrypoints are `name_key`, `abbreviation_key` and `NameFinder`. A key does not depend on case or
on where the tone mark stands (Tỉnh ủy, TỈNH UỶ); it keeps the diacritics, since TƯ is the centre and TU the
province.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from searchsvc.analysis.normalize import clean
from searchsvc.analysis.tones import place_tones

MAX_NAME_CHARS = 200
_MAX_GAP = 4
# Dashes and quotation marks between the words of a name do not count: 'Lao động - Thương binh và Xã hội'.
_TOKEN = re.compile(r"[^\W_]+|[^\w\s\-–—'\"“”]")
_DOTS_AND_BLANKS = re.compile(r"[.\s]+")
_ABBREVIATION = re.compile(r"(?<![\w/.&\-–])[^\W\d_a-zđ](?:\.?[^\W_]){1,9}(?![\w/&])(?![\-–]\w)")

NameTokens = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FoundName:
    """A name of the registry in a text; `key` is its key there, `abbreviated` says of which kind."""

    start: int
    end: int
    key: str
    abbreviated: bool


def name_key(name: str) -> str:
    """Return the key of a name: words in small letters, tones placed, one blank between: 'tỉnh uỷ'."""
    return " ".join(_TOKEN.findall(_comparable(clean(name[:MAX_NAME_CHARS]))))


def abbreviation_key(name: str) -> str:
    """Return the key of an abbreviation: no case, dots or blanks: 'T. Ư' -> 'tư'."""
    return _DOTS_AND_BLANKS.sub("", clean(name[:MAX_NAME_CHARS])).lower()


def is_abbreviation(text: str) -> bool:
    """Return whether `text` is printed as an abbreviation: two capitals or more lead it ('BTG', 'T.Ư')."""
    letters = _DOTS_AND_BLANKS.sub("", text)
    return 2 <= len(letters) <= 12 and letters.isalnum() and letters[:2].isupper()


def _comparable(text: str) -> str:
    """Return cleaned `text` in small letters with tones in their place, the same length."""
    placed = place_tones(text)
    lowered = placed.lower()
    if len(lowered) == len(text):
        return lowered
    return "".join(letter.lower() if len(letter.lower()) == 1 else letter for letter in placed)


class NameFinder:
    """Finds the names it was made with in texts: the longest at each place, from left to right."""

    def __init__(self, name_keys: Mapping[str, object], abbreviation_keys: Mapping[str, object]) -> None:
        self._abbreviations = frozenset(abbreviation_keys)
        self._by_first: dict[str, list[NameTokens]] = {}
        for key in name_keys:
            tokens = tuple(key.split(" "))
            self._by_first.setdefault(tokens[0], []).append(tokens)
        for names in self._by_first.values():
            names.sort(key=len, reverse=True)

    def find(self, text: str) -> list[FoundName]:
        """Return the names in cleaned `text` in order; abbreviations only where no name is."""
        found = list(self._names(text))
        taken = iter([*found, FoundName(len(text) + 1, len(text) + 1, "", abbreviated=False)])
        following = next(taken)
        abbreviations = []
        for match in _ABBREVIATION.finditer(text):
            while following.end <= match.start():
                following = next(taken)
            key = match.group().replace(".", "").lower()
            if (
                match.end() <= following.start
                and key in self._abbreviations
                and is_abbreviation(match.group())
            ):
                abbreviations.append(FoundName(*match.span(), key, abbreviated=True))
        return sorted(found + abbreviations, key=lambda name: name.start)

    def _names(self, text: str) -> Iterator[FoundName]:
        matches = list(_TOKEN.finditer(_comparable(text)))
        tokens = [match.group() for match in matches]
        free = 0
        for index, token in enumerate(tokens):
            if index < free or token not in self._by_first:
                continue
            length = self._longest_at(text, matches, tokens, index)
            if length:
                start, end = matches[index].start(), matches[index + length - 1].end()
                yield FoundName(start, end, " ".join(tokens[index : index + length]), abbreviated=False)
            free = index + length

    def _longest_at(self, text: str, matches: list[re.Match[str]], tokens: list[str], index: int) -> int:
        """Return how many tokens the longest name at `index` has, 0 for none."""
        for name in self._by_first[tokens[index]]:
            stop = index + len(name)
            # The last word differs most often, so it is compared first: names begin alike (Ban, Sở, Hội).
            if (
                stop <= len(tokens)
                and tokens[stop - 1] == name[-1]
                and tuple(tokens[index:stop]) == name
                and all(
                    _joins(text[matches[at].end() : matches[at + 1].start()]) for at in range(index, stop - 1)
                )
            ):
                return len(name)
        return 0


def _joins(gap: str) -> bool:
    return len(gap) <= _MAX_GAP and gap.count("\n") < 2
