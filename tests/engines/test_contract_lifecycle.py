"""The contract of an engine over time: rebuild, update, switch, locks, cleaning."""

import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from searchsvc.engines.base import Engine, IndexStatus
from searchsvc.errors import EngineUnavailable, IndexLocked, IndexMismatch, IndexMissing
from tests.builders import document, key, query, term
from tests.engines.conftest import FINGERPRINT

REBUILD = "searchsvc reindex --full"


def ids(engine: Engine) -> set[str]:
    return {hit.id for hit in engine.search(query()).hits}


def put(engine: Engine, *documents, change: int = 2) -> None:
    with engine.update(fingerprint=FINGERPRINT, change=change) as writer:
        writer.put(documents)


def status_at_rest(engine: Engine) -> IndexStatus:
    """Return the status once the copies of a new index are all there, which a cluster needs a moment for."""
    deadline = time.monotonic() + 60
    while (status := engine.status()).degraded and time.monotonic() < deadline:
        time.sleep(0.05)
    return status


class TestMissing:
    def test_reading_says_which_command_to_run_and_creates_nothing(self, engine, tmp_path):
        for read in (
            lambda: engine.search(query()),
            lambda: engine.document_frequency("body_exact", "hội"),
            lambda: list(engine.vocabulary("body_exact")),
            engine.status,
            engine.versions,
            engine.damaged_files,
        ):
            with pytest.raises(IndexMissing) as caught:
                read()
            assert REBUILD in caught.value.message.en
            assert REBUILD in caught.value.message.vi
        assert list(tmp_path.iterdir()) == []

    def test_update_needs_an_index(self, engine):
        with pytest.raises(IndexMissing), engine.update(fingerprint=FINGERPRINT, change=1):
            pytest.fail("an update of nothing was let in")

    def test_cleaning_nothing(self, engine, tmp_path):
        assert engine.clean() == 0
        assert list(tmp_path.iterdir()) == []


class TestRebuild:
    def test_status_tells_what_is_live(self, fill):
        status = fill([document("a"), document("b")]).status()
        assert (status.documents, status.change, status.fingerprint) == (2, 1, FINGERPRINT)
        assert status.bytes_on_disk > 0
        assert status.built_at.tzinfo is not None

    def test_versions_are_those_of_the_live_documents(self, fill, engine):
        fill([document("a", version=3), document("b"), document("c")])
        with engine.update(fingerprint=FINGERPRINT, change=2) as writer:
            writer.put([document("b", version=2)])
            writer.remove(["c"])
        assert dict(engine.versions()) == {"a": 3, "b": 2}
        assert engine.damaged_files() == ()

    def test_replaces_everything(self, fill, engine):
        fill([document("a")])
        fill([document("b")])
        assert ids(engine) == {"b"}

    def test_the_same_id_again_replaces(self, engine):
        with engine.rebuild(fingerprint=FINGERPRINT, change=1, documents=2) as writer:
            writer.put([document("a", "cũ"), document("b")])
            writer.put([document("a", "mới", version=2)])
        assert engine.document_frequency("body_exact", key("cũ")) == 0
        assert engine.document_frequency("body_exact", key("mới")) == 1
        assert ids(engine) == {"a", "b"}

    def test_an_exception_leaves_the_old_generation(self, fill, engine):
        fill([document("a")])
        before = status_at_rest(engine)

        def broken() -> None:
            with engine.rebuild(fingerprint=FINGERPRINT, change=9, documents=1) as writer:
                writer.put([document("b")])
                raise RuntimeError("interrupted")

        with pytest.raises(RuntimeError, match="interrupted"):
            broken()
        assert engine.status() == before
        assert ids(engine) == {"a"}
        put(engine, document("c"))
        assert ids(engine) == {"a", "c"}

    @pytest.mark.parametrize("expected", [0, 1, 3])
    def test_another_number_of_documents_is_refused(self, fill, engine, expected):
        fill([document("old")])

        def rebuild() -> None:
            with engine.rebuild(fingerprint=FINGERPRINT, change=2, documents=expected) as writer:
                writer.put([document("a"), document("b")])

        with pytest.raises(EngineUnavailable) as caught:
            rebuild()
        assert REBUILD in caught.value.message.en
        assert ids(engine) == {"old"}

    def test_any_number_may_be_allowed(self, engine):
        with engine.rebuild(fingerprint=FINGERPRINT, change=2) as writer:
            writer.put([document("a"), document("b")])
        assert engine.status().documents == 2


