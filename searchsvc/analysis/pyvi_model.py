"""pyvi's word model, read from pyvi's own files without importing pyvi, scikit-learn or numpy.

The primary entrypoint is `load_lexicon`. pyvi (0.1.1) decides between two words or one with a linear-chain
CRF over two labels; the evidence for a token is a sum of weights that depend on the token alone, on each
neighbour alone, and on whether the pair or triple is in the word list. So all that a decision needs is one
cached entry per token.
"""

import hashlib
import io
import pickle
from collections import defaultdict
from collections.abc import Iterable, Mapping
from importlib.util import find_spec
from pathlib import Path
from string import punctuation
from typing import Any, NamedTuple

from searchsvc.analysis.crf_model import CrfModel, ModelError, read_model

MODEL, WORDS, CODE = "models/pyvi3.pkl", "models/words.txt", "ViTokenizer.py"

# pyvi 0.1.1. The code is part of the key: another set of features or another pattern means other words.
KNOWN_FILES: Mapping[str, str] = {
    MODEL: "6cdd73aee04b6a4ad7320ca85d27d931a7ef870cfdd41beb148e86bdb8aca134",
    WORDS: "517743d27e71d43343e4b8e9e89015cdc68d84ebe1d48106449e501d918ece4a",
    CODE: "ad11cdacf45b5b2801cd97a473f70effb3a36b94779b80c776a11cedaa18e1c1",
}

_NO_WORDS: frozenset[str] = frozenset()
_MAX_ENTRIES = 32_768  # room for the syllables in all their cases and for common names and numbers
_MAX_CACHED_LENGTH = 32  # characters; longer tokens are addresses and noise, which do not come again


class Entry(NamedTuple):
    """What one token adds to the decisions around it; weights are (inside a word) minus (begins a word)."""

    own: float
    before: float  # to the decision on the token after it
    after: float  # to the decision on the token before it
    lower: str
    pairs: frozenset[str]  # second syllables of the listed pairs that begin with this one
    triples: Mapping[str, frozenset[str]] | None
    joinable: int  # 0 never, 1 small first letter, 2 capital: a capital joins only after a capital
    stop: bool  # ends with a full stop that is no part of the word


class Lexicon(dict[str, Entry]):
    """Token → `Entry`, made when first asked for; bounded, shared by all threads.

    `join`, `stay`, `low` and `high` are the two-state Viterbi in differences (see `segment._labels`).
    """

    def __init__(self, model: CrfModel, words: Iterable[str]) -> None:
        super().__init__()
        inside = model.labels.index("I_W")
        self._weights = {name: _difference(pairs, inside) for name, pairs in model.attributes.items()}
        self._pairs, self._triples = _word_list(words)
        # One object for each listed syllable: found by identity, and held once.
        self._syllables = {second: second for seconds in self._pairs.values() for second in seconds}
        self.first = self._weights["bias"]
        self.pair_before, self.pair_after = self._flag("-1:word.bi_gram()"), self._flag("+1:word.bi_gram()")
        self.triple_before, self.triple_after = (
            self._flag("-2:word.tri_gram()"),
            self._flag("+2:word.tri_gram()"),
        )
        begin = 1 - inside
        moves = model.transitions
        self.low = moves[begin, begin] - moves[inside, begin]
        self.high = moves[begin, inside] - moves[inside, inside]
        self.after_begin = moves[begin, inside] - moves[begin, begin]
        self.between = moves[begin, inside] - moves[inside, begin]
        self.after_inside = moves[inside, inside] - moves[inside, begin]

    def __missing__(self, token: str) -> Entry:
        entry = self._entry(token)
        if len(token) <= _MAX_CACHED_LENGTH:
            if len(self) >= _MAX_ENTRIES:
                self.clear()
            self[token] = entry
        return entry

    def _flag(self, name: str) -> float:
        return self._weights.get(name, 0.0)

    def _entry(self, token: str) -> Entry:
        lower = token.lower()
        lower = self._syllables.get(lower, lower)
        named = lower.partition("\0")[0]  # CRFsuite's names are C strings
        title, upper = token.istitle(), token.isupper()
        own = self.first + self._flag("word.lower():" + named)
        own += title * self._flag("word.istitle()") + upper * self._flag("word.isupper()")
        own += token.isdigit() * self._flag("word.isdigit()")
        sides = [
            self._flag(f"{side}:word.lower():{named}")
            + title * self._flag(f"{side}:word.istitle()")
            + upper * self._flag(f"{side}:word.isupper()")
            for side in ("-1", "+1")
        ]
        pairs, triples = self._pairs.get(lower, _NO_WORDS), self._triples.get(lower)
        return Entry(own, sides[0], sides[1], lower, pairs, triples, _joinable(token), ends_with_stop(token))


