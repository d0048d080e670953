"""What to let go of: each proposal gives what it says, and there is always one where anything is left."""

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from searchsvc.queries import DateRange, Filters, SearchQuery
from searchsvc.search.loosening import MAX_ASKED, MAX_SHOWN, loosenings
from searchsvc.search.parsing import parse
from searchsvc.search.service import SearchService

FUTURE = DateRange(date(2049, 1, 1), None)


def ways(service: SearchService, query: SearchQuery) -> dict[tuple[str, str], int]:
    return {(way.kind, way.value): way.total for way in service.search(query).loosenings}


def total(service: SearchService, query: SearchQuery) -> int:
    page = service.search(query)
    return 0 if page.partial else page.total


def test_each_way_gives_as_many_articles_as_it_says(service: SearchService) -> None:
    queries = (
        SearchQuery("nghị quyết đại hội xyzzyx"),
        SearchQuery("nghị quyết", Filters(FUTURE)),
        SearchQuery('"quyết nghị đại"'),
        SearchQuery("nghị -quyết -nghị"),
        SearchQuery("35-NQ/BTV"),
        SearchQuery('"nghị quyết xyzzyx"', Filters(FUTURE, collections=("khong-co",))),
    )
    for query in queries:
        found = service.search(query).loosenings
        assert found, query
        for way in found:
            assert total(service, way.query) == way.total > 0


def test_a_filter_is_let_go_of_alone_if_that_is_enough(service: SearchService) -> None:
    found = ways(service, SearchQuery("nghị quyết", Filters(FUTURE, ("tinh-uy",))))
    assert ("days", "") in found
    assert ("unit", "tinh-uy") not in found
    assert found["filters", ""] >= found["days", ""]


def test_operators_and_words_are_let_go_of(service: SearchService) -> None:
    assert ("quotes", "") in ways(service, SearchQuery('"quyết nghị đại"'))
    assert ("exclusions", "") in ways(service, SearchQuery("nghị -quyết -nghị"))
    assert list(ways(service, SearchQuery("nghị quyết xyzzyx"))) == [("word", "xyzzyx")]


def test_a_code_that_nothing_cites_is_looked_for_under_other_issuers(service: SearchService) -> None:
    (way,) = service.search(SearchQuery("NQ35 btv")).loosenings
    assert (way.kind, way.value, way.query.text) == ("issuer", "NQ35 btv", "NQ 35")
    assert way.total >= service.search(SearchQuery("35-NQ/TW")).total > 0


def test_where_one_step_is_not_enough_all_is_let_go_of_but_the_words(service: SearchService) -> None:
    found = ways(service, SearchQuery('"quyết nghị đại"', Filters(FUTURE)))
    assert list(found) == [("everything", "")]


def test_what_has_results_is_left_as_it_is(service: SearchService) -> None:
    assert service.search(SearchQuery("nghị quyết")).loosenings == ()


@pytest.mark.parametrize("text", ['-"a b" nghị', 'nghị -"a b"', "nghị -covid-19", "tiêu đề:nghị -x"])
def test_an_exclusion_goes_with_its_minus_and_its_quotes(text: str) -> None:
    asked: list[str] = []

    def count(query: SearchQuery) -> int:
        asked.append(query.text)
        return 1

    loosenings(SearchQuery(text), parse(text), count)
    assert any("-" not in other and '"' not in other and "nghị" in other for other in asked)


FILTERS = st.builds(
    Filters,
    st.just(DateRange()) | st.just(FUTURE),
    st.lists(st.text(max_size=5), max_size=4).map(tuple),
    st.lists(st.text(max_size=5), max_size=30).map(tuple),
    st.lists(st.text(max_size=5), max_size=4).map(tuple),
)
TEXTS = st.text(max_size=40) | st.lists(
    st.sampled_from(["nghị", '"', "-x", "OR", "05-CT/TW"]), max_size=30
).map(" ".join)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(TEXTS, FILTERS, st.integers(0, 2))
def test_the_engine_is_asked_a_bounded_number_of_times(text: str, filters: Filters, total: int) -> None:
    asked: list[SearchQuery] = []

    def count(query: SearchQuery) -> int:
        asked.append(query)
        return total

    query = SearchQuery(text, filters, page=3)
    found = loosenings(query, parse(text), count)
    assert len(asked) <= 2 * MAX_ASKED
    assert len(found) <= MAX_SHOWN
    assert all(other.page == 1 for other in asked)
    assert all((way.query.text, way.query.filters) != (query.text, query.filters) for way in found)
