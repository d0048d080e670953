"""Articles in parts by their last change, as the sitemap shows them."""

import pytest

from tests.archive.drafts import draft, put


def ids(archive, part, size):
    return [arrival.id for arrival in archive.arrivals(part, size)]


def test_parts_hold_all_articles_once_in_the_order_of_their_change(archive):
    put(archive, *(draft(id=id, body=id) for id in "abcde"))
    parts = archive.arrival_parts(2)
    assert [(part.number, part.articles) for part in parts] == [(1, 2), (2, 2), (3, 1)]
    assert [ids(archive, part.number, 2) for part in parts] == [["a", "b"], ["c", "d"], ["e"]]
    arrived = {arrival.id: arrival.imported_at for arrival in archive.arrivals(3, 2)}
    assert parts[2].latest == arrived["e"] == archive.get("e").imported_at


def test_a_changed_article_moves_to_the_newest_part_and_old_parts_only_lose(archive):
    put(archive, *(draft(id=id, body=id) for id in "abc"))
    put(archive, draft(id="a", body="Mới."))
    assert ids(archive, 1, 2) == ["b"]
    assert ids(archive, 2, 2) == ["c", "a"]
    assert sum(part.articles for part in archive.arrival_parts(2)) == 3


def test_a_part_without_articles_is_left_out(archive):
    put(archive, draft(id="a", body="Cũ."))
    put(archive, draft(id="a", body="Mới."))
    put(archive, draft(id="a", body="Mới nữa."))
    assert [part.number for part in archive.arrival_parts(1)] == [3]


@pytest.mark.parametrize("part", [0, -1, 2, 10**30])
def test_a_part_that_there_is_not_is_empty(archive, part):
    put(archive, draft(id="a"))
    assert archive.arrivals(part, 10) == []


def test_an_empty_archive_has_no_parts(archive):
    assert archive.arrival_parts(10) == []
