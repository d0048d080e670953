"""Which files are found, and how their format is told."""

import os
from pathlib import Path

import pytest

from searchsvc.errors import UnreadableSource
from searchsvc.ingest.discover import discover
from searchsvc.ingest.formats import checked_format, format_of, read_file
from searchsvc.ingest.sources import Refusal, SourceFile
from tests.ingest.builders import PAGES, refusal


def names(*paths: Path) -> list[str]:
    return [found.path.name for found in discover(paths) if isinstance(found, SourceFile)]


def test_folders_are_walked_in_order_and_without_leaving_them(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    root = tmp_path / "root"
    for name in (
        "b/2.txt",
        "b/1.txt",
        "a.txt",
        "c/.hidden/x.txt",
        ".DS_Store",
        "Thumbs.db",
        "README.md",
        "c/p.png",
    ):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("x")
    outside.mkdir()
    (outside / "secret.txt").write_text("x")
    (root / "b" / "loop").symlink_to(root)
    (root / "b" / "out").symlink_to(outside)
    (root / "b" / "out.txt").symlink_to(outside / "secret.txt")
    assert names(root) == ["a.txt", "1.txt", "2.txt"]
    assert names(root / "b" / "2.txt", root) == ["2.txt", "a.txt", "1.txt"]
    assert names(root / "b" / "out", root / ".DS_Store") == ["secret.txt", ".DS_Store"]


def test_missing_path_is_an_error_before_anything_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("x")
    for missing in (tmp_path / "none", Path("a\0b")):
        with pytest.raises(UnreadableSource, match="No such"):
            list(discover([tmp_path, missing]))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes on this system")
def test_a_pipe_is_no_source(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(UnreadableSource, match="Neither"):
        list(discover([tmp_path / "pipe"]))
    assert names(tmp_path) == []


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_unreadable_file_and_folder_are_refused(tmp_path: Path) -> None:
    page, folder = tmp_path / "a.txt", tmp_path / "b"
    page.write_text("x")
    folder.mkdir()
    page.chmod(0)
    folder.chmod(0)
    try:
        assert [type(found) for found in discover([tmp_path])] == [SourceFile, Refusal]
        (found,) = read_file(page)
        assert isinstance(found, Refusal)
        assert "Cannot open" in found.reason.en
    finally:
        folder.chmod(0o700)


def test_file_that_is_gone_is_refused(tmp_path: Path) -> None:
    for form in ("auto", "text", "html", "jsonl", "csv"):
        (found,) = read_file(tmp_path / "gone.txt", form)
        assert isinstance(found, Refusal)
        assert "Cannot open" in found.reason.en


@pytest.mark.parametrize("page", sorted(PAGES.iterdir()), ids=lambda page: page.name)
def test_format_of_fixture_pages_by_content_alone(page: Path) -> None:
    form = {".txt": "text"}.get(page.suffix, page.suffix[1:])
    assert format_of(SourceFile(Path("unnamed"), data=page.read_bytes())) == form


@pytest.mark.parametrize(
    ("data", "name", "form"),
    [
        (b'{"searchsvc_export": 1}\n', "x.jsonl", "export"),
        (b'{"title": "a"}', "x.txt", "jsonl"),
        (b"<!DOCTYPE html><p>a", "x.txt", "html"),
        (b"<p>a", "x.htm", "html"),
        (b"a b", "x.csv", "csv"),
        ("Nội dung, ý nghĩa của nghị quyết".encode(), "x", "text"),
        (b"title;body\n", "x", "csv"),
        (b"abc", "x.unknown", "text"),
    ],
)
def test_format_of(data: bytes, name: str, form: str) -> None:
    assert format_of(SourceFile(Path(name), data=data)) == form


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"", "empty"),
        (b"%PDF-1", "PDF"),
        (b"PK\x03\x04", "DOCX"),
        (b"\x89PNG", "PNG"),
        (b"a\0b", "binary"),
    ],
)
def test_other_files_are_refused_with_their_kind(data: bytes, word: str) -> None:
    assert word in refusal(data, "x.txt").reason.en


def test_export_is_not_read_as_articles() -> None:
    assert "exported archive" in refusal(b'{"searchsvc_export": 1}\n').reason.en


def test_unknown_format_is_named() -> None:
    assert checked_format("auto") == "auto"
    with pytest.raises(UnreadableSource, match="'xml'"):
        checked_format("xml")


def test_file_name_that_is_no_utf8(tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.txt"))
    path.write_bytes("TIN VẮN\n\nMột câu.".encode())
    (found,) = read_file(path)
    assert found.source.encode()
