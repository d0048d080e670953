"""Verification of a new generation before it becomes live. The primary entrypoint is `verify`."""

from searchsvc.clauses import Term
from searchsvc.engines.whoosh import failures
from searchsvc.engines.whoosh.generations import Generations, Pointer
from searchsvc.engines.whoosh.snapshots import Snapshot, open_snapshot
from searchsvc.errors import ServiceError
from searchsvc.fields import CODE_FIELDS, FIELDS

PROBES = 20


def verify(generations: Generations, pointer: Pointer, documents: int | None) -> None:
    """Open the generation that `pointer` names as a reader would and read a sample of everything.

    Raises EngineUnavailable that says what is wrong: another number of documents than `documents` (None
    for any), or something that cannot be read.
    """
    if documents is not None and pointer.documents != documents:
        raise failures.unverified(
            f"{pointer.documents} bài thay vì {documents}",
            f"{pointer.documents} articles instead of {documents}",
        )
    try:
        with open_snapshot(generations, pointer) as snapshot:
            _probe(snapshot)
    except ServiceError:
        raise
    except Exception as error:
        raise failures.unverified(failures.describe(error), failures.describe(error)) from error


def _probe(snapshot: Snapshot) -> None:
    for name in (*(field.name for field in FIELDS), *CODE_FIELDS):
        for term in snapshot.source.sample(name, PROBES):
            found = snapshot.evaluation.evaluate(Term(name, term)).count
            expected = snapshot.source.count(name, term)
            if found != expected:
                raise ValueError(f"{name}: {found} documents for a term of {expected}")
    ids, live = snapshot.columns.ids(), snapshot.columns.live.tolist()
    names = [id_ for id_, is_live in zip(ids, live, strict=True) if is_live]
    if len(set(names)) != len(names):
        raise ValueError("an article is in it twice")
