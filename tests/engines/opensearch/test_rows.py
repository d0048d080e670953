"""The rows of an index hold the terms of the analyzers, at their positions."""

import json
import lzma
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchsvc.analysis.compounds import word_joins
from searchsvc.analysis.normalize import clean
from searchsvc.analysis.pipelines import analyze
from searchsvc.engines.opensearch import rows
from searchsvc.engines.opensearch.mapping import HOLE
from searchsvc.engines.opensearch.rows import Row, rows_of
from searchsvc.fields import LAYERS

TEXT = "Nghị quyết số 05-NQ/TU.\n\nĐại hội Đảng bộ tỉnh\nnhiệm kỳ 2020–2025\n \n\n…\n\n1.000 hộ ở H'Mông"


def expected(text: str) -> dict[str, Row]:
    """What the analyzers say, put into rows token by token."""
    found = {}
    for layer in LAYERS:
        tokens = analyze(layer, text)
        places: list[str] = []
        for token in tokens:
            if layer in ("exact", "folded"):
                places += [HOLE] * (token.position - len(places))
            places.append(token.text)
        if tokens:
            found[layer] = Row(" ".join(places), len(tokens))
    return found


@pytest.mark.parametrize("text", [TEXT, "", " \n\n ", "hội", "Uỷ ban", "a\n\nb", "_", "\n\nhội nghị\n\n"])
def test_rows_are_those_of_the_analyzers(text: str) -> None:
    assert rows_of(text, None) == expected(text)
    assert rows_of(text, word_joins(text)) == expected(text)


@given(st.text(st.sampled_from("aăâđhộiNGHỊquyết 01.,'’_\n\u0301"), max_size=60).map(clean))
def test_of_any_text(text: str) -> None:
    assert rows_of(text, None) == expected(text)


def test_joins_of_another_text_are_not_believed() -> None:
    assert rows_of(TEXT, b"") == rows_of(TEXT, b"\xff" * 100) == expected(TEXT)


def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "MOST_WORDS", 3)
    rows._exact.clear()
    assert rows_of(TEXT, None) == expected(TEXT)
    assert len(rows._exact) <= 3


@pytest.mark.corpora
def test_of_real_texts(corpora: Path) -> None:
    with lzma.open(corpora / "party_subset.jsonl.xz", "rt", encoding="utf-8") as lines:
        for line in islice(lines, 40):
            text = clean(json.loads(line)["body"])
            assert rows_of(text, None) == expected(text)
