"""Putting, versions, identity, reading back, refused items."""

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings

from searchsvc.archive import Archive, Collection, RefusedItem, content_hash
from searchsvc.archive.identity import generated_id
from searchsvc.archive.refusals import MAX_ORIGINAL_BYTES
from searchsvc.articles import DEFAULT_COLLECTION
from searchsvc.errors import Message, NotFound, UnreadableSource
from tests.archive.drafts import FOUND, NOTHING_FOUND, any_entry, draft, mention, put

REASON = Message("Tệp rỗng", "The file is empty")


def test_article_comes_back_as_it_was_put(archive):
    given_draft = draft(
        id="a1",
        url="https://x/1",
        summary="Tóm tắt",
        captions=("Ảnh 1", "Ảnh 2"),
        published="07/01/2022",
        unit="Ban Tuyên giáo",
        author="Lê An",
        collection="Công báo",
        source="tin.txt:3",
    )
    before = datetime.now(UTC)
    [outcome] = archive.put([(given_draft, FOUND)])
    article = archive.get("a1")
    assert outcome == ("new", "a1", 1)
    assert (article.id, article.version, article.change) == ("a1", 1, 1)
    assert article.annotations == FOUND
    assert article.annotations.published.utcoffset() == timedelta(hours=7)
    assert article.collection == "cong-bao"
    assert (article.unit_text, article.published_text) == ("Ban Tuyên giáo", "07/01/2022")
    assert (article.title, article.summary, article.body) == (given_draft.title, "Tóm tắt", given_draft.body)
    assert (article.captions, article.url, article.author) == (("Ảnh 1", "Ảnh 2"), "https://x/1", "Lê An")
    assert article.source == "tin.txt:3"
    assert article.content_hash == content_hash(given_draft)
    assert before <= article.imported_at <= datetime.now(UTC)
    assert archive.draft_of(article) == given_draft


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
@given(any_entry)
def test_any_draft_comes_back(archive, entry):
    [outcome] = archive.put([entry])
    article = archive.get(outcome.article_id)
    kept = archive.draft_of(article)
    place = {"source": "", "source_key": None}
    assert replace(kept, **place) == replace(entry[0], **place) or outcome.status == "unchanged"
    if outcome.status != "unchanged":
        assert article.annotations == entry[1]


def test_same_again_is_unchanged_and_writes_nothing(archive):
    assert put(archive, draft(id="a"), draft(url="u"), draft(source_key="file:/1")) == ["new"] * 3
    change = archive.latest_change()
    assert put(archive, draft(id="a"), draft(url="u"), draft(source_key="file:/1")) == ["unchanged"] * 3
    assert archive.latest_change() == change == 3


def test_changed_source_is_a_new_version_and_the_old_one_stays(archive):
    put(archive, draft("Một", id="a"), found=FOUND)
    assert archive.put([(draft("Hai", id="a"), NOTHING_FOUND)]) == [("changed", "a", 2)]
    assert archive.get("a").title == "Hai"
    first = archive.get("a", 1)
    assert (first.title, first.version, first.annotations) == ("Một", 1, FOUND)
    assert [(one.number, one.title) for one in archive.versions("a")] == [(1, "Một"), (2, "Hai")]
    assert archive.counts() == (1, 2, 0, 1)


def test_repeats_and_changes_inside_one_batch_count_in_order(archive):
    batch = [draft("Một", id="a"), draft("Một", id="a"), draft("Hai", id="a"), draft("Một", id="b")]
    outcomes = archive.put([(one, NOTHING_FOUND) for one in batch])
    assert outcomes == [("new", "a", 1), ("unchanged", "a", 1), ("changed", "a", 2), ("new", "b", 1)]
    assert archive.get("a").title == "Hai"
    assert archive.get("a").change == 2


def test_back_to_an_earlier_content_is_a_version_of_its_own(archive):
    titles = ["Một", "Hai", "Một"]
    assert [put(archive, draft(title, id="a"))[0] for title in titles] == ["new", "changed", "changed"]
    assert [one.title for one in archive.versions("a")] == titles


def test_source_that_did_not_change_does_not_undo_a_later_one(archive):
    # The same page by its place, then by a copy that is changed: the first place still brings the old text.
    put(archive, draft("Một", source_key="file:/1"), draft("Một", source_key="file:/2"))
    assert put(archive, draft("Hai", source_key="file:/2")) == ["changed"]
    assert put(archive, draft("Một", source_key="file:/1")) == ["unchanged"]
    assert archive.counts().articles == 1
    assert put(archive, draft("Ba", source_key="file:/1")) == ["changed"]


