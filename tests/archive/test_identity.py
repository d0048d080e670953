"""Which ids can be used, what the content hash covers, and the slugs of collections."""

from dataclasses import fields, replace

import pytest
from hypothesis import given

from searchsvc.archive.identity import (
    check_draft,
    collection_slug,
    content_hash,
    generated_id,
    identity_of,
    is_article_id,
    storable,
)
from searchsvc.articles import Draft
from searchsvc.errors import UnreadableSource
from tests.archive.drafts import any_draft, draft

USABLE = ["1", "tin-2022/01/07", "bài số 5", "a.b", "...", "a/b c/d", "x" * 200, "?q=1#2", "%2e%2e"]
UNUSABLE = [
    "",
    " a",
    "a ",
    "/a",
    "a/",
    "a//b",
    ".",
    "..",
    "a/../b",
    "./a",
    "a\nb",
    "a\0",
    "\ud800",
    "a\u200bb",
    "x" * 201,
]


@pytest.mark.parametrize("text", USABLE)
def test_id_that_can_be_used(text):
    assert is_article_id(text)
    check_draft(draft(id=text))


@pytest.mark.parametrize("text", UNUSABLE)
def test_id_that_cannot_be_used_is_refused_with_a_reason(text):
    assert not is_article_id(text)
    with pytest.raises(UnreadableSource) as refused:
        check_draft(draft(id=text))
    assert "200" in refused.value.message.en
    refused.value.message.vi.encode()


@pytest.mark.parametrize(
    "field", ["title", "body", "summary", "url", "unit", "author", "published", "collection"]
)
@pytest.mark.parametrize("bad", ["\0", "\udc80"])
def test_text_that_no_database_keeps_is_refused(field, bad):
    with pytest.raises(UnreadableSource):
        check_draft(replace(draft(), **{field: f"a{bad}b"}))


def test_captions_are_checked_too():
    with pytest.raises(UnreadableSource):
        check_draft(draft(captions=("ảnh", "\ud800")))


def test_content_hash_covers_every_field_but_the_place():
    plain = draft()
    for field in fields(Draft):
        value = ("x",) if field.name == "captions" else "x"
        same = content_hash(replace(plain, **{field.name: value})) == content_hash(plain)
        assert same == (field.name in ("source", "source_key")), field.name


@given(any_draft, any_draft)
def test_equal_hashes_only_for_equal_content(one, other):
    place = {"source": "", "source_key": None}
    same = replace(one, **place) == replace(other, **place)
    assert (content_hash(one) == content_hash(other)) == same


def test_identity_is_id_then_url_then_place_then_content():
    everything = draft(id="a", url="https://x/1", source_key="file:/1")
    assert identity_of(everything)[:2] == ("id:a", "")
    assert identity_of(replace(everything, id=None))[:2] == ("url:https://x/1", "")
    by_place = identity_of(replace(everything, id=None, url=None))
    assert by_place.key == "source:file:/1"
    assert by_place.content_key == f"content:{by_place.content_hash}"
    by_content = identity_of(draft())
    assert by_content.key == by_content.content_key


def test_long_addresses_get_short_keys_that_differ():
    one, other = (identity_of(draft(url="https://x/" + "a" * 5000 + end)).key for end in "12")
    assert one != other
    assert len(one) <= 500


def test_generated_ids_are_sixteen_hex_digits_and_differ_by_attempt():
    assert is_article_id(generated_id("url:https://x"))
    assert len({generated_id("k", attempt) for attempt in range(5)}) == 5
    assert len(generated_id("k")) == 16


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Công báo", "cong-bao"),
        ("  Đảng bộ — 2020 ", "dang-bo-2020"),
        ("ban-tin", "ban-tin"),
        (None, "ban-tin"),
        ("  ", "ban-tin"),
        ("Co\u0302ng ba\u0301o", "cong-bao"),
    ],
)
def test_slug_of_a_collection(name, slug):
    assert collection_slug(name) == slug


def test_collection_without_a_latin_letter_has_a_slug_too():
    assert collection_slug("公报") != collection_slug("消息")
    assert collection_slug("公报").startswith("c-")


def test_stray_bytes_of_a_path_stay_distinct():
    names = ["a\udcc0", "a\udcc1", "a", "a\0"]
    assert len({storable(name) for name in names}) == len(names)
    for name in names:
        storable(name).encode()
