"""Runs the app on gunicorn: several processes, each with threads, restarted when one dies.

The parent listens, then loads what no archive decides (`preloading`) and makes the app; workers are forked
from that, and each opens archive and index for itself.
"""

import logging
import socket
from collections.abc import Callable
from typing import Any

from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger

from searchsvc.errors import CannotListen
from searchsvc.settings import Settings
from searchsvc.web.app import after_fork, create_app
from searchsvc.web.counters import Counters
from searchsvc.web.logs import configure
from searchsvc.web.metrics import share_between_workers
from searchsvc.web.observing import recorder_of
from searchsvc.web.preloading import preload
from searchsvc.web.process_memory import give_back_regularly, use_one_arena
from searchsvc.web.services import Services
from searchsvc.web.verification import verify_beforehand
from searchsvc.web.verified import Verified
from searchsvc.web.warming import warm_up
from searchsvc.web.workers import PatientWorker

_THREADS = 4
_REQUEST_TIMEOUT_S = 30
_GRACE_S = 20


class _Log(Logger):  # type: ignore[misc]  # gunicorn ships no types
    """gunicorn's messages in the log of the app; its access log is the app's line of each request."""

    def setup(self, cfg: Any) -> None:
        self.error_log.propagate = True
        self.error_log.setLevel(logging.NOTSET)

    # gunicorn would write the address of the client, and the query that was sent.
    def warning(self, msg: str, *args: Any, **options: Any) -> None:
        if msg.startswith("Invalid request from"):
            msg, args = "a request that is no HTTP was refused", ()
        super().warning(msg, *args, **options)

    def exception(self, msg: str, *args: Any, **options: Any) -> None:
        if msg.startswith("Error handling request"):
            msg, args = "a request failed outside the app", ()
        super().exception(msg, *args, **options)


class _Server(BaseApplication):  # type: ignore[misc]  # gunicorn ships no types
    """gunicorn with the options of our settings instead of a configuration file."""

    def __init__(
        self, settings: Settings, listener: socket.socket, take_number: Callable[[int], None]
    ) -> None:
        self._settings = settings
        self._take_number = take_number
        # Made before the fork: one table each for all workers.
        self._counters, self._verified = Counters(), Verified()
        self._bind = f"fd://{listener.detach()}"
        super().__init__()

    def load_config(self) -> None:
        options = {
            "bind": self._bind,
            "workers": self._settings.workers,
            "worker_class": PatientWorker,
            "threads": _THREADS,
            "timeout": _REQUEST_TIMEOUT_S,
            "graceful_timeout": _GRACE_S,
            "keepalive": 5,
            # Whom to believe is SEARCHSVC_TRUSTED_PROXIES' to say, not the address it comes from.
            "forwarded_allow_ips": "",
            "logger_class": _Log,
            "when_ready": lambda arbiter: self._preload(),
            "pre_fork": _numbered,
            "post_fork": lambda arbiter, worker: self._take_number(worker.number),
            "worker_exit": _ended,
            "limit_request_line": 8190,
            "limit_request_fields": 60,
            "proc_name": "searchsvc",
            "control_socket_disable": True,
        }
        for name, value in options.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def _preload(self) -> None:
        """Make what workers are forked from; connections wait meanwhile, since the parent listens."""
        verifying = verify_beforehand(self._settings, self._verified)
        self._services = Services(self._settings)
        self._app = create_app(self._settings, self._services, self._counters)
        preload(self._app, self._settings)
        # No thread lives on in a fork, but what it has locked would stay locked.
        verifying.join()

    def load(self) -> Any:
        # Called in each worker: archive and index are opened after the fork, never shared across it.
        after_fork(self._app, self._settings)
        self._services.verify(self._verified)
        warm_up(self._app)
        give_back_regularly()
        return self._app


def listener_on(host: str, port: int) -> socket.socket:
    """Return a socket bound to the address. Raises CannotListen, which says why.

    gunicorn itself would try a taken port five times and log each time.
    """
    try:
        family, kind, _, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind)
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
        except OSError:
            listener.close()
            raise
    except (OSError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise CannotListen(
            vi=f"Không mở được {host}, cổng {port} ({reason}); hãy chọn cổng khác bằng --port",
            en=f"Cannot listen on {host}, port {port} ({reason}); choose another one with --port",
        ) from error
    return listener


def serve(settings: Settings, listener: socket.socket) -> None:
    """Serve on `listener` until stopped; the process then ends with gunicorn's own exit code."""
    configure(settings.log_level)
    use_one_arena()
    with share_between_workers() as take_number:
        _Server(settings, listener, take_number).run()


def _numbered(arbiter: Any, worker: Any) -> None:
    """Give a worker that is about to be forked the least number that no other has."""
    taken = {other.number for other in arbiter.WORKERS.values()}
    worker.number = next(number for number in range(len(taken) + 1) if number not in taken)


def _ended(arbiter: Any, worker: Any) -> None:
    """Write what a worker that ends has still to write."""
    app = getattr(worker, "wsgi", None)
    if app is not None:
        recorder_of(app).close()
