"""Settings: one frozen, typed object, from `SEARCHSVC_*` variables over an optional `searchsvc.toml`.

The primary entrypoint is `load_settings`. Each setting is documented in docs/settings.md
(`tests/test_docs.py` compares). Nothing else in the service reads the environment.
"""

import os
import re
from collections.abc import Iterable
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from searchsvc.errors import Language, SettingsError
from searchsvc.resources import default_data_folder

PREFIX = "SEARCHSVC_"
CONFIG_FILE = "searchsvc.toml"
ANY_ORIGIN = "*"
_ORIGIN = re.compile(
    r"(https?)://([^\s/:@?#'\",;*\[\]]{1,253}|\[[0-9a-fA-F:.]{2,45}\])(?::(\d{1,5}))?/?", re.IGNORECASE
)
HIGHEST_PORT = 65_535
_USUAL_PORTS = {"http": 80, "https": 443}
_RATE = re.compile(r"\s*[1-9]\d{0,6}\s*/\s*(second|minute|hour)\s*")


class Settings(BaseSettings):
    """All settings of the service; the description of each is its line in docs/settings.md."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid", validate_default=True)

    data: Path = Field(
        default_factory=default_data_folder, description="Folder of the archive and the index."
    )
    archive_url: str = Field(
        default="", description="SQLAlchemy URL of the archive; empty means `archive.db` in the data folder."
    )
    archive_timeout_s: float = Field(
        default=30.0,
        gt=0,
        le=3600,
        description="How long to wait, in seconds, for another writer of the archive.",
    )
    engine: Literal["whoosh", "opensearch"] = Field(
        default="whoosh", description="The search engine: `whoosh` (on disk) or `opensearch` (a cluster)."
    )
    opensearch_urls: str = Field(
        default="http://127.0.0.1:9200",
        pattern=r"^\s*https?://[^\s,/]+/?(\s*,\s*https?://[^\s,/]+/?)*\s*$",
        description="Addresses of the nodes of the OpenSearch cluster, with commas between.",
    )
    opensearch_prefix: str = Field(
        default="searchsvc",
        pattern=r"^[a-z][a-z0-9_-]{0,60}$",
        description="Beginning of the names of all indices and of the alias in the cluster.",
    )
    opensearch_user: str = Field(default="", description="User at the cluster; empty means none is needed.")
    opensearch_password: SecretStr | None = Field(
        default=None, description="Password of that user; better in the environment than in a file."
    )
    opensearch_ca_file: Path | None = Field(
        default=None, description="Certificate authority of the cluster (PEM); empty means the system's."
    )
    opensearch_timeout_s: float = Field(
        default=30.0, gt=0, le=600, description="How long, in seconds, the cluster may take for one request."
    )
    opensearch_shards: int = Field(
        default=3, ge=1, le=1024, description="Shards of a new index (see docs/scale-out.md)."
    )
    opensearch_replicas: int = Field(
        default=1, ge=0, le=10, description="Further copies of each shard; 1 outlives the loss of one node."
    )
    opensearch_kept: int = Field(
        default=1, ge=0, le=20, description="Earlier indices that are kept for a roll-back."
    )
    units_file: Path | None = Field(
        default=None, description="Units registry that staff edit; empty means the one that ships."
    )
    synonyms_file: Path | None = Field(
        default=None,
        description="Abbreviations and synonyms that staff edit; empty means the ones that ship.",
    )
    site_name: str = Field(
        default="Kho bản tin", min_length=1, max_length=120, description="Name of the site in its pages."
    )
    base_url: str = Field(
        default="",
        pattern=r"^(https?://[^\s/]+(/[^\s]*)?)?$",
        description="Public address of the site, for links in the API; empty means the host that was asked.",
    )
    allowed_origins: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(),
        description="Other sites whose pages may read the API and show `/embed` in a frame: origins such as "
        "`https://thcs.example.vn`, parted by commas or spaces, or `*` for all; empty means none.",
    )
    language: Language = Field(default="vi", description="First language of the pages: `vi` or `en`.")
    host: str = Field(default="127.0.0.1", description="Address that `serve` listens on.")
    port: int = Field(default=8080, ge=1, le=HIGHEST_PORT, description="Port that `serve` listens on.")
    workers: int = Field(default=2, ge=1, le=64, description="Worker processes of `serve`.")
    trusted_proxies: int = Field(
        default=0,
        ge=0,
        le=9,
        description="Reverse proxies in front of `serve` whose `X-Forwarded-*` headers are believed; "
        "with 0 the headers are ignored.",
    )
    rate_limits: bool = Field(
        default=True, description="Whether one address may ask only so often; `false` for load tests."
    )
    rate_pages: str = Field(
        default="600/minute",
        description="Pages for one address, such as `20/second; 600/minute`; empty means no limit.",
    )
    rate_search: str = Field(default="600/minute", description="Answers of the API for one address.")
    rate_suggest: str = Field(default="1800/minute", description="Suggestions while typing for one address.")
    rate_lookup: str = Field(default="60/minute", description="Texts looked up for codes for one address.")
    rate_feeds: str = Field(default="120/minute", description="Feeds and site maps for one address.")
    per_page: int = Field(default=10, ge=1, le=100, description="Results on a page.")
    max_results: int = Field(
        default=10_000, ge=100, le=1_000_000, description="How deep paging goes; beyond it, filters help."
    )
    max_query_chars: int = Field(
        default=1_000, ge=50, le=20_000, description="Longest query text; a longer one is refused."
    )
    freshness: float = Field(
        default=0.3, ge=0, le=10, description="Bonus of new articles by relevance; 0 switches it off."
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="warning",
        description="What `serve` writes to its log, as JSON lines on stderr; `info` adds a line a request.",
    )
    metrics_from: str = Field(
        default="127.0.0.0/8 ::1/128",
        description="Addresses and networks that may read `/metrics`, parted by spaces; empty means none.",
    )
    searches_days: int = Field(
        default=90,
        ge=0,
        le=3650,
        description="Days for which searches are counted for `report`; 0 counts none.",
    )
    max_source_mb: int = Field(
        default=256, ge=1, le=16_384, description="Largest file that `import` reads, in MiB."
    )
    max_item_mb: int = Field(
        default=4, ge=1, le=64, description="Largest single article (page, line, row), in MiB."
    )
    import_processes: int = Field(
        default=0,
        ge=0,
        le=256,
        description="Processes that read and annotate, and threads that index; 0 means all cores.",
    )

    @field_validator("data", mode="before")
    @classmethod
    def _usual_folder_if_empty(cls, value: Any) -> Any:
        return default_data_folder() if value == "" else value

    @field_validator("units_file", "synonyms_file", "opensearch_ca_file", mode="before")
    @classmethod
    def _shipped_if_empty(cls, value: Any) -> Any:
        return None if value == "" else value

    @field_validator("metrics_from")
    @classmethod
    def _networks(cls, value: str) -> str:
        return " ".join(str(ip_network(text, strict=False)) for text in value.split())

    @field_validator("allowed_origins", mode="before")
    @classmethod
    def _origins(cls, value: Any) -> Any:
        texts = re.split(r"[,\s]+", value) if isinstance(value, str) else value
        if not isinstance(texts, Iterable):
            return value
        found = tuple(dict.fromkeys(_origin(str(text)) for text in texts if text))
        if ANY_ORIGIN in found and len(found) > 1:
            raise ValueError("`*` stands for all origins and needs no others beside it")
        return found

    @field_validator("rate_pages", "rate_search", "rate_suggest", "rate_lookup", "rate_feeds")
    @classmethod
    def _rates(cls, value: str) -> str:
        if value.strip() and not all(map(_RATE.fullmatch, value.split(";"))):
            raise ValueError("write it like `600/minute` or `20/second; 600/minute`")
        return value.strip()

    @property
    def effective_archive_url(self) -> str:
        """Return `archive_url`, or the SQLite file in the data folder."""
        return self.archive_url or f"sqlite:///{self.data / 'archive.db'}"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Order the sources: arguments, environment, `searchsvc.toml` in the working folder."""
        return (init_settings, env_settings, TomlConfigSettingsSource(settings_cls, Path(CONFIG_FILE)))


