"""Archive and index against their checksums and against each other, for `searchsvc check`.

The primary entrypoint is `check`. Each finding says what is wrong and what to do. Only what was so at one
moment is compared: articles that changed after the index was brought up to date are not wrong, but behind.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from searchsvc.archive.checking import Damage, archive_damage
from searchsvc.archive.store import Archive
from searchsvc.array_file import ArrayFile, UnreadableArrays
from searchsvc.engines.base import Engine, IndexStatus
from searchsvc.errors import EngineUnavailable, IndexMismatch, IndexMissing, Message
from searchsvc.extract.units import Registry
from searchsvc.rederiving import differing
from searchsvc.search.lineage import is_index_of

MOST_NAMED = 20

_RESTORE = Message(
    vi="khôi phục bản sao lưu gần nhất: searchsvc restore FILE --force",
    en="restore the last backup: searchsvc restore FILE --force",
)
_REBUILD = Message(
    vi="lập lại chỉ mục: searchsvc reindex --full", en="build the index anew: searchsvc reindex --full"
)
_REINDEX = Message(vi="chạy: searchsvc reindex", en="run: searchsvc reindex")

_ARCHIVE_KINDS = {
    "database": Message(
        vi="Tệp cơ sở dữ liệu của kho bị hỏng", en="The database file of the archive is damaged"
    ),
    "references": Message(
        vi="Bài thiếu phiên bản hoặc phần đi kèm", en="Articles lack a version or what goes with it"
    ),
    "texts": Message(vi="Nội dung bài khác tổng kiểm tra", en="Texts differ from their checksums"),
    "findings": Message(
        vi="Số hiệu trích ra không có trong bài ở chỗ đã ghi",
        en="Codes do not stand in the text where it says",
    ),
    "identities": Message(
        vi="Bài mất khóa nhận dạng", en="Articles have lost the key they are recognised by"
    ),
    "refused": Message(
        vi="Mục bị từ chối khác tổng kiểm tra", en="Refused items differ from their checksums"
    ),
    "changes": Message(vi="Số thay đổi của kho không khớp", en="The change number of the archive is wrong"),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong: `items` names the first of `places`."""

    kind: str
    problem: Message
    remedy: Message
    places: int = 1
    items: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CheckReport:
    """What was looked at, and what is wrong with it; `behind` articles are not in the index yet."""

    articles: int
    versions: int
    refused: int
    documents: int
    behind: int
    generation: str | None
    findings: tuple[Finding, ...]


Progress = Callable[[int, int], None]
"""Called with the versions read so far, and all there are."""


def check(
    archive: Archive,
    engine: Engine,
    lexicon: Path,
    progress: Progress | None = None,
    *,
    rules: Registry | None = None,
) -> CheckReport:
    """Return what is wrong with `archive`, `engine` and the file `lexicon`. Raises ArchiveError.

    With `rules` all that is derived from the texts is made again and compared; that takes as long as an
    import.
    """
    counts = archive.counts()
    done, total = 0, counts.versions + (counts.articles if rules else 0)

    def told(step: int) -> None:
        nonlocal done
        done += step
        if progress:
            progress(done, total)

    findings = [_of_archive(damage) for damage in archive_damage(archive.database, told)]
    if rules and not findings:
        findings += _derived(archive, rules, told)
    status, of_index = _check_index(archive, engine)
    findings += of_index
    findings += _check_lexicon(lexicon, status)
    return CheckReport(
        articles=counts.articles,
        versions=counts.versions,
        refused=counts.refused,
        documents=status.documents if status else 0,
        behind=archive.changes_since(status.change if status else 0),
        generation=status.generation if status else None,
        findings=tuple(findings),
    )


def _of_archive(damage: Damage) -> Finding:
    return Finding(
        f"archive-{damage.kind}", _ARCHIVE_KINDS[damage.kind], _RESTORE, damage.places, damage.items
    )


