"""Counting searches and reporting them: rare ones stay hidden, old ones go, nothing else is in the file."""

import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from searchsvc.articles import VIETNAM_TIME
from searchsvc.searches import store as store_module
from searchsvc.searches.recorder import Recorder
from searchsvc.searches.report import NoSearches, SearchReport, report_of
from searchsvc.searches.store import SHOWN_FROM, Search, SearchStore, day_of
from searchsvc.web.search_report import report_html

# Of the day that it is in Vietnam, which from 17:00 UTC on is the next one.
NOON = datetime.now(VIETNAM_TIME).replace(hour=12, minute=0, second=0, microsecond=0).astimezone(UTC)
TODAY = day_of(NOON)


@pytest.fixture
def store(tmp_path: Path) -> SearchStore:
    return SearchStore(tmp_path / "searches.db")


def searches(
    text: str, times: int, results: int = 5, *, start: datetime = NOON, apart_min: int = 30
) -> list[Search]:
    return [Search(start + timedelta(minutes=apart_min * n), text, results) for n in range(times)]


def report(store: SearchStore, since: date | None = None) -> SearchReport:
    return report_of(store, since, TODAY)


def test_frequent_queries_are_shown_and_rare_ones_only_counted(store: SearchStore) -> None:
    store.add(searches("nghị quyết", 5) + searches("ai đó", SHOWN_FROM - 1), days=90)
    store.add([Search(NOON, None, 0)], days=90)
    found = report(store)
    assert [(each.text, each.searches) for each in found.top] == [("nghị quyết", 5)]
    assert (found.searches, found.rare) == (5 + SHOWN_FROM, SHOWN_FROM)


def test_a_hidden_text_is_nowhere_in_the_file(store: SearchStore) -> None:
    store.add(searches("chuyện riêng của tôi", SHOWN_FROM - 1), days=90)
    content = b"".join(path.read_bytes() for path in store.path.parent.iterdir())
    assert "chuyện riêng".encode() not in content


def test_one_person_trying_again_and_again_does_not_show_a_text(store: SearchStore) -> None:
    store.add(searches("ai đó", 50, apart_min=0), days=90)
    assert report(store).top == ()
    assert report(store).rare == 50


def test_queries_without_results(store: SearchStore) -> None:
    store.add(searches("lạc đề", 4, 0) + searches("lũ", 6) + searches("lũ", 1, 0), days=90)
    found = report(store)
    assert [(each.text, each.without_results, each.searches) for each in found.top_without_results] == [
        ("lạc đề", 4, 4),
        ("lũ", 1, 7),
    ]
    assert (found.without_results, dict(found.by_results)["0"]) == (5, 5)


def test_days_and_filters(store: SearchStore) -> None:
    before = NOON - timedelta(days=3)
    store.add([Search(before, "a", 1, (("unit", "tinh-uy"), ("days", ""))), Search(NOON, "a", 500)], days=90)
    found = report(store)
    assert [day.searches for day in found.days] == [1, 0, 0, 1]
    assert [(each.kind, each.value, each.searches) for each in found.filters] == [
        ("days", "", 1),
        ("unit", "tinh-uy", 1),
    ]
    later = report(store, TODAY - timedelta(days=1))
    assert (later.searches, later.filters) == (1, ())
    assert report(store, date(1900, 1, 1)).first == TODAY - timedelta(days=3)


def test_what_is_old_goes(store: SearchStore) -> None:
    old = NOON - timedelta(days=40)
    store.add(searches("xưa", 5, start=old) + searches("hiếm", 1, start=old), days=90)
    assert [each.text for each in report(store).top] == ["xưa"]
    with closing(sqlite3.connect(store.path)) as connection:
        assert connection.execute("SELECT count(*) FROM texts").fetchone() == (1,), (
            "a rare text stays 30 days"
        )
    store.add(searches("nay", 1), days=20)
    assert report(store).searches == 1
    with closing(sqlite3.connect(store.path)) as connection:
        assert connection.execute("SELECT count(*) FROM counts").fetchone() == (1,)


def test_the_number_of_texts_is_bounded(store: SearchStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_module, "MOST_TEXTS", 10)
    store.add(searches("nghị quyết", 5), days=90)
    store.add([Search(NOON, f"câu {n}", 1) for n in range(50)], days=90)
    with closing(sqlite3.connect(store.path)) as connection:
        assert connection.execute("SELECT count(*) FROM texts").fetchone() == (10,)
    assert [each.text for each in report(store).top] == ["nghị quyết"], "the rare ones go first"


def test_without_counts_the_setting_is_named(store: SearchStore) -> None:
    with pytest.raises(NoSearches, match="SEARCHSVC_SEARCHES_DAYS"):
        report(store)
    store.path.write_bytes(b"noise" * 1000)
    with pytest.raises(NoSearches, match="counting starts anew"):
        report(store)


class TestRecorder:
    def test_what_was_noted_is_there_after_closing(self, store: SearchStore) -> None:
        recorders = [Recorder(store, 90) for _ in range(2)]  # two workers
        for recorder in recorders:
            for _ in range(300):
                recorder.note("Nghị quyết", 3, (("code", ""),))
            recorder.note("0912345678", 0)
        for recorder in recorders:
            recorder.close()
        assert report(store).searches == 602
        assert b"0912345678" not in store.path.read_bytes()

    def test_with_no_days_nothing_is_written(self, store: SearchStore) -> None:
        recorder = Recorder(store, 0)
        recorder.note("nghị quyết", 3)
        recorder.close()
        assert not store.path.exists()

    def test_what_cannot_be_written_is_dropped_and_counted(self, tmp_path: Path) -> None:
        recorder = Recorder(SearchStore(tmp_path / "nowhere" / "searches.db"), 90)
        recorder.note("nghị quyết", 3)
        recorder.close()
        assert recorder.dropped == 1

    def test_a_full_queue_drops(self, store: SearchStore) -> None:
        recorder = Recorder(store, 90)
        recorder._stop.set()
        recorder._stop.clear()
        for _ in range(5000):
            recorder.note("a", 1)
        recorder.close()
        assert report(store).searches + recorder.dropped == 5000


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_page_needs_nothing_else_and_escapes_queries(store: SearchStore, language: str) -> None:
    hostile = "<script>alert(1)</script>"
    store.add(searches(hostile, 4, 0) + searches("lũ", 9, start=NOON - timedelta(days=200)), days=365)
    page = report_html(report(store), 'Kho "bản" <tin>', language)  # type: ignore[arg-type]
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "http" not in page.replace("http-equiv", "")
    assert page.count('<rect class="bar"') == len(report(store).days) // 2 + 1
    assert "<tin>" not in page
