"""What the owner of another site chooses for the search box: an address ↔ `BoxOptions`.

The primary entrypoint is `box_options_from`. The names are those of the page `/widget` and of `/embed`.
"""

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field
from werkzeug.datastructures import MultiDict

from searchsvc.errors import Language
from searchsvc.queries import SearchQuery
from searchsvc.search.service import SearchService
from searchsvc.web.parameters import WHOLE, Parameters
from searchsvc.web.params import args_for, query_from

Opening = Literal["inplace", "archive"]
Theme = Literal["light", "dark", "auto"]
Address = Literal["fixed", "latest"]

DEFAULT_RESULTS = 5
_MOST_RESULTS = 20
"""As many as the box itself asks for (`static/widget/widget.js`)."""


class LookParameters(Parameters):
    """How the results of a box look."""

    results: Annotated[int, Field(ge=1, le=_MOST_RESULTS), WHOLE] = DEFAULT_RESULTS
    theme: Theme = "light"


class BoxParameters(LookParameters):
    """What the page `/widget` lets choose beside the presets."""

    language: Language | None = None
    open: Opening = "inplace"
    address: Address = "fixed"


@dataclass(frozen=True, slots=True)
class BoxOptions:
    """The choices for one box. `presets` are parameters of the search page that every search of it keeps.

    `address` says whether the snippet names this very script, with its hash, or whatever is the newest.
    """

    presets: tuple[tuple[str, str], ...] = ()
    language: Language = "vi"
    results: int = DEFAULT_RESULTS
    open: Opening = "inplace"
    theme: Theme = "light"
    address: Address = "fixed"

    def preset(self, name: str) -> str:
        """Return the values of one preset as the page's form and the script's attribute write them."""
        return ",".join(value for key, value in self.presets if key == name)


def box_options_from(args: MultiDict[str, str], service: SearchService, language: Language) -> BoxOptions:
    """Return the options of an address; `language` is that of a box that names none.

    Raises InvalidQuery naming the parameter that is wrong.
    """
    asked = query_from(_presets(args), service, DEFAULT_RESULTS)
    given = BoxParameters.read(args, service)
    return BoxOptions(
        presets=tuple(args_for(SearchQuery(filters=asked.filters))),
        language=given.language or language,
        results=given.results,
        open=given.open,
        theme=given.theme,
        address=given.address,
    )


def _presets(args: MultiDict[str, str]) -> MultiDict[str, str]:
    """Return the presets alone; several codes stand in one field, parted by commas."""
    pairs = [(name, value) for name in ("from", "to", "unit", "collection") for value in args.getlist(name)]
    pairs += [("code", value) for text in args.getlist("code") for value in text.split(",")]
    return MultiDict(pairs)
