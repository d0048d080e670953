"""The engines under test. Every test that takes `engine` or `fill` runs on each of them."""

import secrets
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, closing
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest

from searchsvc.engines import open_engine
from searchsvc.engines.base import Engine, IndexDocument
from searchsvc.settings import Settings, load_settings

ENGINES = ("whoosh", "opensearch")

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
    return name


@pytest.fixture(scope="session")
def prefix() -> str:
    """The beginning of the names of all indices of this process: one lock for all tests, which take turns."""
    return f"t{secrets.token_hex(6)}"


@pytest.fixture
def engine_settings(
    request: pytest.FixtureRequest, engine_name: str, prefix: str, tmp_path: Path
) -> Iterator[Settings]:
    """The settings of an engine whose index nobody else uses."""
    if engine_name == "opensearch":
        urls = request.getfixturevalue("opensearch")
        yield in_cluster(urls, prefix, tmp_path)
        remove_indices(urls, f"{prefix}-g-*")
        _remove(urls, f"{prefix}-lock/_doc/writer")
    else:
        yield load_settings(data=tmp_path, engine=engine_name, import_processes=1)


def in_cluster(urls: str, prefix: str, data: Path) -> Settings:
    """Return the settings of an engine in the cluster of the tests."""
    values: dict[str, Any] = {"opensearch_urls": urls, "opensearch_prefix": prefix, "opensearch_kept": 0}
    return load_settings(data=data, engine="opensearch", import_processes=1, opensearch_shards=2, **values)


def remove_indices(urls: str, names: str) -> None:
    """Remove the indices whose names fit the pattern."""
    _remove(urls, f"{names}?expand_wildcards=all")


def _remove(urls: str, path: str) -> None:
    """Remove what is at a path of the cluster, if it is there."""
    address = urls.partition(",")[0]
    request = urllib.request.Request(f"{address}/{path}", method="DELETE")
    try:
        urllib.request.urlopen(request, timeout=60).close()
    except urllib.error.HTTPError as error:
        error.close()
        if error.code != HTTPStatus.NOT_FOUND:
            raise


@pytest.fixture(scope="session")
def still_engines(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str, str, Iterable[IndexDocument]], Engine]]:
    """Gives an engine with the documents of a name, built once: for tests that only ask."""
    made: dict[tuple[str, str], Engine] = {}
    with ExitStack() as stack:

        def still(engine_name: str, name: str, documents: Iterable[IndexDocument]) -> Engine:
            if (engine_name, name) not in made:
                data = tmp_path_factory.mktemp("still")
                settings = load_settings(data=data, engine=engine_name, import_processes=1)
                if engine_name == "opensearch":
                    urls, prefix = request.getfixturevalue("opensearch"), f"s{secrets.token_hex(6)}"
                    settings = in_cluster(urls, prefix, data)
                    stack.callback(remove_indices, urls, f"{prefix}-*")
                engine = made[engine_name, name] = stack.enter_context(closing(open_engine(settings)))
                with engine.rebuild(fingerprint=FINGERPRINT, change=1) as writer:
                    writer.put(documents)
            return made[engine_name, name]

        yield still


@pytest.fixture
def still(
    still_engines: Callable[[str, str, Iterable[IndexDocument]], Engine], engine_name: str
) -> Callable[[str, Iterable[IndexDocument]], Engine]:
    """Gives the engine under test with the documents of a name, which no test may change."""
    return partial(still_engines, engine_name)


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
