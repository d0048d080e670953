"""Nodes are killed while documents are written and searches go on: nothing wrong, nothing lost."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from searchsvc.archive.store import Archive
from searchsvc.articles import Draft
from searchsvc.engines import open_engine
from searchsvc.engines.base import Engine, IndexDocument
from searchsvc.engines.opensearch import bulk, generations
from searchsvc.errors import EngineUnavailable
from searchsvc.extract.annotate import annotate
from searchsvc.extract.units import Registry
from searchsvc.indexing import bring_up_to_date
from searchsvc.queries import EngineQuery, SearchQuery, Sort
from searchsvc.search.compiling import compile_lexicon
from searchsvc.search.opening import lexicon_path, opened_engine
from searchsvc.settings import Settings, load_settings
from searchsvc.web.app import create_app
from tests.builders import document, query, term
from tests.cluster.nodes import Cluster
from tests.cluster.watching import Watch, comparable
from tests.engines.conftest import FINGERPRINT

DEPLOY = Path(__file__).resolve().parents[2] / "deploy" / "opensearch"
COUNT = 600
MOST_REBUILDS = 20
WORDS = ("hội", "nghị", "quyết", "đảng", "bộ", "xã", "huyện")


def deployed_settings() -> dict[str, str]:
    """The settings of `deploy/opensearch` that belong to no machine; a node refuses what it does not know."""
    lines = (DEPLOY / "opensearch.yml").read_text("utf-8").splitlines()
    rows = [line.partition(": ") for line in lines if line and not line.startswith("#")]
    return {name: value for name, _, value in rows if name.startswith("indices.")}


@pytest.fixture(scope="module")
def started(opensearch_installation: Path) -> Iterator[Cluster]:
    """A cluster of its own, whose nodes may be killed, and that takes little at once."""
    settings = {**deployed_settings(), "indexing_pressure.memory.limit": "48kb"}
    with Cluster.started(opensearch_installation, heap="256m", settings=settings) as cluster:
        yield cluster


@pytest.fixture
def nodes(started: Cluster) -> Cluster:
    """The same with all its nodes."""
    for number in {0, 1, 2} - set(started.alive()):
        started.start(number)
    started.wait(3)
    return started


@pytest.fixture
def settings(nodes: Cluster, tmp_path: Path) -> Settings:
    return load_settings(
        data=tmp_path, engine="opensearch", opensearch_urls=nodes.urls, opensearch_timeout_s=5.0
    )


@pytest.fixture
def engine(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    monkeypatch.setattr(bulk, "CHUNK_OPERATIONS", 20)  # many requests of few documents
    opened = open_engine(settings)
    yield opened
    opened.close()


@pytest.fixture
def watch(nodes: Cluster, engine: Engine) -> Watch[EngineQuery]:
    """Searches of a whole index of three shards with two copies each, by score and by date."""
    rebuild(engine, documents(), change=1)
    nodes.wait(3, "green")
    orders = (Sort.RELEVANCE, Sort.NEWEST)
    asked = [query(term(word), sort=sort, limit=COUNT) for word in WORDS for sort in orders]
    return Watch(lambda one: comparable(engine.search(one)), asked)


@pytest.fixture
def site(nodes: Cluster, settings: Settings) -> Iterator[FlaskClient]:
    """The pages over an archive of one article, whose index lies in the cluster too."""
    settings = settings.model_copy(update={"opensearch_prefix": "site"})
    registry, article = Registry.load(None), Draft("Hội nghị", "Nội dung hội nghị.", id="bai")
    with Archive.open(settings.effective_archive_url, create=True) as archive:
        archive.put([(article, annotate(article, registry))])
        with opened_engine(settings) as engine:
            bring_up_to_date(archive, engine, registry)
            compile_lexicon(lexicon_path(settings), archive, engine, registry)
    nodes.wait(3, "green")
    app = create_app(settings)
    yield app.test_client()
    app.extensions["searchsvc"].close()


def ready(site: FlaskClient) -> tuple[int, str, str]:
    """Return what `/readyz` says: HTTP status, status, the first reason."""
    answer = site.get("/readyz")
    reasons = answer.get_json()["reasons"]
    return answer.status_code, answer.get_json()["status"], reasons[0]["detail"] if reasons else ""


def documents() -> list[IndexDocument]:
    return [
        document(
            f"bai-{number:04}",
            " ".join(WORDS[: 1 + number % len(WORDS)] * (1 + number % 3)),
            codes=(f"{number % 9}-CT/TW",),
        )
        for number in range(COUNT)
    ]


def half_way(act: Callable[[], None]) -> Iterator[IndexDocument]:
    """The documents; when half of them have been put, `act` is called."""
    for number, each in enumerate(documents()):
        if number == COUNT // 2:
            act()
        yield each


def rebuild(engine: Engine, those: Iterator[IndexDocument] | list[IndexDocument], change: int) -> None:
    with engine.rebuild(fingerprint=FINGERPRINT, change=change, documents=COUNT) as writer:
        writer.put(those)


def manager_of(nodes: Cluster) -> int:
    name: str = nodes.get(nodes.alive()[0], "/_cat/cluster_manager?format=json")[0]["node"]
    return int(name.rpartition("-")[2])


def rejections(nodes: Cluster) -> int:
    """Return how many requests the nodes have rejected so far, for themselves and for their copies."""
    stats = nodes.get(nodes.alive()[0], "/_nodes/stats/indexing_pressure")["nodes"].values()
    totals = [one["indexing_pressure"]["memory"]["total"] for one in stats]
    return sum(one[f"{kind}_rejections"] for one in totals for kind in ("coordinating", "primary", "replica"))


def once_answered(check: Callable[[], object], within_s: float = 120) -> None:
    """Check as soon as there are answers; errors are allowed until then, wrong answers never."""
    deadline = time.monotonic() + within_s
    while True:
        try:
            check()
            return
        except EngineUnavailable:
            assert time.monotonic() < deadline
            time.sleep(0.5)


def assert_nothing_is_lost(engine: Engine) -> None:
    assert dict(engine.versions()) == {each.id: 1 for each in documents()}


def test_no_search_fails_while_the_alias_is_switched(engine: Engine, watch: Watch[EngineQuery]) -> None:
    with watch:
        for change in (2, 3, 4):
            rebuild(engine, documents(), change)
            watch.wait_for(len(WORDS))
    assert (watch.wrong, watch.errors) == ([], {})
    assert watch.right >= 3 * len(WORDS)
    assert engine.status().change == 4


def test_what_was_rejected_for_want_of_room_is_sent_again(
    nodes: Cluster, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("SENDERS", "UNDER_WAY"):
        monkeypatch.setattr(bulk, name, 12)
    before, change = rejections(nodes), 0
    # Whether requests meet at a node is the machine's to say; sooner or later they do.
    while rejections(nodes) == before and change < MOST_REBUILDS:
        change += 1
        rebuild(engine, documents(), change)
        assert_nothing_is_lost(engine)
    assert rejections(nodes) > before


def test_a_node_is_lost_while_indexing_under_load(
    nodes: Cluster, engine: Engine, watch: Watch[EngineQuery]
) -> None:
    victim = manager_of(nodes)  # the hardest case: the others must also choose a new one
    with watch:
        rebuild(engine, half_way(lambda: nodes.kill(victim)), change=2)
        watch.wait_for(len(WORDS))
    assert not watch.wrong
    assert watch.right > len(WORDS)
    assert all("OpenSearch" in text or "shards" in text for text in watch.errors)
    assert_nothing_is_lost(engine)
    status = engine.status()
    assert (status.change, status.documents, status.degraded) == (2, COUNT, True)
    nodes.start(victim)
    nodes.wait(3, "green")
    assert not engine.status().degraded
    assert_nothing_is_lost(engine)


def test_a_rebuild_that_loses_documents_says_so_and_the_old_index_stays(
    nodes: Cluster,
    settings: Settings,
    engine: Engine,
    watch: Watch[EngineQuery],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(bulk, "RETRY_FOR_S", 1.0)
    monkeypatch.setattr(generations, "COPIES_WITHIN_S", 1)
    single = open_engine(settings.model_copy(update={"opensearch_replicas": 0}))
    victim = next(number for number in nodes.alive() if number != manager_of(nodes))
    with watch, pytest.raises(EngineUnavailable, match="primary shard is not active") as caught:
        rebuild(single, half_way(lambda: nodes.kill(victim)), change=2)
    assert "\n" not in caught.value.message.vi
    assert not watch.wrong
    assert engine.status().change == 1
    assert_nothing_is_lost(engine)
    single.close()


def test_one_node_less_is_told_and_without_a_majority_answers_are_whole_or_an_error(
    nodes: Cluster, engine: Engine, watch: Watch[EngineQuery], site: FlaskClient
) -> None:
    first, second, _ = nodes.alive()
    assert ready(site) == (200, "ok", "")
    with watch:
        nodes.kill(first)
        nodes.wait(2)
        status, state, reason = ready(site)
        assert (status, state) == (200, "degraded")
        assert "copies on other machines are missing" in reason
        assert site.get("/api/v1/search?q=hội").get_json()["total"] == 1
        nodes.kill(second)
        watch.wait_for(len(WORDS))
        with pytest.raises(EngineUnavailable):
            rebuild(engine, documents(), change=2)
        status, state, reason = ready(site)
        assert (status, state) == (503, "unavailable")
        assert "OpenSearch" in reason or "shards" in reason or "copy" in reason
        assert site.get("/api/v1/search?q=hội").status_code == 503
        nodes.start(first)
        nodes.start(second)
        # Every shard has a copy again, so answers are whole. The second copies may take minutes: nodes that
        # take so little at once refuse some of what makes them.
        nodes.wait(3, "yellow")
        watch.wait_for(len(WORDS))
    assert not watch.wrong
    assert watch.errors
    once_answered(lambda: assert_nothing_is_lost(engine))
    assert engine.status().change == 1
    status, state, reason = ready(site)
    assert status == 200
    # Until all second copies are made, their absence is told, and nothing else is amiss.
    assert state == "ok" or "copies on other machines are missing" in reason
    service = site.application.extensions["searchsvc"].search
    once_answered(lambda: service.search(SearchQuery("hội")))
    assert site.get("/api/v1/search?q=hội").get_json()["total"] == 1
