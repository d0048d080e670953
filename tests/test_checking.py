"""Archive and index compared: what is found, and what is only behind."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from searchsvc.archive.store import Archive
from searchsvc.articles import Draft
from searchsvc.checking import CheckReport, check
from searchsvc.engines import open_engine
from searchsvc.engines.base import Engine
from searchsvc.extract.annotate import annotate
from searchsvc.extract.units import Registry
from searchsvc.indexing import bring_up_to_date
from searchsvc.search.compiling import compile_lexicon
from searchsvc.settings import load_settings
from tests.builders import document


@pytest.fixture(scope="module")
def registry() -> Registry:
    return Registry.load(None)


@pytest.fixture
def archive(tmp_path: Path, registry: Registry) -> Iterator[Archive]:
    with Archive.open(f"sqlite:///{tmp_path / 'archive.db'}", create=True) as opened:
        put(opened, registry, "a", "b", "c")
        yield opened


@pytest.fixture
def engine(tmp_path: Path, archive: Archive, registry: Registry) -> Iterator[Engine]:
    engine = open_engine(load_settings(data=tmp_path, import_processes=1))
    bring_up_to_date(archive, engine, registry)
    compile_lexicon(tmp_path / "lexicon.bin", archive, engine, registry)
    yield engine
    engine.close()


def put(archive: Archive, registry: Registry, *ids: str, body: str = "Nội dung 05-CT/TW.") -> None:
    drafts = [Draft(id=id, title=f"Bài {id}", body=body) for id in ids]
    archive.put([(draft, annotate(draft, registry)) for draft in drafts])


@pytest.fixture
def checked(archive: Archive, engine: Engine, tmp_path: Path):
    def run() -> CheckReport:
        return check(archive, engine, tmp_path / "lexicon.bin")

    return run


def kinds(report: CheckReport) -> list[str]:
    return [finding.kind for finding in report.findings]


def live_folder(root: Path) -> Path:
    return root / "generations" / json.loads((root / "current").read_text("utf-8"))["name"]


def test_nothing_is_wrong(checked) -> None:
    report = checked()
    assert (report.findings, report.articles, report.documents, report.behind) == ((), 3, 3, 0)


def test_articles_since_the_last_reindex_are_behind_not_wrong(checked, archive, registry) -> None:
    put(archive, registry, "d")
    put(archive, registry, "a", body="Khác.")
    report = checked()
    assert (report.findings, report.behind) == ((), 2)


def test_the_index_lacks_and_has_what_it_should_not(checked, archive, engine) -> None:
    status = engine.status()
    with engine.update(fingerprint=status.fingerprint, change=status.change) as writer:
        writer.remove(["a"])
        writer.put([document("b", "x", version=7), document("unknown", "x")])
    report = checked()
    assert kinds(report) == ["index-lacks", "index-has-unknown"]
    assert [finding.items for finding in report.findings] == [("a", "b"), ("b", "unknown")]
    assert all("reindex --full" in finding.remedy.en for finding in report.findings)


def test_an_index_of_another_archive(checked, engine, tmp_path, registry) -> None:
    with Archive.open(f"sqlite:///{tmp_path / 'other.db'}", create=True) as other:
        put(other, registry, "a", "b", "c")
        assert kinds(check(other, engine, tmp_path / "lexicon.bin")) == ["index-of-another-archive"]


def test_a_damaged_index_file_is_named(checked, tmp_path) -> None:
    path = max(live_folder(tmp_path / "whoosh").glob("MAIN_*"), key=lambda path: path.stat().st_size)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    report = checked()
    assert path.name in report.findings[0].items
    assert "reindex --full" in report.findings[0].remedy.en


def test_a_missing_index(checked, tmp_path) -> None:
    (tmp_path / "whoosh" / "current").unlink()
    report = checked()
    assert kinds(report) == ["index-missing"]
    assert (report.behind, report.generation) == (3, None)


@pytest.mark.parametrize("damage", ["gone", "noise"])
def test_the_lexicon(checked, tmp_path, damage) -> None:
    path = tmp_path / "lexicon.bin"
    if damage == "gone":
        path.unlink()
    else:
        path.write_bytes(path.read_bytes()[:-1] + b"!")
    report = checked()
    assert kinds(report) == ["lexicon"]
    assert "searchsvc reindex" in report.findings[0].remedy.vi


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE annotations SET unit = 'x' WHERE article_id = 'b'",
        "UPDATE annotations SET published = '2020-01-01T00:00:00.000000Z' WHERE article_id = 'b'",
        "UPDATE annotations SET warnings = '[[\"a\", \"b\"]]' WHERE article_id = 'b'",
        "UPDATE mentions SET code_key = 'x' WHERE article_id = 'b'",
        "UPDATE segmentations SET joins = x'ff'",
    ],
)
def test_what_is_derived_is_made_again_and_compared(
    archive: Archive, engine: Engine, registry: Registry, tmp_path: Path, statement: str
) -> None:
    def deep() -> CheckReport:
        return check(archive, engine, tmp_path / "lexicon.bin", rules=registry)

    assert deep().findings == ()
    with archive.database.writing() as connection:
        connection.exec_driver_sql(statement)
    assert kinds(check(archive, engine, tmp_path / "lexicon.bin")) == []
    report = deep()
    assert kinds(report) == ["archive-derived"]
    assert any(item.startswith("b (") for item in report.findings[0].items)


def test_damage_of_the_archive_says_restore(checked, archive) -> None:
    with archive.database.writing() as connection:
        connection.exec_driver_sql("UPDATE versions SET body = 'khác' WHERE article_id = 'b'")
    report = checked()
    assert kinds(report) == ["archive-texts", "archive-findings"]
    assert report.findings[0].items == ("b (1)",)
    assert "searchsvc restore" in report.findings[0].remedy.en
