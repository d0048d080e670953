"""Links as the templates show them."""

from dataclasses import dataclass

from searchsvc.queries import SearchQuery
from searchsvc.search.answer import article_path
from searchsvc.web.language import localized
from searchsvc.web.params import address_of


@dataclass(frozen=True, slots=True)
class Link:
    """A text that leads somewhere; `chosen` marks the value in force."""

    text: str
    address: str
    count: int | None = None
    chosen: bool = False


def page_address(query: SearchQuery, path: str = "/search") -> str:
    """Return the address of `query` as a link on the current page, in the language of its address."""
    return localized(address_of(query, path))


def article_address(article_id: str, text: str = "", asis: tuple[str, ...] = ()) -> str:
    """Return the address of an article's page, with the query whose words it marks."""
    return page_address(SearchQuery(text, asis=asis), article_path(article_id))
