"""Documents to segments: the same postings however many threads, tokens at once, batches and segments."""

import random
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchsvc.array_file import ArrayFile
from searchsvc.engines.base import IndexDocument
from searchsvc.engines.whoosh import WhooshEngine, inverting, writing
from searchsvc.engines.whoosh.inverting import Tokens, invert
from searchsvc.engines.whoosh.schema import UNDATED
from searchsvc.engines.whoosh.segment_writing import epoch_seconds
from searchsvc.engines.whoosh.writing import Session, files_of
from searchsvc.fields import CODE_FIELDS, FIELDS
from tests.builders import day, document, phrase, query

WORDS = [
    "hội",
    "nghị",
    "quyết",
    "tổng",
    "kết",
    "đại",
    "biểu",
    "tỉnh",
    "ủy",
    "Hà",
    "Nội",
    "1.000",
    "05-CT/TW",
    "H'Mông",
    "ủy",
    "ban",
]


def some_documents(count: int, words: int = 30) -> list[IndexDocument]:
    drawn = random.Random(7)
    return [
        document(
            f"bai-{number}",
            "\n\n".join(" ".join(drawn.choices(WORDS, k=words)) for _ in range(2)),
            title=" ".join(drawn.choices(WORDS, k=5)),
            codes=("05-CT/TW",) if number % 3 else (),
        )
        for number in range(count)
    ]


def files_written(folder: Path, documents: list[IndexDocument], threads: int) -> list[dict[str, object]]:
    """Return facts and arrays of every file of the segments, in order, as plain values."""
    folder.mkdir()
    session = Session(folder, None, {}, threads)
    session.put(documents)
    paths = [folder / name for name in files_of(folder, session.commit()) if not name.endswith(".toc")]
    files = [ArrayFile(path) for path in paths]
    plain = [
        {"facts": file.facts} | {name: (file[name].dtype.str, file[name].tolist()) for name in file._arrays}
        for file in files
    ]
    return sorted(plain, key=lambda file: len(file["facts"]))


@pytest.mark.parametrize(
    ("threads", "changed"),
    [
        (2, {}),
        (1, {"BATCH_DOCUMENTS": 7}),
        (1, {"BATCH_CHARS": 1}),
        (1, {"MOST_KEYS": 50, "SAMPLE": 3}),
        (2, {"MOST_KEYS": 1, "SAMPLE": 1, "RUN": 2}),
        (1, {"RUN": 1}),
    ],
)
def test_threads_batches_and_runs_change_nothing(monkeypatch, tmp_path, threads, changed):
    documents = some_documents(60)
    expected = files_written(tmp_path / "expected", documents, 1)
    for name, value in changed.items():
        monkeypatch.setattr(writing if name.startswith("BATCH") else inverting, name, value)
    assert files_written(tmp_path / "found", documents, threads) == expected


@pytest.mark.parametrize(
    "changed",
    [
        {"writing.MOST_DOCUMENTS": 7},
        {"writing.MOST_TOKENS": 100, "writing.BATCH_DOCUMENTS": 5},
        {"gathering.MOST_FORMS": 1, "gathering.MOST_REMEMBERED": 0, "writing.BATCH_DOCUMENTS": 9},
    ],
)
def test_segments_written_one_by_one_answer_the_same(monkeypatch, tmp_path, changed):
    documents = some_documents(40)
    documents += [replace(each, texts={"title": "hội nghị"}, version=2) for each in documents[::6]]
    expected = answers_of(tmp_path / "expected", documents)
    for name, value in changed.items():
        monkeypatch.setattr(f"searchsvc.engines.whoosh.{name}", value)
    assert answers_of(tmp_path / "found", documents) == expected


def answers_of(folder: Path, documents: list[IndexDocument]) -> object:
    engine = WhooshEngine(folder)
    with engine.rebuild(fingerprint="f", change=1) as writer:
        writer.put(documents)
    names = [*(field.name for field in FIELDS), *CODE_FIELDS]
    terms = {name: list(engine.vocabulary(name)) for name in names}
    asked = ("hội nghị quyết", "ủy ban", "đại biểu tỉnh")
    hits = [engine.search(query(phrase(words))).hits for words in asked]
    engine.close()
    return terms, hits


def test_a_document_replaced_before_it_was_written_is_not_in_the_segment(tmp_path):
    documents = some_documents(12)
    replacing = [replace(each, version=2) for each in documents[3:5]]
    kept = [*documents[:3], *documents[5:], *replacing]
    found = files_written(tmp_path / "found", [*documents, *replacing], 1)
    assert found == files_written(tmp_path / "expected", kept, 1)


@given(
    st.lists(
        st.tuples(st.integers(0, 40), st.integers(0, 3), st.integers(0, 70_000)), unique=True, max_size=40
    ),
    st.booleans(),
)
def test_inverted_tokens_are_all_tokens(given_tokens: list[tuple[int, int, int]], positions: bool) -> None:
    terms, documents, places = np.array(sorted(given_tokens), np.uint32).reshape(-1, 3).T
    halves = [slice(None, None, 2), slice(1, None, 2)]

    def source():
        return (Tokens(terms[half], documents[half], places[half] if positions else None) for half in halves)

    found = []
    for numbers, postings in invert(source, 41, 4):
        ends = iter(np.cumsum(postings.frequencies).tolist())
        frequencies, of = iter(postings.frequencies.tolist()), iter(postings.documents.tolist())
        for number, count in zip(numbers.tolist(), postings.counts.tolist(), strict=True):
            for _ in range(count):
                document, frequency, end = next(of), next(frequencies), next(ends)
                if postings.positions is None:
                    found += [(number, document)] * frequency
                else:
                    found += [
                        (number, document, each)
                        for each in postings.positions[end - frequency : end].tolist()
                    ]
    expected = sorted(given_tokens)
    assert found == (expected if positions else [each[:2] for each in expected])


def test_more_terms_than_fit_beside_document_and_position_are_divided() -> None:
    far = (1 << 50) + 3
    tokens = Tokens(
        np.array([far, 5, far], np.uint64), np.array([1, 0, 0], np.uint32), np.array([9, 1, 2], np.uint32)
    )
    found = list(invert(lambda: iter([tokens]), far + 1, 1 << 16))
    assert [numbers.tolist() for numbers, _ in found if len(numbers)] == [[5], [far]]
    assert found[-1][1].documents.tolist() == [0, 1]


@pytest.mark.parametrize(
    ("published", "seconds"),
    [
        (None, UNDATED),
        (day("1970-01-01", 7), 0),
        (datetime(1970, 1, 1, 7), 0),  # noqa: DTZ001 - without a zone it is Vietnam's time
        (day("1969-12-31", 7), -86_400),
    ],
)
def test_instants(published, seconds):
    assert epoch_seconds(published) == seconds
