"""Segmentations by content: kept and found by the text, under the rules that made them."""

from searchsvc.archive import Archive, Segmented, archive_digest, export_archive, import_archive
from tests.archive.drafts import NOTHING_FOUND, draft


def test_kept_joins_are_found_by_the_text(archive):
    archive.keep_joins(Segmented({"nghị quyết": b"\x01", "": b""}, "rules 1"))
    assert archive.joins_of(["", "nghị quyết", "khác"], "rules 1") == {"": b"", "nghị quyết": b"\x01"}
    assert archive.joins_of([], "rules 1") == {}


def test_joins_of_other_rules_are_not_given_and_are_replaced(archive):
    archive.keep_joins(Segmented({"một": b"1", "hai": b"2"}, "rules 1"))
    assert archive.joins_of(["một", "hai"], "rules 2") == {}
    archive.keep_joins(Segmented({"một": b"3"}, "rules 2"))
    assert archive.joins_of(["một", "hai"], "rules 2") == {"một": b"3"}
    assert archive.joins_of(["một", "hai"], "rules 1") == {"hai": b"2"}


def test_more_texts_than_one_list_holds(archive):
    joins = {f"văn bản {number}": str(number).encode() for number in range(1_100)}
    archive.keep_joins(Segmented(joins, "rules"))
    assert archive.joins_of(list(joins), "rules") == joins


def test_they_come_with_a_batch(archive):
    archive.put([(draft("Tin", id="a"), NOTHING_FOUND)], Segmented({"Tin": b"\0"}, "rules"))
    assert archive.joins_of(["Tin"], "rules") == {"Tin": b"\0"}


def test_they_are_no_content(archive, tmp_path):
    archive.put([(draft("Tin", id="a"), NOTHING_FOUND)])
    before = archive_digest(archive)
    archive.keep_joins(Segmented({"Tin": b"\0"}, "rules"))
    assert archive_digest(archive) == before
    export_archive(archive, tmp_path / "all.jsonl")
    with Archive.open(f"sqlite:///{tmp_path / 'other.db'}", create=True) as other:
        import_archive(other, tmp_path / "all.jsonl")
        assert archive_digest(other) == before
        assert other.joins_of(["Tin"], "rules") == {}
