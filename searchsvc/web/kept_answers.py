"""Finished answers, kept for as long as they hold. The primary entrypoints are `register` and `kept_answer`.

The tag of an answer (`caching`) says all that it depends on: the day, the state of index, archive and
lexicon, the code and the settings, and what was asked. So one who asks the same in the same state gets the
same bytes, and nothing is searched; after an update every tag is another one, and what was kept goes, being
asked for no more. Each worker keeps its own, up to a bound.
"""

from dataclasses import dataclass

from flask import Flask, Response, current_app, g

from searchsvc.keeping import Kept
from searchsvc.settings import Settings
from searchsvc.web.observing import Noted, count, noted_in_request

BYTES = 8 * 2**20
"""For the answers of one worker: some three hundred pages of results."""

_LARGEST = 128 * 1024
_HEADERS_BYTES = 500


@dataclass(frozen=True, slots=True)
class _Answer:
    """What a view answered: its body and headers, and the search that is to be counted again."""

    body: bytes
    headers: tuple[tuple[str, str], ...]
    noted: Noted | None

    @property
    def nbytes(self) -> int:
        return len(self.body) + _HEADERS_BYTES


def register(app: Flask, _settings: Settings) -> None:
    """Keep the answers of `app` that are marked to be kept. To be registered last, so that it is told first:
    what it keeps has no header yet that depends on who asks."""
    app.extensions["searchsvc.answers"] = Kept[str, _Answer](BYTES)
    app.after_request(_keep)


def kept_answer(tag: str) -> Response | None:
    """Return the answer of `tag`, counted as a search where it is one, or None; then it is kept when made."""
    found = _answers().get(tag)
    if found is None:
        g.kept_under = tag
        return None
    if found.noted is not None:
        count(found.noted)
    response = Response(found.body)
    response.headers.clear()
    response.headers.extend(found.headers)
    return response


def _keep(response: Response) -> Response:
    tag: str | None = g.get("kept_under")
    if tag is not None and response.status_code == 200 and not response.is_streamed:
        answer = _Answer(response.get_data(), tuple(response.headers.items()), noted_in_request())
        if len(answer.body) <= _LARGEST:
            _answers().put(tag, answer, answer.nbytes)
    return response


def _answers() -> Kept[str, _Answer]:
    found: Kept[str, _Answer] = current_app.extensions["searchsvc.answers"]
    return found
