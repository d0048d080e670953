"""`report` as staff run it."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

from searchsvc.searches.store import Search, SearchStore
from tests.conftest import run_command


def test_the_report_in_its_three_forms(tmp_path: Path) -> None:
    now = datetime.now(UTC) - timedelta(days=1)
    asked = [Search(now + timedelta(minutes=30 * n), "nghị quyết", 0) for n in range(4)]
    SearchStore(tmp_path / "searches.db").add(asked, days=90)
    shown = run_command("report", data=tmp_path, language="vi_VN.UTF-8")
    assert shown.exit_code == 0, shown.output
    assert "4 lượt tìm, 4 không có kết quả" in shown.stdout
    assert "nghị quyết" in shown.stdout
    told = json.loads(run_command("report", "--json", "--since", "2020-01-01", data=tmp_path).stdout)
    assert (told["searches"], told["top"][0]["text"]) == (4, "nghị quyết")
    page = tmp_path / "report.html"
    assert run_command("report", "--html", str(page), data=tmp_path).exit_code == 0
    assert "nghị quyết" in page.read_text("utf-8")


def test_nothing_was_counted(tmp_path: Path) -> None:
    result = run_command("report", data=tmp_path)
    assert (result.exit_code, len(result.stderr.splitlines())) == (1, 1)
