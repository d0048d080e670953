"""What the OpenSearch engine does in its cluster: locks, leftovers, roll-backs, refusals."""

import json
import os
import socket
import time
import urllib.request

import pytest

from searchsvc.engines import open_engine
from searchsvc.engines.opensearch.bulk import Bulk
from searchsvc.engines.opensearch.client import Cluster
from searchsvc.errors import EngineUnavailable, IndexLocked, SettingsError
from searchsvc.settings import load_settings
from tests.builders import document, query
from tests.engines.conftest import FINGERPRINT


@pytest.fixture
def engine_name():
    return "opensearch"


@pytest.fixture
def ask(engine_settings):
    """Asks the cluster itself."""

    def asked(method, path, body=None):
        address = engine_settings.opensearch_urls.partition(",")[0]
        path = path.replace("{prefix}", engine_settings.opensearch_prefix)
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(
            f"{address}/{path}", data, {"Content-Type": "application/json"}, method=method
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)

    return asked


def ids(engine):
    return {hit.id for hit in engine.search(query()).hits}


def indices(ask):
    return sorted(ask("GET", "{prefix}-g-*/_alias"))


def rebuild(engine, *documents):
    with engine.rebuild(fingerprint=FINGERPRINT, change=1) as writer:
        writer.put(documents)


def test_the_last_index_is_kept_and_one_step_brings_it_back(engine_settings, ask):
    engine = open_engine(engine_settings.model_copy(update={"opensearch_kept": 1}))
    for id in "abc":
        rebuild(engine, document(id))
    previous, live = indices(ask)
    assert ids(engine) == {"c"}
    alias = engine_settings.opensearch_prefix + "-live"
    ask("POST", "_aliases", {"actions": [
        {"remove": {"index": live, "alias": alias}}, {"add": {"index": previous, "alias": alias}},
    ]})  # fmt: skip
    assert ids(engine) == {"b"}
    assert engine.status().documents == 1
    with engine.update(fingerprint=FINGERPRINT, change=2) as writer:
        writer.put([document("d")])
    assert ids(engine) == {"b", "d"}
    engine.close()


def test_what_a_failed_update_left_is_never_seen_and_goes_with_the_next(engine, fill, ask):
    fill([document("a", "cũ"), document("b")])

    def fail():
        with engine.update(fingerprint=FINGERPRINT, change=2) as writer:
            writer.put([document("a", "mới"), document("c")])
            writer.remove(["b"])
            writer.finish()  # all is written and marked; only the last step is missing
            raise RuntimeError("killed")

    with pytest.raises(RuntimeError, match="killed"):
        fail()
    assert ids(engine) == {"a", "b"}
    with engine.update(fingerprint=FINGERPRINT, change=3) as writer:
        writer.put([document("d")])
    assert ids(engine) == {"a", "b", "d"}
    with engine.update(fingerprint=FINGERPRINT, change=4):
        pass
    ask("POST", "{prefix}-live/_refresh")
    assert ask("GET", "{prefix}-live/_count")["count"] == 3


def test_what_was_replaced_leaves_the_index_two_updates_later(engine, fill, ask):
    fill([document("a", "một")])
    for change, text in enumerate(("hai", "ba", "bốn"), 2):
        with engine.update(fingerprint=FINGERPRINT, change=change) as writer:
            writer.put([document("a", text)])
    assert ids(engine) == {"a"}
    ask("POST", "{prefix}-live/_refresh")
    assert ask("GET", "{prefix}-live/_count")["count"] == 3  # of four


@pytest.mark.parametrize(
    ("host", "pid", "age_s", "free"),
    [
        ("here", 2**22 + 1, 0, True),  # killed, on this machine
        ("here", os.getpid(), 0, False),
        ("may-khac", 1, 0, False),
        ("may-khac", 1, 120, True),  # nothing heard of it for longer than its lease
    ],
    # Names without the process id: each process of the suite must collect the same tests.
    ids=["killed here", "alive here", "alive elsewhere", "silent elsewhere"],
)
def test_the_lock_of_a_dead_writer_is_taken_over(engine, fill, ask, host, pid, age_s, free):
    fill([document("a")])
    owner = {
        "token": "x", "pid": pid, "since": "hôm qua", "renewed": time.time() - age_s,
        "host": socket.gethostname() if host == "here" else host,
    }  # fmt: skip
    ask("PUT", "{prefix}-lock/_doc/writer", owner)
    if free:
        rebuild(engine, document("b"))
        assert ids(engine) == {"b"}
    else:
        with pytest.raises(IndexLocked, match=str(pid)):
            rebuild(engine, document("b"))
        assert engine.clean() == 0
        assert ids(engine) == {"a"}


