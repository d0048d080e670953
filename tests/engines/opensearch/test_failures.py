"""A node of three is killed while readers search and a writer indexes: nothing wrong, nothing lost."""

import threading
from collections import Counter
from collections.abc import Iterator

import pytest

from searchsvc.engines import open_engine
from searchsvc.errors import EngineUnavailable
from searchsvc.settings import load_settings
from tests.builders import document, query, term
from tests.cluster import nodes
from tests.conftest import absent

LIVE = 120
NEW = 600


@pytest.fixture(scope="module")
def cluster() -> Iterator[nodes.Cluster]:
    """A cluster of its own, whose nodes may be killed."""
    class_path = nodes.installed()
    if class_path is None:
        absent("opensearch", nodes.HOW_TO_GET_IT)
    assert class_path is not None
    with nodes.Cluster.started(class_path) as running:
        yield running


def engine_of(cluster, prefix, replicas):
    return open_engine(
        load_settings(
            engine="opensearch",
            opensearch_urls=cluster.urls,
            opensearch_prefix=prefix,
            opensearch_replicas=replicas,
            opensearch_timeout_s=20,
        )
    )


def documents(name, count):
    return [document(f"{name}-{number}", f"hội nghị số {number}", title="tin") for number in range(count)]


def put_all(engine, name, count, change, *, after_half=None):
    with engine.rebuild(fingerprint="f", change=change, documents=count) as writer:
        every = documents(name, count)
        writer.put(every[: count // 2])
        if after_half:
            after_half()
        writer.put(every[count // 2 :])


class Reader(threading.Thread):
    """Searches until it is told to stop; notes what is wrong, and what was refused with an error of ours."""

    def __init__(self, cluster, prefix, totals):
        super().__init__()
        self.engine = engine_of(cluster, prefix, 1)
        self.totals = totals
        self.stopped = threading.Event()
        self.counts = Counter()
        self.wrong = []

    def run(self):
        while not self.stopped.is_set():
            try:
                result = self.engine.search(query(term("hội"), limit=20))
            except EngineUnavailable:
                self.counts["refused"] += 1
                continue
            except Exception as error:  # noqa: BLE001 - any other error is a fault
                self.wrong.append(repr(error))
                return
            self.counts["answered"] += 1
            names = {hit.id.partition("-")[0] for hit in result.hits}
            expected = {self.totals.get(result.total)}
            if names != expected:
                self.wrong.append(f"{result.total} articles of {names}")


def test_a_node_is_killed_under_load_while_reindexing(cluster):
    engine = engine_of(cluster, "load", 1)
    put_all(engine, "cu", LIVE, 1)
    assert not engine.status().degraded
    readers = [Reader(cluster, "load", {LIVE: "cu", NEW: "moi"}) for _ in range(2)]
    for reader in readers:
        reader.start()

    def lose_a_node():
        cluster.kill(2)
        cluster.wait(2)
        assert engine.status().degraded

    try:
        put_all(engine, "moi", NEW, 2, after_half=lose_a_node)
        outcome = "switched"
    except EngineUnavailable:  # allowed, if it is said and the old index stays
        outcome = "refused"
    finally:
        for reader in readers:
            reader.stopped.set()
            reader.join()
            reader.engine.close()
    assert [reader.wrong for reader in readers] == [[], []]
    assert all(reader.counts["answered"] for reader in readers)
    if outcome == "refused":
        assert engine.search(query(term("hội"))).total == LIVE
        put_all(engine, "moi", NEW, 2)
    assert engine.versions() == {f"moi-{number}": 1 for number in range(NEW)}
    with engine.update(fingerprint="f", change=3) as writer:
        writer.remove(["moi-0"])
    assert engine.search(query(term("hội"))).total == NEW - 1
    cluster.start(2)
    cluster.wait(3, "green")
    assert not engine.status().degraded
    assert engine.search(query(term("hội"))).total == NEW - 1
    engine.close()


def test_half_an_index_is_an_error_and_no_answer(cluster):
    """Without further copies a lost node takes shards away: said to readers, then whole again."""
    engine = engine_of(cluster, "half", 0)
    put_all(engine, "cu", LIVE, 1)
    cluster.kill(1)
    cluster.wait(2)
    with pytest.raises(EngineUnavailable, match=r"shards|cannot answer|no copy"):
        engine.search(query(term("hội")))
    with pytest.raises(EngineUnavailable, match="no copy"):
        engine.status()
    with pytest.raises(EngineUnavailable), engine.update(fingerprint="f", change=2) as writer:
        writer.put([document("x")])
    cluster.start(1)
    cluster.wait(3, "green")
    assert engine.search(query(term("hội"))).total == LIVE
    assert engine.status().documents == LIVE
    engine.close()
