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
        ("ALLOWED_ORIGINS", "thcs.example.vn"),
        ("ALLOWED_ORIGINS", "https://thcs.example.vn/tin-tuc"),
        ("ALLOWED_ORIGINS", "https://*.example.vn"),
        ("ALLOWED_ORIGINS", "* https://thcs.example.vn"),
        ("ALLOWED_ORIGINS", "https://thcs.example.vn; script-src"),
        ("ALLOWED_ORIGINS", f"https://{'ữ' * 70}.vn"),
        ("ALLOWED_ORIGINS", "https://thcs.example.vn:99999"),
        ("TRUSTED_PROXIES", "-1"),
        ("RATE_SEARCH", "many"),
        ("RATE_SEARCH", "0/minute"),
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


@pytest.mark.parametrize(
    ("text", "origins"),
    [
        ("", ()),
        ("*", ("*",)),
        (
            "https://a.example.vn, http://b.example.vn:8080\nhttps://a.example.vn",
            ("https://a.example.vn", "http://b.example.vn:8080"),
        ),
        ("HTTPS://A.Example.VN:443/", ("https://a.example.vn",)),
        ("https://tỉnh.example", ("https://xn--tnh-dlz.example",)),
        ("http://[::1]:5000", ("http://[::1]:5000",)),
    ],
)
def test_origins_are_written_as_browsers_send_them(
    text: str, origins: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEARCHSVC_ALLOWED_ORIGINS", text)
    assert load_settings().allowed_origins == origins


def test_the_file_lists_origins(elsewhere: Path) -> None:
    (elsewhere / "searchsvc.toml").write_text(
        'allowed_origins = ["https://a.vn", "https://b.vn"]\n', encoding="utf-8"
    )
    assert load_settings().allowed_origins == ("https://a.vn", "https://b.vn")


@pytest.mark.parametrize("text", ["", "20/second", "20/second; 600/minute", "1000 / hour"])
def test_rates_may_be_several_or_none(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEARCHSVC_RATE_SEARCH", text)
    assert load_settings().rate_search == text
