"""Verification of a new generation before it becomes live. The primary entrypoint is `verify`."""

import random

import numpy as np

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
        terms, counts = snapshot.source.vocabulary(name)
        for place in random.sample(range(len(terms)), min(PROBES, len(terms))):
            found = len(snapshot.evaluation.evaluate(Term(name, terms[place])).numbers)
            if found != counts[place]:
                raise ValueError(f"{name}: {found} documents for a term of {counts[place]}")
    columns = snapshot.columns
    live = [columns.ids[number] for number in np.flatnonzero(columns.live)]
    if len(set(live)) != len(live):
        raise ValueError("an article is in it twice")
