"""The documents say what the code has: settings, commands, dependencies."""

import re
import tomllib
from itertools import chain
from pathlib import Path

import pytest

from searchsvc.commands.program import COMMANDS
from searchsvc.settings import PREFIX, Settings

ROOT = Path(__file__).resolve().parents[1]


def text(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", Settings.model_fields)
def test_each_setting_is_documented_with_its_default(name: str) -> None:
    rows = [line for line in text("docs/settings.md").splitlines() if f"`{PREFIX}{name.upper()}`" in line]
    assert len(rows) == 1
    field = Settings.model_fields[name]
    if field.default_factory is None:
        shown = "empty" if field.default in ("", None, ()) else f"`{field.default}`"
        assert f"| {shown} |" in rows[0]
    assert field.description in rows[0]


def test_no_setting_is_documented_that_does_not_exist() -> None:
    named = set(re.findall(rf"`{PREFIX}(\w+)`", text("docs/settings.md")))
    assert named == {name.upper() for name in Settings.model_fields}


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_is_in_the_readme(command: str) -> None:
    assert f"`{command}" in text("README.md")


def test_each_dependency_is_argued() -> None:
    project = tomllib.loads(text("pyproject.toml"))["project"]
    declared = [*project["dependencies"], *chain(*project["optional-dependencies"].values())]
    argued = text("docs/dependencies.md")
    for requirement in declared:
        name = re.split(r"[<>=\[; ]", requirement)[0]
        assert f"| {name} |" in argued, name


@pytest.mark.parametrize(
    "path", ["README.md", *sorted(str(p.relative_to(ROOT)) for p in ROOT.glob("docs/*.md"))]
)
def test_links_between_documents_lead_somewhere(path: str) -> None:
    for target in re.findall(r"\]\((?!https?://|#|mailto:)([^)#]+)", text(path)):
        assert (ROOT / path).parent.joinpath(target).exists(), f"{path} → {target}"
