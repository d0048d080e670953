"""What the OpenSearch engine says when the cluster cannot do what is asked, in both languages.

The primary entrypoint is `told`: an error of the client in people's words.
"""

from collections.abc import Sequence
from typing import Any

from opensearchpy.exceptions import (
    AuthenticationException,
    AuthorizationException,
    ConnectionError,
    ConnectionTimeout,
    SSLError,
    TransportError,
)

from searchsvc.engines.failures import REBUILD, describe
from searchsvc.errors import EngineUnavailable, IndexLocked, InvalidQuery, ServiceError

WHERE = "SEARCHSVC_OPENSEARCH_URLS"


def told(error: Exception) -> ServiceError:
    """Return what an error of the client means for a person."""
    if isinstance(error, AuthenticationException | AuthorizationException):
        return EngineUnavailable(
            vi="Cụm OpenSearch từ chối người dùng hoặc quyền của họ: hãy sửa SEARCHSVC_OPENSEARCH_USER và "
            "SEARCHSVC_OPENSEARCH_PASSWORD",
            en="The OpenSearch cluster refused the user or what it may do: correct SEARCHSVC_OPENSEARCH_USER "
            "and SEARCHSVC_OPENSEARCH_PASSWORD",
        )
    if isinstance(error, SSLError):
        return EngineUnavailable(
            vi=f"Không tin được chứng chỉ của cụm OpenSearch ({reason_of(error)}): hãy sửa "
            "SEARCHSVC_OPENSEARCH_CA_FILE",
            en=f"The certificate of the OpenSearch cluster cannot be trusted ({reason_of(error)}): correct "
            "SEARCHSVC_OPENSEARCH_CA_FILE",
        )
    if isinstance(error, ConnectionTimeout):
        return slow()
    if isinstance(error, ConnectionError):
        return EngineUnavailable(
            vi=f"Không liên lạc được cụm OpenSearch ({reason_of(error)}): hãy kiểm tra {WHERE} và các nút",
            en=f"The OpenSearch cluster cannot be reached ({reason_of(error)}): check {WHERE} and its nodes",
        )
    if isinstance(error, TransportError) and "too_many" in str(error.error) + str(error.info):
        return InvalidQuery(
            vi="Câu hỏi có quá nhiều từ: hãy bớt từ, hoặc tăng indices.query.bool.max_clause_count của cụm",
            en="The query has too many words: use fewer, or raise the cluster's "
            "indices.query.bool.max_clause_count",
        )
    return EngineUnavailable(
        vi=f"Cụm OpenSearch không trả lời được ({reason_of(error)}): hãy kiểm tra các nút của cụm",
        en=f"The OpenSearch cluster cannot answer ({reason_of(error)}): check the nodes of the cluster",
    )


def slow() -> EngineUnavailable:
    """The cluster did not answer in time, so part of the answer may be missing."""
    return EngineUnavailable(
        vi="Cụm OpenSearch không trả lời kịp: thử lại, hoặc tăng SEARCHSVC_OPENSEARCH_TIMEOUT_S",
        en="The OpenSearch cluster was too slow: try again, or raise SEARCHSVC_OPENSEARCH_TIMEOUT_S",
    )


def incomplete(failed: int, total: int, reason: str) -> EngineUnavailable:
    """Some shards did not answer: half an answer would be a wrong one."""
    return EngineUnavailable(
        vi=f"{failed} trong {total} phần của chỉ mục không trả lời ({reason}): hãy kiểm tra các nút",
        en=f"{failed} of {total} shards of the index did not answer ({reason}): check the nodes",
    )


def red() -> EngineUnavailable:
    """Some shards have no copy on any node that is there."""
    return EngineUnavailable(
        vi="Một phần của chỉ mục không còn bản nào trên cụm (health: red): hãy khởi động lại các nút thiếu, "
        f"hoặc chạy: {REBUILD}",
        en="A part of the index has no copy left (health: red): start the missing nodes again, "
        f"or run: {REBUILD}",
    )


def not_taken(failures: Sequence[str], count: int) -> EngineUnavailable:
    """The cluster refused documents for good; the live index is as it was."""
    shown = "; ".join(failures)
    return EngineUnavailable(
        vi=f"Cụm OpenSearch không nhận {count} bài ({shown}). Chỉ mục cũ vẫn nguyên.",
        en=f"The OpenSearch cluster did not take {count} articles ({shown}). The old index is untouched.",
    )


def lost_lock() -> EngineUnavailable:
    """The writer could not renew its lock, so another one may write now."""
    return EngineUnavailable(
        vi="Mất khoá ghi của chỉ mục (cụm không trả lời quá lâu); hãy chạy lại. Chỉ mục cũ vẫn nguyên.",
        en="The lock of the index was lost (no answer for too long); run again. The old index is untouched.",
    )


def locked(holder: str, since: str) -> IndexLocked:
    """Another process is the writer; `holder` is its process id and machine."""
    return IndexLocked(
        vi=f"Tiến trình {holder} đang ghi chỉ mục (từ {since}); hãy đợi nó xong rồi chạy lại",
        en=f"Process {holder} is writing the index (since {since}); wait for it, then run again",
    )


def reason_of(error: Exception) -> str:
    """Return the cluster's reason in one short line."""
    info: Any = getattr(error, "info", None)
    if isinstance(info, dict) and isinstance(info.get("error"), dict):
        causes = info["error"].get("root_cause") or [info["error"]]
        cause = causes[0] if isinstance(causes, list) and causes else info["error"]
        return " ".join(f"{cause.get('type')}: {cause.get('reason')}".split())[:200]
    return describe(error)
