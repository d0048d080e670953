"""The archive on a PostgreSQL server: connecting, one writer at a time, and its errors in people's words.

The primary entrypoint is `postgresql_engine`. A writer takes an advisory lock when its transaction begins, so
writers of one database take turns as those of one SQLite file do, and the numbers of changes become visible
in their order. Readers never wait.
"""

from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL

from searchsvc.errors import ArchiveError

DRIVER = "postgresql+psycopg"

_WRITER_LOCK = 0x5EA2C45
"""First number of the advisory lock; the second is made of the schema. Locks belong to one database, so each
archive of a server has its own."""

_TAKE_TURN = f"SELECT pg_advisory_xact_lock({_WRITER_LOCK}, hashtext(current_schema()))"

_CONNECT_TIMEOUT_S = 10
_UNANSWERED_TIMEOUT_S = 60
_IDLE_WRITER_TIMEOUT_S = 600


def postgresql_engine(url: URL, *, busy_timeout_s: float, **pool: Any) -> Engine:
    """Return the engine of the database at `url`; a writer waits up to `busy_timeout_s` for another one.

    Parameters of `url` go before those set here (`?connect_timeout=3`).
    """
    engine = create_engine(
        url.set(drivername=DRIVER),
        isolation_level="READ COMMITTED",  # a writer must see what the one before it wrote
        pool_pre_ping=True,  # a server that was restarted meanwhile is no error
        connect_args={name: value for name, value in _CONNECT_ARGS.items() if name not in url.query},
        **pool,
    )

    @event.listens_for(engine, "connect")
    def _configure(connection: Any, _record: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute(_SESSION, {"lock_ms": str(int(busy_timeout_s * 1000))})
        connection.commit()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        if connection.get_execution_options().get("searchsvc_writes", False):
            connection.exec_driver_sql(
                f"SELECT pg_advisory_xact_lock({_WRITER_LOCK}, hashtext(current_schema()))"
            )

    return engine


_CONNECT_ARGS = {
    "application_name": "searchsvc",
    "connect_timeout": _CONNECT_TIMEOUT_S,
    "tcp_user_timeout": _UNANSWERED_TIMEOUT_S * 1000,
}

# A server that was told to lose the last commits in a crash (synchronous_commit off) is not told so by us.
_SESSION = f"""
SELECT set_config('lock_timeout', %(lock_ms)s, false),
       set_config('idle_in_transaction_session_timeout', '{_IDLE_WRITER_TIMEOUT_S}s', false),
       set_config('synchronous_commit',
                  CASE current_setting('synchronous_commit') WHEN 'off' THEN 'on'
                  ELSE current_setting('synchronous_commit') END, false)
"""


def postgresql_failure(error: BaseException, place: str) -> ArchiveError | None:
    """Return what an error of the server means for a person; None for one without a known state."""
    state = getattr(error, "sqlstate", None)
    texts = _TEXTS.get(state) or _TEXTS_OF_CLASS.get(state[:2]) if isinstance(state, str) else None
    if texts is None and type(error).__name__ in ("OperationalError", "ConnectionTimeout"):
        texts = _texts_of_connecting(str(error))
    if texts is None:
        return None
    reason = str(error).strip().partition("\n")[0]
    return ArchiveError(
        vi=texts[0].format(place=place, reason=reason), en=texts[1].format(place=place, reason=reason)
    )


def _texts_of_connecting(text: str) -> tuple[str, str]:
    # Before a session exists the driver passes on the server's words only.
    for words, state in _WORDS:
        if words in text:
            return _TEXTS[state]
    return _UNREACHABLE


_WORDS = (
    ('role "', "28000"),
    ("password", "28P01"),
    ("too many clients", "53300"),
    ("does not exist", "3D000"),
)
_LOCKED = (
    "Tiến trình khác đang ghi vào kho {place}: hãy đợi nó xong rồi chạy lại",
    "Another process is writing to the archive {place}: wait until it is done and run again",
)
_FULL = (
    "Ổ đĩa của máy chủ {place} đã đầy: hãy giải phóng chỗ trống rồi chạy lại; đợt đang ghi chưa được lưu",
    "The disk of the archive's server {place} is full: free some space and run again; the last batch was not "
    "kept",
)
_FORBIDDEN = (
    "Không được phép ghi vào kho {place} ({reason}): hãy cấp quyền, hoặc trỏ tới máy chủ chính",
    "The archive {place} may not be written ({reason}): grant the rights, or name the primary server",
)
_REFUSED = (
    "Máy chủ từ chối người dùng hoặc mật khẩu của kho {place}: hãy sửa SEARCHSVC_ARCHIVE_URL",
    "The server refused the user or password of the archive {place}: correct SEARCHSVC_ARCHIVE_URL",
)
_BUSY = (
    "Máy chủ {place} đang phục vụ quá nhiều kết nối: hãy thử lại sau hoặc tăng max_connections",
    "The server {place} has too many connections: try again later or raise max_connections",
)
_UNREACHABLE = (
    "Không liên lạc được máy chủ của kho {place} ({reason}): hãy kiểm tra nó có chạy không, rồi thử lại",
    "The archive's server {place} cannot be reached ({reason}): check that it runs, then try again",
)
_DAMAGED = (
    "Dữ liệu của kho {place} bị hỏng ({reason}): hãy khôi phục từ bản sao lưu hoặc từ tệp 'searchsvc export'",
    "The data of the archive {place} is damaged ({reason}): restore it from a backup or from a "
    "'searchsvc export' file",
)
_NO_DATABASE = (
    "Chưa có cơ sở dữ liệu của kho {place}: hãy tạo bằng 'createdb', rồi chạy 'searchsvc import …'",
    "There is no database for the archive {place}: make it with 'createdb', then run 'searchsvc import …'",
)

# States of https://www.postgresql.org/docs/15/errcodes-appendix.html
_TEXTS = {
    "55P03": _LOCKED,
    "53100": _FULL,
    "53300": _BUSY,
    "42501": _FORBIDDEN,
    "25006": _FORBIDDEN,
    "28P01": _REFUSED,
    "28000": _REFUSED,
    "3D000": _NO_DATABASE,
    "XX001": _DAMAGED,
    "XX002": _DAMAGED,
}
_TEXTS_OF_CLASS = {"08": _UNREACHABLE, "57": _UNREACHABLE, "53": _BUSY}
