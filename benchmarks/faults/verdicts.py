"""What a fault left behind. The primary entrypoints are `look_at` and `repaired`; both raise Lost."""

from collections.abc import Callable
from pathlib import Path

from benchmarks.faults.worlds import content_of, opened, settings_of
from searchsvc.archive import Archive, archive_digest
from searchsvc.archive.checking import archive_damage
from searchsvc.checking import check
from searchsvc.errors import IndexMissing, ServiceError
from searchsvc.queries import SearchQuery
from searchsvc.results import ResultPage
from searchsvc.search.opening import lexicon_path, opened_service

QUERIES = ("hội nghị", "nghị quyết 35-NQ/TW", "nong thon moi", '"chuyển đổi số"', "05-CT/TW", "")


class Lost(AssertionError):
    """Something was lost, wrong or not told."""


Answers = tuple[tuple[int, tuple[tuple[str, int], ...]], ...]


def look_at(data: Path, before: dict[str, tuple[str, ...]], after: dict[str, tuple[str, ...]]) -> None:
    """See that the archive is whole, of `before` or on the way to `after`, and that searches are answered
    from one complete generation."""
    with opened(data) as (archive, _):
        whole(archive)
        for article_id, hashes in content_of(archive).items():
            if hashes not in (before.get(article_id), after.get(article_id)):
                raise Lost(f"{article_id} is neither as it was nor as it will be")
        missing = before.keys() - content_of(archive).keys()
        if missing - (before.keys() - after.keys()):
            raise Lost(f"lost: {sorted(missing)[:3]}")
    if answers(data) is None:
        raise Lost("no complete generation answers")


def whole(archive: Archive) -> None:
    """See that the archive is what was written."""
    damage = archive_damage(archive.database)
    if damage:
        raise Lost(f"the archive is damaged: {damage}")


def answers(data: Path, *, wrong_too: bool = False) -> Answers | None:
    """Return what is answered to some queries, None if it is said that it cannot be.

    Raises Lost for an answer that is not of one generation, or not complete unless `wrong_too`, and for an
    error that says nothing to do.
    """
    found = []
    generations = set()
    try:
        with opened_service(settings_of(data)) as service:
            for text in QUERIES:
                page = service.search(SearchQuery(text, per_page=100))
                generations.add(page.generation)
                found.append((page.total, tuple((hit.article.id, hit.article.version) for hit in page.hits)))
                if not wrong_too:
                    _is_complete(page)
    except ServiceError as error:
        if not any(word in error.message.en for word in ("run", "restore", "use")):
            raise Lost(f"an error that says nothing to do: {error}") from error
        return None
    if len(generations) != 1:
        raise Lost(f"answers of several generations: {generations}")
    return tuple(found)


def _is_complete(page: ResultPage) -> None:
    if len(page.hits) != min(page.total, 100):
        raise Lost(f"{page.total} results, {len(page.hits)} shown")


def repaired(data: Path, run: Callable[[list[str]], str], *commands: list[str]) -> None:
    """Run `commands` without a fault and see that everything is whole then and nothing is left over."""
    for arguments in commands:
        run(arguments)
    with opened(data) as (archive, engine):
        report = check(archive, engine, lexicon_path(settings_of(data)))
        if report.findings or report.behind:
            raise Lost(f"after the next run: {report.findings}, {report.behind} behind")
    run(["reindex"])
    left = [path.name for path in (data / "whoosh" / "generations").iterdir()]
    if len(left) != 1:
        raise Lost(f"generations left over: {left}")
    strange = [
        path.name for path in (*data.glob(".*"), *data.glob("*.new"), *(data / "whoosh").glob("*.tmp"))
    ]
    if [name for name in strange if not name.startswith(".restore")]:
        raise Lost(f"left over: {strange}")


def equals(data: Path, digest: str) -> None:
    """See that the archive has exactly that digest."""
    with opened(data) as (archive, _):
        if archive_digest(archive) != digest:
            raise Lost("the archive is not what it should be at the end")


def index_is_missing(data: Path) -> bool:
    """Return whether there is said to be no index."""
    with opened(data) as (_, engine):
        try:
            engine.status()
        except IndexMissing:
            return True
    return False
