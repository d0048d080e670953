"""Diacritics for text typed without them: pyvi's guess, made from its model file without scikit-learn.

The primary entrypoint is `restore`. pyvi (0.1.1, `ViDiac.py`) labels each character with the marks it
should get, with a linear-chain CRF over 36 labels such as "ms" (circumflex, acute) in Telex's letters;
its evidence is the word the character is in and the words beside it. The guess is often wrong ("can bo"
becomes "căn bò"), so it is for proposals that something else confirms.
"""

import hashlib
import re
import threading
import unicodedata
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from string import punctuation
from typing import TYPE_CHECKING

from searchsvc.analysis.characters import ACCENTED_LETTERS
from searchsvc.analysis.crf_model import CrfModel, read_model
from searchsvc.analysis.fold import fold

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

KNOWN_MODEL = "77ae71a98f92939adbafc74bcaf2c8a198149cd324f866c9d2cc3a240118844c"
MAX_CHARACTERS = 1_000
MAX_WORD = 40

_MODEL = "models/vidiac.crfsuite"
_CHUNK = re.compile(r"\S+")
_SENTENCE_ENDS = frozenset(".!?")
_LOADING = threading.Lock()


def restore(text: str) -> str:
    """Return NFC `text` with the diacritics pyvi would add: "nghi quyet dai hoi" -> "nghị quyết đại hội".

    Same length and same case. A stretch without spaces that already has a diacritic or holds a digit (a
    code, a date) stays as it is. Returned unchanged: text of more than MAX_CHARACTERS characters or with a
    stretch of more than MAX_WORD. The first call loads the model: 0.2 s and 35 MB.
    """
    chunks = list(_CHUNK.finditer(text))
    if not chunks or len(text) > MAX_CHARACTERS or max(len(chunk[0]) for chunk in chunks) > MAX_WORD:
        return text
    folded = fold(text)
    restored = restore_folded(folded)
    letters = list(text)
    for chunk in chunks:
        span = slice(*chunk.span())
        if chunk[0].lower() == folded[span] and not any(map(str.isdigit, chunk[0])):
            letters[span] = map(_in_case_of, chunk[0], folded[span], restored[span])
    return "".join(letters)


def _in_case_of(typed: str, folded: str, restored: str) -> str:
    if restored == folded:
        return typed
    return restored.upper() if typed.isupper() else restored


def restore_folded(folded: str) -> str:
    """Return what pyvi makes of the small, unaccented `folded`, in small letters and of the same length.

    A mark that the letter cannot bear, for which pyvi raises KeyError, is left out.
    """
    tagger = _tagger()
    if tagger is None:
        return _restored_by_pyvi(folded)
    labels = tagger.labels_of(folded)
    return "".join(map(_marked, folded, labels))


def _restored_by_pyvi(folded: str) -> str:
    from pyvi import ViUtils

    try:
        restored = str(ViUtils.add_accents(folded)).lower()
    except KeyError:
        return folded
    return restored if len(restored) == len(folded) else folded


@cache
def _letters() -> dict[tuple[str, str], str]:
    """Return the small accented letters by plain letter and the model's marks: ("a", "ms") is "ấ"."""
    marks = dict(zip("\u0302\u0306\u031b\u0301\u0300\u0309\u0303\u0323", "mwwsfrxj", strict=True))
    table = {("d", "m"): "đ"}
    for letter in filter(str.islower, ACCENTED_LETTERS):
        base, *parts = list(unicodedata.normalize("NFD", letter))
        # The shape comes first, wherever NFD has it.
        table[base, "".join(sorted(map(marks.__getitem__, parts), key="mw".find, reverse=True))] = letter
    return table


def _marked(letter: str, label: str) -> str:
    return _letters().get((letter, label[1:]), letter)  # label[0] is the case, U or L, which is ours to keep


class _Tagger:
    """The CRF as numpy arrays: the best sequence of labels for the characters of a text."""

    def __init__(self, model: CrfModel) -> None:
        import numpy as np

        self._labels = model.labels
        self._weights = model.attributes
        self._moves = np.zeros((len(model.labels), len(model.labels)))
        for (before, after), weight in model.transitions.items():
            self._moves[before, after] = weight

    def labels_of(self, text: str) -> list[str]:
        """Return one label a character; Viterbi, in time proportional to the text and its longest word."""
        import numpy as np

        if not text:
            return []
        scores = np.zeros((len(text), len(self._labels)))
        for place, names in enumerate(_evidence(text)):
            for name in names:
                for label, weight in self._weights.get(name, ()):
                    scores[place, label] += weight
        return [self._labels[label] for label in self._best_path(scores)]

    def _best_path(self, scores: "npt.NDArray[np.float64]") -> list[int]:
        best, origins = scores[0], []
        for row in scores[1:]:
            paths = best[:, None] + self._moves
            origins.append(paths.argmax(axis=0))
            best = paths.max(axis=0) + row
        path = [int(best.argmax())]
        for origin in reversed(origins):
            path.append(int(origin[path[-1]]))
        return path[::-1]


def _evidence(text: str) -> Iterator[list[str]]:
    """Yield the names of what pyvi looks at for each character: the word it is in and the words beside it."""
    for place, letter in enumerate(text):
        names = ["bias", f"current_char_{{}}:{letter}", *_kinds("is_digit_", "is_punc_", letter)]
        left = right = place
        if letter != " ":
            left = max(text.rfind(" ", 0, place), 0)
            right = text.find(" ", place)
            right = len(text) - 1 if right < 0 else right
        for other in (*range(left, place), *range(place + 1, right + 1)):
            names.append(f"{other - place}_char_:{text[other]}")
            names += _kinds(f"{other - place}_isdigit_", f"{other - place}_ispunct_", text[other])
        if left != right:
            names.append(f"inner_word_:{text[left:right]}")
        names += _words_beside(text, place)
        yield [name.partition("\0")[0] for name in names]  # CRFsuite's names are C strings


def _kinds(digit: str, punctuated: str, letter: str) -> list[str]:
    names = [digit] if letter.isdigit() else []
    return [*names, punctuated] if letter in punctuation else names


def _words_beside(text: str, place: int) -> Iterator[str]:
    """Yield the names of the words before and after that of `place`, as pyvi finds them.

    It walks over two word ends on each side and stops at the end of a sentence; on the left the start of
    the text counts as a space, on the right its end does not.
    """
    ends = []
    for at in range(place - 1, -1, -1):
        if text[at] == " " or at == 0:
            ends.append(at)
        if len(ends) == 2:
            yield f"-1_word_:{text[at + 1 : ends[0]]}"
        if len(ends) == 2 or text[at] in _SENTENCE_ENDS:
            break
    ends = []
    for at in range(place + 1, len(text)):
        if text[at] == " ":
            ends.append(at)
        if len(ends) == 2:
            yield f"1_word_:{text[ends[0] + 1 : at]}"
        if len(ends) == 2 or text[at] in _SENTENCE_ENDS:
            break


@cache
def _load() -> _Tagger | None:
    spec = find_spec("pyvi")  # finds the package without running it
    folders = spec.submodule_search_locations if spec else None
    if not folders:
        return None
    try:
        data = (Path(folders[0]) / _MODEL).read_bytes()
    except OSError:
        return None
    return _Tagger(read_model(data)) if hashlib.sha256(data).hexdigest() == KNOWN_MODEL else None


def _tagger() -> _Tagger | None:
    with _LOADING:
        return _load()
