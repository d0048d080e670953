"""What the owner of another site chooses for the search box: an address ↔ `BoxOptions`.

The primary entrypoint is `box_options_from`. The names are those of the page `/widget` and of `/embed`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar, get_args

from werkzeug.datastructures import MultiDict

from searchsvc.errors import InvalidQuery, Language
from searchsvc.queries import SearchQuery
from searchsvc.search.service import SearchService
from searchsvc.web.params import args_for, query_from, whole_number

Opening = Literal["inplace", "archive"]
Theme = Literal["light", "dark", "auto"]
Address = Literal["fixed", "latest"]
_Choice = TypeVar("_Choice", bound=str)

DEFAULT_RESULTS = 5
MOST_RESULTS = 20
"""As many as the box itself asks for (`static/widget/widget.js`)."""


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
    languages: tuple[Language, ...] = get_args(Language)
    openings: tuple[Opening, ...] = get_args(Opening)
    addresses: tuple[Address, ...] = get_args(Address)
    return BoxOptions(
        presets=tuple(args_for(SearchQuery(filters=asked.filters))),
        language=_choice(args, "language", languages, language),
        results=whole_number(args, "results", DEFAULT_RESULTS, MOST_RESULTS),
        open=_choice(args, "open", openings, "inplace"),
        theme=theme_from(args),
        address=_choice(args, "address", addresses, "fixed"),
    )


def theme_from(args: MultiDict[str, str]) -> Theme:
    """Return the theme of an address. Raises InvalidQuery if there is no such theme."""
    themes: tuple[Theme, ...] = get_args(Theme)
    return _choice(args, "theme", themes, "light")


def _presets(args: MultiDict[str, str]) -> MultiDict[str, str]:
    """Return the presets alone; several codes stand in one field, parted by commas."""
    pairs = [(name, value) for name in ("from", "to", "unit", "collection") for value in args.getlist(name)]
    pairs += [("code", value) for text in args.getlist("code") for value in text.split(",")]
    return MultiDict(pairs)


def _choice(args: MultiDict[str, str], name: str, choices: Sequence[_Choice], default: _Choice) -> _Choice:
    text = args.get(name, "").strip()
    if not text:
        return default
    for choice in choices:
        if choice == text:
            return choice
    listed = ", ".join(choices)
    raise InvalidQuery(vi=f"{name}: chỉ nhận {listed}.", en=f"{name}: one of {listed}.", parameter=name)
