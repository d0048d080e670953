"""The addresses of the pages around one page of a list, as the API answers them."""

from collections.abc import Callable

from searchsvc.search.json_types import LinksObject


def page_links(
    address: Callable[[int], str], page: int, per_page: int, total: int, deepest: int | None = None
) -> LinksObject:
    """Return the first, previous, next and last page; `deepest` is how many results may be paged through."""
    reachable = total if deepest is None else min(total, deepest // per_page * per_page)
    last = max(1, -(-reachable // per_page))
    return {
        "first": address(1),
        "previous": address(min(page - 1, last)) if page > 1 else None,
        "next": address(page + 1) if page < last else None,
        "last": address(last),
    }
