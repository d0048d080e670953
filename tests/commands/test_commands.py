"""Staff's commands, through click's runner: counts, exit codes, one line for each error."""

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from searchsvc.commands.program import COMMANDS
from tests.conftest import run_command

ROOT = Path(__file__).resolve().parents[2]
LINE = {
    "title": "Hội nghị tổng kết công tác năm",
    "body": "Thực hiện Chỉ thị số 05-CT/TW ngày 15/5/2016 của Bộ Chính trị, các đơn vị đã tổ chức học tập.",
    "published": "7/1/2022",
}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "index"


def jsonl(path: Path, *lines: object) -> Path:
    path.write_text(
        "\n".join(line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) for line in lines)
        + "\n",
        encoding="utf-8",
    )
    return path


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize("language", ["vi_VN.UTF-8", "en_US.UTF-8"])
def test_every_command_has_help_an_example_and_its_exit_codes(name: str, language: str) -> None:
    # The language of help is that of the process, so each is asked in one of its own.
    command = [sys.executable, "cli.py", name, "--help"]
    result = subprocess.run(
        command, cwd=ROOT, env={**os.environ, "LC_ALL": language}, capture_output=True, text=True, check=True
    )
    example, codes = ("Ví dụ:", "Mã thoát:") if language.startswith("vi") else ("Example:", "Exit code:")
    assert f"{example} searchsvc {name}" in result.stdout
    assert codes in result.stdout


def test_import_counts_and_is_idempotent(tmp_path: Path, data: Path) -> None:
    file = jsonl(tmp_path / "a.jsonl", {"id": "1", **LINE}, {"id": "2", **LINE})
    first = run_command("import", str(file), data=data)
    assert first.exit_code == 0, first.output
    assert "Read 2: new 2, changed 0, unchanged 0, refused 0." in first.stdout
    again = run_command("import", str(file), data=data)
    assert "Read 2: new 0, changed 0, unchanged 2, refused 0." in again.stdout
    jsonl(file, {"id": "1", **LINE}, {"id": "2", **LINE, "body": "Khác."})
    changed = run_command("import", str(file), data=data, language="vi_VN.UTF-8")
    assert "Đã đọc 2: mới 0, thay đổi 1, không đổi 1, từ chối 0." in changed.stdout


def test_what_is_refused_is_listed_and_the_rest_goes_in(tmp_path: Path, data: Path) -> None:
    file = jsonl(tmp_path / "a.jsonl", {"id": "1", **LINE}, '{"id": "2", "title": ', {"id": "3", **LINE})
    result = run_command("import", str(file), data=data)
    assert result.exit_code == 1
    assert "Read 3: new 2, changed 0, unchanged 0, refused 1." in result.stdout
    (line,) = [line for line in result.stderr.splitlines() if line.startswith("Refused")]
    assert "a.jsonl: Line 2:" in line
    assert json.loads(run_command("status", "--json", data=data).stdout)["refused"] == 1


def test_strict_refuses_what_is_doubtful(tmp_path: Path, data: Path) -> None:
    file = jsonl(tmp_path / "a.jsonl", {"id": "1", **LINE, "published": "31/2/2021"}, {"id": "2", **LINE})
    assert run_command("import", str(file), data=data).exit_code == 0
    other = run_command("import", str(file), "--strict", data=data.with_name("other"))
    assert other.exit_code == 1
    assert "new 1, changed 0, unchanged 0, refused 1" in other.stdout


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["import"], "PATH"),
        (["import", "no-such-file"], "no-such-file"),
        (["import", ".", "--format", "pdf"], "pdf"),
        (["import", ".", "--unit", "Ban Không Có"], "Ban Không Có"),
        (["search"], "QUERY"),
        (["search", "a", "--from", "31/2/2020"], "from"),
        (["search", "a", "--code", "xyz"], "code=xyz"),
        (["search", "a", "--unit", "nobody"], "nobody"),
        (["search", "a", "--page", "0"], "page"),
        (["serve", "--port", "0"], "port"),
        (["evaluate", "a", "b"], "a"),
        (["no-such-command"], "no-such-command"),
        (["search", "a", "--no-such-option"], "--no-such-option"),
    ],
)
def test_wrong_usage_is_one_line_and_exit_code_2(sample_data: Path, arguments: list[str], named: str) -> None:
    for language in ("vi_VN.UTF-8", "en_US.UTF-8"):
        result = run_command(*arguments, data=sample_data, language=language)
        assert result.exit_code == 2, result.output
        assert len(result.stderr.strip().splitlines()) == 1, result.stderr
        assert named in result.stderr
        assert result.stdout == ""


@pytest.mark.parametrize("arguments", [["search", "a"], ["status"], ["reindex"], ["export", "x.jsonl"]])
def test_without_an_archive_the_command_to_run_is_named(data: Path, arguments: list[str]) -> None:
    result = run_command(*arguments, data=data)
    assert result.exit_code == 1
    assert len(result.stderr.strip().splitlines()) == 1
    assert "searchsvc import" in result.stderr
    assert not data.exists()


def test_search_without_an_index_names_reindex(tmp_path: Path, data: Path) -> None:
    run_command("import", str(jsonl(tmp_path / "a.jsonl", LINE)), data=data)
    result = run_command("search", "chỉ thị", data=data)
    assert result.exit_code == 1
    assert "searchsvc reindex" in result.stderr
    status = json.loads(run_command("status", "--json", data=data).stdout)
    assert (status["generation"], status["behind"]) == (None, 1)
    run_command("import", str(jsonl(tmp_path / "a.jsonl", {"id": "1", **LINE})), data=data)
    run_command("import", str(jsonl(tmp_path / "a.jsonl", {"id": "1", **LINE, "title": "Đã sửa"})), data=data)
    status = json.loads(run_command("status", "--json", data=data).stdout)
    assert (status["articles"], status["versions"], status["behind"]) == (2, 3, 2)


