"""The evaluation over arrays against Whoosh's own matchers, on random indexes and random trees."""

from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

from hypothesis import given, settings
from hypothesis import strategies as st
from whoosh.filedb.filestore import FileStorage
from whoosh.reading import SegmentReader

from searchsvc.clauses import Clause, Word
from searchsvc.engines.base import IndexDocument
from searchsvc.engines.whoosh import WhooshEngine, matches
from searchsvc.engines.whoosh.matchers import MatcherEvaluation
from tests.builders import document, key, query
from tests.engines.conftest import EXAMPLES
from tests.engines.test_contract_random import clauses, corpora

ROUNDING = 1e-9


@settings(max_examples=EXAMPLES["whoosh"], deadline=None)
@given(
    corpora(),
    st.sets(st.integers(0, 8), max_size=3),
    st.lists(clauses, min_size=1, max_size=6),
    st.sampled_from((0, 2, matches.SPARSE, 10**6)),
)
def test_documents_and_scores_are_those_of_whooshs_own_matchers(
    documents: list[IndexDocument], again: set[int], trees: list[Clause], sparse: int
) -> None:
    """Whatever counts as few: with 0 everything is a list of numbers, with 10**6 everything is a mask."""
    with TemporaryDirectory() as folder, patch.object(matches, "SPARSE", sparse):
        engine = WhooshEngine(Path(folder))
        with engine.rebuild(fingerprint="f", change=1) as writer:
            writer.put(documents)
        # An update gives a second segment, and deleted documents in the first.
        with engine.update(fingerprint="f", change=2) as writer:
            writer.put([document for number, document in enumerate(documents) if number in again])
            writer.remove(["bai-0"] if 0 not in again else [])
        with engine._snapshots.current() as snapshot:
            storage = FileStorage(str(engine._generations.folder(snapshot.pointer.name)), readonly=True)
            readers = [SegmentReader(storage, snapshot.toc.schema, each) for each in snapshot.toc.segments]
            oracle = MatcherEvaluation(readers)
            for tree in trees:
                found = snapshot.evaluation.evaluate(tree)
                exact = found.few()
                ours = dict(zip(exact.numbers.tolist(), exact.scores.tolist(), strict=True))
                theirs = oracle.evaluate(tree)
                assert ours.keys() == theirs.keys(), tree
                assert all(abs(ours[number] - score) < ROUNDING for number, score in theirs.items()), (
                    tree,
                    ours,
                    theirs,
                )
        engine.close()


def test_a_word_whose_documents_were_mostly_deleted_is_found(tmp_path: Path) -> None:
    engine = WhooshEngine(tmp_path)
    with engine.rebuild(fingerprint="f", change=1) as writer:
        writer.put([document(f"bai-{number}", "Quyết" if number < 6 else "") for number in range(60)])
    with engine.update(fingerprint="f", change=2) as writer:
        writer.remove([f"bai-{number}" for number in range(4)])
    word = Word(fields=(("body_exact", 1.0),), forms=((key("Quyết", "body_exact"), 1.0),))
    assert {hit.id for hit in engine.search(query(word)).hits} == {"bai-4", "bai-5"}
    engine.close()