def load_lexicon(folder: Path | None = None) -> Lexicon | None:
    """Return the lexicon of the pyvi in `folder` (else the installed one); None if it is another pyvi.

    None means: its files are not the known ones byte for byte; only pyvi itself knows what it would decide.
    Takes some 40 ms; callers keep the result.
    """
    data = _files(folder or installed_folder())
    if data is None or any(
        hashlib.sha256(data[name]).hexdigest() != known for name, known in KNOWN_FILES.items()
    ):
        return None
    return Lexicon(read_model(_model_bytes(data[MODEL])), data[WORDS].decode("utf-8").split("\n"))


def installed_digests() -> str:
    """Return the sha256 (hex) of each file of the installed pyvi that decides its words, "" without them."""
    data = _files(installed_folder()) or {}
    return " ".join(hashlib.sha256(data[name]).hexdigest() for name in sorted(data))


def _files(folder: Path | None) -> dict[str, bytes] | None:
    if folder is None:
        return None
    try:
        return {name: (folder / name).read_bytes() for name in KNOWN_FILES}
    except OSError:
        return None


def installed_folder() -> Path | None:
    """Return where pyvi is installed, or None."""
    spec = find_spec("pyvi")  # finds the package without running it
    places = spec.submodule_search_locations if spec else None
    return Path(places[0]) if places else None


def _difference(pairs: Iterable[tuple[int, float]], inside: int) -> float:
    return sum(weight if label == inside else -weight for label, weight in pairs)


def _word_list(
    words: Iterable[str],
) -> tuple[dict[str, frozenset[str]], dict[str, dict[str, frozenset[str]]]]:
    """Return the listed pairs and triples as trees; entries with capitals are never met, in pyvi neither."""
    pairs: defaultdict[str, set[str]] = defaultdict(set)
    triples: defaultdict[str, defaultdict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    syllables: dict[str, str] = {}
    for word in words:
        match [syllables.setdefault(part, part) for part in word.split(" ")]:
            case [first, second]:
                pairs[first].add(second)
            case [first, second, third]:
                triples[first][second].add(third)
    frozen = {first: frozenset(seconds) for first, seconds in pairs.items()}
    return frozen, {
        first: {second: frozenset(thirds) for second, thirds in rest.items()}
        for first, rest in triples.items()
    }


def ends_with_stop(word: str) -> bool:
    """Return whether `word` is more than a full stop and has swallowed one: "TW.", but not "..."."""
    return word[-1] == "." and word[-2:-1].isalnum()


def _joinable(token: str) -> int:
    """Return pyvi's rules after the CRF in one number; `in punctuation` is its substring test, kept so."""
    if token in punctuation or token[0].isdigit() or token.isspace():
        return 0
    return 2 if token[0].istitle() else 1


class _Shell:
    """Stands for every class inside the pickle; keeps the state, runs nothing."""

    state: Any = None

    def __init__(self, *_: object) -> None: ...

    def __setstate__(self, state: object) -> None:
        self.state = state


def _latin1(text: str, encoding: str) -> bytes:
    if encoding != "latin1":
        raise pickle.UnpicklingError(f"unexpected encoding {encoding!r}")
    return text.encode("latin-1")


class _Unpickler(pickle.Unpickler):
    """Reads pyvi's pickle as plain data: its six names become shells, any other name is refused."""

    _shells = frozenset(
        {
            ("sklearn_crfsuite.estimator", "CRF"),
            ("sklearn_crfsuite._fileresource", "FileResource"),
            ("pycrfsuite._logparser", "TrainLogParser"),
            ("numpy.core.multiarray", "scalar"),
            ("numpy", "dtype"),
        }
    )

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) == ("_codecs", "encode"):
            return _latin1
        if (module, name) in self._shells:
            return _Shell
        raise pickle.UnpicklingError(f"unexpected class {module}.{name}")


def _model_bytes(data: bytes) -> bytes:
    """Return the CRFsuite file that sklearn-crfsuite keeps inside its pickle."""
    estimator = _Unpickler(io.BytesIO(data)).load()
    model = estimator.state["modelfile"].state["__FILE_RESOURCE_DATA__"]
    if not isinstance(model, bytes):
        raise ModelError("the pickle holds no model")
    return model
