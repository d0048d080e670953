"""Answers that a browser or a proxy may keep. The primary entrypoints are `register`, `revalidate` and
`revalidate_page`.

An answer holds for one day, and one state of archive and index. Its ETag is made of these, of the code and
the settings, and of what was asked, so 304 is said before anything is searched (RFC 9110, 13). The tags are
weak: two answers of one state differ in `took_ms`. What one worker has answered it gives again from what it
keeps (`kept_answers`). Files of `static/` have addresses that change with them.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from hashlib import blake2b
from pathlib import Path

from flask import Flask, Response, current_app, g, request

from searchsvc.resources import package_folder, static_folder, templates_folder
from searchsvc.settings import Settings
from searchsvc.web.kept_answers import kept_answer
from searchsvc.web.language import current_language
from searchsvc.web.services import search_service, services

API_MAX_AGE_S = 60
SUGGEST_MAX_AGE_S = 300
_FOREVER = "public, max-age=31536000, immutable"
_DIGEST_BYTES = 12
_VERSION = "v"


@dataclass(frozen=True, slots=True)
class _Validator:
    """The ETag of the answer under way, for how many seconds it holds, the header that it depends on."""

    tag: str
    max_age_s: int
    header: str | None


class _Answered(Exception):
    """A view need not go on. Not `abort`, which would make a stream of the finished `response`."""

    def __init__(self, response: Response) -> None:
        super().__init__()
        self.response = response


def register(app: Flask, settings: Settings) -> None:
    """Add the headers of caching to the answers of `app`, and versions to the addresses of its files."""
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = None
    after_fork(app, settings)
    app.jinja_env.globals["static_address"] = static_address
    app.register_error_handler(_Answered, lambda end: end.response)
    app.after_request(_with_headers)


def after_fork(app: Flask, settings: Settings) -> None:
    """Look anew at the files that staff edit, which the process is about to read: ETags change with them."""
    app.extensions["searchsvc.release"] = _release(settings)


def revalidate_page() -> None:
    """Do as `revalidate` for a page, which is kept: it depends on its language and its whole address."""
    _revalidate((request.full_path, current_language()), 0, header="Accept-Language", keep=True)


def revalidate(*asked: object, max_age_s: int = 0, keep: bool = False) -> None:
    """Give the answer under way its ETag; end the request with 304 where the client has that answer already,
    with the answer itself where it was to `keep` and still is there.

    `asked` is all of the request that the answer depends on, as values whose repr says them fully.
    """
    _revalidate(asked, max_age_s, keep=keep)


def _revalidate(
    asked: tuple[object, ...], max_age_s: int, *, header: str | None = None, keep: bool = False
) -> None:
    state = (current_app.extensions["searchsvc.release"], search_service().state(), base_url())
    validator = _Validator(_digest(repr((state, request.path, asked)).encode()), max_age_s, header)
    g.validator = validator
    known = request.if_none_match
    if not known.star_tag and known.contains_weak(validator.tag):
        raise _Answered(_not_modified())
    if keep and (answer := kept_answer(validator.tag)) is not None:
        raise _Answered(answer)


def _not_modified() -> Response:
    response = Response(status=304)
    del response.headers["Content-Type"]  # there is no content
    return response


def base_url() -> str:
    """Return the public address of the site, without a slash at its end: as set, or else as it was asked."""
    return (services().settings.base_url or request.host_url).rstrip("/")


def _with_headers(response: Response) -> Response:
    if request.endpoint == "static" and response.status_code in (200, 304):
        name = (request.view_args or {}).get("filename", "")
        if request.args.get(_VERSION) == _version(name):
            response.headers["Cache-Control"] = _FOREVER
        # Read in, not streamed: what compresses a stream leaves its file open.
        response.direct_passthrough = False
        response.make_sequence()
        return response
    validator: _Validator | None = g.get("validator")
    if validator and response.status_code in (200, 304):
        response.set_etag(validator.tag, weak=True)
        if validator.header:
            response.vary.add(validator.header)
        age = validator.max_age_s
        response.headers["Cache-Control"] = f"public, max-age={age}" if age else "no-cache"
    return response


def static_address(name: str) -> str:
    """Return the address of a file of `static/`, with its version where there is such a file."""
    version = _version(name)
    return f"/static/{name}?{_VERSION}={version}" if version else f"/static/{name}"


def _version(name: str) -> str | None:
    """Return a short hash of a file of `static/`, None if there is no such file."""
    path = os.path.join(_static_folder(), name)  # noqa: PTH118 - asked for by every page, five times
    try:
        found = os.stat(path)  # noqa: PTH116
        return _file_version(path, found.st_mtime_ns, found.st_size)
    except (OSError, ValueError):
        return None


@cache
def _static_folder() -> str:
    return str(static_folder())


@lru_cache(maxsize=256)
def _file_version(path: str, changed: int, size: int) -> str:
    return _digest(Path(path).read_bytes())[:_DIGEST_BYTES]


def _release(settings: Settings) -> str:
    """Return what changes with the code, its data and templates, the settings and the files they name."""
    edited = [path for path in (settings.units_file, settings.synonyms_file) if path and path.is_file()]
    contents = [path.read_bytes() for path in edited]
    return _digest(b"\0".join([_code_digest().encode(), settings.model_dump_json().encode(), *contents]))


@cache
def _code_digest() -> str:
    """Return one digest of all files that make an answer; machines of one release agree in it."""
    whole = blake2b(digest_size=_DIGEST_BYTES)
    for folder in (package_folder(), templates_folder(), static_folder()):
        for name, path in _files(folder):
            whole.update(name.encode())
            whole.update(path.read_bytes())
    return whole.hexdigest()


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix != ".pyc":
            yield path.relative_to(folder).as_posix(), path


def _digest(content: bytes) -> str:
    return blake2b(content, digest_size=_DIGEST_BYTES).hexdigest()
