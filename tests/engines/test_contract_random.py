"""The contract of an engine on random archives and random clauses, against a plain reading of it."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchsvc.analysis.pipelines import ANALYZERS, exact_term, folded_term
from searchsvc.articles import VIETNAM_TIME
from searchsvc.clauses import (
    AllOf,
    AnyOf,
    Best,
    Everything,
    Nothing,
    Phrase,
    Prefer,
    Recent,
    Term,
    Without,
    Word,
)
from searchsvc.engines.base import IndexDocument
from searchsvc.fields import CODES_FIELD
from searchsvc.queries import ALL_FACETS, DateRange, EngineQuery, FacetName, Filters, Sort
from tests.builders import UNIT_PATHS, document
from tests.engines.conftest import EXAMPLES, ROUNDING
from tests.engines.reference import Reference, chosen

WORDS = ("hội", "nghị", "hoi", "đảng", "ủy", "uỷ", "Quyết", "quyết", "24")
CODES = ("05-CT/TW", "05-CT/TU", "01-KL/TW")
COLLECTIONS = ("ban-tin", "tap-chi")
FIELDS = ("body_exact", "title_exact", "body_folded", "body_words")
PAIR_FIELDS = ("body_pairs", "title_pairs")
PAIRS = ("hoi_nghi", "nghi_hoi", "dang_uy", "nghi_quyet", "hoi_hoi")
TERMS = tuple(
    {term for word in (*WORDS, "vắng") for term in (exact_term(word), folded_term(word))}
    | set(ANALYZERS["words"].terms("nghị_quyết"))
)

texts = st.lists(st.sampled_from(WORDS), max_size=8).map(" ".join)
instants = st.none() | st.builds(
    lambda hours: datetime(2020, 12, 30, tzinfo=VIETNAM_TIME) + timedelta(hours=hours), st.integers(0, 72)
)


@st.composite
def corpora(draw: st.DrawFn) -> list[IndexDocument]:
    count = draw(st.integers(0, 9))
    return [
        document(
            f"bai-{number}",
            draw(texts),
            title=draw(texts),
            unit=draw(st.none() | st.sampled_from(sorted(UNIT_PATHS))),
            codes=(codes := draw(st.lists(st.sampled_from(CODES), unique=True, max_size=2))),
            code_keys=tuple(code.lower() for code in codes for _ in range(draw(st.integers(1, 3)))),
            collection=draw(st.sampled_from(COLLECTIONS)),
            published=draw(instants),
        )
        for number in range(count)
    ]


boosts = st.sampled_from((1.0, 0.5, 3.0))


def weighted(names: st.SearchStrategy[str]) -> st.SearchStrategy:
    """One to three distinct names, each with a weight."""
    return st.dictionaries(names, boosts, min_size=1, max_size=3).map(lambda found: tuple(found.items()))


leaves = st.one_of(
    st.builds(Term, st.sampled_from(FIELDS), st.sampled_from(sorted(TERMS)), boosts),
    st.builds(Term, st.just(CODES_FIELD), st.sampled_from([code.lower() for code in CODES]), boosts),
    st.builds(
        Phrase,
        st.sampled_from(FIELDS),
        st.lists(st.sampled_from(sorted(TERMS)), min_size=1, max_size=3).map(tuple),
        st.integers(0, 2),
        boosts,
    ),
    st.builds(Word, weighted(st.sampled_from(FIELDS[:2])), weighted(st.sampled_from(sorted(TERMS))), boosts),
    st.builds(Word, weighted(st.sampled_from(PAIR_FIELDS)), weighted(st.sampled_from(PAIRS)), boosts),
    st.builds(
        Recent, st.dates(date(2020, 12, 29), date(2021, 2, 1)), st.sampled_from((0.5, 7.0, 700.0)), boosts
    ),
    st.just(Everything()),
    st.just(Nothing()),
)


def branches(children: st.SearchStrategy) -> st.SearchStrategy:
    several = st.lists(children, min_size=1, max_size=3).map(tuple)
    return st.one_of(
        st.builds(AllOf, several),
        st.builds(AnyOf, several, st.integers(1, 3)),
        st.builds(Best, several, st.sampled_from((0.0, 0.3))),
        st.builds(Prefer, children, children),
        st.builds(Without, children, children),
    )


clauses = st.recursive(leaves, branches, max_leaves=8)
days = st.none() | st.dates(datetime(2020, 12, 29).date(), datetime(2021, 1, 3).date())  # noqa: DTZ001
filters = st.builds(
    Filters,
    st.builds(DateRange, days, days),
    st.lists(st.sampled_from([*UNIT_PATHS, "khong-co"]), max_size=2).map(tuple),
    st.lists(st.sampled_from([*CODES, "99-NQ/TW"]), max_size=2, unique=True).map(tuple),
    st.lists(st.sampled_from(COLLECTIONS), max_size=2).map(tuple),
)
queries = st.builds(
    EngineQuery,
    clauses,
    st.just(Filters()) | filters,
    st.sampled_from(Sort),
    limit=st.just(100),
    facets=st.just(ALL_FACETS),
)


def on_random_archives(engine_name: str, check: Callable[..., None], *drawn: st.SearchStrategy) -> None:
    """Run `check` on examples of what is `drawn`."""
    given(*drawn)(settings(max_examples=EXAMPLES[engine_name])(check))()


def test_documents_scores_order_and_facets(fill, engine_name):
    def check(corpus, asked):
        engine, reference = fill(corpus), Reference(corpus)
        for query in asked:
            result = engine.search(query)
            expected = reference.matching(query)
            assert result.total == len(expected)
            scores = {hit.id: hit.score for hit in result.hits}
            assert scores == pytest.approx(expected, **ROUNDING[engine_name])
            for name in FacetName:
                counts = {each.value: each.count for each in result.facets[name]}
                assert counts == reference.facet(query, name)

    on_random_archives(engine_name, check, corpora(), st.lists(queries, min_size=1, max_size=8))


def test_choosing_a_facet_value_gives_its_count(fill, engine_name):
    def check(corpus, query):
        engine = fill(corpus)
        for name, counts in engine.search(query).facets.items():
            for each in counts:
                assert engine.search(chosen(query, name, each.value)).total == each.count

    on_random_archives(engine_name, check, corpora(), queries)


def test_updates_end_where_a_rebuild_would(fill, engine_name):
    def check(before, changes, removed, asked):
        engine = fill(before)
        gone = {f"bai-{number}" for number in removed}
        with engine.update(fingerprint="rules-1", change=2) as writer:
            writer.put(changes)
            writer.remove(gone)
        final = {each.id: each for each in [*before, *changes] if each.id not in gone}
        assert engine.status().documents == len(final)
        updated = [engine.search(query) for query in asked]
        rebuilt = fill(final.values())
        for one, other in zip(updated, [rebuilt.search(query) for query in asked], strict=True):
            assert (one.total, one.hits, one.facets) == (other.total, other.hits, other.facets)

    removed = st.sets(st.integers(0, 9))
    asked = st.lists(queries, min_size=1, max_size=4)
    on_random_archives(engine_name, check, corpora(), corpora(), removed, asked)


def test_order(fill, engine_name):
    """By date exactly; by relevance wherever scores differ by more than rounding can."""

    def check(corpus, query):
        engine, reference = fill(corpus), Reference(corpus)
        hits = engine.search(query).hits
        expected = reference.matching(query)
        scored = any(round(score, 6) for score in expected.values())
        if query.sort is not Sort.RELEVANCE or not scored:
            assert [hit.id for hit in hits] == reference.ordered(query)
        else:
            assert [(-hit.score, hit.id) for hit in hits] == sorted((-hit.score, hit.id) for hit in hits)

    on_random_archives(engine_name, check, corpora(), queries)
