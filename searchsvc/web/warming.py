"""What the first request would wait for, done before it comes. The primary entrypoint is `warm_up`.

As soon as it runs, a worker opens archive, index and lexicon and asks one search; a request that comes
meanwhile waits for what it needs, no longer than without this. What no archive decides was loaded before the
worker was forked (`preloading`).
"""

import gc
import logging
import threading

from flask import Flask, render_template

from searchsvc.errors import ServiceError
from searchsvc.queries import SearchQuery
from searchsvc.web import present
from searchsvc.web.process_memory import bound_freed
from searchsvc.web.services import search_service

_ASKED = SearchQuery("nghị quyết đại hội")
"""Words of every archive, with accents: all that understands, ranks, marks and corrects a query is used."""

_logger = logging.getLogger(__name__)


def warm_up(app: Flask) -> threading.Thread:
    """Begin, in a thread of its own, what each worker does once; nothing is counted as a search."""
    thread = threading.Thread(target=_warm, args=(app,), name="warming", daemon=True)
    thread.start()
    return thread


def _warm(app: Flask) -> None:
    try:
        with app.test_request_context("/search"):
            service = search_service()
            render_template("search/results.html", view=present.search_view(service.search(_ASKED), service))
            bound_freed(service.engine.status().documents)
    except ServiceError:
        pass  # every search says so by itself
    except Exception:
        _logger.exception("a worker could not warm up")
    # What is there now stays; the collector need not look through it again and again.
    gc.collect()
    gc.freeze()
