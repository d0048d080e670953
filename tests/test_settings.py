"""Settings: sources, types, and a wrong value that is named."""

from pathlib import Path

import pytest

from searchsvc.errors import SettingsError
from searchsvc.settings import Settings, load_settings


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_environment_wins_over_the_file(elsewhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (elsewhere / "searchsvc.toml").write_text('port = 9001\nsite_name = "Kho tỉnh"\n', encoding="utf-8")
    monkeypatch.setenv("SEARCHSVC_PORT", "9002")
    settings = load_settings()
    assert (settings.port, settings.site_name) == (9002, "Kho tỉnh")


def test_an_argument_wins_over_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEARCHSVC_PORT", "9002")
    assert load_settings(port=9003).port == 9003


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "abc"),
        ("PORT", "70000"),
        ("PER_PAGE", "0"),
        ("ENGINE", "lucene"),
        ("BASE_URL", "javascript:1"),
    ],
)
def test_a_wrong_value_is_named(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"SEARCHSVC_{name}", value)
    with pytest.raises(SettingsError) as caught:
        load_settings()
    for text in caught.value.message:
        assert f"SEARCHSVC_{name}" in text
        assert value in text
        assert "\n" not in text


def test_a_wrong_value_in_the_file_is_named(elsewhere: Path) -> None:
    (elsewhere / "searchsvc.toml").write_text('workers = "many"\n', encoding="utf-8")
    with pytest.raises(SettingsError, match=r"searchsvc\.toml: workers='many'"):
        load_settings()


def test_a_broken_file_is_one_line(elsewhere: Path) -> None:
    (elsewhere / "searchsvc.toml").write_text("workers = = 2\n", encoding="utf-8")
    with pytest.raises(SettingsError, match=r"Cannot read searchsvc\.toml"):
        load_settings()


def test_settings_are_frozen() -> None:
    with pytest.raises(ValueError, match="frozen"):
        load_settings().port = 1  # type: ignore[misc]


def test_the_archive_lies_in_the_data_folder_unless_told(tmp_path: Path) -> None:
    assert load_settings(data=tmp_path).effective_archive_url == f"sqlite:///{tmp_path}/archive.db"
    assert load_settings(archive_url="sqlite:///other.db").effective_archive_url == "sqlite:///other.db"


def test_every_setting_says_what_it_is() -> None:
    assert all(field.description for field in Settings.model_fields.values())


@pytest.mark.parametrize("line", ["prot = 8080", "[server]\nport = 8080"])
def test_a_misspelt_setting_in_the_file_is_named(elsewhere: Path, line: str) -> None:
    (elsewhere / "searchsvc.toml").write_text(line, encoding="utf-8")
    with pytest.raises(SettingsError, match=r"searchsvc\.toml: there is no setting named '(prot|server)'"):
        load_settings()


def test_other_variables_of_the_environment_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEARCHSVC_TEST_REQUIRE", "browser")
    load_settings()


def test_an_empty_value_is_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    usual = load_settings()
    for name in ("DATA", "UNITS_FILE", "ARCHIVE_URL", "BASE_URL"):
        monkeypatch.setenv(f"SEARCHSVC_{name}", "")
    assert load_settings() == usual
