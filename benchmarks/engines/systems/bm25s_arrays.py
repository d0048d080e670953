"""bm25s: scores computed while indexing, summed while searching; it knows words, not phrases or AND."""

from array import array
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.engines.prepared import Prepared
from benchmarks.engines.questions import Question
from benchmarks.engines.systems.contract import LIMIT, Answer, Searcher, System


class Bm25s(System):
    """Asked OR alone; it counts no total. numpy does the work (no numba)."""

    name = "bm25s"
    about = "bm25s"
    most_documents = 250_000

    def missing(self) -> str:
        """Return what has to be installed."""
        try:
            import bm25s  # noqa: F401
        except ImportError:
            return "bm25s (pip install 'searchsvc[bench]')"
        return ""

    def can_ask(self, question: Question) -> bool:
        """Return whether it is a plain OR."""
        return question.shape == "or"

    def build(self, prepared: Prepared, folder: Path, threads: int) -> None:
        """Number the tokens and let it compute all scores; all of it lies in memory."""
        import bm25s
        from bm25s.tokenization import Tokenized

        vocabulary: dict[str, int] = {}
        number_of = vocabulary.setdefault
        ids = [
            array("i", [number_of(token, len(vocabulary)) for token in tokens.split()])
            for tokens in prepared.tokens()
        ]
        model: Any = bm25s.BM25(method="lucene", k1=1.2, b=0.75)
        model.index(Tokenized(ids=ids, vocab=vocabulary), show_progress=False)
        model.save(folder)

    def open(self, folder: Path) -> Searcher:
        """Return the arrays, mapped."""
        return _Searcher(folder)


class _Searcher(Searcher):
    def __init__(self, folder: Path) -> None:
        import bm25s

        self._model: Any = bm25s.BM25.load(folder, mmap=True, show_progress=False)

    def ask(self, question: Question) -> Any:
        return self._model.retrieve([list(question.terms)], k=LIMIT, show_progress=False)

    def answer(self, kept: Any) -> Answer:
        numbers = np.asarray(kept.documents[0])[np.asarray(kept.scores[0]) > 0]
        return Answer(None, tuple(map(int, numbers)))
