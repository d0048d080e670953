"""What staff read when a command is not given as it should be: one line, in their language."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import run_command

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("language", "word"), [("vi_VN.UTF-8", "Nạp kho mẫu"), ("C.UTF-8", "sample archive")]
)
def test_without_a_command_the_help_is_shown(language: str, word: str) -> None:
    done = subprocess.run(
        [sys.executable, "cli.py"],
        cwd=ROOT,
        env={**os.environ, "LC_ALL": language},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert word in done.stderr
    assert len(done.stderr.splitlines()) > 8
    assert "Error" not in done.stderr


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["bogus"], ("bogus", "import")),
        (["import", ".", "--format", "pdf"], ("--format", "pdf", "jsonl")),
        (["search", "a", "--page", "0"], ("--page", "0", "1")),
        (["search", "a", "--page", "abc"], ("--page", "abc", "1")),
        (["serve", "--port", "99999"], ("--port", "99999", "65535")),
        (["evaluate", "no-such-file", "b"], ("no-such-file",)),
        (["import"], ("PATH",)),
    ],
)
def test_wrong_usage_is_told_in_vietnamese_throughout(
    sample_data: Path, arguments: list[str], named: tuple[str, ...]
) -> None:
    result = run_command(*arguments, data=sample_data, language="vi_VN.UTF-8")
    assert result.exit_code == 2
    (line,) = result.stderr.splitlines()
    assert all(text in line for text in named), line
    for english in (" is not ", "No such", "Invalid", "does not exist"):
        assert english not in line


def test_an_ambiguous_unit_is_answered_with_those_it_may_mean(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text("TIN\n\nNội dung.", encoding="utf-8")
    for language, word in (("vi_VN.UTF-8", "nhiều đơn vị"), ("en_US.UTF-8", "several units")):
        result = run_command("import", str(file), "--unit", "BTG", data=tmp_path / "d", language=language)
        assert result.exit_code == 2
        (line,) = result.stderr.splitlines()
        assert word in line
        assert "ban-tuyen-giao-tinh-uy (Ban Tuyên giáo Tỉnh ủy)" in line
        assert "ban-tuyen-giao-trung-uong" in line
    assert not (tmp_path / "d").exists()


def test_a_folder_without_anything_to_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty" / "photo.jpg").write_bytes(b"\xff\xd8\xff")
    result = run_command("import", str(tmp_path / "empty"), data=tmp_path / "d")
    assert result.exit_code == 1
    assert "nothing to read" in result.stderr
    assert "Read 0:" in result.stdout


def test_what_is_neither_a_file_nor_a_folder_is_wrong_usage(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    result = run_command("import", str(tmp_path / "pipe.txt"), data=tmp_path / "d")
    assert result.exit_code == 2
    assert "neither a file nor a folder" in result.stderr
    assert not (tmp_path / "d").exists()


def test_one_article_is_not_several(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    file.write_text('{"id": "1", "title": "Tin", "body": "b", "published": "31/2/2021"}\n', encoding="utf-8")
    data = tmp_path / "d"
    assert "Note (1 article):" in run_command("import", str(file), data=data).stderr
    assert ": 1 article, 1 indexed" in run_command("reindex", data=data).stdout
    assert "Wrote 1 article (1 version) and 0 refused items" in (
        run_command("export", str(tmp_path / "e.jsonl"), data=data).stdout
    )


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full, which Linux has")
def test_output_onto_a_full_disk_is_one_line(sample_data: Path) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "cli.py", "status"],
            cwd=ROOT,
            env={**os.environ, "LC_ALL": "vi_VN.UTF-8", "SEARCHSVC_DATA": str(sample_data)},
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert "Hết chỗ trên đĩa" in line
