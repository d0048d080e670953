"""The cluster behind the engine: one client, whose answers are whole or an error.

The primary entrypoint is `Cluster`. Its client knows all nodes and asks the next one where one is away.
"""

import ssl
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from opensearchpy import OpenSearch
from opensearchpy.exceptions import ImproperlyConfigured, NotFoundError, OpenSearchException, TransportError

from searchsvc.engines.opensearch import failures
from searchsvc.errors import SettingsError
from searchsvc.settings import Settings

Json = dict[str, Any]

_POOL = 16
_RETRIES = 3
_UNAVAILABLE = (502, 503, 504)
_MARGIN_S = 5.0


class IndexGone(Exception):
    """The index that was asked is no longer there; the alias may name another one."""


class Cluster:
    """Requests to the cluster; safe to share between threads. Every method raises ServiceError."""

    def __init__(self, settings: Settings) -> None:
        self.timeout_s = settings.opensearch_timeout_s
        self.client = _client(settings)

    def waiting(self, seconds: float) -> Json:
        """Return the parameters of a request for which the cluster waits up to `seconds` for its shards.

        The client waits a little longer, so that the cluster itself says what it waited for in vain.
        """
        # The client takes `timeout` for its own, unless it is told that too.
        return {"timeout": f"{seconds:g}s", "request_timeout": seconds + _MARGIN_S}

    def search(self, index: str, body: Json, *, cached: bool = False) -> Json:
        """Return the answer of all shards. Raises EngineUnavailable for a part of it, IndexGone."""
        with asked():
            answer = self.client.search(
                index=index,
                body={"timeout": f"{self.timeout_s:g}s", **body},
                params={"allow_partial_search_results": "false", "request_cache": str(cached).lower()},
            )
        return _whole(answer)

    def search_many(self, index: str, bodies: Sequence[Json]) -> list[Json]:
        """Return the answers to several searches in one request; as `search`."""
        if not bodies:
            return []
        header: Json = {"allow_partial_search_results": False}
        lines = [part for body in bodies for part in (header, {"timeout": f"{self.timeout_s:g}s", **body})]
        with asked():
            answers = self.client.msearch(body=lines, index=index)["responses"]
        return [_whole(answer) for answer in answers]

    def count(self, index: str, query: Json) -> int:
        """Return how many documents match."""
        body = {"size": 0, "track_total_hits": True, "query": query}
        return int(self.search(index, body)["hits"]["total"]["value"])

    def refresh(self, index: str) -> None:
        """Make all that was written visible to the next search, on every copy."""
        with asked():
            _whole(self.client.indices.refresh(index=index))

    def close(self) -> None:
        """Close the connections; the next request opens them again."""
        self.client.transport.close()


@contextmanager
def asked() -> Iterator[None]:
    """Turn the client's errors into ours."""
    try:
        yield
    except NotFoundError as error:
        if "index_not_found" in str(error.error):
            raise IndexGone from error
        raise failures.told(error) from error
    except OpenSearchException as error:
        raise failures.told(error) from error
    except (OSError, ValueError) as error:  # a certificate, an address or an answer that cannot be read
        raise failures.told(error) from error


def _whole(answer: Mapping[str, Any]) -> Json:
    if "error" in answer:
        error = answer["error"]
        if error.get("type") == "index_not_found_exception":
            raise IndexGone
        raise failures.told(TransportError(answer.get("status", 500), error.get("type"), dict(answer)))
    shards = answer["_shards"]
    if shards["failed"]:
        first = (shards.get("failures") or [{}])[0].get("reason", {})
        raise failures.incomplete(shards["failed"], shards["total"], f"{first.get('type', '?')}")
    if answer.get("timed_out"):
        raise failures.slow()
    return dict(answer)


def _client(settings: Settings) -> OpenSearch:
    hosts = [url.strip() for url in settings.opensearch_urls.split(",") if url.strip()]
    options: Json = {}
    if settings.opensearch_user:
        password = settings.opensearch_password
        options["http_auth"] = (settings.opensearch_user, password.get_secret_value() if password else "")
    if any(host.startswith("https:") for host in hosts):
        try:
            options["ssl_context"] = ssl.create_default_context(cafile=settings.opensearch_ca_file)
        except (OSError, ssl.SSLError) as error:
            raise SettingsError(
                vi=f"SEARCHSVC_OPENSEARCH_CA_FILE={str(settings.opensearch_ca_file)!r}: không đọc được",
                en=f"SEARCHSVC_OPENSEARCH_CA_FILE={str(settings.opensearch_ca_file)!r}: cannot be read",
            ) from error
    try:
        return OpenSearch(
            hosts=hosts,
            timeout=settings.opensearch_timeout_s + _MARGIN_S,
            max_retries=_RETRIES,
            retry_on_timeout=False,  # what was slow once would only load the cluster more
            retry_on_status=_UNAVAILABLE,
            pool_maxsize=_POOL,
            **options,
        )
    except (ImproperlyConfigured, ValueError) as error:
        raise SettingsError(
            vi=f"SEARCHSVC_OPENSEARCH_URLS={settings.opensearch_urls!r}: địa chỉ không hợp lệ",
            en=f"SEARCHSVC_OPENSEARCH_URLS={settings.opensearch_urls!r}: not a list of addresses",
        ) from error
