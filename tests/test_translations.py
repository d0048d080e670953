"""The catalogue holds every message of templates and code, in English, and is compiled."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
CATALOGUE = "searchsvc/translations/en/LC_MESSAGES/messages.po"


def run(*args: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "scripts/translations"), *args]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The parts of a checkout that the script reads."""
    for folder in ("searchsvc/web", "searchsvc/translations", "templates"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    return tmp_path


def test_the_catalogue_is_complete_and_compiled() -> None:
    done = run("--check")
    assert done.returncode == 0, done.stderr


def test_a_new_message_is_missed_then_asked_for(copy: Path) -> None:
    (copy / "templates/new.html").write_text("{{ _('Chưa dịch') }}", encoding="utf-8")
    done = run("--check", "--root", str(copy))
    assert done.returncode == 1
    assert "untranslated: Chưa dịch" in done.stderr
    assert "does not hold the messages" in done.stderr
    updated = run("--root", str(copy))
    assert updated.returncode == 1
    assert updated.stderr == "untranslated: Chưa dịch\n"


def test_a_message_used_no_more_is_dropped(copy: Path) -> None:
    shutil.rmtree(copy / "templates/articles")
    assert run("--root", str(copy)).returncode == 0
    assert "Bài tương tự" not in (copy / CATALOGUE).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ('msgstr "Similar articles"', 'msgstr "Articles like it"', "is not compiled"),
        ('msgstr "parameter %(name)s"', 'msgstr "parameter %(nam)s"', "placeholder"),
    ],
)
def test_a_stale_or_broken_catalogue_is_told(copy: Path, before: str, after: str, said: str) -> None:
    po = copy / CATALOGUE
    text = po.read_text(encoding="utf-8")
    assert before in text
    po.write_text(text.replace(before, after), encoding="utf-8")
    done = run("--check", "--root", str(copy))
    assert done.returncode == 1
    assert said in done.stderr
