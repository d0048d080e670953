"""Errors that a person reads: each says, in Vietnamese and in English, what to do next.

The primary entrypoint is `ServiceError`; everything the service raises on purpose is a subclass.
The command line and the web choose the language and the exit code or status; nothing below them does.
"""

from math import ceil
from typing import Literal, NamedTuple

Language = Literal["vi", "en"]


class Message(NamedTuple):
    """One sentence in both languages of the service."""

    vi: str
    en: str

    def text(self, language: Language) -> str:
        """Return the sentence in `language`."""
        return self.vi if language == "vi" else self.en


class ServiceError(Exception):
    """Base of all expected errors; `message` is one line for a person, without a traceback."""

    def __init__(self, *, vi: str, en: str) -> None:
        super().__init__(en)
        self.message = Message(vi, en)

    def __reduce__(self) -> tuple[object, ...]:
        # Worker processes send errors to the parent; keyword-only arguments need this to pickle.
        return (_rebuild, (type(self), self.message))


def _rebuild(kind: type[ServiceError], message: Message) -> ServiceError:
    return kind(vi=message.vi, en=message.en)


class SettingsError(ServiceError):
    """A setting has a wrong value; the message names it."""


class InvalidQuery(ServiceError):
    """A parameter of a request cannot be understood; `parameter` names it (HTTP 400)."""

    def __init__(self, *, vi: str, en: str, parameter: str = "q") -> None:
        super().__init__(vi=vi, en=en)
        self.parameter = parameter


class NotFound(ServiceError):
    """The named thing is not in the archive (HTTP 404)."""


class UnreadableSource(ServiceError):
    """A source, or one item of it, cannot be read as articles."""


class ArchiveError(ServiceError):
    """The archive database is missing, locked, full or of another schema version."""


class IndexMissing(ServiceError):
    """There is no index yet, or it was deleted; the message names the command to run (HTTP 503)."""


class IndexMismatch(ServiceError):
    """The index was built by another schema or analyzer; the message names the command to run."""


class IndexLocked(ServiceError):
    """Another process is writing the index."""


class EngineUnavailable(ServiceError):
    """The engine cannot answer now: disk full, damaged files, no connection (HTTP 503)."""


class TooManyRequests(ServiceError):
    """One address asks too often; the next request is answered after `wait_s` whole seconds (HTTP 429)."""

    def __init__(self, wait_s: float) -> None:
        self.wait_s = max(1, ceil(wait_s))
        super().__init__(
            vi=f"Bạn hỏi quá nhanh; hãy thử lại sau {self.wait_s} giây.",
            en=f"Too many requests; try again in {self.wait_s} s.",
        )


class CannotListen(ServiceError):
    """The address or port to serve on is taken, or is none of this machine."""


class RegistryError(ServiceError):
    """The units registry cannot be read; the message names the entry and the line."""
