"""The engines under test. Every test that takes `engine` or `fill` runs on each of them."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest

from searchsvc.engines import open_engine
from searchsvc.engines.base import Engine, IndexDocument
from searchsvc.settings import load_settings

ENGINES = ("whoosh",)

KNOWN_GAPS: dict[tuple[str, str], str] = {}
"""(engine, test) -> what differs, and why that is acceptable; the test must then fail."""

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
def open_another(engine_name: str, tmp_path: Path) -> Iterator[OpenEngine]:
    """Opens the same index once more, as another process would."""
    opened: list[Engine] = []

    def open_it() -> Engine:
        settings = load_settings(data=tmp_path, engine=engine_name, import_processes=1)
        opened.append(open_engine(settings))
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
