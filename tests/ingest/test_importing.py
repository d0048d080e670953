"""From paths to the archive: counts add up, again means unchanged, any number of processes gives the same."""

import json
import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from searchsvc.archive.store import Archive
from searchsvc.archive.transfer import export_archive
from searchsvc.articles import Annotations
from searchsvc.errors import UnreadableSource
from searchsvc.extract.units import Registry
from searchsvc.ingest import tasks, workers
from searchsvc.ingest.importing import ImportOptions, ImportReport, Progress, import_paths
from searchsvc.ingest.sources import Limits, SourceFile
from searchsvc.ingest.tasks import Task, Work, plan
from searchsvc.settings import Settings
from tests.ingest.builders import PAGES

REGISTRY = Registry.load(None)


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive.open(f"sqlite:///{tmp_path / 'archive.db'}", create=True) as opened:
        yield opened


def run(archive: Archive, *paths: Path, processes: int = 1, **options: object) -> ImportReport:
    chosen = ImportOptions(processes=processes, **options)  # type: ignore[arg-type]
    report = import_paths(paths, archive, REGISTRY, options=chosen, limits=Settings())
    assert report.read == report.new + report.changed + report.unchanged + report.refused
    return report


def lines(path: Path, *records: dict[str, object]) -> Path:
    path.write_text("".join(json.dumps(record) + "\n" for record in records))
    return path


def contents(archive: Archive) -> list[tuple[object, ...]]:
    return [
        (article.id, article.title, article.body, article.change, article.annotations)
        for batch in archive.changes(0)
        for article in batch
    ]


def test_again_is_unchanged_and_a_changed_page_is_a_new_version(archive: Archive, tmp_path: Path) -> None:
    pages = tmp_path / "pages"
    shutil.copytree(PAGES, pages)
    first = run(archive, pages)
    assert first.new == archive.counts().articles > 15
    assert first.refused == len(first.refusals) == archive.counts().refused == 7
    again = run(archive, pages)
    assert (again.new, again.changed, again.unchanged, again.refused) == (0, 0, first.new, first.refused)
    page = pages / "capitals.txt"
    page.write_text(page.read_text().replace("64 đại biểu", "65 đại biểu"))
    assert (run(archive, pages).changed, archive.counts().versions) == (1, first.new + 1)


@pytest.mark.slow
def test_two_processes_archive_the_same_as_one(tmp_path: Path) -> None:
    many = (
        {"id": f"a{n}", "title": f"Bài {n}", "body": "Nghị quyết số 35-NQ/TW. " * (n % 90)}
        for n in range(3000)
    )
    source = tmp_path / "source"
    shutil.copytree(PAGES, source)
    lines(source / "many.jsonl", *many)
    found, reports = [], []
    for processes in (1, 2):
        with Archive.open(f"sqlite:///{tmp_path / f'{processes}.db'}", create=True) as archive:
            reports.append(run(archive, source, processes=processes))
            found.append(contents(archive))
            again = run(archive, PAGES, processes=processes)
            assert again.read == again.unchanged + again.refused > 15
    assert found[0] == found[1]
    assert reports[0].refusals == reports[1].refusals
    assert reports[0].new == reports[1].new > 3000


