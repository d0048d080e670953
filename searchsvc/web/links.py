"""Links as the templates show them."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from searchsvc.queries import SearchQuery
from searchsvc.search.answer import article_path, code_path, unit_path
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


def article_address(
    article_id: str, text: str = "", asis: tuple[str, ...] = (), version: int | None = None
) -> str:
    """Return the address of an article's page, with the query whose words it marks; None is the current
    version."""
    address = address_of(SearchQuery(text, asis=asis), article_path(article_id))
    if version is not None:
        address += f"{'&' if '?' in address else '?'}version={version}"
    return localized(address)


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