def test_a_rebuild_that_was_killed_leaves_an_index_that_goes(engine, fill, ask, engine_settings):
    fill([document("a")])
    address = engine_settings.opensearch_prefix + "-g-20200101t000000-dead"
    ask("PUT", address, {"settings": {"number_of_shards": 1, "number_of_replicas": 0}})
    assert ids(engine) == {"a"}
    assert engine.clean() == 1
    assert len(indices(ask)) == 1


def test_refused_documents_are_told_by_their_articles(engine, fill, engine_settings, ask):
    fill([document("a")])
    cluster = Cluster(engine_settings)
    with Bulk(cluster, indices(ask)[0]) as bulk:
        bulk.put("1", "bai-tot", {"id": "bai-tot", "version": 1, "born": 99})
        for number in range(5):
            bulk.put(f"x{number}", f"bai-xau-{number}", {"id": "x", "published": "hôm qua"})
        with pytest.raises(EngineUnavailable, match=r"did not take 5 articles \(bai-xau-0: .*published"):
            bulk.finish()
    cluster.close()
    assert ids(engine) == {"a"}


def test_a_cluster_that_is_away_is_told_with_the_setting(engine_settings):
    away = engine_settings.model_copy(update={"opensearch_urls": "http://127.0.0.1:1"})
    engine = open_engine(away)
    for act in (lambda: engine.search(query()), engine.status, lambda: rebuild(engine, document("a"))):
        with pytest.raises(EngineUnavailable, match="SEARCHSVC_OPENSEARCH_URLS") as caught:
            act()
        assert "\n" not in caught.value.message.vi


def test_wrong_addresses_and_certificates_stop_the_start(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for urls in ("", "nowhere", "ftp://x", "http://a,,http://b"):
        with pytest.raises(SettingsError, match=r"OPENSEARCH_URLS|opensearch_urls"):
            load_settings(engine="opensearch", opensearch_urls=urls)
    broken = load_settings(
        engine="opensearch", opensearch_urls="https://a:9200", opensearch_ca_file=tmp_path / "none.pem"
    )
    with pytest.raises(SettingsError, match="CA_FILE"):
        open_engine(broken)


def test_the_password_is_in_no_text_of_the_settings(tmp_path, monkeypatch):
    monkeypatch.setenv("SEARCHSVC_OPENSEARCH_PASSWORD", "bimat")
    monkeypatch.setenv("SEARCHSVC_OPENSEARCH_USER", "an")
    settings = load_settings(data=tmp_path)
    assert "bimat" not in repr(settings) + str(settings)


def test_a_query_of_too_many_words_is_said(engine, fill, ask):
    from searchsvc.clauses import Word
    from searchsvc.errors import InvalidQuery

    fill([document("a", "hội")])
    # Forms of one word: a row of words that no document has would not be asked for at all.
    forms = (("hoi", 1.0), *((f"tu{number}", 1.0) for number in range(20_000)))
    with pytest.raises(InvalidQuery, match="too many words"):
        engine.search(query(Word((("body_folded", 1.0),), forms)))


def test_more_values_than_a_shard_sends_are_all_counted(engine, fill, monkeypatch):
    from searchsvc.engines.opensearch import filtering

    documents = [document(f"{n}", codes=(f"{n % 7}-NQ/TU", f"{n % 5}-CT/TW")) for n in range(40)]
    fill(documents)
    expected = engine.search(query(facet_limit=3)).facets
    monkeypatch.setattr(filtering, "FROM_EACH_SHARD", 1)
    monkeypatch.setattr(filtering, "PAGE", 2)
    assert engine.search(query(facet_limit=3)).facets == expected
