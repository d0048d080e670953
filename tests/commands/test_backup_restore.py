"""`check`, `backup` and `restore` as staff run them."""

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.conftest import run_command


@pytest.fixture(scope="module")
def backup(sample_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("backups")
    result = run_command("backup", str(folder), "--keep", "2", data=sample_data)
    assert result.exit_code == 0, result.output
    [made] = folder.iterdir()
    return made


def test_the_samples_are_whole(sample_data: Path) -> None:
    result = run_command("check", data=sample_data)
    assert result.exit_code == 0, result.output
    assert result.stdout.endswith("all is whole.\n")
    told = json.loads(run_command("check", "--json", data=sample_data).stdout)
    assert told["ok"]
    assert told["articles"] == told["documents"] > 0


def test_check_says_what_to_do(sample_data: Path, tmp_path: Path) -> None:
    data = tmp_path / "index"
    shutil.copytree(sample_data, data)
    with closing(sqlite3.connect(data / "archive.db", isolation_level=None)) as connection:
        connection.execute("UPDATE versions SET title = 'khác' WHERE number = 1")
    (data / "lexicon.bin").unlink()
    result = run_command("check", data=data, language="vi_VN.UTF-8")
    assert result.exit_code == 1
    lines = result.stdout.splitlines()
    assert lines[0].startswith("Nội dung bài khác tổng kiểm tra")
    assert "searchsvc restore FILE --force" in lines[0]
    assert any("searchsvc reindex" in line for line in lines[1:])
    told = json.loads(run_command("check", "--json", data=data).stdout)
    assert not told["ok"]
    assert {finding["kind"] for finding in told["findings"]} >= {"archive-texts", "lexicon"}


def test_restore_into_nothing_brings_archive_and_index(backup: Path, tmp_path: Path) -> None:
    data = tmp_path / "index"
    result = run_command("restore", str(backup), data=data)
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("Restored ")
    assert run_command("check", data=data).exit_code == 0
    assert json.loads(run_command("search", "nghị quyết", "--json", data=data).stdout)["total"] > 0


def test_restore_replaces_only_with_force_and_the_index_follows(backup: Path, tmp_path: Path) -> None:
    data = tmp_path / "index"
    extra = tmp_path / "extra.jsonl"
    extra.write_text('{"id": "only-here", "title": "Bài riêng", "body": "Chỉ có ở đây."}\n', "utf-8")
    assert run_command("import", str(extra), data=data).exit_code == 0
    assert run_command("reindex", data=data).exit_code == 0
    refused = run_command("restore", str(backup), data=data)
    assert (refused.exit_code, len(refused.stderr.splitlines())) == (1, 1)
    assert "--force" in refused.stderr
    done = run_command("restore", str(backup), "--force", "--no-index", data=data)
    assert done.exit_code == 0, done.output
    found = json.loads(run_command("check", "--json", data=data).stdout)
    assert [finding["kind"] for finding in found["findings"]] == ["index-of-another-archive"]
    assert run_command("reindex", data=data).exit_code == 0
    assert run_command("check", data=data).exit_code == 0


def test_a_backup_is_not_overwritten_and_old_ones_go(sample_data: Path, tmp_path: Path) -> None:
    file = tmp_path / "a.backup.zip"
    file.write_bytes(b"precious")
    refused = run_command("backup", str(file), data=sample_data)
    assert (refused.exit_code, file.read_bytes()) == (1, b"precious")
    assert run_command("backup", str(file), "--force", data=sample_data).exit_code == 0
    assert file.stat().st_size > 1000
    for day in range(3):
        (tmp_path / f"searchsvc-2020010{day}T000000Z.backup.zip").touch()
    (tmp_path / ".searchsvc-20200101T000000Z.backup.zip.7.part").touch()
    assert run_command("backup", str(tmp_path), "--keep", "2", data=sample_data).exit_code == 0
    left = sorted(path.name for path in tmp_path.iterdir())
    assert left[:2] == ["a.backup.zip", "searchsvc-20200102T000000Z.backup.zip"]
    assert len(left) == 3


def test_the_files_that_staff_edit_come_along(
    sample_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from searchsvc.extract import unit_file

    units = tmp_path / "units.toml"
    shipped = Path(unit_file.__file__).parent / "data" / "units.toml"
    units.write_bytes(shipped.read_bytes() + b"\n# ours\n")
    monkeypatch.setenv("SEARCHSVC_UNITS_FILE", str(units))
    assert run_command("backup", str(tmp_path / "b.zip"), data=sample_data).exit_code == 0
    units.write_bytes(shipped.read_bytes())
    done = run_command("restore", str(tmp_path / "b.zip"), "--no-index", data=tmp_path / "index")
    assert done.exit_code == 0, done.output
    assert (tmp_path / "units.toml.from-backup").read_bytes().endswith(b"# ours\n")
    units.unlink()
    assert "units.toml of the backup" in done.stderr


def test_wrong_usage(sample_data: Path, tmp_path: Path) -> None:
    for arguments in (
        ("backup", str(tmp_path / "a.zip"), "--keep", "3"),
        ("backup", str(tmp_path / "nowhere" / "a.zip")),
        ("restore", str(tmp_path / "missing.zip")),
    ):
        result = run_command(*arguments, data=sample_data)
        assert (result.exit_code, len(result.stderr.splitlines())) == (2, 1), result.output
    assert list(tmp_path.iterdir()) == []
