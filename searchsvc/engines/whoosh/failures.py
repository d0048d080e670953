"""What the Whoosh engine says when it cannot work, in one place and in both languages."""

import errno

from searchsvc.engines.failures import REBUILD, describe, mismatch, missing, not_indexed, unverified
from searchsvc.errors import EngineUnavailable, IndexLocked

__all__ = ["damaged", "describe", "locked", "mismatch", "missing", "not_indexed", "unverified", "unwritable"]


def damaged(error: BaseException) -> EngineUnavailable:
    """The files of the live generation cannot be read."""
    return EngineUnavailable(
        vi=f"Không đọc được chỉ mục ({describe(error)}); nếu lặp lại, hãy chạy: {REBUILD}",
        en=f"The index cannot be read ({describe(error)}); if it happens again, run: {REBUILD}",
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


def locked(holder: str, since: str) -> IndexLocked:
    """Another process is the writer; `holder` is its process id."""
    return IndexLocked(
        vi=f"Tiến trình {holder} đang ghi chỉ mục (từ {since}); hãy đợi nó xong rồi chạy lại",
        en=f"Process {holder} is writing the index (since {since}); wait for it, then run again",
    )
