"""What can go wrong with the archive's database, each as one sentence that says what to do."""

import sqlite3

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoFreeConnection

from searchsvc.archive.postgresql import postgresql_failure
from searchsvc.errors import ArchiveError


def missing(place: str) -> ArchiveError:
    """Return the error for an archive that nobody has made yet."""
    return ArchiveError(
        vi=f"Chưa có kho lưu trữ ở {place}: hãy chạy 'searchsvc import …' hoặc 'searchsvc demo'",
        en=f"There is no archive at {place}: run 'searchsvc import …' or 'searchsvc demo'",
    )


def not_an_archive(place: str) -> ArchiveError:
    """Return the error for a file or database of something else."""
    return ArchiveError(
        vi=f"{place} không phải kho lưu trữ của searchsvc: hãy sửa SEARCHSVC_ARCHIVE_URL hoặc SEARCHSVC_DATA",
        en=f"{place} is not an archive of searchsvc: correct SEARCHSVC_ARCHIVE_URL or SEARCHSVC_DATA",
    )


def other_schema(place: str, found: str | None, known: int) -> ArchiveError:
    """Return the error for an archive of a newer or older schema version."""
    if found is not None and found.isdecimal() and int(found) > known:
        return ArchiveError(
            vi=f"Kho {place} có cấu trúc phiên bản {found}, chương trình này chỉ biết {known}: "
            "hãy cài bản searchsvc mới hơn",
            en=f"The archive {place} has schema version {found}, this program knows {known}: "
            "install a newer searchsvc",
        )
    return ArchiveError(
        vi=f"Kho {place} có cấu trúc phiên bản {found}, chương trình này cần {known}: hãy chạy "
        "'searchsvc export' bằng bản đã tạo kho, rồi 'searchsvc import' vào một kho mới",
        en=f"The archive {place} has schema version {found}, this program needs {known}: run "
        "'searchsvc export' with the version that made it, then 'searchsvc import' into a new archive",
    )


def damaged(place: str) -> ArchiveError:
    """Return the error for a database that holds what was never written."""
    vi, en = (text.format(place=place) for text in _DAMAGED)
    return ArchiveError(vi=vi, en=en)


def unsupported_url(url: str) -> ArchiveError:
    """Return the error for an address that names no kind of database we can use."""
    return ArchiveError(
        vi=f"SEARCHSVC_ARCHIVE_URL={url!r}: cần dạng sqlite:///đường/dẫn/archive.db hoặc "
        "postgresql+psycopg://người_dùng:mật_khẩu@máy_chủ/cơ_sở_dữ_liệu",
        en=f"SEARCHSVC_ARCHIVE_URL={url!r}: expected the form sqlite:///path/to/archive.db or "
        "postgresql+psycopg://user:password@host/database",
    )


def archive_failure(error: Exception, place: str) -> ArchiveError:
    """Return what `error`, of SQLAlchemy or the operating system, means for a person."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(cause, sqlite3.Error):
        return _sqlite_failure(cause, place)
    if isinstance(error, NoFreeConnection):
        return ArchiveError(
            vi=f"Kho {place} đang phục vụ quá nhiều yêu cầu: hãy thử lại sau",
            en=f"The archive {place} is serving too many requests at once: try again later",
        )
    if isinstance(error, ImportError):
        return ArchiveError(
            vi=f"Kho {place} cần thư viện của PostgreSQL: hãy chạy pip install 'searchsvc[cluster]'",
            en=f"The archive {place} needs the library of PostgreSQL: run pip install 'searchsvc[cluster]'",
        )
    from_server = postgresql_failure(cause, place) if cause is not None else None
    if from_server:
        return from_server
    first_line = str(cause).strip().partition("\n")[0]
    return ArchiveError(
        vi=f"Không dùng được kho {place}: {first_line}", en=f"Cannot use the archive {place}: {first_line}"
    )


def _sqlite_failure(error: sqlite3.Error, place: str) -> ArchiveError:
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF  # extended codes add high bits
    texts = _SQLITE_TEXTS.get(code)
    if texts is None:
        return ArchiveError(
            vi=f"Không dùng được kho {place}: {error}", en=f"Cannot use the archive {place}: {error}"
        )
    return ArchiveError(vi=texts[0].format(place=place), en=texts[1].format(place=place))


_LOCKED = (
    "Tiến trình khác đang ghi vào kho {place}: hãy đợi nó xong rồi chạy lại",
    "Another process is writing to the archive {place}: wait until it is done and run again",
)
_DAMAGED = (
    "Tệp kho {place} bị hỏng: hãy khôi phục từ bản sao lưu hoặc từ tệp 'searchsvc export'",
    "The archive file {place} is damaged: restore it from a backup or from a 'searchsvc export' file",
)
_FULL = (
    "Ổ đĩa của kho {place} đã đầy: hãy giải phóng chỗ trống rồi chạy lại; đợt đang ghi chưa được lưu",
    "The disk of the archive {place} is full: free some space and run again; the last batch was not kept",
)
_FORBIDDEN = (
    "Không được phép ghi vào kho {place}: hãy cấp quyền ghi cho tệp và thư mục của nó",
    "The archive {place} may not be written: allow writing to the file and its folder",
)
_SQLITE_TEXTS = {
    sqlite3.SQLITE_BUSY: _LOCKED,
    sqlite3.SQLITE_LOCKED: _LOCKED,
    sqlite3.SQLITE_FULL: _FULL,
    sqlite3.SQLITE_CORRUPT: _DAMAGED,
    sqlite3.SQLITE_NOTADB: (
        "{place} không phải tệp SQLite, hoặc phần đầu tệp bị hỏng: hãy sửa SEARCHSVC_ARCHIVE_URL, hoặc khôi "
        "phục tệp từ bản sao lưu",
        "{place} is not an SQLite file, or its beginning is damaged: correct SEARCHSVC_ARCHIVE_URL, or "
        "restore the file from a backup",
    ),
    sqlite3.SQLITE_READONLY: _FORBIDDEN,
    sqlite3.SQLITE_PERM: _FORBIDDEN,
    sqlite3.SQLITE_CANTOPEN: (
        "Không mở được tệp kho {place}: hãy kiểm tra quyền đọc, ghi của tệp và thư mục của nó",
        "The archive file {place} cannot be opened: check the permissions of the file and its folder",
    ),
    sqlite3.SQLITE_IOERR: (
        "Lỗi đọc, ghi ổ đĩa ở kho {place}: hãy kiểm tra ổ đĩa và chỗ trống rồi chạy lại",
        "Reading or writing the disk of the archive {place} failed: check the disk and its free space",
    ),
}
