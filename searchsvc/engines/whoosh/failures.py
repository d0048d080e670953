"""What the Whoosh engine says when it cannot work, in one place and in both languages."""

import errno

from searchsvc.errors import EngineUnavailable, IndexLocked, IndexMismatch, IndexMissing, NotFound

REBUILD = "searchsvc reindex --full"


def missing() -> IndexMissing:
    """There is no live generation."""
    return IndexMissing(
        vi=f"Chưa có chỉ mục (hoặc đã bị xoá); hãy chạy: {REBUILD}",
        en=f"There is no index (or it was deleted); run: {REBUILD}",
    )


def mismatch(*, rules: bool) -> IndexMismatch:
    """The live generation was made by other code, or (`rules`) from other extraction rules or units."""
    if rules:
        return IndexMismatch(
            vi=f"Chỉ mục được lập theo quy tắc trích xuất hoặc danh mục đơn vị khác; hãy chạy: {REBUILD}",
            en=f"The index was built with other extraction rules or units; run: {REBUILD}",
        )
    return IndexMismatch(
        vi=f"Chỉ mục được lập bởi cấu trúc hoặc bộ phân tích khác; hãy chạy: {REBUILD}",
        en=f"The index was built by another schema or analyzer; run: {REBUILD}",
    )


def damaged(error: BaseException) -> EngineUnavailable:
    """The files of the live generation cannot be read."""
    return EngineUnavailable(
        vi=f"Không đọc được chỉ mục ({describe(error)}); nếu lặp lại, hãy chạy: {REBUILD}",
        en=f"The index cannot be read ({describe(error)}); if it happens again, run: {REBUILD}",
    )


def not_indexed(article_id: str) -> NotFound:
    """The live generation has no such article."""
    return NotFound(
        vi=f"Chỉ mục không có bài {article_id}; nếu bài mới nhập, hãy chạy: searchsvc reindex",
        en=f"The index has no article {article_id}; if it was imported just now, run: searchsvc reindex",
    )


def unwritable(error: OSError) -> EngineUnavailable:
    """The index cannot be written; the live generation is as it was."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return EngineUnavailable(
            vi="Hết chỗ trên đĩa khi ghi chỉ mục; hãy giải phóng đĩa rồi chạy lại. Chỉ mục cũ vẫn nguyên.",
            en="The disk is full; free some space and run again. The old index is untouched.",
        )
    return EngineUnavailable(
        vi=f"Không ghi được chỉ mục ({describe(error)}). Chỉ mục cũ vẫn nguyên.",
        en=f"The index cannot be written ({describe(error)}). The old index is untouched.",
    )


def unverified(reason_vi: str, reason_en: str) -> EngineUnavailable:
    """A new generation is not what it should be, so it does not become the live one."""
    return EngineUnavailable(
        vi=f"Chỉ mục mới không qua kiểm tra ({reason_vi}); chỉ mục cũ vẫn dùng. Hãy chạy lại: {REBUILD}",
        en=f"The new index failed its check ({reason_en}); the old one stays. Run again: {REBUILD}",
    )


def locked(holder: str, since: str) -> IndexLocked:
    """Another process is the writer; `holder` is its process id."""
    return IndexLocked(
        vi=f"Tiến trình {holder} đang ghi chỉ mục (từ {since}); hãy đợi nó xong rồi chạy lại",
        en=f"Process {holder} is writing the index (since {since}); wait for it, then run again",
    )


def describe(error: BaseException) -> str:
    """Return `error` in one short line."""
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text}"[:200] if text else type(error).__name__
