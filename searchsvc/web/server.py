"""Runs the app on gunicorn: several processes, each with threads, restarted when one dies."""

from typing import Any

from gunicorn.app.base import BaseApplication

from searchsvc.settings import Settings
from searchsvc.web.app import create_app

_THREADS = 4
_REQUEST_TIMEOUT_S = 30
_GRACE_S = 10


class _Server(BaseApplication):  # type: ignore[misc]  # gunicorn ships no types
    """gunicorn with the options of our settings instead of a configuration file."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        super().__init__()

    def load_config(self) -> None:
        options = {
            "bind": f"{_bracketed(self._settings.host)}:{self._settings.port}",
            "workers": self._settings.workers,
            "worker_class": "gthread",
            "threads": _THREADS,
            "timeout": _REQUEST_TIMEOUT_S,
            "graceful_timeout": _GRACE_S,
            "keepalive": 5,
            "loglevel": "warning",
            "limit_request_line": 8190,
            "limit_request_fields": 60,
            "proc_name": "searchsvc",
            "control_socket_disable": True,
        }
        for name, value in options.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> Any:
        # Called in each worker: archive and index are opened after the fork, never shared across it.
        return create_app(self._settings)


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def serve(settings: Settings) -> None:
    """Serve until stopped. gunicorn exits the process with its own code if the port is taken."""
    _Server(settings).run()