def _origin(text: str) -> str:
    """Return an origin as browsers write it (RFC 6454, 6.2): lower case, ASCII, no usual port, no path."""
    if text == ANY_ORIGIN:
        return text
    found = _ORIGIN.fullmatch(text)
    if found is None:
        raise ValueError(f"{text!r} is no origin; write it like https://thcs.example.vn")
    scheme, host, port = found[1].lower(), found[2].lower(), found[3]
    if port and int(port) > HIGHEST_PORT:
        raise ValueError(f"{text!r}: ports go up to {HIGHEST_PORT}")
    name = host if host.isascii() else host.encode("idna").decode("ascii")
    usual = port is None or int(port) == _USUAL_PORTS[scheme]
    return f"{scheme}://{name}" + ("" if usual else f":{int(port)}")


def load_settings(**overrides: Any) -> Settings:
    """Return the settings in force. Raises SettingsError that names the setting and the wrong value."""
    try:
        return Settings(**overrides)
    except ValidationError as error:
        raise _named(error) from error
    except ValueError as error:  # a broken TOML file
        raise SettingsError(
            vi=f"Không đọc được {CONFIG_FILE}: {error}", en=f"Cannot read {CONFIG_FILE}: {error}"
        ) from error


def _named(error: ValidationError) -> SettingsError:
    first = error.errors()[0]
    setting = str(first["loc"][0]) if first["loc"] else ""
    if first["type"] == "extra_forbidden":
        return SettingsError(
            vi=f"{CONFIG_FILE}: không có cài đặt nào tên là {setting!r}; xem docs/settings.md",
            en=f"{CONFIG_FILE}: there is no setting named {setting!r}; see docs/settings.md",
        )
    variable = PREFIX + setting.upper()
    where = variable if variable in os.environ else f"{CONFIG_FILE}: {setting}"
    value = first.get("input")
    return SettingsError(
        vi=f"{where}={value!r}: giá trị không hợp lệ ({first['msg']})",
        en=f"{where}={value!r}: {first['msg']}",
    )
