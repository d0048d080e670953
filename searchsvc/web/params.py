"""An address ↔ a `SearchQuery`. The primary entrypoints are `query_from` and `args_for`.

Unknown parameters are ignored; a wrong one raises InvalidQuery that names it.
"""

from collections.abc import Iterable
from dataclasses import replace
from urllib.parse import quote, urlencode

from werkzeug.datastructures import MultiDict

from searchsvc.errors import InvalidQuery
from searchsvc.queries import DateRange, FacetName, Filters, SearchQuery, Sort
from searchsvc.search import filtering
from searchsvc.search.service import SearchService
from searchsvc.search.steps import known_asis

MAX_VALUES = 20
"""Values of one repeated parameter; more make no sense and cost time."""


def query_from(args: MultiDict[str, str], service: SearchService, per_page: int) -> SearchQuery:
    """Return the query of an address. Raises InvalidQuery naming the parameter that is wrong."""
    chosen = _values(args, "collection")
    return SearchQuery(
        text=args.get("q", ""),
        filters=Filters(
            published=filtering.date_range(args.get("from"), args.get("to")),
            units=filtering.units(_values(args, "unit"), service.registry),
            codes=filtering.codes(_values(args, "code")),
            collections=filtering.collections(chosen, tuple(service.collection_names) if chosen else ()),
        ),
        sort=_sort(args.get("sort", "")),
        page=whole_number(args, "page", 1, 1_000_000),
        per_page=whole_number(args, "per_page", per_page, service.limits.max_per_page),
        asis=known_asis(args.getlist("asis")),
    )


def args_for(query: SearchQuery) -> list[tuple[str, str]]:
    """Return the parameters of `query` for an address; what is at its default is left out."""
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
    ]
    return [(name, value) for name, value in pairs if value]


def address_of(query: SearchQuery, path: str = "/search") -> str:
    """Return the address of the search page for `query`."""
    # '/' may stand in a query string (RFC 3986, 3.4), and keeps codes readable.
    text = urlencode(args_for(query), quote_via=quote, safe="/")
    return f"{path}?{text}" if text else path


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


def version_from(args: MultiDict[str, str]) -> int | None:
    """Return the version of an article that an address asks for, None for the current one."""
    if not args.get("version", "").strip():
        return None
    return whole_number(args, "version", 1, 1_000_000)


def _values(args: MultiDict[str, str], name: str) -> Iterable[str]:
    values = args.getlist(name)
    if len(values) > MAX_VALUES:
        raise InvalidQuery(
            vi=f"{name}: tối đa {MAX_VALUES} giá trị.",
            en=f"{name}: at most {MAX_VALUES} values.",
            parameter=name,
        )
    return values


def _sort(text: str) -> Sort | None:
    if not text:
        return None
    try:
        return Sort(text)
    except ValueError as error:
        choices = ", ".join(Sort)
        raise InvalidQuery(
            vi=f"sort: chỉ nhận {choices}.", en=f"sort: one of {choices}.", parameter="sort"
        ) from error


def whole_number(args: MultiDict[str, str], name: str, default: int, most: int) -> int:
    """Return a parameter from 1 to `most`, `default` if it is not given. Raises InvalidQuery naming it."""
    text = args.get(name, "").strip()
    if not text:
        return default
    # int() alone would take '1_0', '+1', Arabic digits and numbers of any length.
    number = int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else 0
    if not 1 <= number <= most:
        raise InvalidQuery(
            vi=f"{name}: phải là số nguyên từ 1 đến {most}.",
            en=f"{name}: a whole number from 1 to {most} is expected.",
            parameter=name,
        )
    return number
