"""Facets of many documents and many codes, in both forms of matches, against a count of the documents."""

import random
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from types import ModuleType

import pytest

from searchsvc.articles import VIETNAM_TIME
from searchsvc.clauses import Everything, Term
from searchsvc.engines.base import IndexDocument
from searchsvc.engines.whoosh import WhooshEngine, citations, facets, tallies
from searchsvc.queries import ALL_FACETS, EngineQuery, FacetName, Filters
from tests.builders import UNIT_PATHS, document

WORDS = {"chung": 1.0, "hay": 0.7, "vua": 0.3, "it": 0.06, "hiem": 0.02}
"""The share of documents that have each word: all, most, some, few, and so few that Python counts them."""


@pytest.fixture(scope="module")
def documents() -> list[IndexDocument]:
    drawn = random.Random(11)
    codes = [f"{number:02d}-CT/TW" for number in range(1, 1_500)]
    weights = [1 / (place + 1) for place in range(len(codes))]
    start = datetime(2019, 11, 20, tzinfo=VIETNAM_TIME)
    return [
        document(
            f"bai-{number}",
            " ".join(word for word, share in WORDS.items() if drawn.random() < share),
            unit=drawn.choice([None, *sorted(UNIT_PATHS)]),
            codes=dict.fromkeys(drawn.choices(codes, weights, k=drawn.choice((0, 0, 1, 3, 9)))),
            collection=drawn.choice(("ban-tin", "tap-chi")),
            published=None if drawn.random() < 0.1 else start + timedelta(days=drawn.randrange(900)),
        )
        for number in range(1_500)
    ]


@pytest.fixture(scope="module")
def engine(
    documents: list[IndexDocument], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[WhooshEngine]:
    engine = WhooshEngine(tmp_path_factory.mktemp("tallies"))
    with engine.rebuild(fingerprint="f", change=1) as writer:
        writer.put(documents)
        writer.put([document("bo", "chung hay", codes=["01-CT/TW"])])
    with engine.update(fingerprint="f", change=2) as writer:
        writer.remove(["bo"])
    yield engine
    engine.close()


def counted(documents: list[IndexDocument], facet: FacetName) -> Counter[str]:
    found: Counter[str] = Counter()
    for each in documents:
        local = each.published and each.published.astimezone(VIETNAM_TIME)
        values = {
            FacetName.UNIT: list(each.unit_path),
            FacetName.CODE: list(each.codes),
            FacetName.COLLECTION: [each.collection],
            FacetName.YEAR: [f"{local.year}"] if local else [],
            FacetName.MONTH: [f"{local:%Y-%m}"] if local else [],
        }
        found.update(values[facet])
    return found


def expected(documents: list[IndexDocument], facet: FacetName, limit: int) -> list[tuple[str, int]]:
    counts = counted(documents, facet)
    if facet in (FacetName.YEAR, FacetName.MONTH):
        return sorted(counts.items(), reverse=True)
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:limit]


@pytest.mark.parametrize("word", [None, *WORDS])
@pytest.mark.parametrize("limit", [0, 1, 5, 50, 10_000])
def test_facets_are_counts_of_the_documents(
    engine: WhooshEngine, documents: list[IndexDocument], word: str | None, limit: int
) -> None:
    clause = Everything() if word is None else Term("body_folded", word)
    matching = [each for each in documents if word is None or word in each.texts["body"].split()]
    answer = engine.search(EngineQuery(clause, facets=ALL_FACETS, facet_limit=limit))
    assert answer.total == len(matching)
    for facet in ALL_FACETS:
        found = [(count.value, count.count) for count in answer.facets[facet]]
        assert found == expected(matching, facet, limit), facet


@pytest.mark.parametrize(
    ("module", "bound", "value"),
    [
        (tallies, "SHORT", 0),
        (tallies, "SHORT", 10_000),
        (tallies, "MOST_CITATIONS", 0),
        (citations, "_SORTED", 0),
        (facets, "LARGEST", 0),
    ],
)
def test_every_way_of_counting_counts_alike(
    engine: WhooshEngine,
    documents: list[IndexDocument],
    monkeypatch: pytest.MonkeyPatch,
    module: ModuleType,
    bound: str,
    value: float,
) -> None:
    monkeypatch.setattr(module, bound, value)
    for word in WORDS:
        matching = [each for each in documents if word in each.texts["body"].split()]
        for limit in (1, 7, 300):
            # A boost of its own, so that nothing is kept of it.
            clause = Term("body_folded", word, 1 + len(f"{module}{bound}{value}"))
            answer = engine.search(EngineQuery(clause, facets=ALL_FACETS, facet_limit=limit))
            for facet in ALL_FACETS:
                assert [*answer.facets[facet]] == expected(matching, facet, limit), (word, facet)


@pytest.mark.parametrize("first", ["chung", "hiem"])
def test_a_filter_lets_the_same_through_for_few_and_for_many(
    engine: WhooshEngine, documents: list[IndexDocument], first: str
) -> None:
    """Whichever is asked first: a mask of all documents is kept, and serves both."""
    filters = Filters(units=("ban-tuyen-giao",), codes=("01-CT/TW",), collections=("tap-chi", "khong-co"))
    for word in (first, *WORDS, first):
        matching = [
            each
            for each in documents
            if word in each.texts["body"].split()
            and "ban-tuyen-giao" in each.unit_path
            and "01-CT/TW" in each.codes
            and each.collection == "tap-chi"
        ]
        answer = engine.search(EngineQuery(Term("body_folded", word), filters, limit=10_000))
        assert {hit.id for hit in answer.hits} == {each.id for each in matching}
