"""Further readings of the words of a query: keystrokes, abbreviations, names with other names.

The primary entrypoint is `Reader`. A reading is looked for beside what was typed, never instead of it
(reference §3), and nothing inside quotes is spelt out.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from searchsvc.analysis.keyboard import decode_viqr, decodings
from searchsvc.analysis.pipelines import folded_term
from searchsvc.articles import PARTS
from searchsvc.fields import field_name
from searchsvc.search.parsing import Group, Operand, ParsedQuery, Reading
from searchsvc.search.synonyms import MAX_READINGS, FoundSynonym, Synonyms

Frequency = Callable[[str, str], int]
ReadingKind = Literal["abbreviation", "synonym", "keyboard"]
IsOff = Callable[[ReadingKind, int, int], bool]

_VIQR_KEYS = re.compile(r"[A-Za-z][\^+(`~]")
_FINAL_STOPS = ".?!'"
_SURE, _UNSURE, _OTHER_NAME = 1.0, 0.6, 0.8
"""Weights of a reading: the only one, one of several, another name."""


@dataclass(frozen=True, slots=True)
class Reread:
    """A stretch of the query that got readings, or would have: `off` by the wish of the person."""

    kind: ReadingKind
    start: int
    end: int
    texts: tuple[str, ...]
    off: bool = False


class Reader:
    """Gives the operands of one query their readings; `rereads` tells which."""

    def __init__(self, parsed: ParsedQuery, synonyms: Synonyms, frequency: Frequency, is_off: IsOff) -> None:
        self._parsed = parsed
        self._synonyms = synonyms
        self._frequency = frequency
        self._is_off = is_off
        self._viqr = bool(_VIQR_KEYS.search(parsed.text))
        self._capitals = parsed.text != parsed.text.upper() or " " not in parsed.text
        self.rereads: list[Reread] = []

    def read(self) -> ParsedQuery:
        """Return the query with readings; names with other names become one operand of several words.

        What is excluded is excluded as typed: a guess must not hide articles.
        """
        groups = [tuple(self._operand(operand) for operand in group) for group in self._parsed.required]
        groups = self._with_other_names(groups)
        beside = _beside_codes(groups)
        groups = [
            group if place in beside else tuple(self._decoded(operand) for operand in group)
            for place, group in enumerate(groups)
        ]
        return replace(self._parsed, required=tuple(groups))

    def _operand(self, operand: Operand) -> Operand:
        """Spell out an abbreviation."""
        if operand.kind != "word":
            return operand
        names = self._synonyms.meanings(operand.text, capitals=self._capitals)
        if not names:
            return operand
        known = tuple(name for name in names if self._is_known(name)) if len(names) > 1 else names
        names = known or names
        off = self._is_off("abbreviation", operand.start, operand.end)
        self.rereads.append(Reread("abbreviation", operand.start, operand.end, names, off))
        weight = _SURE if len(names) == 1 else _UNSURE
        readings = () if off else tuple(Reading(name, "abbreviation", weight) for name in names)
        return replace(operand, readings=readings)

    def _is_known(self, name: str) -> bool:
        """Return whether the index has every word of `name`."""
        return all(self._is_term(word) for word in re.findall(r"\w+", name))

    def _is_term(self, word: str) -> bool:
        term = folded_term(word)
        return any(self._frequency(field_name(part, "folded"), term) for part in PARTS)

    def _with_other_names(self, groups: list[Group]) -> list[Group]:
        """Join the plain words of each name that has other names, and give it these."""
        for found in reversed(self._synonyms.find(self._parsed.text)):
            places = _covered(groups, found)
            if not places or not self._is_worth(found):
                continue
            kind: ReadingKind = "abbreviation" if found.abbreviated else "synonym"
            off = self._is_off(kind, found.start, found.end)
            self.rereads.append(Reread(kind, found.start, found.end, found.others, off))
            if off:
                continue
            first = groups[places[0]][0]
            end = groups[places[-1]][0].end
            readings = tuple(Reading(other, kind, _OTHER_NAME) for other in found.others)
            text = self._parsed.text[first.start : end]
            joined = Operand("word", text, first.start, end, first.title_only, readings=readings)
            groups = [*groups[: places[0]], (joined,), *groups[places[-1] + 1 :]]
        return groups

    def _is_worth(self, found: FoundSynonym) -> bool:
        return any(self._is_known(other) for other in found.others)

    def _decoded(self, operand: Operand) -> Operand:
        """Add what the keys of a word, or of the words of a phrase, spell in Telex, VNI or VIQR."""
        if operand.kind == "code" or operand.readings:
            return operand
        choices = [self._spelt(word, operand) for word in operand.text.split(" ")]
        if not any(choices):
            return operand
        words = operand.text.split(" ")
        texts = [
            " ".join(
                options[min(place, len(options) - 1)] if options else word
                for options, word in zip(choices, words, strict=True)
            )
            for place in range(max(map(len, choices)))
        ]
        off = self._is_off("keyboard", operand.start, operand.end)
        self.rereads.append(Reread("keyboard", operand.start, operand.end, tuple(texts), off))
        if off:
            return operand
        return replace(operand, readings=tuple(Reading(text, "keyboard") for text in texts[:MAX_READINGS]))

    def _spelt(self, word: str, operand: Operand) -> tuple[str, ...]:
        """Return what one word spells, () for a word that stands for itself."""
        if not word.isascii() or word.isdigit():
            return ()
        found: list[str] = []
        if self._viqr:
            # At the end of the query a full stop is more often a full stop than a tone.
            last = operand.end >= len(self._parsed.text.rstrip())
            forms: Iterable[str] = (word.rstrip(_FINAL_STOPS), word) if last else (word,)
            found += [syllable for form in forms if (syllable := decode_viqr(form))]
        bare = word.strip(".,;:!?()[]'\"")
        if bare.isalnum() and not self._is_term(bare):
            found += decodings(bare)
        return tuple(dict.fromkeys(found))


def _covered(groups: Sequence[Group], found: FoundSynonym) -> list[int]:
    """Return the places of the plain words that `found` covers exactly, [] if it does not."""
    places = [
        place
        for place, group in enumerate(groups)
        if group[0].start < found.end and group[-1].end > found.start
    ]
    covered = [groups[place] for place in places]
    plain = all(len(group) == 1 and group[0].kind == "word" and not group[0].readings for group in covered)
    if not plain or not covered or len({group[0].title_only for group in covered}) > 1:
        return []
    starts = covered[0][0].start == found.start
    return places if starts and covered[-1][0].end == found.end else []


def _beside_codes(groups: Sequence[Group]) -> frozenset[int]:
    """Return the places next to a code, whose keys are left alone."""
    codes = [place for place, group in enumerate(groups) if any(operand.kind == "code" for operand in group)]
    return frozenset(place + step for place in codes for step in (-1, 0, 1))