def test_same_page_at_another_place_is_not_doubled(archive):
    put(archive, draft(source_key="file:/1"))
    [outcome] = archive.put([(draft(source_key="file:/moved"), NOTHING_FOUND)])
    assert outcome == ("unchanged", generated_id(f"content:{content_hash(draft())}"), 1)
    assert put(archive, draft()) == ["unchanged"]


def test_changed_page_at_a_known_place_is_a_version_of_it(archive):
    put(archive, draft("Một", source_key="file:/1"))
    assert put(archive, draft("Hai", source_key="file:/1")) == ["changed"]
    assert put(archive, draft("Một", source_key="file:/1")) == ["changed"]
    assert archive.counts().articles == 1


def test_page_moved_over_another_is_recognised_by_its_content(archive):
    first, second = archive.put(
        [
            (draft("Một", source_key="file:/1"), NOTHING_FOUND),
            (draft("Hai", source_key="file:/2"), NOTHING_FOUND),
        ]
    )
    [moved] = archive.put([(draft("Hai", source_key="file:/1"), NOTHING_FOUND)])
    assert moved == ("unchanged", second.article_id, 1)
    assert archive.get(first.article_id).title == "Một"


def test_content_alone_is_the_identity_without_a_place(archive):
    assert put(archive, draft("Một"), draft("Một"), draft("Hai")) == ["new", "unchanged", "new"]


def test_id_that_names_an_article_known_by_its_address_is_that_article(archive):
    [by_url] = archive.put([(draft(url="https://x/1"), NOTHING_FOUND)])
    assert archive.put([(draft("Sửa", id=by_url.article_id), NOTHING_FOUND)]) == [
        ("changed", by_url.article_id, 2)
    ]


def test_generated_id_gives_way_to_one_that_is_taken(archive):
    taken = [generated_id("url:https://x/1", attempt) for attempt in range(2)]
    put(archive, *(draft(id=article_id) for article_id in taken))
    [outcome] = archive.put([(draft(url="https://x/1"), NOTHING_FOUND)])
    assert outcome.status == "new"
    assert outcome.article_id == generated_id("url:https://x/1", 2)


def test_bad_draft_is_refused_before_anything_is_written(archive):
    with pytest.raises(UnreadableSource):
        put(archive, draft(id="good"), draft(id="../bad"))
    assert archive.counts() == (0, 0, 0, 0)
    assert archive.latest_change() == 0


def test_nothing_to_put(archive):
    assert archive.put([]) == []
    assert archive.refuse([]) == 0
    assert archive.get_many([]) == {}


def test_source_with_stray_bytes_in_its_name_is_kept(archive):
    odd = draft(source="t\udcefp.txt", source_key="file:/t\udcefp.txt")
    assert put(archive, odd, odd) == ["new", "unchanged"]


@pytest.mark.parametrize("article_id", ["nobody", "", "\ud800", "a\0", "../x", "x" * 10_000])
def test_unknown_article_is_not_found(archive, article_id):
    for ask in (archive.get, archive.versions):
        with pytest.raises(NotFound) as missing:
            ask(article_id)
        missing.value.message.vi.encode()


@pytest.mark.parametrize("version", [0, -1, 2, 10**30])
def test_unknown_version_is_not_found(archive, version):
    put(archive, draft(id="a"))
    with pytest.raises(NotFound):
        archive.get("a", version)


def test_get_many_gives_what_is_there_in_the_versions_asked(archive):
    put(archive, *(draft(f"Tin {n}", id=str(n)) for n in range(700)), found=FOUND)
    put(archive, draft("Tin mới", id="5"))
    pairs = [(str(n), 1) for n in range(700)] + [("5", 2), ("5", 2), ("none", 1)]
    found = archive.get_many(pairs)
    assert len(found) == 701
    assert found[("5", 1)].title == "Tin 5"
    assert found[("5", 1)].annotations == FOUND
    assert found[("5", 2)].annotations == NOTHING_FOUND


def test_changes_come_once_each_in_order(archive):
    put(archive, *(draft(f"Tin {n}", id=str(n)) for n in range(5)))
    put(archive, draft("Tin mới", id="1"))
    batches = [[one.id for one in batch] for batch in archive.changes(0, batch=2)]
    assert batches == [["0", "2"], ["3", "4"], ["1"]]
    assert [one.id for batch in archive.changes(4) for one in batch] == ["4", "1"]
    assert [one.id for batch in archive.changes(0, until=4) for one in batch] == ["0", "2", "3"]
    assert list(archive.changes(archive.latest_change())) == []


def test_changes_go_on_while_a_writer_writes(archive):
    put(archive, *(draft(f"Tin {n}", id=str(n)) for n in range(4)))
    seen = []
    for batch in archive.changes(0, batch=2):
        seen += [(one.id, one.version) for one in batch]
        if len(seen) == 2:
            put(archive, draft("Sửa", id="0"), draft("Sửa", id="3"))
    assert seen == [("0", 1), ("1", 1), ("2", 1), ("0", 2), ("3", 2)]


