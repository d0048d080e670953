"""Links as the templates show them."""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from searchsvc.queries import FacetName, SearchQuery
from searchsvc.search.answer import article_path, code_path, unit_path
from searchsvc.web.language import localized
from searchsvc.web.params import address_of, narrowing


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


def narrowed_addresses(query: SearchQuery, facet: FacetName) -> Callable[[str], str]:
    """Return what gives for a value of `facet` where a click on it leads, in the language of the current
    address."""
    address = narrowing(query, facet)
    return lambda value: localized(address(value))


def article_addresses(
    text: str = "", asis: tuple[str, ...] = (), version: int | None = None
) -> Callable[[str], str]:
    """Return what gives for an article's id the address of its page, with the query whose words it marks;
    None is the current version."""
    asked = address_of(SearchQuery(text, asis=asis), "")
    if version is not None:
        asked += f"{'&' if asked else '?'}version={version}"
    ending = localized(asked)
    return lambda article_id: article_path(article_id) + ending


def article_address(
    article_id: str, text: str = "", asis: tuple[str, ...] = (), version: int | None = None
) -> str:
    """Return the address of one article's page, as `article_addresses` gives it."""
    return article_addresses(text, asis, version)(article_id)


def code_address(code: str) -> str:
    """Return the address of a document's dossier, in the language of the current address."""
    return localized(code_path(code))


def unit_address(slug: str) -> str:
    """Return the address of a unit's page, in the language of the current address."""
    return localized(unit_path(slug))


def source_link(url: str | None) -> Link | None:
    """Return where an article came from, named by its host; None unless a browser may safely open it."""
    if not url or not url.lower().startswith(("http://", "https://")):
        return None
    try:
        host = urlsplit(url).hostname
    except ValueError:  # no address at all, such as 'http://[x'
        return None
    return Link(host, url) if host else None