def _derived(archive: Archive, rules: Registry, told: Callable[[int], None]) -> list[Finding]:
    found = [f"{each.article_id} ({each.kind})" for each in differing(archive, rules, told)]
    if not found:
        return []
    problem = Message(
        vi="Ngày, đơn vị, số hiệu hoặc cách tách từ đã lưu khác với trích lại",
        en="Stored dates, units, codes or words are not what extraction finds",
    )
    return [Finding("archive-derived", problem, _RESTORE, len(found), tuple(found[:MOST_NAMED]))]


def _check_index(archive: Archive, engine: Engine) -> tuple[IndexStatus | None, list[Finding]]:
    findings: list[Finding] = []
    try:
        status, versions = _state(engine)
        damaged = engine.damaged_files()
    except IndexMissing as error:
        return None, [Finding("index-missing", error.message, _REBUILD)]
    except (IndexMismatch, EngineUnavailable) as error:
        return None, [Finding("index-unreadable", error.message, _REBUILD, 1, _damaged_files(engine))]
    if damaged:
        problem = Message(vi="Tệp chỉ mục khác tổng kiểm tra", en="Index files differ from their checksums")
        findings.append(Finding("index-files", problem, _REBUILD, len(damaged), damaged[:MOST_NAMED]))
    if not is_index_of(status, archive):
        problem = Message(
            vi="Chỉ mục là của một kho khác, hoặc của kho trước khi khôi phục",
            en="The index is of another archive, or of this one before it was restored",
        )
        findings.append(Finding("index-of-another-archive", problem, _REINDEX))
        return status, findings
    if status.documents != len(versions):
        problem = Message(
            vi=f"Chỉ mục ghi {status.documents} bài nhưng có {len(versions)}",
            en=f"The index says {status.documents} articles but has {len(versions)}",
        )
        findings.append(Finding("index-count", problem, _REBUILD))
    return status, findings + list(_compared(archive, status, versions))


def _state(engine: Engine) -> tuple[IndexStatus, dict[str, int]]:
    """Return what is live and the version of each article in it, both of one generation."""
    while True:
        status, versions = engine.status(), dict(engine.versions())
        if engine.status().generation == status.generation:
            return status, versions


def _damaged_files(engine: Engine) -> tuple[str, ...]:
    try:
        return engine.damaged_files()[:MOST_NAMED]
    except (IndexMissing, IndexMismatch, EngineUnavailable):
        return ()


def _compared(archive: Archive, status: IndexStatus, indexed: dict[str, int]) -> Iterator[Finding]:
    """Yield how the index differs from the archive. The archive may have grown since: that is no finding."""
    current = {standing.id: standing for standing in archive.standings()}
    wrong = [
        standing.id
        for standing in current.values()
        if standing.change <= status.change and indexed.get(standing.id) != standing.version
    ]
    unknown = [
        article_id
        for article_id, version in indexed.items()
        if article_id not in current or version > current[article_id].version
    ]
    if wrong:
        problem = Message(
            vi="Bài không có trong chỉ mục, hoặc có ở phiên bản khác",
            en="Articles are not in the index, or in another version",
        )
        yield Finding("index-lacks", problem, _REBUILD, len(wrong), tuple(wrong[:MOST_NAMED]))
    if unknown:
        problem = Message(
            vi="Chỉ mục có bài mà kho không có", en="The index has articles that the archive lacks"
        )
        yield Finding("index-has-unknown", problem, _REBUILD, len(unknown), tuple(unknown[:MOST_NAMED]))


def _check_lexicon(path: Path, status: IndexStatus | None) -> list[Finding]:
    if status is None:
        return []
    try:
        ArrayFile(path, check=True)
    except FileNotFoundError:
        problem = Message(
            vi="Chưa có tệp từ vựng: không có gợi ý khi gõ", en="There is no lexicon: nothing is suggested"
        )
    except (OSError, UnreadableArrays):
        problem = Message(vi="Tệp từ vựng bị hỏng", en="The lexicon is damaged")
    else:
        return []
    return [Finding("lexicon", problem, _REINDEX, 1, (path.name,))]
