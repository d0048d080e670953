"""The pages of units: the tree of all of them, and each one with what it publishes.

The primary entrypoints are the views of the blueprint `units`.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from searchsvc.extract.units import Unit
from searchsvc.queries import Filters, SearchQuery
from searchsvc.search.answer import unit_path
from searchsvc.search.citing import Place
from searchsvc.search.service import SearchService
from searchsvc.search.unit_overview import UnitNode, UnitOverview
from searchsvc.web.caching import revalidate_page
from searchsvc.web.feeds import feed_address
from searchsvc.web.language import gettext as _
from searchsvc.web.links import Link, page_address, unit_address
from searchsvc.web.listing import Listing, listing
from searchsvc.web.metadata import page_metadata
from searchsvc.web.parameters import OverviewParameters
from searchsvc.web.services import catalogue, search_service, services

units = Blueprint("units", __name__, url_prefix="/units")


@dataclass(frozen=True, slots=True)
class UnitLink:
    """A unit of the tree with those under it."""

    link: Link
    years: str
    children: tuple["UnitLink", ...]


@dataclass(frozen=True, slots=True)
class UnitView:
    """Everything that the page of a unit shows."""

    overview: UnitOverview
    years: str
    ancestors: tuple[Link, ...]
    children: tuple[UnitLink, ...]
    predecessors: tuple[Link, ...]
    successor: Link | None
    codes: tuple[Link, ...]
    search: str
    feed: str
    listing: Listing


@units.get("/")
def index() -> str:
    """Show the tree of all units."""
    revalidate_page()
    about = page_metadata(_("Đơn vị"), "/units/")
    return render_template("units/tree.html", nodes=_tree(catalogue().units()), metadata=about)


@units.get("/<path:slug>")
def unit(slug: str) -> Response | str:
    """Show one unit, or lead to it from its name."""
    found = catalogue().unit_named(slug)
    if found.slug != slug:
        return redirect(unit_address(found.slug), 301)
    per_page = services().settings.per_page
    asked = OverviewParameters.read(request.args, search_service())
    place = Place(asked.page, per_page, asked.period)
    revalidate_page()
    overview = catalogue().unit(found.slug, place.page, per_page, place.days)
    view = unit_view(overview, place, search_service())
    about = page_metadata(found.name, unit_path(found.slug), feed=view.feed)
    return render_template("units/unit.html", view=view, metadata=about)


def unit_view(overview: UnitOverview, place: Place, service: SearchService) -> UnitView:
    """Return what the page of a unit shows."""
    found = overview.unit
    query = SearchQuery(filters=Filters(units=(found.slug,)))
    return UnitView(
        overview=overview,
        years=_years(found),
        ancestors=tuple(map(_link, overview.ancestors)),
        children=_tree(overview.children),
        predecessors=tuple(map(_link, overview.predecessors)),
        successor=_link(overview.successor) if overview.successor else None,
        codes=tuple(
            Link(count.value, page_address(_citing(query, count.value)), count.count)
            for count in overview.codes
        ),
        search=page_address(query),
        feed=feed_address(query),
        listing=listing(overview.overview, place, unit_path(found.slug), service),
    )


def _citing(query: SearchQuery, code: str) -> SearchQuery:
    return replace(query, filters=replace(query.filters, codes=(code,)))


def _tree(nodes: Iterable[UnitNode]) -> tuple[UnitLink, ...]:
    return tuple(
        UnitLink(
            Link(node.unit.name, unit_address(node.unit.slug), node.articles),
            _years(node.unit),
            _tree(node.children),
        )
        for node in nodes
    )


def _link(unit: Unit) -> Link:
    return Link(unit.name, unit_address(unit.slug))


def _years(unit: Unit) -> str:
    """Return the years of a unit that has not been there all the time: '2007–2025', '2025–'."""
    if unit.since is None and unit.until is None:
        return ""
    return f"{unit.since or ''}–{unit.until or ''}"
