"""The articles of a dossier or of a unit: their timeline, and one page of them, newest first.

The primary entrypoint is `listing`. A column of the timeline leads to the same page with only the articles
of that year or month in the list.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from searchsvc.queries import DateRange
from searchsvc.results import FacetCount, Hit, LabelledCount
from searchsvc.search.citing import Overview, Place
from searchsvc.search.service import SearchService
from searchsvc.web.language import gettext as _
from searchsvc.web.language import localized
from searchsvc.web.links import Link, article_address, code_address
from searchsvc.web.present import SHOWN_CODES, HitView
from searchsvc.web.timeline import Chart, timeline

ANCHOR = "#bai"
"""Where the list starts, so that a click on the timeline or on a page shows it."""


@dataclass(frozen=True, slots=True)
class Listing:
    """What the template shows of a list; `period` names the days chosen, `whole` leads to all days."""

    charts: tuple[Chart, ...]
    hits: tuple[HitView, ...]
    total: int
    start: int
    query: Place
    last_page: int
    previous: str | None
    following: str | None
    period: str
    whole: str


def listing(overview: Overview, place: Place, path: str, service: SearchService, code: str = "") -> Listing:
    """Return the list on the page at `path`; the article pages mark `code`."""
    deepest = min(overview.listed, service.limits.max_results)
    last_page = max(1, -(-deepest // place.per_page))
    chosen = _value_of(place.days)

    def address(page: int, period: str) -> str:
        pairs = [("period", period), ("page", str(page) if page > 1 else "")]
        query = urlencode([pair for pair in pairs if pair[1]])
        return localized(f"{path}?{query}{ANCHOR}" if query else path + ANCHOR)

    return Listing(
        charts=timeline(
            _labelled(overview.years),
            _labelled(overview.months),
            place.days,
            lambda _facet, value: address(1, value),
        ),
        hits=tuple(_hit(hit, service, code) for hit in overview.hits),
        total=overview.listed,
        start=place.offset + 1,
        query=place,
        last_page=last_page,
        previous=address(place.page - 1, chosen) if place.page > 1 else None,
        following=address(place.page + 1, chosen) if place.page < last_page else None,
        period=_name_of(chosen),
        whole=address(1, ""),
    )


def _value_of(days: DateRange) -> str:
    """Return the year or the month that `days` are, as an address has it."""
    if days.first is None or days.last is None:
        return ""
    text = days.first.isoformat()
    return text[:7] if days.first.month == days.last.month else text[:4]


def _name_of(period: str) -> str:
    year, _dash, month = period.partition("-")
    if month:
        return _("tháng %(month)s/%(year)s", month=int(month), year=year)
    return _("năm %(year)s", year=year) if year else ""


def _labelled(counts: Sequence[FacetCount]) -> list[LabelledCount]:
    return [LabelledCount(count.value, count.value, count.count) for count in counts]


def _hit(hit: Hit, service: SearchService, code: str) -> HitView:
    article = hit.article
    codes = [other for other in article.annotations.distinct_codes() if other != code][:SHOWN_CODES]
    return HitView(
        title=hit.title,
        address=article_address(article.id, code),
        snippets=hit.snippets,
        published=article.annotations.published,
        unit=service.unit_name(article),
        codes=tuple(Link(other, code_address(other)) for other in codes),
    )
