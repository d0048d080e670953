"""Did you mean: another query, offered only where it really finds more or stands out better.

The primary entrypoint is `correction`. Three kinds of slips are looked for in the words of a query: keys of
Telex, VNI or VIQR left as they are; wrong accents on the right letters; misspelt syllables. What the archive
knows decides: a syllable is only doubted where it forms no known pair with a neighbour, and only replaced
by one that does. The corrected query is then asked of the engine, and forgotten unless it does better.
"""

import math
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from searchsvc.analysis.fold import fold
from searchsvc.analysis.keyboard import decode_viqr, decodings
from searchsvc.analysis.syllables import is_syllable
from searchsvc.analysis.tokens import tokenize
from searchsvc.analysis.tones import place_tones
from searchsvc.results import Suggestion
from searchsvc.search.lexicon import Lexicon
from searchsvc.search.misspelling import Candidate, candidates
from searchsvc.search.parsing import Operand, ParsedQuery

MAX_WORDS = 16
"""Words of a query that is looked at; in a longer one a slip does little harm."""

MAX_ASKED = 8
"""Pairs that the engine counts for one row of words; each takes it a phrase query."""

_LIKELIEST = 4
"""Meanings of an unknown word that are looked at beside its neighbours."""

_KNOWN_PAIR = 1.0
"""Evidence (log10 of the count + 1) from which on a pair is beyond doubt."""

_UNKNOWN = 2.0
"""What it costs to keep a syllable that the archive does not have."""

_KNOWN = 2.0
"""What it is worth that a pair is known at all; each tenfold of its count adds 1."""

_MARGIN = 0.3
"""By how much the evidence of a correction must outweigh its cost."""

_MUCH_MORE = 3
"""How many times as much a query must find that replaces a word which is right in itself."""

Ask = Callable[[str], int]
"""How many articles a query finds that have all of it, with the filters in force."""

Rows = Callable[[Sequence[str]], int]
"""In how many articles these syllables follow one another, exactly as written."""


@dataclass(frozen=True, slots=True)
class _Word:
    """One syllable of the query; `start` and `end` point into its text."""

    text: str
    start: int
    end: int
    spaced: bool

    @property
    def marked(self) -> bool:
        return self.text != fold(self.text)


@dataclass(frozen=True, slots=True)
class _Change:
    """A stretch of words with what to put in its place."""

    words: Sequence[_Word]
    chosen: Sequence[Candidate]

    @property
    def places(self) -> list[int]:
        return [n for n, word in enumerate(self.words) if self.chosen[n].text != word.text]

    @property
    def keeps_letters(self) -> bool:
        return all(fold(self.words[n].text) == fold(self.chosen[n].text) for n in self.places)


def correction(parsed: ParsedQuery, total: int, lexicon: Lexicon, ask: Ask, rows: Rows) -> Suggestion | None:
    """Return a query that does better than `parsed`, which finds `total` articles, or None.

    Asks the engine nothing where no word is in doubt, and else a bounded number of times.
    """
    typed = _keyboard(parsed, lexicon)
    if typed is not None:
        return Suggestion(typed, "keyboard") if ask(typed) > total else None
    runs = list(_runs(parsed))
    if not 0 < sum(map(len, runs)) <= MAX_WORDS:
        return None
    changes = [change for run in runs if (change := _best_change(run, lexicon, rows)).places]
    if not changes or not all(_stands_out(change, rows) for change in changes):
        return None
    text = _rewritten(parsed.text, changes)
    found = ask(text)
    if all(change.keeps_letters for change in changes):
        # The same articles, since letters without accents match too; those that are meant now come first.
        return Suggestion(text, "accents") if found and found >= total else None
    # Where a word is right in itself, another one must give much more.
    factor = _MUCH_MORE if any(map(_replaces_a_word, changes)) else 1
    return Suggestion(text, "spelling") if found > total and found >= total * factor else None


def _replaces_a_word(change: _Change) -> bool:
    return any(is_syllable(change.words[n].text) and change.chosen[n].cost > 1 for n in change.places)


