"""The language of a page: chosen by address or header, kept in the page's links, offered in the other.

The primary entrypoints are `register`, `current_language` and `localized`. Texts for people are written in
Vietnamese, in templates (`{{ _('…') }}`) and in `web/` (`gettext`, `ngettext` of this module); their
English is in `searchsvc/translations`, kept by `scripts/translations` (docs/translations.md).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from babel.support import NullTranslations
from flask import Flask, Response, g, request
from flask_babel import Babel, get_locale, get_translations
from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from searchsvc.errors import Language
from searchsvc.resources import translations_folder
from searchsvc.web.services import services

PARAMETER = "lang"
NAMES: dict[Language, str] = {"vi": "Tiếng Việt", "en": "English"}
_NEGOTIATED_TYPES = ("text/html", "application/problem+json")


@dataclass(frozen=True, slots=True)
class _Spoken:
    """What a request is answered in; `asked` is the language that its address names."""

    language: Language
    asked: Language | None
    texts: NullTranslations


@dataclass(frozen=True, slots=True)
class Alternate:
    """The page that is shown, in one language; `address` is its path and query."""

    language: Language
    name: str
    address: str
    chosen: bool


def register(app: Flask) -> None:
    """Answer each request to `app` in its language, and give the templates what they need for it."""
    Babel(
        app,
        default_locale="vi",
        default_translation_directories=str(translations_folder()),
        locale_selector=_choose,
    )
    # In place of those that look for the catalogue with every text of a page.
    app.jinja_env.globals.update(_=_marked_up, gettext=_marked_up, ngettext=_counted_and_marked_up)
    app.jinja_env.filters["localized"] = per_request(localized)
    for function in (current_language, language_pairs, alternates, translations):
        app.jinja_env.globals[function.__name__] = function
    app.after_request(_told)


def per_request(function: Callable[[Any], str]) -> Callable[[Context, Any], str]:
    """Return `function` as a filter that Jinja applies anew each time, also to a constant."""

    @pass_context
    def applied(context: Context, value: Any) -> str:
        return function(value)

    return applied


def current_language() -> Language:
    """Return the language of the answer to the current request."""
    return _spoken().language


def gettext(text: str, /, **values: object) -> str:
    """Return `text`, written in Vietnamese, in the current language, `%(name)s` filled in from `values`."""
    found = str(_spoken().texts.ugettext(text))
    return found % values if values else found


def ngettext(one: str, many: str, number: int, /, **values: object) -> str:
    """Return `gettext` of `one` or `many`, as `number` asks; in Vietnamese both are the same."""
    return str(_spoken().texts.ungettext(one, many, number)) % {"num": number, **values}


def _marked_up(text: str, /, **values: object) -> Markup:
    """Return `gettext` for a template: its own markup stays, that of `values` is escaped."""
    return _filled_in(_spoken().texts.ugettext(text), values)


def _counted_and_marked_up(one: str, many: str, number: int, /, **values: object) -> Markup:
    return _filled_in(_spoken().texts.ungettext(one, many, number), {"num": number, **values})


def _filled_in(text: str, values: dict[str, object]) -> Markup:
    return Markup(text) % values if "%" in text else Markup(text)  # noqa: S704 - ours, not a person's


def language_pairs() -> tuple[tuple[str, str], ...]:
    """Return the parameters that keep the language of the address; none where the browser decides."""
    asked = _spoken().asked
    return ((PARAMETER, asked),) if asked else ()


def localized(address: str) -> str:
    """Return a path of this site, with or without a query, in the language of the current address."""
    pairs = language_pairs()
    if not pairs:
        return address
    path, mark, fragment = address.partition("#")
    return f"{path}{'&' if '?' in path else '?'}{urlencode(pairs)}{mark}{fragment}"


def alternates() -> tuple[Alternate, ...]:
    """Return the current page in each language, all else in its address kept."""
    current = current_language()
    return tuple(
        Alternate(language, name, address_with(PARAMETER, language), language == current)
        for language, name in NAMES.items()
    )


def translations() -> dict[str, str]:
    """Return the full address of the current page by language; `x-default` leaves it to the browser."""
    root = (services().settings.base_url or request.host_url).rstrip("/")
    found: dict[str, str] = {other.language: root + other.address for other in alternates()}
    return {**found, "x-default": root + address_with(PARAMETER)}


def address_with(name: str, *values: str) -> str:
    """Return the current path and query with `values` in place of those of the parameter `name`."""
    kept = [pair for pair in request.args.items(multi=True) if pair[0] != name]
    # One slash: an address that begins with two names another host.
    path = "/" + quote(request.path.lstrip("/"), safe="/")
    text = urlencode([*kept, *((name, value) for value in values)], quote_via=quote, safe="/")
    return f"{path}?{text}" if text else path


def _spoken() -> _Spoken:
    """Return what the current request is answered in, found out once: a page asks a hundred times."""
    found: _Spoken | None = g.get("spoken")
    if found is None:
        locale = get_locale()
        language: Language = "en" if locale is not None and locale.language == "en" else "vi"
        found = g.spoken = _Spoken(language, _asked(), get_translations())
    return found


def _choose() -> Language:
    first = services().settings.language
    offered = (first, *(language for language in NAMES if language != first))
    found = _asked() or request.accept_languages.best_match(offered, default=first)
    return "en" if found == "en" else "vi"


def _asked() -> Language | None:
    text = request.args.get(PARAMETER, "")
    return next((language for language in NAMES if language == text), None)


def _told(response: Response) -> Response:
    if response.mimetype in _NEGOTIATED_TYPES:
        response.vary.add("Accept-Language")
        response.content_language.add(current_language())
    return response