def test_reindex_makes_imports_searchable(tmp_path: Path, data: Path) -> None:
    run_command("import", str(jsonl(tmp_path / "a.jsonl", {"id": "1", **LINE})), data=data)
    assert run_command("reindex", data=data).exit_code == 0
    first = json.loads(run_command("search", "chi thi 5/CT-TW", "--json", data=data).stdout)
    assert [result["id"] for result in first["results"]] == ["1"]
    run_command(
        "import", str(jsonl(tmp_path / "a.jsonl", {"id": "1", **LINE, "title": "Bài mới"})), data=data
    )
    assert json.loads(run_command("status", "--json", data=data).stdout)["behind"] == 1
    assert run_command("reindex", data=data).exit_code == 0
    assert run_command("reindex", "--full", data=data).exit_code == 0
    (result,) = json.loads(run_command("search", "bai moi", "--json", data=data).stdout)["results"]
    assert result["title"] == "Bài mới"
    status = json.loads(run_command("status", "--json", data=data).stdout)
    assert (status["articles"], status["versions"], status["documents"], status["behind"]) == (1, 2, 1, 0)


def test_search_asks_whether_something_else_was_meant(sample_data: Path) -> None:
    assert (
        "Did you mean: nghị quyết đại hội"
        in run_command("search", "nghị quết đại hội", data=sample_data).output
    )


def test_search_prints_ranked_results(sample_data: Path) -> None:
    result = run_command("search", "nghi quyet dai hoi", "--sort", "newest", data=sample_data)
    assert result.exit_code == 0
    assert result.stdout.startswith("1. ")
    assert "results" in result.stderr
    nothing = run_command("search", "xyzzyx", data=sample_data)
    assert (nothing.exit_code, nothing.stdout) == (0, "")


def test_status_is_readable(sample_data: Path) -> None:
    result = run_command("status", data=sample_data, language="vi_VN.UTF-8")
    assert result.exit_code == 0
    assert "theo kịp kho" in result.stdout


def test_export_and_import_into_an_empty_archive_give_an_equal_archive(
    sample_data: Path, tmp_path: Path
) -> None:
    file, copy = tmp_path / "all.jsonl", tmp_path / "copy"
    assert run_command("export", str(file), data=sample_data).exit_code == 0
    restored = run_command("import", str(file), data=copy)
    assert restored.exit_code == 0, restored.output
    again = tmp_path / "again.jsonl"
    assert run_command("export", str(again), data=copy).exit_code == 0
    assert again.read_bytes() == file.read_bytes()


def test_demo_again_changes_nothing(sample_data: Path) -> None:
    before = run_command("status", "--json", data=sample_data).stdout
    assert "new 0, changed 0" in run_command("demo", data=sample_data).stdout
    assert run_command("demo", "--if-empty", data=sample_data).stdout == ""
    after = run_command("status", "--json", data=sample_data).stdout
    assert json.loads(before) == json.loads(after)


def test_evaluate_measures_the_live_index(sample_data: Path, tmp_path: Path) -> None:
    found = json.loads(run_command("search", "chuyển đổi số", "--json", data=sample_data).stdout)["results"]
    queries = tmp_path / "queries.tsv"
    queries.write_text("q1\tchuyển đổi số\nq2\tkhông ai đánh giá\n", encoding="utf-8")
    qrels = tmp_path / "qrels"
    qrels.write_text(f"q1 0 {found[0]['id']} 3\nq1 0 {found[1]['id']} 2\n", encoding="utf-8")
    result = run_command("evaluate", str(queries), str(qrels), "--json", data=sample_data)
    assert result.exit_code == 0, result.output
    one, mean = map(json.loads, result.stdout.splitlines())
    assert one == {"query": "q1", "nDCG@10": 1.0, "MRR@10": 1.0, "R@100": 1.0}
    assert mean["queries"] == 1
    qrels.write_text("q9 0 x 1\n", encoding="utf-8")
    assert run_command("evaluate", str(queries), str(qrels), data=sample_data).exit_code == 1
    qrels.write_text("q1 0 x\tmany\n", encoding="utf-8")
    assert run_command("evaluate", str(queries), str(qrels), data=sample_data).exit_code == 2


def test_a_wrong_setting_stops_the_start(sample_data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEARCHSVC_PER_PAGE", "lots")
    result = run_command("status", data=sample_data)
    assert result.exit_code == 2
    assert "SEARCHSVC_PER_PAGE" in result.stderr


def test_a_broken_archive_is_told_without_a_traceback(data: Path) -> None:
    data.mkdir()
    (data / "archive.db").write_bytes(b"this is no database" * 100)
    result = run_command("status", data=data)
    assert result.exit_code == 1
    assert len(result.stderr.strip().splitlines()) == 1
    assert "Traceback" in run_command("--verbose", "status", data=data).stderr
    assert "Traceback" in run_command("status", "--verbose", data=data).stderr


def test_a_locked_archive_is_told(tmp_path: Path, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = jsonl(tmp_path / "a.jsonl", LINE)
    run_command("import", str(file), data=data)
    monkeypatch.setenv("SEARCHSVC_ARCHIVE_TIMEOUT_S", "0.2")
    other = sqlite3.connect(data / "archive.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        result = run_command("import", str(jsonl(file, {**LINE, "title": "Khác"})), data=data)
    finally:
        other.close()
    assert result.exit_code == 1
    assert "Another process" in result.stderr
