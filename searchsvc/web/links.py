"""Links as the templates show them."""

from dataclasses import dataclass

from searchsvc.queries import SearchQuery
from searchsvc.search.answer import article_path
from searchsvc.web.params import address_of


@dataclass(frozen=True, slots=True)
class Link:
    """A text that leads somewhere; `chosen` marks the value in force."""

    text: str
    address: str
    count: int | None = None
    chosen: bool = False


def article_address(article_id: str, text: str = "", asis: tuple[str, ...] = ()) -> str:
    """Return the address of an article's page, with the query whose words it marks."""
    return address_of(SearchQuery(text, asis=asis), article_path(article_id))