def _words_of(parsed: ParsedQuery) -> Iterable[Operand]:
    for group in parsed.required:
        for operand in group:
            if operand.kind != "code":
                yield operand


def _keyboard(parsed: ParsedQuery, lexicon: Lexicon) -> str | None:
    """Return the query with raw keystrokes decoded, None if there are none."""
    text, shift = parsed.text, 0
    # Where one mark is surely VIQR's, dots and question marks inside other words are too.
    viqr = _VIQR.search(text) is not None
    for operand in _words_of(parsed):
        decoded = _decoded(operand.text, lexicon, viqr=viqr) if operand.kind == "word" else None
        if decoded:
            text = text[: operand.start + shift] + decoded + text[operand.end + shift :]
            shift += len(decoded) - len(operand.text)
    return text if text != parsed.text else None


_VIQR = re.compile(r"[a-zA-Z][\^(+`~]")


def _decoded(word: str, lexicon: Lexicon, *, viqr: bool) -> str | None:
    """Return what the keys of `word` spell, the most frequent; None for what is a word of the archive."""
    if word.isalnum() and lexicon.folded_count(word.lower()):
        return None
    others = (*decodings(word), (decode_viqr(word) if viqr else None) or "")
    meant = [(lexicon.count(place_tones(other.lower())), other) for other in others if other]
    count, best = max(meant, default=(0, ""))
    return place_tones(best, "old") if count else None


def _runs(parsed: ParsedQuery) -> Iterable[list[_Word]]:
    """Yield each row of words that follow one another with nothing but spaces or commas between."""
    words: list[_Word] = []
    end = 0
    for operand in _words_of(parsed):
        for token in tokenize(operand.text):
            start = operand.start + token.start
            word = _Word(
                place_tones(token.text.lower()),
                start,
                operand.start + token.end,
                _SPACES.fullmatch(parsed.text, end, start) is not None,
            )
            if words and not word.spaced:
                yield words
                words = []
            words.append(word)
            end = word.end
    if words:
        yield words


_SPACES = re.compile(r"[\s,]*")


class _Pairs:
    """How often two syllables stand in a row, as the lexicon knows it or, asked for, the engine."""

    def __init__(self, lexicon: Lexicon, rows: Rows) -> None:
        self._lexicon = lexicon
        self._rows = rows
        self._asked: dict[tuple[str, str], int] = {}

    def ask(self, first: str, second: str) -> None:
        """Have the engine count a pair that the lexicon does not know, while the budget lasts."""
        pair = (first, second)
        if len(self._asked) < MAX_ASKED and pair not in self._asked and not self._lexicon.pair_count(*pair):
            self._asked[pair] = self._rows(pair)

    def evidence(self, first: Candidate, second: Candidate) -> float:
        """Return what it says for two syllables that they are known in a row."""
        pair = (first.text, second.text)
        count = self._asked.get(pair) or self._lexicon.pair_count(*pair)
        return _KNOWN + math.log10(count) if count else 0.0


def _best_change(run: Sequence[_Word], lexicon: Lexicon, rows: Rows) -> _Change:
    """Return the most plausible reading of a row of words: one path through the candidates of each word."""
    options = [_options(run, place, lexicon) for place in range(len(run))]
    kept = [choice[0] for choice in options]
    if all(len(choice) == 1 for choice in options):
        return _Change(run, kept)
    pairs = _Pairs(lexicon, rows)
    for place, word in enumerate(run):
        if not _is_known(word, lexicon):
            _ask_beside(run, place, options[place][1:], pairs)
    best: list[tuple[float, list[Candidate]]] = [(-option.cost, [option]) for option in options[0]]
    for here in options[1:]:
        best = [_extended(best, option, pairs) for option in here]
    score, path = max(best, key=lambda entry: entry[0])
    plain = sum(pairs.evidence(*pair) for pair in pairwise(kept)) - sum(option.cost for option in kept)
    return _Change(run, path if score >= plain + _MARGIN else kept)


