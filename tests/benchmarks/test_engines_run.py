"""The benchmark of the engines from end to end on the sample archive, and each peer on its tokens."""

import json
import os
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from benchmarks.engines.agreement import compare
from benchmarks.engines.http_client import load as ask_all
from benchmarks.engines.measuring import NOT_ASKED, Options, Run
from benchmarks.engines.memory import Memory, memory_in, memory_of, processor_seconds
from benchmarks.engines.prepared import Prepared
from benchmarks.engines.preparing import prepare_layers
from benchmarks.engines.printing import print_figures
from benchmarks.engines.questions import BANDS, SHAPES, Question, load
from benchmarks.engines.report import filled
from benchmarks.engines.systems import OURS, PEERS, system
from benchmarks.engines.systems.contract import Answer, Searcher
from benchmarks.engines.tables import TABLES
from searchsvc.search.opening import opened_archive
from searchsvc.search.service import SearchService
from searchsvc.settings import load_settings

DOCUMENTS = 110
"""More than there are samples, so that some are copies."""

CHARACTERS = 1200
EACH = 2


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("engines")


@pytest.fixture(scope="module")
def measured(work: Path, service: SearchService) -> dict[str, Any]:
    """What a run over the sample archive and FTS5 found; its files are in `work`."""
    texts = work / "texts"
    texts.mkdir()
    with (texts / "samples.jsonl").open("w", encoding="utf-8") as file:
        for article in next(service.archive.changes(0)):
            row = {"id": article.id, "title": article.title, "body": article.body[:CHARACTERS]}
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
    options = Options(
        corpora=texts,
        work=work,
        documents=DOCUMENTS,
        peers=("fts5",),
        own=(OURS,),
        each=EACH,
        starts=1,
        seconds=0,
        with_http=False,
    )
    return Run(options).measure()


@pytest.fixture(scope="module")
def prepared(work: Path, measured: dict[str, Any]) -> Prepared:
    return Prepared(work / str(DOCUMENTS) / "prepared")


@pytest.fixture(scope="module")
def questions(work: Path, measured: dict[str, Any]) -> list[Question]:
    return load(work / str(DOCUMENTS) / "questions.jsonl")


def answered(opened: Searcher, prepared: Prepared, questions: list[Question]) -> dict[Question, Answer]:
    with opened as searcher:
        searcher.learn_numbers(prepared)
        return {question: searcher.answer(searcher.keep(searcher.ask(question))) for question in questions}


def test_every_class_of_queries_is_there(questions: list[Question]) -> None:
    counts = {(shape, band): 0 for shape in SHAPES for band in BANDS}
    for question in questions:
        counts[question.shape, question.band] += 1
    assert set(counts.values()) == {EACH}
    assert len(set(questions)) == len(questions)
    assert all(question.plain in questions for question in questions)


def test_what_is_asked_is_found(
    work: Path, prepared: Prepared, questions: list[Question], measured: dict[str, Any]
) -> None:
    found = answered(system(OURS).open(work / str(DOCUMENTS) / "data"), prepared, questions)
    assert all(found[one].total for one in questions if one.restriction is None)
    frequencies = prepared.frequencies
    assert all(frequencies[term] for one in questions for term in one.terms)


