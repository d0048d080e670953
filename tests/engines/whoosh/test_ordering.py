"""Pages of many matches, found by rough scores or by the order of dates, against all matches sorted."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchsvc.articles import VIETNAM_TIME
from searchsvc.clauses import Clause, Everything, Phrase, Recent, Term, Word
from searchsvc.engines.whoosh import WhooshEngine
from searchsvc.engines.whoosh.matches import Many
from searchsvc.engines.whoosh.ordering import SCORE_DECIMALS
from searchsvc.queries import EngineQuery, Sort
from tests.builders import document
from tests.engines.test_contract_random import branches

DOCUMENTS = 2_000
WORDS = ("hoi", "nghi", "dang", "uy", "quyet", "xa")
LAYER = "body_folded"


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WhooshEngine]:
    """An index of many short documents, some alike and some without a date, in two segments."""
    drawn = random.Random(7)
    start = datetime(2020, 1, 1, tzinfo=VIETNAM_TIME)
    documents = [
        document(
            f"bai-{drawn.random():.6f}-{number}",
            " ".join(drawn.choices(WORDS, weights=(9, 7, 5, 3, 2, 1), k=drawn.choice((3, 3, 8, 20)))),
            published=None if drawn.random() < 0.2 else start + timedelta(hours=drawn.randrange(300)),
        )
        for number in range(DOCUMENTS)
    ]
    engine = WhooshEngine(tmp_path_factory.mktemp("many"))
    with engine.rebuild(fingerprint="f", change=1) as writer:
        writer.put(documents[: DOCUMENTS // 2])
    with engine.update(fingerprint="f", change=2) as writer:
        writer.put(documents[DOCUMENTS // 2 :])
        writer.remove([documents[number].id for number in range(0, DOCUMENTS, 97)])
    yield engine
    engine.close()


terms = st.builds(Term, st.just(LAYER), st.sampled_from(WORDS), st.sampled_from((1.0, 0.5)))
leaves = st.one_of(
    terms,
    st.builds(Phrase, st.just(LAYER), st.lists(st.sampled_from(WORDS), min_size=2, max_size=3).map(tuple)),
    st.builds(
        Word,
        st.just(((LAYER, 1.0), ("title_folded", 2.0))),
        st.sampled_from([((word, 1.0), ("hoi", 0.5)) for word in WORDS[1:]]),
    ),
    st.just(Everything()),
    st.just(Recent(datetime(2020, 1, 9, tzinfo=VIETNAM_TIME).date(), 3.0, 2.0)),
)


@settings(deadline=None)
@given(
    st.recursive(leaves, branches, max_leaves=6),
    st.sampled_from(Sort),
    st.sampled_from((0, 1, 10, 40, 1_500)),
    st.sampled_from((1, 10, 100)),
)
def test_a_page_is_that_of_all_matches_in_order(
    engine: WhooshEngine, clause: Clause, sort: Sort, offset: int, limit: int
) -> None:
    with engine._snapshots.current() as snapshot:
        found = snapshot.evaluation.evaluate(clause).few()
        columns = snapshot.columns
        dates = {number: int(columns.published[number]) for number in found.numbers.tolist()}
        scores = dict(zip(found.numbers.tolist(), found.scores.round(SCORE_DECIMALS).tolist(), strict=True))

        def by_date(number: int) -> tuple[bool, int, str]:
            dated = bool(columns.dated[number])
            when = dates[number] if sort is Sort.OLDEST else -dates[number]
            return not dated, when if dated else 0, columns.id_of(number)

        def by_score(number: int) -> tuple[float, str]:
            return -scores[number], columns.id_of(number)

        ranked = sort is Sort.RELEVANCE and any(scores.values())
        expected = sorted(scores, key=by_score if ranked else by_date)[offset : offset + limit]
        answer = engine.search(EngineQuery(clause, sort=sort, offset=offset, limit=limit))
        assert answer.total == len(scores)
        assert [hit.id for hit in answer.hits] == [columns.id_of(number) for number in expected]
        assert [hit.score for hit in answer.hits] == pytest.approx([scores[number] for number in expected])


@settings(deadline=None)
@given(st.recursive(leaves, branches, max_leaves=6))
def test_rough_scores_are_within_what_the_order_allows_for(engine: WhooshEngine, clause: Clause) -> None:
    with engine._snapshots.current() as snapshot:
        found = snapshot.evaluation.evaluate(clause)
        if isinstance(found, Many):
            exact = np.zeros(len(found.mask))
            exact[found.numbers] = found.scores(found.numbers)
            rough = found.rough()
            allowed = (found.terms + 4) * float(np.finfo(np.float32).eps) * max(1e-30, float(rough.max()))
            assert np.abs(rough - exact).max() <= allowed
