"""Batches of documents to segments: in this process or in others, the result is the same."""

from datetime import datetime
from itertools import pairwise

import numpy as np
import pytest

from searchsvc.engines.whoosh import preparing
from searchsvc.engines.whoosh.gathering import Gatherer, epoch_seconds
from searchsvc.engines.whoosh.preparing import Preparation
from searchsvc.engines.whoosh.schema import UNDATED
from tests.builders import day, document


def contents(segment):
    """Return all arrays and facts of a segment as plain values."""
    arrays = {**segment.postings, **segment.columns}
    plain = {name: (array.dtype.str, array.tolist()) for name, array in arrays.items()}
    return plain, segment.postings_facts, segment.columns_facts


def test_other_processes_prepare_the_same_in_the_same_order(monkeypatch):
    monkeypatch.setattr(preparing, "ALONE", 5)
    monkeypatch.setattr(preparing, "BATCH_DOCUMENTS", 40)
    documents = [document(f"bai-{number}", f"hội nghị lần thứ {number}") for number in range(130)]
    with Preparation(processes=2) as preparation:
        found = [*preparation.prepare(documents[:60]), *preparation.prepare(documents[60:])]
    sizes = [segment.documents for segment in found]
    assert sizes == [5, 40, 15, 40, 30]
    bounds = pairwise(np.cumsum([0, *sizes]))
    alone = [Gatherer().gather(documents[a:b]) for a, b in bounds]
    assert [contents(each) for each in found] == [contents(each) for each in alone]


@pytest.mark.parametrize(
    ("published", "seconds"),
    [
        (None, UNDATED),
        (day("1970-01-01", 7), 0),
        (datetime(1970, 1, 1, 7), 0),  # noqa: DTZ001 - without a zone it is Vietnam's time
        (day("1969-12-31", 7), -86_400),
    ],
)
def test_instants(published, seconds):
    assert epoch_seconds(published) == seconds
