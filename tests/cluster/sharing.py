"""One cluster for all processes of a run of the tests: the first that needs it starts it, the last ends it.

The primary entrypoint is `shared_cluster`.
"""

import fcntl
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.cluster.nodes import Cluster

_LONGEST_RUN_S = 3600


@contextmanager
def shared_cluster(installation: Path, folder: Path) -> Iterator[str]:
    """Give the addresses of the cluster of the run whose files lie in `folder`."""
    if address := os.environ.get("TEST_OPENSEARCH_URLS"):  # one that runs already, while developing
        yield address
        return
    with _state(folder) as state:
        ours = None
        if not state:
            ours = Cluster.started(installation)
            state.update(urls=ours.__enter__().urls, users=0)
        state["users"] += 1
        urls = state["urls"]
    try:
        yield urls
    finally:
        with _state(folder) as state:
            state["users"] -= 1
        if ours is not None:
            _wait_for_the_others(folder)
            ours.__exit__(None, None, None)


def _wait_for_the_others(folder: Path) -> None:
    deadline = time.monotonic() + _LONGEST_RUN_S
    while time.monotonic() < deadline:
        with _state(folder) as state:
            if not state["users"]:
                state.clear()
                return
        time.sleep(0.5)


@contextmanager
def _state(folder: Path) -> Iterator[dict[str, Any]]:
    """Give what the processes know of the cluster, to read and change by one of them at a time."""
    path = folder / "opensearch.json"
    with path.open("a+", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        state = json.loads(file.read() or "{}")
        yield state
        file.truncate(0)
        file.write(json.dumps(state))