def test_collections_with_their_names_and_counts(archive):
    put(archive, draft("a", collection="Công báo"), draft("b", collection="cong bao"), draft("c", id="c"))
    put(archive, draft("c", id="c", collection="Thông báo"))
    assert archive.collections() == [
        Collection("cong-bao", "Công báo", 2),
        Collection("thong-bao", "Thông báo", 1),
        Collection(DEFAULT_COLLECTION, DEFAULT_COLLECTION, 0),
    ]
    assert archive.counts().collections == 3


def test_refused_items_are_kept_once_with_reason_and_bytes(archive):
    items = [RefusedItem("a.jsonl", 3, REASON, b'{"x'), RefusedItem("a.jsonl", 4, REASON, b'{"x')]
    assert archive.refuse([*items, items[0]]) == 2
    assert archive.refuse(items) == 0
    assert archive.refuse([items[0]._replace(original=b"other")]) == 1
    first, second, third = archive.refused()
    assert (first.source, first.position, first.reason) == ("a.jsonl", 3, REASON)
    assert first.digest == hashlib.sha256(b'{"x').hexdigest()
    assert (first.size, first.truncated) == (3, False)
    assert archive.original_of(third.id) == b"other"
    assert archive.refused(limit=1, after=first.id) == [second]
    assert archive.counts().refused == 3


def test_large_refused_item_keeps_its_beginning_and_the_digest_of_all(archive):
    whole = b"x" * (MAX_ORIGINAL_BYTES + 5)
    archive.refuse(
        [RefusedItem("big", 0, REASON, whole), RefusedItem("streamed", 0, REASON, b"xx", 10**9, "0" * 64)]
    )
    big, streamed = archive.refused()
    assert (big.size, big.kept, big.truncated) == (len(whole), MAX_ORIGINAL_BYTES, True)
    assert big.digest == hashlib.sha256(whole).hexdigest()
    assert (streamed.size, streamed.kept, streamed.digest, streamed.truncated) == (10**9, 2, "0" * 64, True)


def test_refused_item_with_odd_names_is_kept(archive):
    odd = RefusedItem("t\udcef.txt", 0, Message("a\ud800", "a\0b"), b"\0\xff")
    assert archive.refuse([odd]) == 1
    assert archive.refuse([odd]) == 0
    assert archive.original_of(archive.refused()[0].id) == b"\0\xff"


def test_original_of_an_unknown_item(archive):
    with pytest.raises(NotFound):
        archive.original_of(7)


def test_all_is_there_after_opening_again(url):
    with Archive.open(url, create=True) as archive:
        put(archive, draft(id="a"), found=FOUND)
    with Archive.open(url) as archive:
        assert archive.get("a").annotations == FOUND


def test_impossible_years_are_kept_as_no_date(archive):
    edge = replace(NOTHING_FOUND, published=datetime(1, 1, 1, tzinfo=UTC))
    put(archive, draft(id="a"), found=edge)
    assert archive.get("a").annotations.published is None


def test_mentions_keep_their_order(archive):
    codes = tuple(mention(f"{n:02}-NQ/TW", start=100 - n) for n in range(12))
    put(archive, draft(id="a"), found=replace(NOTHING_FOUND, codes=codes))
    assert archive.get("a").annotations.codes == codes


def test_it_tells_how_many_articles_an_index_lacks(archive: Archive) -> None:
    put(archive, draft(id="1"), draft(id="2"))
    indexed = archive.latest_change()
    assert (archive.changes_since(0), archive.changes_since(indexed)) == (2, 0)
    put(archive, draft(id="1", title="Tin đã sửa"))
    put(archive, draft(id="1", title="Tin sửa lần nữa"))
    assert archive.changes_since(indexed) == 1


def test_it_tells_its_size(archive: Archive) -> None:
    before = archive.bytes_on_disk()
    put(archive, draft(id="1", body="Nội dung rất dài. " * 20_000))
    assert archive.bytes_on_disk() > before > 0


def test_a_page_has_the_same_address_wherever_its_folder_lies(archive):
    [here] = archive.put([(draft(source_key="file:/here/1.txt"), NOTHING_FOUND)])
    [changed] = archive.put([(draft(body="Đã sửa.", source_key="file:/here/1.txt"), NOTHING_FOUND)])
    assert changed == ("changed", here.article_id, 2)
    [elsewhere] = archive.put([(draft(source_key="file:/there/1.txt"), NOTHING_FOUND)])
    assert elsewhere.article_id == here.article_id
