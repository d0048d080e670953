"""What can go wrong with a backup, each as one sentence that says what to do."""

from pathlib import Path

from searchsvc.archive.checking import Damage
from searchsvc.errors import ArchiveError


def no_file(place: str) -> ArchiveError:
    """The archive is on a database server."""
    return ArchiveError(
        vi=f"Kho {place} nằm trên máy chủ cơ sở dữ liệu: hãy sao lưu bằng pg_dump -Fc (và pg_restore), "
        "hoặc 'searchsvc export'",
        en=f"The archive {place} is on a database server: back it up with pg_dump -Fc (and pg_restore), "
        "or with 'searchsvc export'",
    )


def damaged(damage: Damage) -> ArchiveError:
    """What is to be saved or restored is not whole."""
    shown = ", ".join(damage.items[:3])
    return ArchiveError(
        vi=f"Kho có chỗ hỏng ({damage.kind}: {shown}) nên không sao lưu, không khôi phục từ đó; hãy chạy "
        "'searchsvc check', rồi khôi phục bản sao lưu tốt gần nhất",
        en=f"The archive is damaged ({damage.kind}: {shown}), so it is neither saved nor restored from; run "
        "'searchsvc check', then restore the last good backup",
    )


def altered(file: Path) -> ArchiveError:
    """The file is no backup, or not as it was written."""
    return ArchiveError(
        vi=f"{file} không phải bản sao lưu nguyên vẹn của searchsvc (sai tổng kiểm tra): hãy dùng bản khác",
        en=f"{file} is not an intact backup of searchsvc (the checksums differ): use another one",
    )


def newer(file: Path) -> ArchiveError:
    """The backup was made by a newer program."""
    return ArchiveError(
        vi=f"{file} do bản searchsvc mới hơn tạo ra: hãy cài bản đó rồi khôi phục",
        en=f"{file} was made by a newer searchsvc: install that one, then restore",
    )


def unreadable(file: Path, error: OSError) -> ArchiveError:
    """The backup cannot be opened."""
    reason = error.strerror or str(error)
    return ArchiveError(vi=f"Không đọc được {file}: {reason}", en=f"Cannot read {file}: {reason}")


def busy(target: Path) -> ArchiveError:
    """Another process writes to the archive for too long."""
    return ArchiveError(
        vi=f"Tiến trình khác đang ghi vào kho {target}: hãy đợi nó xong rồi khôi phục lại",
        en=f"Another process is writing to the archive {target}: wait until it is done, then restore again",
    )


def exists(file: Path) -> ArchiveError:
    """There is a file already."""
    return ArchiveError(
        vi=f"Đã có {file}: hãy chọn tên khác, hoặc thêm --force",
        en=f"{file} is there already: choose another name, or add --force",
    )


def not_empty(place: Path) -> ArchiveError:
    """The archive to restore into has something in it."""
    return ArchiveError(
        vi=f"Kho {place} đã có dữ liệu: thêm --force để thay bằng bản sao lưu "
        "(nên chạy 'searchsvc backup' trước)",
        en=f"The archive {place} is not empty: add --force to replace it by the backup "
        "(better run 'searchsvc backup' first)",
    )
