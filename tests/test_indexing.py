"""Bringing the index up to date: what goes in, when it updates, when it rebuilds, what it refuses."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from searchsvc.analysis import compounds
from searchsvc.analysis.compounds import joins_fingerprint, word_joins
from searchsvc.archive.records import Segmented
from searchsvc.archive.store import Archive
from searchsvc.articles import Annotations, CodeMention, Draft
from searchsvc.engines import open_engine
from searchsvc.engines.base import Engine
from searchsvc.errors import EngineUnavailable, IndexMismatch
from searchsvc.extract.annotate import annotate
from searchsvc.extract.units import Registry
from searchsvc.fields import CODES_FIELD
from searchsvc.indexing import bring_up_to_date, code_keys, document_from
from searchsvc.ingest.importing import ImportOptions, import_paths
from searchsvc.queries import FacetName
from searchsvc.search.lineage import index_fingerprint
from searchsvc.settings import load_settings
from tests.builders import article, day, key, phrase, query, term, words


@pytest.fixture(scope="module")
def registry() -> Registry:
    return Registry.load(None)


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive.open(f"sqlite:///{tmp_path / 'archive.db'}", create=True) as opened:
        yield opened


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = open_engine(load_settings(data=tmp_path, import_processes=1))
    yield engine
    engine.close()


def draft(id: str, body: str = "Nội dung.", **values: str) -> Draft:
    return Draft(id=id, title=f"Bài {id}", body=body, published="2022-01-07T09:44:00+07:00", **values)


def put(archive: Archive, registry: Registry, *drafts: Draft) -> None:
    archive.put([(each, annotate(each, registry)) for each in drafts])


def ids(engine: Engine, *args, **values) -> set[str]:
    return {hit.id for hit in engine.search(query(*args, **values)).hits}


class TestRuns:
    def test_first_run_builds_then_only_what_changed_goes_in(self, archive, engine, registry):
        put(archive, registry, draft("a"), draft("b"))
        first = bring_up_to_date(archive, engine, registry)
        assert (first.documents, first.rebuilt, first.change) == (2, True, archive.latest_change())

        put(archive, registry, draft("b", "Nội dung khác."), draft("c"), draft("a"))
        second = bring_up_to_date(archive, engine, registry)
        assert (second.documents, second.rebuilt) == (2, False)
        assert ids(engine) == {"a", "b", "c"}
        assert {(hit.id, hit.version) for hit in engine.search(query()).hits} >= {("b", 2), ("c", 1)}

        third = bring_up_to_date(archive, engine, registry)
        assert (third.documents, third.generation) == (0, second.generation)

    def test_full_builds_anew(self, archive, engine, registry):
        put(archive, registry, draft("a"))
        before = bring_up_to_date(archive, engine, registry)
        after = bring_up_to_date(archive, engine, registry, full=True)
        assert (after.documents, after.rebuilt) == (1, True)
        assert after.generation != before.generation

    def test_an_index_of_another_archive_is_built_anew(self, archive, engine, registry, tmp_path):
        put(archive, registry, draft("a"), draft("b"))
        bring_up_to_date(archive, engine, registry)
        with Archive.open(f"sqlite:///{tmp_path / 'other.db'}", create=True) as other:
            put(other, registry, draft("x"), draft("y"))  # as many changes, so numbers do not tell
            report = bring_up_to_date(other, engine, registry)
        assert report.rebuilt
        assert ids(engine) == {"x", "y"}

    def test_an_archive_that_lost_changes_is_indexed_anew(self, archive, engine, registry, tmp_path):
        put(archive, registry, draft("a"))
        archive.close()
        older = (tmp_path / "archive.db").read_bytes()
        put(archive, registry, draft("b"))
        bring_up_to_date(archive, engine, registry)
        archive.close()
        (tmp_path / "archive.db").write_bytes(older)  # an older copy of the file, put back by hand
        assert bring_up_to_date(archive, engine, registry).rebuilt
        assert ids(engine) == {"a"}

    def test_an_empty_archive_gives_an_empty_index(self, archive, engine, registry):
        report = bring_up_to_date(archive, engine, registry)
        assert (report.documents, report.rebuilt, report.change) == (0, True, 0)
        assert ids(engine) == set()
        put(archive, registry, draft("a"))
        assert bring_up_to_date(archive, engine, registry).documents == 1

    def test_an_import_during_a_rebuild_goes_in_right_after(self, archive, engine, registry):
        put(archive, registry, draft("a"), draft("b"))
        imported: list[int] = []

        def import_meanwhile(step: str, done: int, total: int) -> None:
            if step == "index" and not imported:
                imported.append(done)
                put(archive, registry, draft("b", "Nội dung mới."), draft("c"))

        report = bring_up_to_date(archive, engine, registry, progress=import_meanwhile)
        assert report.change == archive.latest_change()
        assert {(hit.id, hit.version) for hit in engine.search(query()).hits} == {
            ("a", 1),
            ("b", 2),
            ("c", 1),
        }

    def test_progress(self, archive, engine, registry):
        put(archive, registry, *(draft(f"bai-{number}") for number in range(450)))
        told: list[tuple[str, int, int]] = []
        bring_up_to_date(archive, engine, registry, progress=lambda *step: told.append(step))
        assert told[0] == ("index", 0, 450)
        assert told[-1] == ("index", 450, 450)
        assert [done for _, done, _ in told] == sorted(done for _, done, _ in told)

    def test_a_failure_leaves_the_old_index(self, archive, engine, registry, monkeypatch):
        put(archive, registry, draft("a"))
        bring_up_to_date(archive, engine, registry)
        put(archive, registry, draft("b"))
        counts = archive.counts()
        monkeypatch.setattr(archive, "counts", lambda: counts._replace(articles=5))
        with pytest.raises(EngineUnavailable):
            bring_up_to_date(archive, engine, registry, full=True)
        assert ids(engine) == {"a"}


class TestRules:
    def test_other_rules_need_a_full_run_which_annotates_again(self, archive, engine, registry, tmp_path):
        stale = Annotations(fingerprint="rules of yesterday")
        text = draft("a", "Thực hiện Chỉ thị số 05-CT/TW ngày 15/5/2016 của Bộ Chính trị.")
        archive.put([(text, stale)])
        report = bring_up_to_date(archive, engine, registry)
        assert report.reannotated == 1
        assert ids(engine, codes=["05-CT/TW"]) == {"a"}

        other = index_fingerprint("other rules", archive.lineage())
        with engine.rebuild(fingerprint=other, change=archive.latest_change()) as writer:
            writer.put([])
        with pytest.raises(IndexMismatch) as caught:
            bring_up_to_date(archive, engine, registry)
        assert "searchsvc reindex --full" in caught.value.message.vi
        bring_up_to_date(archive, engine, registry, full=True)
        assert ids(engine) == {"a"}


class TestDocuments:
    def test_what_is_indexed_of_an_article(self, registry):
        unit = next(unit for unit in registry.units if unit.parent)
        found = annotate(draft("a", "Theo Chỉ thị số 05-CT/TW và Kết luận số 01-KL/TW."), registry)
        annotated = Annotations(published=day("2022-01-07"), unit=unit.slug, codes=found.codes)
        document = document_from(
            article("a", version=3, captions=("Ảnh 1", "Ảnh 2"), annotations=annotated), registry
        )
        assert (document.id, document.version, document.unit) == ("a", 3, unit.slug)
        assert document.unit_path == registry.path(unit.slug)
        assert document.unit_path[0] == unit.slug
        assert unit.parent in document.unit_path
        assert document.codes == ("05-CT/TW", "01-KL/TW")
        assert document.texts["captions"] == "Ảnh 1\nẢnh 2"
        assert "summary" not in document.texts

    def test_an_article_without_unit_or_date(self, registry):
        document = document_from(article(), registry)
        assert (document.unit_path, document.published, document.codes) == ((), None, ())

    def test_keys_of_full_and_of_unlinked_partial_mentions(self):
        full = CodeMention(
            "body", 0, 8, "35-NQ/TW", "full", "35-NQ/TW", "35-NQ", "NQ", "35", issued=date(2018, 10, 22)
        )
        linked = CodeMention("body", 9, 22, "Nghị quyết 35", "partial", "35-NQ/TW", "35-NQ", "NQ", "35")
        unlinked = CodeMention("body", 30, 40, "Chỉ thị 05", "partial", None, "05-CT", "CT", "05")
        keys = code_keys((full, linked, unlinked))
        assert {"35-nq/tw", "35-nq", "05-ct"} <= set(keys)
        assert keys.count("35-nq/tw") == 2  # a frequency: so often is it mentioned
        assert not any(" " in key for key in keys)


def test_from_text_to_hits(archive, engine, registry):
    put(
        archive,
        registry,
        draft("a", "Hội nghị quán triệt Chỉ thị số 05-CT/TW, do Ban Tuyên giáo tổ chức."),
        draft("b", "Lễ hội mùa xuân ở thành phố Hoà Bình."),
    )
    bring_up_to_date(archive, engine, registry)
    assert ids(engine, words("hội nghị")) == {"a"}
    assert ids(engine, phrase("hòa bình")) == {"b"}
    assert ids(engine, words("05-ct/tw", CODES_FIELD)) == {"a"}
    years = engine.search(query()).facets[FacetName.YEAR]
    assert [(each.value, each.count) for each in years] == [("2022", 2)]
    assert engine.document_frequency("body_exact", key("hội")) == 2


class TestSegmentation:
    def test_what_the_archive_lacks_is_made_once(self, archive, engine, registry, monkeypatch):
        put(archive, registry, draft("a", "Nghị quyết Đại hội."), draft("b", "Nghị quyết khác."))
        bring_up_to_date(archive, engine, registry)
        texts = ["Bài a", "Nghị quyết Đại hội.", "Bài b", "Nghị quyết khác."]
        assert archive.joins_of(texts, joins_fingerprint()) == {text: word_joins(text) for text in texts}

        never_segment(monkeypatch)
        again = bring_up_to_date(archive, engine, registry, full=True)
        assert again.documents == 2
        assert ids(engine, term("nghi_quyet", "body_words")) == {"a", "b"}

        put(archive, registry, draft("a", "Nghị quyết Đại hội lần thứ hai."))
        with pytest.raises(AssertionError, match="segmented"):
            bring_up_to_date(archive, engine, registry)

    def test_an_import_leaves_nothing_to_segment(self, archive, engine, registry, tmp_path, monkeypatch):
        pages = Path(__file__).parent / "ingest" / "pages"
        import_paths([pages], archive, registry, options=ImportOptions(processes=1))
        never_segment(monkeypatch)
        assert bring_up_to_date(archive, engine, registry, full=True).documents > 15
        assert engine.document_frequency("body_words", "nghi_quyet") >= 3

    def test_other_rules_segment_again(self, archive, engine, registry, monkeypatch):
        put(archive, registry, draft("a", "Nghị quyết Đại hội."))
        archive.keep_joins(Segmented({"Nghị quyết Đại hội.": b"\0"}, "other rules"))
        bring_up_to_date(archive, engine, registry)
        assert ids(engine, term("nghi_quyet", "body_words")) == {"a"}


def never_segment(monkeypatch: pytest.MonkeyPatch) -> None:
    def segmented(text: str) -> None:
        raise AssertionError(f"segmented {text!r}")

    monkeypatch.setattr(compounds, "segment", segmented)