def _ask_beside(run: Sequence[_Word], place: int, options: Sequence[Candidate], pairs: _Pairs) -> None:
    """Have the likeliest meanings of an unknown word counted beside the words around it."""
    for option in options[:_LIKELIEST]:
        if place > 0:
            pairs.ask(run[place - 1].text, option.text)
        if place + 1 < len(run):
            pairs.ask(option.text, run[place + 1].text)


def _extended(
    paths: Sequence[tuple[float, list[Candidate]]], option: Candidate, pairs: _Pairs
) -> tuple[float, list[Candidate]]:
    """Return the best of `paths` with `option` at its end."""
    scored = [(score + pairs.evidence(path[-1], option), path) for score, path in paths]
    score, path = max(scored, key=lambda entry: entry[0])
    return score - option.cost, [*path, option]


def _options(run: Sequence[_Word], place: int, lexicon: Lexicon) -> list[Candidate]:
    """Return the word as typed, first, and what it may mean if it is in doubt."""
    word = run[place]
    count = lexicon.count(word.text)
    known = _is_known(word, lexicon)
    typed = Candidate(word.text, 0.0 if known else _UNKNOWN, count)
    beside = [run[other] for other in (place - 1, place + 1) if 0 <= other < len(run)]
    if not word.text.isalpha() or (known and (not beside or _known_pair(run, place, lexicon))):
        return [typed]
    # Accents that were not typed are forgiven anyway, but may be what an unknown neighbour needs.
    if known and not word.marked and all(_is_known(other, lexicon) for other in beside):
        return [typed]
    return [typed, *candidates(lexicon, word.text)]


def _is_known(word: _Word, lexicon: Lexicon) -> bool:
    return lexicon.count(word.text) > 0 if word.marked else lexicon.folded_count(word.text) > 0


def _known_pair(run: Sequence[_Word], place: int, lexicon: Lexicon) -> bool:
    pairs = [pair for pair in ((place - 1, place), (place, place + 1)) if pair[0] >= 0 and pair[1] < len(run)]
    counts = (lexicon.pair_count(run[first].text, run[second].text) for first, second in pairs)
    return any(math.log10(1 + count) >= _KNOWN_PAIR for count in counts)


def _stands_out(change: _Change, rows: Rows) -> bool:
    """Return whether the archive has each replaced word beside its neighbours, and seldom what was typed."""
    return all(_stands_out_at(change, place, rows) for place in change.places)


def _stands_out_at(change: _Change, place: int, rows: Rows) -> bool:
    typed = [word.text for word in change.words]
    meant = [candidate.text for candidate in change.chosen]
    if any(rows(typed[first:last]) for first, last in _windows(typed, place, 3)):
        return False  # three words in a row as typed are no slip, however rare
    # A word that is itself Vietnamese takes more to be out of place: two articles, or three words in a row.
    least = 2 if is_syllable(typed[place]) else 1
    for length, most in ((1 if len(typed) == 1 else 2, least), (3, 1)):
        for first, last in _windows(typed, place, length):
            if _outnumbers(meant[first:last], typed[first:last], most, rows):
                return True
    return False


def _windows(words: Sequence[str], place: int, length: int) -> Iterable[tuple[int, int]]:
    """Yield from where to where each row of `length` words stands that holds the one at `place`."""
    for first in range(max(0, place - length + 1), min(place, len(words) - length) + 1):
        yield first, first + length


def _outnumbers(meant: Sequence[str], typed: Sequence[str], least: int, rows: Rows) -> bool:
    found = rows(meant)
    return found >= least and found >= 10 * rows(typed)


def _rewritten(text: str, changes: Iterable[_Change]) -> str:
    edits = [
        (change.words[place].start, change.words[place].end, change.chosen[place].text)
        for change in changes
        for place in change.places
    ]
    for start, end, meant in sorted(edits, reverse=True):
        text = text[:start] + _in_case_of(text[start:end], place_tones(meant, "old")) + text[end:]
    return text


def _in_case_of(typed: str, meant: str) -> str:
    if len(typed) > 1 and typed.isupper():
        return meant.upper()
    return meant.capitalize() if typed[:1].isupper() else meant
