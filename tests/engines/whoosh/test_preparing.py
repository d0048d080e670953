"""Documents to postings: in this process or in others, the result is the same."""

from datetime import datetime

import pytest

from searchsvc.engines.whoosh import preparing
from searchsvc.engines.whoosh.preparing import Preparation, epoch_seconds, prepare
from searchsvc.engines.whoosh.schema import UNDATED
from tests.builders import day, document


def test_other_processes_prepare_the_same_in_the_same_order(monkeypatch):
    monkeypatch.setattr(preparing, "ALONE", 5)
    documents = [document(f"bai-{number}", f"hội nghị lần thứ {number}") for number in range(130)]
    with Preparation(processes=2) as preparation:
        first = list(preparation.prepare(documents[:60]))
        second = list(preparation.prepare(documents[60:]))
    assert first + second == [prepare(each) for each in documents]


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
