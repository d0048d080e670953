"""Export and import: equal archives, merged ones, and files that were cut off or altered."""

import hashlib
import json
import os
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from searchsvc.archive import (
    Archive,
    RefusedItem,
    archive_digest,
    export_archive,
    import_archive,
    is_export,
)
from searchsvc.archive.schema import metadata
from searchsvc.errors import ArchiveError, Message, UnreadableSource
from tests.archive.drafts import FOUND, any_entry, draft, put

REASON = Message("Hỏng", "Broken")


@pytest.fixture
def other(new_url):
    with Archive.open(new_url(), create=True) as opened:
        yield opened


@pytest.fixture
def file(tmp_path):
    return tmp_path / "kho.jsonl"


def fill(archive):
    put(archive, draft("Một", id="a", collection="Công báo"), draft("Hai", source_key="file:/2"), found=FOUND)
    put(archive, draft("Một sửa", id="a", captions=("Ảnh",), collection="Công báo"))
    put(archive, draft("Hai", source_key="file:/3"), draft(url="https://x/1", published="1/2/2020"))
    archive.refuse(
        [RefusedItem("b.jsonl", 2, REASON, b"\0\xff"), RefusedItem("c", 0, REASON, b"x", 9, "a" * 64)]
    )
    archive.reannotate(lambda one: replace(FOUND, unit=one.title), "rules 2")


def contents(archive):
    """All rows of all tables, without what is of this database only: its numbers, its lineage."""
    rows = {}
    with archive.database.reading() as connection:
        for table in metadata.sorted_tables:
            columns = [column for column in table.c if not (table.name == "refused" and column.name == "id")]
            found = connection.execute(select(*columns))
            rows[table.name] = sorted(repr(row) for row in found if row[0] != "lineage")
    return rows


def test_import_into_an_empty_archive_gives_an_equal_one(archive, other, file):
    fill(archive)
    counts = export_archive(archive, file)
    assert counts == archive.counts() == (3, 4, 2, 2)
    assert import_archive(other, file) == (3, 0, 0, 2)
    assert contents(other) == contents(archive)
    assert archive_digest(other) == archive_digest(archive)
    assert [one.reason for one in other.refused()] == [REASON, REASON]


def test_export_of_an_equal_archive_is_the_same_file(archive, other, file, tmp_path):
    fill(archive)
    export_archive(archive, file)
    import_archive(other, file)
    export_archive(other, tmp_path / "again.jsonl")
    assert (tmp_path / "again.jsonl").read_bytes() == file.read_bytes()


def test_restored_archive_knows_its_sources_again(archive, other, file):
    fill(archive)
    export_archive(archive, file)
    import_archive(other, file)
    old = draft("Hai", source_key="file:/3")
    assert (
        put(other, draft("Hai", source_key="file:/2"), old, draft(url="https://x/1", published="1/2/2020"))
        == ["unchanged"] * 3
    )
    assert put(other, draft("Ba", id="a")) == ["changed"]


def test_importing_again_changes_nothing(archive, other, file):
    fill(archive)
    export_archive(archive, file)
    import_archive(other, file)
    before = contents(other)
    for target in (other, archive):
        assert import_archive(target, file) == (0, 0, 3, 0)
    assert contents(other) == before == contents(archive)


def test_merging_keeps_what_is_there_and_brings_whole_histories(archive, other, file):
    fill(archive)
    export_archive(archive, file)
    put(other, draft("Khác", id="z"), draft("Một cũ", id="a"))
    assert import_archive(other, file) == (2, 1, 0, 2)
    assert other.get("z").title == "Khác"
    assert [one.title for one in other.versions("a")] == ["Một cũ", "Một sửa"]
    assert other.counts() == (4, 5, 2, 2)
    assert sorted(one.change for batch in other.changes(0) for one in batch)[-1] == other.latest_change()
    digest = archive_digest(other)
    assert import_archive(other, file) == (0, 0, 3, 0)
    assert archive_digest(other) == digest


