"""The engine contract: here is an `EngineQuery`, give me an `EngineResult`.

An engine keeps *generations*: complete indexes, of which one is live. Readers always have one. A full
rebuild writes a new generation beside the live one, verifies it, and switches in one atomic step. An update
adds to the live generation and becomes visible in one step. An open engine notices either by itself; a
search under way ends on what it began with. Opening and reading create and remove nothing.

Two fingerprints: the engine keeps its own, of the schema and the analyzers (`analysis.pipelines`), and every
method that reads raises IndexMismatch where the live generation has another than the code. The
`fingerprint` that `rebuild` and `update` take is the caller's, of what the documents were made with (rules of
extraction, units registry); the engine stores it, and `update` refuses another one.

The contract suite is `tests/engines/test_contract.py`; every engine passes it.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime

from searchsvc.articles import Part
from searchsvc.clauses import Clause
from searchsvc.queries import EngineQuery
from searchsvc.results import EngineResult


@dataclass(frozen=True, slots=True)
class IndexDocument:
    """What an engine indexes of one article version.

    `texts` holds the archived text of each part that has any; `unit_path` the unit's slug and those of
    all its ancestors; `codes` the canonical codes, each once; `code_keys` the search keys of every mention,
    so a key comes as often as its document is mentioned; `leading_code_keys` those of title and summary.
    `joins` holds for each part what `analysis.compounds.word_joins` gives for its text, as kept by the
    archive; the engine segments a part that is not there itself.
    """

    id: str
    version: int
    texts: Mapping[Part, str]
    collection: str
    published: datetime | None = None
    unit: str | None = None
    unit_path: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    code_keys: tuple[str, ...] = ()
    leading_code_keys: tuple[str, ...] = ()
    joins: Mapping[Part, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class IndexStatus:
    """What is live. `change` is the archive's change number up to which the index is complete.

    `degraded`: answers are right, but copies are missing, so a further loss may take the index away.
    """

    engine: str
    generation: str
    documents: int
    change: int
    fingerprint: str
    bytes_on_disk: int
    built_at: datetime
    degraded: bool = False


class IndexWriter(ABC):
    """Takes documents in; a document whose id is there already replaces it."""

    @abstractmethod
    def put(self, documents: Iterable[IndexDocument]) -> None:
        """Add or replace `documents`. Raises EngineUnavailable (disk full, connection lost)."""

    @abstractmethod
    def remove(self, ids: Iterable[str]) -> None:
        """Remove the documents with these article ids; unknown ids are no error."""


class Engine(ABC):
    """One index of the archive. Safe to share between threads; reopened by each worker process."""

    name: str

    @abstractmethod
    def search(self, query: EngineQuery) -> EngineResult:
        """Return one page of hits, best first or by date, ties by article id; undated articles last by date.

        By relevance, where nothing scores (everything, only exclusions), the newest come first. `limit` is
        capped by the engine, at 10,000 or more. Scores and frequencies are those of the live documents, the
        same after an update as after a rebuild. Raises IndexMissing, IndexMismatch, EngineUnavailable, also
        where the index was deleted or damaged since it was opened.
        """

    @abstractmethod
    def scores_of(self, article_id: str, clauses: Sequence[Clause]) -> tuple[float | None, ...]:
        """Return the score that each of `clauses` gives to one article, None where it does not match.

        The scores are those of `search`, unrounded. Raises NotFound where the index has no such article.
        """

    @abstractmethod
    def document_frequency(self, field: str, term: str) -> int:
        """Return how many documents have `term` in `field`."""

    @abstractmethod
    def vocabulary(self, field: str, prefix: str = "") -> Iterator[tuple[str, int]]:
        """Yield each term of `field` that starts with `prefix`, in order, with its document frequency."""

    @abstractmethod
    def versions(self) -> Mapping[str, int]:
        """Return the indexed version of each article, of all at once: for `searchsvc check`.

        Raises IndexMissing, IndexMismatch, EngineUnavailable.
        """

    def damaged_files(self) -> tuple[str, ...]:
        """Return the files of the live index that are not as they were written, by their checksums.

        Empty where the engine keeps no files of its own. Raises IndexMissing, IndexMismatch, and
        EngineUnavailable where not even the list of files can be trusted.
        """
        return ()

    @abstractmethod
    def status(self) -> IndexStatus:
        """Return what is live. Raises IndexMissing, IndexMismatch."""

    @abstractmethod
    def rebuild(
        self, *, fingerprint: str, change: int, documents: int | None = None
    ) -> AbstractContextManager[IndexWriter]:
        """Return a writer of a new generation, complete up to the archive's `change`.

        Leaving the context cleanly verifies that it can be read and that exactly `documents` are in it
        (None: as many as were put), and switches to it; leaving with an exception discards it. Raises
        IndexLocked, which names the process, if another one writes; EngineUnavailable if the check fails.
        """

    @abstractmethod
    def update(self, *, fingerprint: str, change: int) -> AbstractContextManager[IndexWriter]:
        """Return a writer that adds to the live generation, visible in one step on a clean exit.

        Leaving with an exception changes nothing. To put the same documents again is harmless. Raises
        IndexMissing, IndexMismatch (another fingerprint), IndexLocked.
        """

    @abstractmethod
    def clean(self) -> int:
        """Remove generations that are neither live, nor read, nor kept for a roll-back; return how many went.

        How many are kept is a setting of the engine.

        Those that a killed rebuild left half-written go too. While another process writes, nothing goes.
        """

    @abstractmethod
    def close(self) -> None:
        """Release files and connections."""
