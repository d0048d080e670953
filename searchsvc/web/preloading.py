"""What all workers share: loaded once, before they are forked. The primary entrypoint is `preload`.

A worker that is forked from a process that has loaded it begins with nothing left to load but archive and
index, also one that takes the place of another; and memory that nobody writes stays one copy for all.
"""

import gc

from flask import Flask

from searchsvc.search.preloading import preload as preload_search
from searchsvc.settings import Settings
from searchsvc.web import language
from searchsvc.web.caching import static_address


def preload(app: Flask, settings: Settings) -> None:
    """Load modules, tables, templates and translations of `app`, whose workers are then forked.

    Opens neither archive nor index, no connection and no thread.
    """
    preload_search(settings)
    for name in app.jinja_env.list_templates(["html"]):
        app.jinja_env.get_template(name)
    app.url_map.update()
    static_address("site.css")
    for each in language.NAMES:
        with app.test_request_context(f"/?{language.PARAMETER}={each}"):
            language.current_language()
    # A collection would write into what it looks through, and so copy all of it into each worker. None is
    # made here either: a start leaves a thousand objects of garbage, and to find them takes 0.1 s.
    gc.freeze()
    gc.enable()