def test_merging_brings_several_versions_with_new_changes(archive, other, file):
    put(archive, draft("Một", id="a"), found=FOUND)
    put(archive, draft("Hai", id="a"), found=FOUND)
    export_archive(archive, file)
    put(other, draft(id="z"))
    assert import_archive(other, file) == (1, 0, 0, 0)
    assert [other.get("a", number).title for number in (1, 2)] == ["Một", "Hai"]
    assert other.get("a").change == other.latest_change() == 3
    assert put(other, draft(id="n")) == ["new"]
    assert other.get("n").change == 4


def test_empty_archive_goes_out_and_in(archive, other, file):
    assert export_archive(archive, file) == (0, 0, 0, 0)
    assert import_archive(other, file) == (0, 0, 0, 0)
    assert archive_digest(other) == archive_digest(archive)


def test_from_one_database_into_the_other_and_back(sqlite_url, postgres, file):
    with (
        Archive.open(sqlite_url, create=True) as one,
        Archive.open(postgres.new_url(), create=True) as other,
        Archive.open(sqlite_url.replace("archive.db", "again.db"), create=True) as again,
    ):
        fill(one)
        for source, target in ((one, other), (other, again)):
            export_archive(source, file)
            import_archive(target, file)
            assert archive_digest(target) == archive_digest(one)
            assert contents(target) == contents(one)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
@given(batches=st.lists(st.lists(any_entry, max_size=4), max_size=3))
def test_any_archive_goes_out_and_in_unchanged(new_url, file, batches):
    with Archive.open(new_url(), create=True) as one, Archive.open(new_url(), create=True) as two:
        for batch in batches:
            one.put(batch)
        export_archive(one, file)
        import_archive(two, file)
        assert contents(two) == contents(one)
        assert archive_digest(two) == archive_digest(one)


def test_digest_differs_with_any_difference(archive, other):
    seen = {archive_digest(archive)}

    def differs(act):
        act()
        digest = archive_digest(archive)
        assert digest not in seen
        seen.add(digest)

    differs(lambda: put(archive, draft(id="a")))
    differs(lambda: put(archive, draft("Sửa", id="a")))
    differs(lambda: archive.reannotate(lambda _: FOUND, "rules 2"))
    differs(lambda: archive.refuse([RefusedItem("x", 0, REASON, b"")]))
    differs(lambda: put(archive, draft("k", source_key="file:/1")))
    differs(lambda: put(archive, draft("k", source_key="file:/2")))


def test_lines_have_the_keys_that_every_reader_of_articles_knows(archive, file):
    fill(archive)
    export_archive(archive, file)
    raw = file.read_bytes().splitlines()
    assert is_export(raw[0])
    line = next(one for one in map(json.loads, raw) if one.get("id") == "a")
    assert (line["title"], line["body"], line["collection"]) == ("Một sửa", "Nội dung làm việc.", "Công báo")
    assert [version["number"] for version in line["versions"]] == [1, 2]
    assert "url" not in line


@pytest.mark.parametrize(
    "line", [b"", b"{}", b'{"title": "searchsvc_export"}', b"\xff\xfe", b"searchsvc_export", b"{" * 9999]
)
def test_other_files_are_no_export(line):
    assert not is_export(line)


