"""An address ↔ a query, by round trip."""

from datetime import date
from urllib.parse import parse_qsl, urlsplit

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from searchsvc.queries import DateRange, FacetName, Filters, SearchQuery, Sort
from searchsvc.search.service import SearchService
from searchsvc.web.params import address_of, narrowed, narrowing, query_from, without_days, without_value

DAYS = st.none() | st.dates(date(1990, 1, 1), date(2030, 1, 1))


@st.composite
def queries(draw: st.DrawFn) -> SearchQuery:
    first, last = draw(DAYS), draw(DAYS)
    if first and last and first > last:
        first, last = last, first
    return SearchQuery(
        text=draw(st.text(st.characters(exclude_categories=["Cs"]), max_size=30)),
        filters=Filters(
            DateRange(first, last),
            draw(st.lists(st.sampled_from(["tinh-uy", "ubnd-tinh"]), unique=True).map(tuple)),
            draw(st.lists(st.sampled_from(["05-CT/TW", "30/2020/NĐ-CP"]), unique=True).map(tuple)),
            draw(st.lists(st.sampled_from(["ban-tin"]), unique=True).map(tuple)),
        ),
        sort=draw(st.none() | st.sampled_from(Sort)),
        page=draw(st.integers(1, 900)),
        asis=draw(st.lists(st.sampled_from(["keyboard", "code:nq 35"]), unique=True).map(tuple)),
    )


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(queries())
def test_an_address_says_the_whole_query(service: SearchService, query: SearchQuery) -> None:
    pairs = parse_qsl(urlsplit(address_of(query)).query, keep_blank_values=True)
    assert query_from(MultiDict(pairs), service, 10) == query


VALUES = {
    FacetName.UNIT: st.sampled_from(["tinh-uy", "sở&ban"]),
    FacetName.CODE: st.sampled_from(["05-CT/TW", "35-NQ/TW", "30/2020/NĐ-CP"]),
    FacetName.COLLECTION: st.sampled_from(["ban-tin", "a b"]),
    FacetName.YEAR: st.sampled_from(["2021", "1999"]),
    FacetName.MONTH: st.sampled_from(["2024-02", "2024-12"]),
}


@given(queries(), st.sampled_from(FacetName), st.data())
def test_many_addresses_at_once_are_those_of_each(
    query: SearchQuery, facet: FacetName, data: st.DataObject
) -> None:
    address = narrowing(query, facet)
    for value in data.draw(st.lists(VALUES[facet], max_size=3)):
        assert address(value) == address_of(narrowed(query, facet, value))


def test_choosing_replaces_but_codes_add() -> None:
    query = SearchQuery("a", Filters(units=("x",), codes=("05-CT/TW",)), page=4)
    assert narrowed(query, FacetName.UNIT, "y").filters.units == ("y",)
    assert narrowed(query, FacetName.CODE, "35-NQ/TW").filters.codes == ("05-CT/TW", "35-NQ/TW")
    year = narrowed(query, FacetName.YEAR, "2021")
    assert year.filters.published == DateRange(date(2021, 1, 1), date(2021, 12, 31))
    assert year.page == 1
    assert not without_days(year).filters.published
    month = narrowed(query, FacetName.MONTH, "2024-02")
    assert month.filters.published == DateRange(date(2024, 2, 1), date(2024, 2, 29))
    assert without_value(query, FacetName.CODE, "05-CT/TW").filters.codes == ()


def test_steps_switched_off_stay_in_the_address() -> None:
    query = SearchQuery("BTC họp", asis=("abbreviation:btc", "keyboard"))
    assert parse_qsl(urlsplit(address_of(query)).query)[1:] == [
        ("asis", "abbreviation:btc"),
        ("asis", "keyboard"),
    ]
    assert narrowed(query, FacetName.YEAR, "2021").asis == query.asis


def test_too_many_or_too_long_steps_are_ignored(service: SearchService) -> None:
    args = MultiDict(
        [("q", "a"), ("asis", "x" * 5000), *(("asis", f"code:{number}") for number in range(50))]
    )
    asis = query_from(args, service, 10).asis
    assert len(asis) == 20
    assert asis[0] == "code:0"
