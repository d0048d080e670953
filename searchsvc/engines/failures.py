"""What any engine says when it cannot answer, in one place and in both languages."""

from searchsvc.errors import EngineUnavailable, IndexMismatch, IndexMissing, NotFound

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


def not_indexed(article_id: str) -> NotFound:
    """The live generation has no such article."""
    return NotFound(
        vi=f"Chỉ mục không có bài {article_id}; nếu bài mới nhập, hãy chạy: searchsvc reindex",
        en=f"The index has no article {article_id}; if it was imported just now, run: searchsvc reindex",
    )


def unverified(reason_vi: str, reason_en: str) -> EngineUnavailable:
    """A new generation is not what it should be, so it does not become the live one."""
    return EngineUnavailable(
        vi=f"Chỉ mục mới không qua kiểm tra ({reason_vi}); chỉ mục cũ vẫn dùng. Hãy chạy lại: {REBUILD}",
        en=f"The new index failed its check ({reason_en}); the old one stays. Run again: {REBUILD}",
    )


def describe(error: BaseException) -> str:
    """Return `error` in one short line."""
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text}"[:200] if text else type(error).__name__
