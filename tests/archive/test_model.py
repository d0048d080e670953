"""Whatever is put in whatever order, the archive does what a few lines of plain Python do."""

import tempfile
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from searchsvc.archive import Archive, archive_digest, export_archive, import_archive
from searchsvc.archive.identity import generated_id, identity_of
from tests.archive.drafts import NOTHING_FOUND, draft

# Few texts and places, so that they meet often.
few_drafts = st.builds(
    draft,
    title=st.sampled_from(["Một", "Hai", "Ba"]),
    id=st.none() | st.sampled_from(["a", "b"]),
    url=st.none() | st.sampled_from(["u", "v"]),
    source_key=st.none() | st.sampled_from(["file:/1", "file:/2", "file:/3"]),
)


class Model:
    """The rule of identity without a database: histories by article id, what each key last brought."""

    def __init__(self):
        self.histories, self.brought = {}, {}

    def put(self, one):
        identity = identity_of(one)
        key, content_key, content = identity
        known = self.brought.get(key)
        if known and known[1] == content:
            return "unchanged", known[0]
        twin = self.brought.get(content_key)
        if twin and (known is None or self.histories[twin[0]][-1] == content):
            self.brought[key] = (twin[0], content)
            return "unchanged", twin[0]
        article = known[0] if known else one.id or generated_id(identity.naming_key)
        history = self.histories.setdefault(article, [])
        self.brought[key] = (article, content)
        if history and history[-1] == content:
            return "unchanged", article
        history.append(content)
        if content_key:
            self.brought[content_key] = (article, content)
        return ("new" if len(history) == 1 else "changed"), article


class ArchiveMachine(RuleBasedStateMachine):
    """Puts batches into an archive and a model."""

    def __init__(self, new_url):
        super().__init__()
        self.new_url = new_url

    @initialize()
    def open(self):
        self.folder = tempfile.TemporaryDirectory()
        self.archive = Archive.open(self.new_url(), create=True)
        self.model = Model()
        self.change = 0

    def teardown(self):
        if hasattr(self, "archive"):
            self.archive.close()
            self.folder.cleanup()

    @rule(batch=st.lists(few_drafts, min_size=1, max_size=4))
    def put(self, batch):
        expected = [self.model.put(one) for one in batch]
        outcomes = self.archive.put([(one, NOTHING_FOUND) for one in batch])
        assert [(status, article) for status, article, _ in outcomes] == expected
        self.change += sum(status != "unchanged" for status, _ in expected)

    @rule(one=few_drafts)
    def put_twice(self, one):
        self.put([one])
        [again] = self.archive.put([(one, NOTHING_FOUND)])
        assert again.status == "unchanged"

    @rule()
    def out_and_in_again(self):
        file = Path(self.folder.name) / "export.jsonl"
        export_archive(self.archive, file)
        with Archive.open(self.new_url(), create=True) as other:
            import_archive(other, file)
            assert archive_digest(other) == archive_digest(self.archive)

    @invariant()
    def histories_are_equal(self):
        if not hasattr(self, "archive"):
            return
        assert self.archive.latest_change() == self.change
        current = [one for batch in self.archive.changes(0) for one in batch]
        assert {one.id: one.content_hash for one in current} == {
            article: history[-1] for article, history in self.model.histories.items()
        }
        for article, history in self.model.histories.items():
            assert [one.content_hash for one in self.archive.versions(article)] == history


def test_archive_and_model_agree(new_url):
    run_state_machine_as_test(
        lambda: ArchiveMachine(new_url),
        settings=settings(max_examples=15, stateful_step_count=12, deadline=None),
    )
