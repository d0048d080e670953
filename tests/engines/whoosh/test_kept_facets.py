"""Kept facets: shared by the pages and orders of a question, bounded, and never those of another state."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from searchsvc.clauses import AnyOf, Everything, Term
from searchsvc.engines.whoosh import WhooshEngine, facets
from searchsvc.engines.whoosh.facets import CACHE_BYTES, LARGEST
from searchsvc.keeping import bytes_of
from searchsvc.queries import ALL_FACETS, DateRange, EngineQuery, FacetName, Filters, Sort
from tests.builders import document

QUERY = EngineQuery(Everything(), facets=ALL_FACETS)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[WhooshEngine]:
    engine = WhooshEngine(tmp_path)
    with engine.rebuild(fingerprint="f", change=1) as writer:
        writer.put(
            [
                document(f"bai-{number}", "hội nghị", codes=[f"{number:02d}-CT/TW"], collection="ban-tin")
                for number in range(1, 31)
            ]
        )
    yield engine
    engine.close()


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[EngineQuery]:
    """The queries whose facets were counted."""
    found: list[EngineQuery] = []
    count = facets.Facets._counted

    def noting(self, query, filtering):
        found.append(query)
        return count(self, query, filtering)

    monkeypatch.setattr(facets.Facets, "_counted", noting)
    return found


def test_pages_and_orders_share_them(engine: WhooshEngine, counted: list[EngineQuery]) -> None:
    first = engine.search(QUERY)
    for other in (
        replace(QUERY, offset=10),
        replace(QUERY, limit=0),
        replace(QUERY, sort=Sort.OLDEST),
        EngineQuery(Everything(), Filters(DateRange()), facets=tuple(ALL_FACETS)),
    ):
        assert engine.search(other).facets == first.facets
    assert counted == [QUERY]


def test_another_question_does_not(engine: WhooshEngine, counted: list[EngineQuery]) -> None:
    others = [
        QUERY,
        replace(QUERY, clause=Term("body_folded", "hoi")),
        replace(QUERY, facet_limit=3),
        replace(QUERY, facets=(FacetName.CODE,)),
        replace(QUERY, filters=Filters(codes=("01-CT/TW",))),
        replace(QUERY, filters=Filters(DateRange(date(2021, 1, 1)))),
    ]
    answers = [engine.search(query).facets for query in others]
    assert counted == others
    assert [engine.search(query).facets for query in others] == answers
    assert counted == others


def test_without_facets_nothing_is_counted(engine: WhooshEngine, counted: list[EngineQuery]) -> None:
    assert engine.search(replace(QUERY, facets=())).facets == {}
    assert counted == []


def test_what_a_caller_does_to_an_answer_stays_there(engine: WhooshEngine) -> None:
    engine.search(QUERY).facets.clear()
    first = engine.search(QUERY)
    first.facets.clear()
    assert engine.search(QUERY).facets.keys() == set(ALL_FACETS)


def test_an_update_changes_them(engine: WhooshEngine) -> None:
    def collections() -> dict[str, int]:
        return dict(engine.search(QUERY).facets[FacetName.COLLECTION])

    assert collections() == {"ban-tin": 30}
    with engine.update(fingerprint="f", change=2) as writer:
        writer.remove(["bai-1"])
        writer.put([document("bai-2", "hội nghị", collection="tap-chi")])
        assert collections() == {"ban-tin": 30}
    assert collections() == {"ban-tin": 28, "tap-chi": 1}
    assert {count.value for count in engine.search(QUERY).facets[FacetName.CODE]}.isdisjoint(
        {"01-CT/TW", "02-CT/TW"}
    )
    with engine.rebuild(fingerprint="f", change=3) as writer:
        writer.put([document("bai-9", "hội nghị", collection="tap-chi")])
    assert collections() == {"tap-chi": 1}


def test_large_answers_and_large_questions_are_not_kept(
    engine: WhooshEngine, counted: list[EngineQuery], monkeypatch: pytest.MonkeyPatch
) -> None:
    long = replace(QUERY, clause=AnyOf(tuple(Term("body_folded", f"tu{number}") for number in range(1_000))))
    assert bytes_of(long.clause) > LARGEST
    for _ in range(2):
        engine.search(long)
    assert counted == [long, long]
    monkeypatch.setattr(facets, "LARGEST", 30 * facets.VALUE_BYTES)
    for _ in range(2):
        engine.search(QUERY)
    assert counted == [long, long, QUERY, QUERY]


def test_many_questions_stay_within_the_bound(engine: WhooshEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(facets, "VALUE_BYTES", LARGEST // 50)
    for number in range(200):
        engine.search(replace(QUERY, clause=Term("body_folded", "hoi", 1.0 + number)))
    with engine._reading() as snapshot:
        kept = snapshot.facets._kept
        assert 0 < kept._bytes <= CACHE_BYTES
        assert 0 < len(kept._probation) < 200
