"""Generations in the cluster: their indices, the alias that names the live one, and what is live in it.

The primary entrypoint is `Generations`. Both steps that change what readers see are one change of the cluster
state, which every node applies as a whole: the alias moves to a new index (a rebuild), or the `_meta` of the
live index names a further update. Readers ask the state of the node that they talk to, so they also find
what is live while the cluster is choosing a new manager.

    <prefix>-live                  the alias of the live index
    <prefix>-g-<time>-<random>     one generation each; `_meta` says what it is, nothing before it is complete
    <prefix>-lock                  the writer's lock (`locking.py`)
"""

import secrets
import time
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from opensearchpy.exceptions import RequestError

from searchsvc.engines.failures import missing
from searchsvc.engines.opensearch import failures
from searchsvc.engines.opensearch.client import Cluster, Json, asked
from searchsvc.engines.opensearch.mapping import DEAD_FROM, LIVE_FROM, index_body
from searchsvc.settings import Settings

_META = "searchsvc"
_APPLIED_WITHIN_S = 30.0

COPIES_WITHIN_S = 10
"""How long a new index waits for all its copies; where a node is away it is written with fewer."""


@dataclass(frozen=True, slots=True)
class Pointer:
    """What is live: an index, and the update up to which its documents count."""

    index: str
    update: int
    schema: str
    fingerprint: str
    change: int
    documents: int
    built_at: str

    @property
    def generation(self) -> str:
        """The generation as results name it; another one after every update."""
        return f"{self.index}.{self.update}"

    def hidden(self) -> list[Json]:
        """Return the queries of what this state does not have: later documents, and those replaced."""
        return [
            {"range": {LIVE_FROM: {"gt": self.update}}},
            {"range": {DEAD_FROM: {"lte": self.update}}},
        ]

    def having(self, query: Json) -> Json:
        """Return the query of the live documents that match `query`, without scores."""
        return {"bool": {"filter": [query], "must_not": self.hidden()}}


class Generations:
    """All generations of one index of the archive."""

    def __init__(self, cluster: Cluster, settings: Settings) -> None:
        self.cluster = cluster
        self._prefix = settings.opensearch_prefix
        self._alias = f"{self._prefix}-live"
        self._shards = settings.opensearch_shards
        self._replicas = settings.opensearch_replicas
        self._kept = settings.opensearch_kept

    def pointer(self) -> Pointer:
        """Return what is live. Raises IndexMissing, EngineUnavailable."""
        found = self._pointer(local=True)
        if found is None:
            raise missing()
        return found

    def live_index(self) -> str | None:
        """Return the index that the alias names by the newest state of the cluster; None for none."""
        found = self._pointer(local=False)
        return found.index if found else None

    def create(self) -> str:
        """Make the index of a new generation and return its name, which sorts by time of creation.

        Its copies are there, if they can be: a document that only one node has is lost with that node.
        """
        name = f"{self._prefix}-g-{datetime.now(UTC):%Y%m%dt%H%M%S%f}-{secrets.token_hex(2)}"
        with asked():
            try:
                self.cluster.client.indices.create(
                    index=name,
                    body=index_body(self._shards, self._replicas),
                    params={"wait_for_active_shards": "all", **self.cluster.waiting(COPIES_WITHIN_S)},
                )
            except RequestError as error:  # a node that went away had made it already
                if error.error != "resource_already_exists_exception":
                    raise
        return name

    def describe(self, pointer: Pointer) -> None:
        """Write what `pointer` says into its index; for the live one this is the step that readers see."""
        values = {name: value for name, value in asdict(pointer).items() if name != "index"}
        with asked():
            self.cluster.client.indices.put_mapping(index=pointer.index, body={"_meta": {_META: values}})
        self._until(lambda: self._read(pointer.index, local=False).get(pointer.index) == pointer)

    def point_to(self, index: str) -> None:
        """Make `index`, which is described, live, in one step."""
        actions: list[Json] = [
            {"remove": {"index": f"{self._prefix}-g-*", "alias": self._alias, "must_exist": False}},
            {"add": {"index": index, "alias": self._alias}},
        ]
        with asked():
            self.cluster.client.indices.update_aliases(body={"actions": actions})

        self._until(lambda: self.live_index() == index)

    def discard(self, index: str) -> None:
        """Remove an index if it is there."""
        with asked():
            self.cluster.client.indices.delete(index=index, params={"ignore_unavailable": "true"})

    def names(self) -> list[str]:
        """Return the indices of all generations, complete or not, oldest first."""
        return sorted(self._all())

    def clean(self) -> int:
        """Remove what is neither live nor kept for a roll-back; return how many went. Needs the lock."""
        live = self._pointer(local=False)
        complete = sorted(
            name for name, pointer in self._all().items() if pointer and (live is None or name != live.index)
        )
        kept = set(complete[len(complete) - self._kept :] if self._kept else ())
        if live:
            kept.add(live.index)
        gone = [name for name in self.names() if name not in kept]
        for name in gone:
            self.discard(name)
        return len(gone)

    def degraded(self, index: str) -> bool:
        """Return whether copies of the index are missing. Raises EngineUnavailable if a part has none."""
        with asked():
            health = self.cluster.client.cluster.health(index=index, params={"local": "true"})
        if health["status"] == "red":
            raise failures.red()
        return str(health["status"]) != "green"

    def bytes_on_disk(self, index: str) -> int:
        """Return the size of all copies of the index."""
        with asked():
            stats = self.cluster.client.indices.stats(index=index, metric="store")
        return int(stats["_all"]["total"]["store"]["size_in_bytes"])

    def _pointer(self, *, local: bool) -> Pointer | None:
        found = [pointer for pointer in self._read(self._alias, local=local).values() if pointer]
        return max(found, key=lambda pointer: pointer.index) if found else None

    def _all(self) -> dict[str, Pointer | None]:
        return self._read(f"{self._prefix}-g-*", local=False)

    def _read(self, name: str, *, local: bool) -> dict[str, Pointer | None]:
        with asked():
            found = self.cluster.client.indices.get_mapping(
                index=name,
                params={
                    "local": str(local).lower(),
                    "filter_path": "*.mappings._meta,error.type",
                    "ignore": 404,
                },
            )
        if "error" in found:  # the alias, so the index, is not there
            return {}
        described = {index: _pointer_from(index, each["mappings"]["_meta"]) for index, each in found.items()}
        if name.endswith("*"):
            with asked():
                names = self.cluster.client.indices.get_alias(index=name)
            return {index: described.get(index) for index in names}
        return described

    def _until(self, is_so: Any) -> None:
        """Wait until what was ordered is the cluster's state; an answer that came late does not say so."""
        deadline = time.monotonic() + _APPLIED_WITHIN_S
        while not is_so():
            if time.monotonic() > deadline:
                raise failures.slow()
            time.sleep(0.1)


def now() -> str:
    """Return the present instant as a pointer records it."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def _pointer_from(index: str, meta: Json) -> Pointer | None:
    values = meta.get(_META)
    if not isinstance(values, dict) or set(values) != set(Pointer.__annotations__) - {"index"}:
        return None
    return Pointer(index=index, **values)
