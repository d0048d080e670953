"""The addresses and attributes in the HTML that the owner of another site pastes into it.

The primary entrypoint is `snippet`; `templates/widget/_snippets.html` makes the HTML of it and escapes it.
"""

from dataclasses import dataclass
from urllib.parse import quote, urlencode

from searchsvc.errors import Language
from searchsvc.web.box_options import DEFAULT_RESULTS, BoxOptions
from searchsvc.web.widget_files import Name, current_script

Pairs = tuple[tuple[str, str], ...]
# In the language of the box, which need not be that of the page which shows the snippet.
_LABELS: dict[Language, str] = {"vi": "Tìm trong kho bản tin", "en": "Search the bulletin archive"}
_BUTTONS: dict[Language, str] = {"vi": "Tìm", "en": "Search"}
_PRESETS = ("collection", "unit", "code", "from", "to")


@dataclass(frozen=True, slots=True)
class ScriptTag:
    """The address of a script and what the browser checks it against; no `integrity` where it may change."""

    address: str
    integrity: str = ""


@dataclass(frozen=True, slots=True)
class Snippet:
    """Everything that the three forms to paste are made of.

    `looks` are attributes of the element; `attributes` of the one script are these, presets and language.
    `fields` are the hidden fields of the plain form.
    """

    label: str
    button: str
    looks: Pairs
    attributes: Pairs
    fields: Pairs
    form_action: str
    search: str
    frame: str
    widget: ScriptTag
    sizer: ScriptTag


def snippet(options: BoxOptions, root: str) -> Snippet:
    """Return what the box is made of on another site; `root` is the archive's public address."""
    root = root.rstrip("/")
    looks = _looks(options)
    presets = [(f"data-{name}", options.preset(name)) for name in _PRESETS if options.preset(name)]
    fields = (*options.presets, ("lang", options.language))
    shown = [(name.removeprefix("data-"), value) for name, value in looks if name != "data-open"]
    newest = ScriptTag(f"{root}/widget.js")
    return Snippet(
        label=_LABELS[options.language],
        button=_BUTTONS[options.language],
        looks=looks,
        attributes=(*presets, ("data-lang", options.language), *looks),
        fields=fields,
        form_action=f"{root}/search",
        search=_with(f"{root}/search", fields),
        frame=_with(f"{root}/embed", (*fields, *shown)),
        widget=_tag("widget.js", root) if options.address == "fixed" else newest,
        # It has no address of its newest form: it is small, and what it understands has a number.
        sizer=_tag("frame.js", root),
    )


def _looks(options: BoxOptions) -> Pairs:
    chosen = (
        ("data-results", str(options.results) if options.results != DEFAULT_RESULTS else ""),
        ("data-open", options.open if options.open != "inplace" else ""),
        ("data-theme", options.theme if options.theme != "light" else ""),
    )
    return tuple((name, value) for name, value in chosen if value)


def _tag(name: Name, root: str) -> ScriptTag:
    script = current_script(name)
    return ScriptTag(root + script.path, script.integrity)


def _with(address: str, pairs: Pairs) -> str:
    return f"{address}?{urlencode(pairs, quote_via=quote, safe='/')}"
