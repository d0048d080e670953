"""The engines under test. Every test that takes `engine` or `fill` runs on each of them."""

import secrets
import urllib.request
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from searchsvc.engines import open_engine
from searchsvc.engines.base import Engine, IndexDocument
from searchsvc.settings import Settings, load_settings

ENGINES = ("whoosh", "opensearch")

KNOWN_GAPS: dict[tuple[str, str], str] = {}
"""(engine, test) -> what differs, and why that is acceptable; the test must then fail."""

EXAMPLES = {"whoosh": 40, "opensearch": 8}
"""Random archives per test: one takes a cluster a second, and it has the same tests to pass."""

ROUNDING = {"whoosh": {"abs": 2e-6}, "opensearch": {"abs": 2e-6, "rel": 1e-6}}
"""How far a score may be from the contract's: the sixth decimal, and for OpenSearch also the seventh digit,
since its scores are of single precision (docs/scale-out.md)."""

FINGERPRINT = "rules-1"
OpenEngine = Callable[[], Engine]
Fill = Callable[[Iterable[IndexDocument]], Engine]


@pytest.fixture(params=ENGINES)
def engine_name(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    test = getattr(request.node, "originalname", request.node.name)
    gap = KNOWN_GAPS.get((name, test))
    if gap:
        request.applymarker(pytest.mark.xfail(reason=gap, strict=True))
    return name


@pytest.fixture
def engine_settings(request: pytest.FixtureRequest, engine_name: str, tmp_path: Path) -> Iterator[Settings]:
    """The settings of an engine whose index nobody else uses."""
    values: dict[str, Any] = {"data": tmp_path, "engine": engine_name, "import_processes": 1}
    if engine_name == "opensearch":
        urls = request.getfixturevalue("opensearch")
        prefix = f"t{secrets.token_hex(6)}"
        values |= {"opensearch_urls": urls, "opensearch_prefix": prefix, "opensearch_kept": 0}
        values |= {"opensearch_shards": 2, "opensearch_replicas": 1}
        yield load_settings(**values)
        remove_indices(urls, prefix)
    else:
        yield load_settings(**values)


def remove_indices(urls: str, prefix: str) -> None:
    """Remove all that an engine of a test made in the cluster."""
    address = urls.partition(",")[0]
    request = urllib.request.Request(f"{address}/{prefix}-*?expand_wildcards=all", method="DELETE")
    urllib.request.urlopen(request, timeout=60).close()


@pytest.fixture
def open_another(engine_settings: Settings) -> Iterator[OpenEngine]:
    """Opens the same index once more, as another process would."""
    opened: list[Engine] = []

    def open_it() -> Engine:
        opened.append(open_engine(engine_settings))
        return opened[-1]

    yield open_it
    for engine in opened:
        engine.close()


@pytest.fixture
def engine(open_another: OpenEngine) -> Engine:
    """An engine without an index."""
    return open_another()


@pytest.fixture
def fill(engine: Engine) -> Fill:
    """Builds a generation of the given documents and returns the engine."""

    def filled(documents: Iterable[IndexDocument]) -> Engine:
        documents = list(documents)
        with engine.rebuild(fingerprint=FINGERPRINT, change=1, documents=len(documents)) as writer:
            writer.put(documents)
        return engine

    return filled
