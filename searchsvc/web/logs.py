"""Logs as JSON lines on stderr, of the app and of gunicorn alike. The primary entrypoint is `configure`.

No line has an address, a query or anything else of a person: of a request there are its id, method, route,
status, duration and number of results.
"""

import logging
import sys

from pythonjsonlogger.json import JsonFormatter

_FORMAT = "{asctime}{levelname}{name}{message}"
_NAMES = {"asctime": "time", "levelname": "level", "name": "logger"}
_OURS = ("searchsvc", "gunicorn")


def configure(level: str) -> None:
    """Write what is at least as severe as `level` ('debug', 'info', 'warning', 'error')."""
    formatter = JsonFormatter(_FORMAT, style="{", rename_fields=_NAMES, json_ensure_ascii=False)
    formatter.default_msec_format = "%s.%03d"
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    for name in _OURS:
        logging.getLogger(name).setLevel(level.upper())
    # gunicorn tells of its start and stop at "info"; that is of no use beside systemd's own lines.
    logging.getLogger("gunicorn").setLevel("DEBUG" if level == "debug" else max_level(level, "WARNING"))


def max_level(first: str, second: str) -> int:
    """Return the more severe of two levels."""
    names = logging.getLevelNamesMapping()
    return max(names[first.upper()], names[second.upper()])