@pytest.mark.parametrize("name", [name for name in PEERS if name != "fts5"])
def test_each_peer_gives_our_answers(
    name: str,
    work: Path,
    prepared: Prepared,
    questions: list[Question],
    tmp_path: Path,
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if "opensearch" in name:
        monkeypatch.setenv("SEARCHSVC_OPENSEARCH_URLS", request.getfixturevalue("opensearch"))
        monkeypatch.setenv("SEARCHSVC_OPENSEARCH_PREFIX", "benchmark")
    peer = system(name)
    if missing := peer.missing():
        pytest.skip(f"needs {missing}")
    if name == "tantivy-layers":
        with opened_archive(load_settings(data=work / str(DOCUMENTS) / "data")) as archive:
            assert prepare_layers(archive, prepared.folder) == DOCUMENTS
    peer.build(prepared, tmp_path, 1)
    if name in NOT_ASKED:
        return
    those = [question for question in questions if peer.can_ask(question)]
    ours = answered(system(OURS).open(work / str(DOCUMENTS) / "data"), prepared, those)
    theirs = answered(peer.open(tmp_path), prepared, those)
    published = [facts.published for facts in prepared.facts()]
    agreement = compare(those, ours, theirs, published.__getitem__)
    assert those
    assert agreement.differences == []
    assert agreement.mean_overlap is not None
    assert agreement.mean_overlap > 0.7


def test_the_figures_of_a_run(measured: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> None:
    assert measured["documents"] == measured["counts"]["documents"] == DOCUMENTS
    assert measured["agreement"]["fts5"]["differences"] == 0
    assert measured["agreement"]["fts5"]["totals"] == EACH * len(SHAPES) * len(BANDS)
    assert measured["ratios"]["fts5"]["queries"] == EACH * len(SHAPES) * len(BANDS)
    assert measured["queries"][OURS]["warm"]["and rare"]["count"] == EACH
    assert measured["service"]["reindex"]["bytes"] > 0
    assert 10 < measured["service"]["reindex"]["peak_mb"] < 10_000
    print_figures(measured)
    assert "fts5" in capsys.readouterr().out


def test_whoosh_itself_finds_the_same_documents_with_the_same_scores(measured: dict[str, Any]) -> None:
    assert measured["oracle"] == {"compared": EACH * 9, "differences": 0, "examples": []}


def test_a_kept_step_is_not_done_again(work: Path, measured: dict[str, Any]) -> None:
    options = Options(
        corpora=work / "nowhere",
        work=work,
        documents=DOCUMENTS,
        peers=("fts5",),
        own=(OURS,),
        each=EACH,
        starts=1,
        with_http=False,
    )
    again = Run(options).measure()
    assert again["queries"] == measured["queries"]


def test_the_report_fills_its_places_and_leaves_the_text(measured: dict[str, Any]) -> None:
    places = "".join(f"Trước {name}\n<!-- table: {name} -->\ncũ\n<!-- end -->\n" for name in TABLES)
    page = filled(places, TABLES, [measured])
    assert "cũ" not in page
    assert page.count("Trước") == len(TABLES)
    assert page == filled(page, TABLES, [measured])
    assert "| FTS5 |" in page


def test_the_page_has_every_table_once() -> None:
    page = (Path(__file__).resolve().parents[2] / "docs" / "performance.md").read_text("utf-8")
    for name in TABLES:
        assert page.count(f"<!-- table: {name} -->") == 1


TAG = 'W/"kept"'


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        known = self.headers.get("If-None-Match") == TAG
        body = b"" if known else b"x" * 100_000
        self.send_response(304 if known else 404 if self.path == "/missing" else 200)
        if not known:
            self.send_header("Content-Length", str(len(body)))
        if self.path == "/last":
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def port() -> Iterator[int]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join()


def test_the_client_reads_whole_bodies_and_survives_a_closed_connection(port: int) -> None:
    times, seconds, size = ask_all(port, ["/", "/last", "/", "/"], clients=2)
    assert len(times) == 4
    assert size == 400_000
    assert max(times) <= seconds * 1000


def test_an_answer_that_is_not_200_ends_the_measurement(port: int) -> None:
    with pytest.raises(SystemExit, match="404"):
        ask_all(port, ["/", "/missing"], clients=1)


def test_the_client_tells_what_it_has_already(port: int) -> None:
    times, _, size = ask_all(port, ["/", "/last"], clients=1, etags={"/": TAG, "/last": TAG})
    assert len(times) == 2
    assert size == 0
    with pytest.raises(SystemExit, match="not 304"):
        ask_all(port, ["/"], clients=1, etags={"/": '"other"'})


def test_the_memory_of_this_process() -> None:
    found = memory_of()
    assert 0 < found.own <= found.private <= found.resident
    assert 0 < found.unshared <= found.private


def test_neither_pages_of_files_nor_those_of_the_parent_are_beyond_what_is_shared() -> None:
    kib = {
        "Rss": 100_000,
        "Shared_Clean": 20_000,
        "Shared_Dirty": 30_000,
        "Private_Clean": 9_000,
        "Private_Dirty": 41_000,
        "Anonymous": 70_000,
    }
    rows = "".join(f"{name}: {value:>12} kB\n" for name, value in kib.items())
    found = memory_in(f"557e-7ffe ---p 00000000 00:00 0    [rollup]\n{rows}")
    assert found == Memory(
        private=pytest.approx(51.2),
        unshared=pytest.approx(41.984),
        own=pytest.approx(71.68),
        resident=pytest.approx(102.4),
    )


def test_the_processor_time_of_this_process() -> None:
    assert processor_seconds(os.getpid()) > 0
