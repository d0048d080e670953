"""How archive and index stand, for `/readyz` and `/metrics`. The primary entrypoint is `standing_of`."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus

from searchsvc.archive.store import Archive
from searchsvc.errors import EngineUnavailable, Message, ServiceError
from searchsvc.search.lineage import is_index_of
from searchsvc.web.services import Services

BEHIND_TOO_LONG_S = 24 * 3600
"""An index that lacks articles is normal between an import and the next reindex, not a day later."""


@dataclass(slots=True)
class Standing:
    """What could be found out; None where it could not. `status` is 503 while searches cannot be answered.

    `reasons` are what is wrong or not as it should be, each with the command to run. `waiting_s` says for how
    long the first article that the index lacks has been in the archive.
    """

    status: HTTPStatus = HTTPStatus.OK
    reasons: list[tuple[str, Message]] = field(default_factory=list)
    articles: int | None = None
    versions: int | None = None
    refused: int | None = None
    archive_change: int | None = None
    engine: str | None = None
    generation: str | None = None
    documents: int | None = None
    index_change: int | None = None
    index_bytes: int | None = None
    behind: int | None = None
    waiting_s: float = 0.0
    built_at: datetime | None = None

    def wrong(self, part: str, error: ServiceError) -> None:
        """Note that `part` cannot be used."""
        self.status = HTTPStatus.SERVICE_UNAVAILABLE
        self.reasons.append((part, error.message))


def standing_of(opened: Services) -> Standing:
    """Return how archive and index stand now: both are read, not only looked for. Never raises."""
    standing = Standing()
    try:
        service = opened.search
        archive = service.archive
        counts = archive.counts()
        standing.articles, standing.versions = counts.articles, counts.versions
        standing.refused = counts.refused
        standing.archive_change = archive.latest_change()
    except ServiceError as error:
        standing.wrong("index" if isinstance(error, EngineUnavailable) else "archive", error)
        return standing
    try:
        index = service.engine.status()
        service.engine.document_frequency("title_folded", "")  # opens the generation where it is not open
    except ServiceError as error:
        standing.wrong("index", error)
        return standing
    standing.engine, standing.generation = index.engine, index.generation
    standing.documents, standing.index_change = index.documents, index.change
    standing.index_bytes, standing.built_at = index.bytes_on_disk, index.built_at
    standing.behind = archive.changes_since(index.change)
    if index.degraded:
        standing.reasons.append(("index", _COPIES_MISSING))
    if not is_index_of(index, archive):
        standing.reasons.append(("index", _OF_ANOTHER))
    elif standing.behind:
        standing.waiting_s = _waiting_s(archive, index.change)
        if standing.waiting_s > BEHIND_TOO_LONG_S:
            standing.reasons.append(("index", _behind(standing.behind)))
    if service.lexicons is None or service.lexicons.current() is None:
        standing.reasons.append(("lexicon", _NO_LEXICON))
    return standing


_OF_ANOTHER = Message(
    vi="Chỉ mục là của kho khác, hoặc của kho trước khi khôi phục; hãy chạy: searchsvc reindex",
    en="The index is of another archive, or of this one before it was restored; run: searchsvc reindex",
)
_COPIES_MISSING = Message(
    vi="Chỉ mục đủ nhưng thiếu bản sao trên máy khác; hãy kiểm tra các máy của cụm",
    en="The index is whole, but copies on other machines are missing; look after the machines of the cluster",
)
_NO_LEXICON = Message(
    vi="Chưa có từ vựng, hoặc bị hỏng: không có gợi ý; hãy chạy: searchsvc reindex",
    en="There is no lexicon, or it is damaged: nothing is suggested; run: searchsvc reindex",
)


def _behind(articles: int) -> Message:
    return Message(
        vi=f"Chỉ mục chậm {articles} bài; hãy chạy: searchsvc reindex",
        en=f"The index is {articles} articles behind; run: searchsvc reindex",
    )


def _waiting_s(archive: Archive, change: int) -> float:
    for batch in archive.changes(change, batch=1):
        return max(0.0, (datetime.now(UTC) - batch[0].imported_at).total_seconds())
    return 0.0