def spoiled(text, kind):
    lines = text.splitlines(keepends=True)
    return {
        "without its trailer": b"".join(lines[:-1]),
        "cut in a line": text[: len(text) // 2],
        "cut after the header": lines[0],
        "one byte altered": text.replace("Một sửa".encode(), "Mót sửa".encode()),
        "a name altered": text.replace('"name":"Công báo"'.encode(), '"name":"Công bố"'.encode()),
        "a line missing": b"".join([*lines[:2], *lines[3:]]),
        "a line twice": b"".join([*lines[:3], *lines[2:]]),
        "more after the trailer": text + lines[1],
        "two in one": text + text,
        "no header": b"".join(lines[1:]),
        "empty": b"",
        "only a trailer": lines[-1],
        "not JSON": b"".join([*lines[:2], b"{oops\n", *lines[2:]]),
        "deep": b"".join([lines[0], b"[" * 200_000, b"\n", *lines[1:]]),
        "another format": text.replace(b'"searchsvc_export":1', b'"searchsvc_export":2'),
        "binary": os.urandom(5000),
    }[kind]


@pytest.mark.parametrize(
    "kind",
    [
        "without its trailer",
        "cut in a line",
        "cut after the header",
        "one byte altered",
        "a name altered",
        "a line missing",
        "a line twice",
        "more after the trailer",
        "two in one",
        "no header",
        "empty",
        "only a trailer",
        "not JSON",
        "deep",
        "another format",
        "binary",
    ],
)
@pytest.mark.parametrize("into", ["empty", "filled"])
def test_spoiled_file_is_refused_and_nothing_of_it_is_imported(archive, other, file, kind, into):
    fill(archive)
    export_archive(archive, file)
    file.write_bytes(spoiled(file.read_bytes(), kind))
    if into == "filled":
        put(other, draft(id="z"))
    before = contents(other)
    with pytest.raises(UnreadableSource) as refused:
        import_archive(other, file)
    assert "nothing of this file was imported" in refused.value.message.en
    assert "\n" not in refused.value.message.en
    assert contents(other) == before


@pytest.mark.parametrize(
    "kind", ["an article twice", "a change too large", "a year beyond the calendar", "another last change"]
)
def test_contradictions_under_a_right_checksum_are_refused(archive, other, file, kind):
    fill(archive)
    export_archive(archive, file)
    lines = file.read_bytes().splitlines(keepends=True)
    place = next(number for number, line in enumerate(lines) if line.startswith(b'{"id"'))
    line, end = json.loads(lines[place]), json.loads(lines[-1])
    if kind == "an article twice":
        lines.insert(place, lines[place])
        end["counts"]["articles"] += 1
        end["counts"]["versions"] += len(line["versions"])
    elif kind == "a change too large":
        line["versions"][0]["change"] = 1 << 70
    elif kind == "a year beyond the calendar":
        line["versions"][0]["imported_at"] = "0001-01-01T00:00:00+14:00"
    if kind == "another last change":
        lines[0] = lines[0].replace(b'"change":', b'"change":9')
    elif kind != "an article twice":
        lines[place] = json.dumps(line, ensure_ascii=False).encode() + b"\n"
    end["sha256"] = hashlib.sha256(b"".join(lines[:-1])).hexdigest()
    file.write_bytes(b"".join([*lines[:-1], json.dumps(end, separators=(",", ":")).encode() + b"\n"]))
    with pytest.raises(UnreadableSource, match=r"contradict|do not fit"):
        import_archive(other, file)
    assert not other.counts().articles


def test_line_number_is_that_of_the_broken_line(archive, other, file):
    fill(archive)
    export_archive(archive, file)
    lines = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(b"".join([*lines[:3], b"{oops\n", *lines[3:]]))
    with pytest.raises(UnreadableSource, match="line 4:"):
        import_archive(other, file)


def test_forged_ids_do_not_get_in(archive, other, file):
    put(archive, draft(source_key="file:/1"))
    export_archive(archive, file)
    [article] = next(archive.changes(0))
    file.write_bytes(file.read_bytes().replace(article.id.encode(), b"../../etc"))
    with pytest.raises(UnreadableSource, match="line 3: id"):
        import_archive(other, file)


def test_missing_file_is_said(archive, tmp_path):
    for path in (tmp_path / "none.jsonl", tmp_path):
        with pytest.raises(UnreadableSource, match="Cannot read"):
            import_archive(archive, path)


def test_export_that_cannot_be_written_leaves_the_old_file(archive, file, tmp_path):
    with pytest.raises(ArchiveError, match="Cannot write"):
        export_archive(archive, tmp_path / "none" / "kho.jsonl")
    (tmp_path / "folder").mkdir()
    with pytest.raises(ArchiveError, match="Cannot write"):
        export_archive(archive, tmp_path / "folder")
    file.write_text("old")

    def fail(_):
        raise OSError(28, "No space left on device")

    with pytest.raises(ArchiveError, match="No space left"):
        export_archive(archive, file, progress=fail)
    assert file.read_text() == "old"
    assert not list(tmp_path.glob("*.part"))
    assert not list(tmp_path.glob(".*.part"))


def test_progress_counts_lines(archive, other, file):
    fill(archive)
    out, back = [], []
    export_archive(archive, file, progress=out.append)
    import_archive(other, file, progress=back.append)
    assert sum(out) + 1 == sum(back) == len(file.read_bytes().splitlines())
