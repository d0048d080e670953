"""The bounded store: within its bound, never a wrong value, and a crawl does not drive out what is used."""

from hypothesis import given
from hypothesis import strategies as st

from searchsvc.clauses import AllOf, Term
from searchsvc.keeping import OVERHEAD, Hashed, Kept, bytes_of
from searchsvc.queries import Filters

LIMIT = 20 * OVERHEAD

operations = st.lists(st.tuples(st.integers(0, 30), st.none() | st.integers(0, 3 * OVERHEAD)), max_size=200)


def total(kept: Kept[int, int]) -> int:
    return sum(size for _, size in (*kept._probation.values(), *kept._protected.values()))


@given(operations)
def test_it_stays_within_its_bound_and_gives_what_was_put_last(found: list[tuple[int, int | None]]) -> None:
    kept: Kept[int, int] = Kept(LIMIT)
    last: dict[int, int] = {}
    for turn, (key, size) in enumerate(found):
        if size is None:
            assert kept.get(key) in (None, last.get(key))
        else:
            kept.put(key, turn, size)
            last[key] = turn
            assert kept.get(key) == turn
        assert total(kept) == kept._bytes <= LIMIT
        assert sum(size for _, size in kept._protected.values()) == kept._protected_bytes
        assert not kept._probation.keys() & kept._protected.keys()


def test_what_is_asked_for_again_outlives_a_crawl() -> None:
    kept: Kept[int, str] = Kept(LIMIT)
    for key in range(5):
        kept.put(key, "used", 0)
        assert kept.get(key) == "used"
    for key in range(1_000, 2_000):
        kept.put(key, "once", 0)
    assert all(kept.get(key) == "used" for key in range(5))
    assert kept.get(1_000) is None
    assert kept.get(1_999) == "once"


def test_a_value_larger_than_the_bound_is_not_kept_and_drives_nothing_out() -> None:
    kept: Kept[str, str] = Kept(LIMIT)
    kept.put("small", "a", 10)
    kept.put("large", "b", LIMIT)
    assert (kept.get("small"), kept.get("large")) == ("a", None)


def test_a_hashed_key_is_that_of_its_parts() -> None:
    key = Hashed(Term("body", "hội"), None, 50)
    assert key == Hashed(Term("body", "hội"), None, 50)
    assert hash(key) == hash(Hashed(Term("body", "hội"), None, 50))
    assert key != Hashed(Term("body", "hội"), None, 51)
    assert key != (Term("body", "hội"), None, 50)
    kept: Kept[Hashed, str] = Kept(LIMIT)
    kept.put(key, "a", 0)
    assert kept.get(Hashed(Term("body", "hội"), None, 50)) == "a"
    assert kept.get(Hashed(Term("body", "nghị"), None, 50)) is None


def test_the_size_of_a_key_grows_with_all_that_is_in_it() -> None:
    short = AllOf((Term("body", "hội"),))
    assert bytes_of(AllOf((Term("body", "hội" * 1_000),))) > bytes_of(short) + 3_000
    assert bytes_of(AllOf((Term("body", "hội"),) * 100)) > bytes_of(short) + 99 * 100
    assert bytes_of(Hashed(short, None)) > bytes_of(short)
    assert bytes_of(Filters(codes=("05-CT/TW",) * 100)) > 5_000
