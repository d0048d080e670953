"""An address ↔ a `SearchQuery`. The primary entrypoints are `query_from` and `args_for`.

What a parameter may be is declared in `parameters`.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from urllib.parse import quote, urlencode

from werkzeug.datastructures import MultiDict

from searchsvc.queries import DateRange, FacetName, Filters, SearchQuery
from searchsvc.search import filtering
from searchsvc.search.service import SearchService
from searchsvc.web.parameters import SearchParameters


def query_from(args: MultiDict[str, str], service: SearchService, per_page: int) -> SearchQuery:
    """Return the query of an address. Raises InvalidQuery naming the parameter that is wrong."""
    return asked_by(SearchParameters.read(args, service, per_page=per_page))


def asked_by(given: SearchParameters) -> SearchQuery:
    """Return the query that parameters ask."""
    return SearchQuery(
        text=given.q,
        filters=Filters(given.published, given.unit, given.code, given.collection),
        sort=given.sort,
        page=given.page,
        per_page=given.per_page,
        asis=given.asis,
    )


def args_for(query: SearchQuery, *, per_page: bool = False) -> list[tuple[str, str]]:
    """Return the parameters of `query` for an address; what is at its default is left out.

    With `per_page` the results on a page are told too, as the API needs it but not the pages.
    """
    days = query.filters.published
    pairs = [
        ("q", query.text),
        ("from", days.first.isoformat() if days.first else ""),
        ("to", days.last.isoformat() if days.last else ""),
        *(("code", code) for code in query.filters.codes),
        *(("unit", unit) for unit in query.filters.units),
        *(("collection", collection) for collection in query.filters.collections),
        *(("asis", token) for token in query.asis),
        ("sort", query.sort.value if query.sort else ""),
        ("page", str(query.page) if query.page > 1 else ""),
        ("per_page", str(query.per_page) if per_page else ""),
    ]
    return [(name, value) for name, value in pairs if value]


def address_of(query: SearchQuery, path: str = "/search", *, per_page: bool = False) -> str:
    """Return the address of the search page for `query`, or of another `path` with the same parameters."""
    text = _written(args_for(query, per_page=per_page))
    return f"{path}?{text}" if text else path


def _written(pairs: Iterable[tuple[str, str]]) -> str:
    # '/' may stand in a query string (RFC 3986, 3.4), and keeps codes readable.
    return urlencode(list(pairs), quote_via=quote, safe="/")


def narrowed(query: SearchQuery, facet: FacetName, value: str) -> SearchQuery:
    """Return `query` after a click on a facet's value: a code adds, the others replace."""
    filters = query.filters
    if facet is FacetName.CODE:
        filters = replace(filters, codes=tuple(dict.fromkeys((*filters.codes, value))))
    elif facet is FacetName.UNIT:
        filters = replace(filters, units=(value,))
    elif facet is FacetName.COLLECTION:
        filters = replace(filters, collections=(value,))
    else:
        filters = replace(filters, published=filtering.period(value))
    return replace(query, filters=filters, page=1)


_ORDER = ("q", "from", "to", "code", "unit", "collection", "asis", "sort", "page", "per_page")
"""The parameters as `args_for` puts them."""

_PLACES: Mapping[FacetName, tuple[frozenset[str], str]] = {
    FacetName.UNIT: (frozenset({"unit"}), "unit"),
    FacetName.COLLECTION: (frozenset({"collection"}), "collection"),
    FacetName.CODE: (frozenset(), "code"),
    FacetName.YEAR: (frozenset({"from", "to"}), "to"),
    FacetName.MONTH: (frozenset({"from", "to"}), "to"),
}
"""For each facet the parameters that a click replaces, and behind which its own stand."""


def narrowing(query: SearchQuery, facet: FacetName) -> Callable[[str], str]:
    """Return what gives for a value of `facet` the address of `narrowed(query, facet, value)`.

    A page has some fifty of them: what they have in common is written once.
    """
    replaced, place = _PLACES[facet]
    kept = [pair for pair in args_for(replace(query, page=1)) if pair[0] not in replaced]
    last = _ORDER.index(place)
    before = _written(pair for pair in kept if _ORDER.index(pair[0]) <= last)
    after = _written(pair for pair in kept if _ORDER.index(pair[0]) > last)
    chosen = frozenset(query.filters.codes if facet is FacetName.CODE else ())

    def address(value: str) -> str:
        own = "" if value in chosen else _chosen(facet, value)
        return f"/search?{'&'.join(filter(None, (before, own, after)))}"

    return address


def _chosen(facet: FacetName, value: str) -> str:
    if facet in (FacetName.YEAR, FacetName.MONTH):
        days = filtering.period(value)
        return f"from={days.first}&to={days.last}"
    return f"{facet.value}={quote(value, safe='/')}"


def without_days(query: SearchQuery) -> SearchQuery:
    """Return `query` without its date range."""
    return replace(query, filters=replace(query.filters, published=DateRange()), page=1)


def without_value(query: SearchQuery, facet: FacetName, value: str) -> SearchQuery:
    """Return `query` without one of its units, codes or collections."""
    filters = query.filters
    units, codes, collections = (
        tuple(other for other in values if (name, other) != (facet, value))
        for name, values in (
            (FacetName.UNIT, filters.units),
            (FacetName.CODE, filters.codes),
            (FacetName.COLLECTION, filters.collections),
        )
    )
    left = replace(filters, units=units, codes=codes, collections=collections)
    return replace(query, filters=left, page=1)