def test_what_is_known_is_neither_annotated_nor_segmented(
    archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = lines(
        tmp_path / "x.jsonl",
        {"id": "1", "title": "Nghị quyết 35-NQ/TW", "published": "31/4/2022"},
        {"url": "https://x.vn/2", "title": "Hai"},
        {"title": "Ba"},
        {"id": "../x", "title": "bốn"},
    )
    first = run(archive, source)
    assert (first.new, first.refused, sum(first.warnings.values())) == (3, 1, 1)
    before = contents(archive)
    monkeypatch.setattr(tasks, "word_joins", None)
    monkeypatch.setattr(
        tasks, "annotate", lambda draft, registry: Annotations() if "x" in draft.id else 1 / 0
    )
    again = run(archive, source)
    assert (again.unchanged, again.refused, again.warnings) == (3, 1, first.warnings)
    assert run(archive, source, strict=True).refused == 2
    assert contents(archive) == before


def test_what_was_annotated_by_other_rules_is_annotated_again(
    archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = lines(tmp_path / "x.jsonl", {"id": "1", "title": "a", "published": "31/4/2022"})
    run(archive, source)
    monkeypatch.setattr("searchsvc.extract.annotate._RULES", 0)
    monkeypatch.setattr(tasks, "annotate", lambda draft, registry: Annotations())
    again = run(archive, source)
    assert (again.unchanged, again.warnings) == (1, {})


def test_known_content_that_follows_a_change_is_a_change_again(archive: Archive, tmp_path: Path) -> None:
    old, new = {"id": "1", "title": "Nghị quyết 35-NQ/TW"}, {"id": "1", "title": "Chỉ thị 05-CT/TW"}
    run(archive, lines(tmp_path / "x.jsonl", old))
    first = archive.get("1")
    assert run(archive, lines(tmp_path / "x.jsonl", new, old)).changed == 2
    last = archive.get("1")
    assert (last.version, last.title) == (3, first.title)
    assert last.annotations == first.annotations
    assert last.annotations.distinct_codes() == ("35-NQ/TW",)


def test_options_fill_in_what_the_source_does_not_say(archive: Archive, tmp_path: Path) -> None:
    source = lines(
        tmp_path / "x.jsonl",
        {"id": "1", "title": "a", "unit": "BTG", "collection": "rieng"},
        {"id": "2", "title": "b"},
    )
    run(archive, source, unit="Ban Tổ chức Tỉnh ủy", collection="chung")
    one, two = archive.get("1"), archive.get("2")
    assert (one.unit_text, one.collection) == ("BTG", "rieng")
    assert (two.unit_text, two.collection) == ("Ban Tổ chức Tỉnh ủy", "chung")


def test_strict_refuses_what_has_a_warning(archive: Archive, tmp_path: Path) -> None:
    source = lines(tmp_path / "x.jsonl", {"title": "a", "published": "31/4/2022"}, {"title": "b"})
    report = run(archive, source, strict=True)
    assert (report.new, report.refused) == (1, 1)
    (refusal,) = report.refusals
    assert refusal.position == 1
    assert json.loads(refusal.original)["published"] == "31/4/2022"
    lenient = run(archive, source)
    assert (lenient.new, lenient.unchanged, sum(lenient.warnings.values())) == (1, 1, 1)


def test_unusable_id_is_refused_and_the_batch_goes_in(archive: Archive, tmp_path: Path) -> None:
    source = lines(
        tmp_path / "x.jsonl",
        {"id": "1", "title": "a"},
        {"id": "../x", "title": "b"},
        {"id": "3", "title": "c"},
    )
    report = run(archive, source)
    assert (report.new, report.refused) == (2, 1)
    assert report.refusals[0].position == 2
    assert "id" in report.refusals[0].reason.en


def test_exported_archive_is_restored(archive: Archive, tmp_path: Path) -> None:
    run(archive, PAGES)
    export_archive(archive, tmp_path / "all.jsonl")
    with Archive.open(f"sqlite:///{tmp_path / 'other.db'}", create=True) as other:
        report = run(other, tmp_path / "all.jsonl")
        assert report.new == archive.counts().articles
        assert contents(other) == contents(archive)
    damaged = tmp_path / "damaged.jsonl"
    damaged.write_bytes((tmp_path / "all.jsonl").read_bytes()[:-300])
    with Archive.open(f"sqlite:///{tmp_path / 'third.db'}", create=True) as third:
        assert (run(third, damaged).refused, third.counts().articles) == (1, 0)


def test_missing_path_and_unknown_format_raise(archive: Archive, tmp_path: Path) -> None:
    with pytest.raises(UnreadableSource, match="none"):
        run(archive, tmp_path / "none")
    with pytest.raises(UnreadableSource, match="xml"):
        run(archive, tmp_path, format="xml")
    assert archive.counts().refused == 0


def test_progress_goes_up_to_the_end(archive: Archive) -> None:
    seen: list[Progress] = []
    options = ImportOptions(processes=1)
    import_paths([PAGES], archive, REGISTRY, options=options, limits=Settings(), progress=seen.append)
    shares = [progress.share for progress in seen]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


def test_interrupt_keeps_what_was_archived(archive: Archive, tmp_path: Path) -> None:
    big = {"body": "Nội dung dài. " * 60_000}
    source = tmp_path / "pages"
    source.mkdir()
    for number in range(6):
        lines(source / f"{number}.jsonl", *({"id": f"{number}-{n}", "title": "a"} for n in range(250)), big)

    def stop(progress: Progress) -> None:
        if progress.share > 0.4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_paths(
            [source], archive, REGISTRY, options=ImportOptions(processes=1), limits=Settings(), progress=stop
        )
    kept = archive.counts().articles
    assert 0 < kept < 1500
    report = run(archive, source)
    assert report.unchanged >= kept
    assert archive.counts().articles == 1506 - 5  # the six long texts are one article


def test_fault_of_a_reader_is_a_refusal(
    archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(source: SourceFile, limits: Limits) -> Iterator[object]:
        raise RuntimeError("x")
        yield

    monkeypatch.setitem(workers.perform.__globals__["READERS"], "csv", broken)
    page = tmp_path / "x.csv"
    page.write_text("title,body\na,b\n")
    report = run(archive, page, PAGES / "capitals.txt")
    assert (report.new, report.refused) == (1, 1)
    assert "RuntimeError" in report.refusals[0].reason.en


@pytest.mark.parametrize("processes", [1, 2])
def test_long_table_is_streamed(
    archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, processes: int
) -> None:
    monkeypatch.setattr(tasks, "STREAMED_BYTES", 1000)
    monkeypatch.setattr(tasks, "SLICE_ITEMS", 7)
    rows = "".join(f"Bài {number},Nội dung {number}\n" for number in range(100))
    (tmp_path / "x.csv").write_text("title,body\n" + rows)
    lines(tmp_path / "y.jsonl", {"title": "sau"})
    assert run(archive, tmp_path / "x.csv", tmp_path / "y.jsonl", processes=processes).new == 101
    titles = [row[1] for row in contents(archive)]
    assert titles == [f"Bài {number}" for number in range(100)] + ["sau"]


def test_plan_is_the_same_for_the_same_files() -> None:
    sources = [SourceFile(page) for page in sorted(PAGES.iterdir())]
    planned = [task for task in plan(sources, "auto") if isinstance(task, Task)]
    assert [source for task in planned for source, _ in task.files] == sources
    assert planned == list(plan(sources, "auto"))


class _DeadlyRegistry:
    """Ends the process that reads it, as an exhausted memory would; a registry everywhere else."""

    def __init__(self, parent: int) -> None:
        self.parent = parent

    def __getattr__(self, name: str) -> object:
        if name.startswith("__"):
            raise AttributeError(name)
        if os.getpid() != self.parent:
            os.kill(os.getpid(), signal.SIGKILL)
        return getattr(REGISTRY, name)


@pytest.mark.slow
def test_process_that_dies_costs_its_file_only(tmp_path: Path) -> None:
    good, bad = tmp_path / "1.jsonl", tmp_path / "2.jsonl"
    good.write_text("không phải JSON\n")
    lines(bad, {"title": "a"})
    work = Work(_DeadlyRegistry(os.getpid()), ImportOptions(), Limits())  # type: ignore[arg-type]
    first, second = (SourceFile(good), "jsonl"), (SourceFile(bad), "jsonl")
    both = [Task((first, second), 10), Task((first,), 5)]
    found = [items for _, items in workers.results_of(both, work, 2)]
    reasons = [item.reason.en for items in found for item in items if not isinstance(item, tuple)]
    assert reasons == [
        "Line 1: Broken JSON at column 1",
        workers._CRASHED.en,
        "Line 1: Broken JSON at column 1",
    ]