class TestUpdate:
    def test_adds_replaces_and_removes_in_one_step(self, fill, engine):
        fill([document("a", "cũ"), document("b"), document("c")])
        with engine.update(fingerprint=FINGERPRINT, change=5) as writer:
            writer.put([document("a", "mới", version=2), document("d")])
            writer.remove(["b", "khong-co"])
            assert ids(engine) == {"a", "b", "c"}
        assert ids(engine) == {"a", "c", "d"}
        assert engine.document_frequency("body_exact", key("cũ")) == 0
        assert (engine.status().documents, engine.status().change) == (3, 5)

    def test_the_generation_changes_with_each_update(self, fill, engine):
        seen = {fill([document("a")]).search(query()).generation}
        for number in range(3):
            put(engine, document(f"b{number}"))
            assert engine.search(query()).generation == engine.status().generation
            seen.add(engine.status().generation)
        assert len(seen) == 4

    def test_the_same_again_is_harmless(self, fill, engine):
        fill([document("a", "hội")])
        before = engine.search(query(term("hội"))).hits
        for _ in range(3):
            put(engine, document("a", "hội"))
        assert engine.search(query(term("hội"))).hits == before

    def test_an_empty_update_moves_the_change(self, fill, engine):
        fill([document("a")])
        put(engine, change=7)
        assert (engine.status().change, ids(engine)) == (7, {"a"})

    def test_many_updates(self, fill, engine):
        fill(document(f"a{number}") for number in range(5))
        for number in range(25):
            put(engine, document(f"b{number}"), document(f"a{number % 5}", version=number + 2))
        assert len(ids(engine)) == 30
        assert engine.status().documents == 30

    def test_everything_removed(self, fill, engine):
        fill([document("a"), document("b")])
        with engine.update(fingerprint=FINGERPRINT, change=3) as writer:
            writer.remove(["a", "b"])
        assert ids(engine) == set()
        put(engine, document("c"))
        assert ids(engine) == {"c"}

    def test_added_and_removed_in_one_update(self, fill, engine):
        fill([document("a")])
        with engine.update(fingerprint=FINGERPRINT, change=3) as writer:
            writer.put([document("b")])
            writer.remove(["b", "a"])
            writer.put([document("a", version=2)])
        assert ids(engine) == {"a"}

    def test_an_exception_changes_nothing(self, fill, engine):
        fill([document("a")])
        before = status_at_rest(engine)

        def broken() -> None:
            with engine.update(fingerprint=FINGERPRINT, change=9) as writer:
                writer.put([document("b")])
                writer.remove(["a"])
                raise RuntimeError("interrupted")

        with pytest.raises(RuntimeError, match="interrupted"):
            broken()
        assert engine.status() == before
        assert ids(engine) == {"a"}
        put(engine, document("c"))
        assert ids(engine) == {"a", "c"}

    def test_another_fingerprint_names_the_command(self, fill, engine):
        fill([document("a")])
        with pytest.raises(IndexMismatch) as caught, engine.update(fingerprint="rules-2", change=2):
            pytest.fail("documents of other rules were let in")
        assert REBUILD in caught.value.message.en
        assert ids(engine) == {"a"}


class TestOthers:
    """Several engines on one index, as processes have them."""

    def test_readers_notice_updates_and_rebuilds_by_themselves(self, fill, open_another):
        engine, reader = fill([document("a")]), open_another()
        assert ids(reader) == {"a"}
        put(engine, document("b"))
        assert ids(reader) == {"a", "b"}
        fill([document("c")])
        assert ids(reader) == {"c"}

    def test_a_second_writer_is_told_who_writes(self, fill, open_another):
        engine, other = fill([document("a")]), open_another()
        with engine.update(fingerprint=FINGERPRINT, change=2):
            for begin in (
                lambda: other.update(fingerprint=FINGERPRINT, change=2),
                lambda: other.rebuild(fingerprint=FINGERPRINT, change=2),
                lambda: engine.update(fingerprint=FINGERPRINT, change=2),
            ):
                with pytest.raises(IndexLocked) as caught, begin():
                    pytest.fail("two writers at once")
                assert str(os.getpid()) in caught.value.message.en
                assert str(os.getpid()) in caught.value.message.vi
            assert other.clean() == 0
        put(other, document("b"))
        assert ids(engine) == {"a", "b"}

    def test_cleaning_leaves_what_is_read(self, fill, open_another):
        engine, reader = fill([document("a")]), open_another()
        assert ids(reader) == {"a"}
        fill([document("b")])
        engine.clean()
        assert ids(reader) == {"b"}
        engine.clean()
        assert engine.clean() == 0
        assert ids(engine) == ids(reader) == {"b"}

    def test_a_closed_engine_opens_again(self, fill):
        engine = fill([document("a")])
        assert ids(engine) == {"a"}
        engine.close()
        assert ids(engine) == {"a"}


def test_searches_go_on_through_rebuilds_and_updates(fill, open_another):
    """Four threads search without a failure or a half result while the index is replaced over and over."""
    engine, reader = fill(document(f"0-{number}", "hội") for number in range(20)), open_another()
    done = threading.Event()

    def search() -> int:
        searches = 0
        while not done.is_set() or not searches:
            result = reader.search(query(term("hội")))
            assert result.total == 20
            assert len({hit.id.split("-")[0] for hit in result.hits}) == 1
            searches += 1
        return searches

    with ThreadPoolExecutor(4) as threads:
        running = [threads.submit(search) for _ in range(4)]
        try:
            for round_ in range(1, 7):
                documents = [document(f"{round_}-{number}", "hội") for number in range(20)]
                if round_ % 2:
                    fill(documents)
                else:
                    with engine.update(fingerprint=FINGERPRINT, change=round_) as writer:
                        writer.remove([f"{round_ - 1}-{number}" for number in range(20)])
                        writer.put(documents)
        finally:
            done.set()
        assert all(future.result() for future in running)
