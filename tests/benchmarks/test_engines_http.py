"""The measurement over HTTP, on real servers over the sample archive, and what the page says of it."""

from pathlib import Path
from typing import Any

import pytest

from benchmarks.engines.http_figures import http_figures
from benchmarks.engines.serving import PATHS, measure_paths, measure_starts

TEXTS = ("hoi+nghi", "nong+thon", "chuyen+doi")


@pytest.fixture(scope="module")
def measured(sample_data: Path) -> dict[str, Any]:
    paths = {kind: [form.format(text) for text in TEXTS] for kind, form in PATHS.items() if kind != "static"}
    return measure_paths(sample_data, paths, 2) | {"starts": measure_starts(sample_data)}


def test_one_worker_is_measured_at_one_client_and_all_under_load(measured: dict[str, Any]) -> None:
    assert (measured["workers"], measured["clients"]) == (2, 4)
    for kind in ("page", "json", "unchanged"):
        one = measured[kind]
        assert [one[name]["count"] for name in ("touched", "known", "repeated", "new")] == [2, 2, 2, 1]
        assert one["under_load"]["count"] == len(TEXTS)
        assert one["requests_per_second"] > 0 < one["again_per_second"]
        assert len(one["worker_memory_mb"]) == 2
        assert one["first_ms"] > 0
    assert measured["unchanged"]["mean_bytes"] == 0


def test_a_worker_that_is_replaced_answers_sooner_than_a_new_server(measured: dict[str, Any]) -> None:
    found = measured["starts"]
    assert 0 < found["replaced_to_page_ms"] < found["start_to_page_ms"]


def test_the_page_tells_memory_beyond_what_is_shared_and_pages_of_files(
    measured: dict[str, Any],
) -> None:
    workers = [
        {"private": 181.2, "unshared": 150.4, "own": 190.0, "resident": 700.0},
        {"private": 200.0, "unshared": 151.0, "own": 191.0, "resident": 710.0},
    ]
    told = http_figures(measured | {"worker_memory_mb": workers})
    assert "beyond what is shared, after all of it: 150 MB, 151 MB" in told
    assert "only the one touched: 181 MB, 200 MB" in told
    assert "One worker at one client; 2 workers and 4 clients under load." in told
    assert "From the start of the server" in told


def test_figures_of_an_earlier_run_are_told_as_what_they_are(measured: dict[str, Any]) -> None:
    earlier = {name: value for name, value in measured.items() if name != "starts"}
    told = http_figures(earlier | {"worker_memory_mb": [{"private": 300.0, "own": 200.0, "resident": 700.0}]})
    assert "pages of files included, after all of it: 300 MB" in told
    assert "From the start" not in told
