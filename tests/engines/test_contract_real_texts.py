"""The contract of an engine on real texts, against a plain reading of it."""

import json
import lzma
from collections import Counter
from itertools import islice
from pathlib import Path

import pytest

from searchsvc.analysis import pipelines
from searchsvc.analysis.normalize import clean
from searchsvc.clauses import AllOf, AnyOf, Clause, Phrase, Term, Without
from searchsvc.engines.base import IndexDocument
from tests.builders import document, query
from tests.engines.conftest import ROUNDING
from tests.engines.reference import Reference

pytestmark = pytest.mark.corpora


def real_documents(file: Path, count: int) -> list[IndexDocument]:
    with lzma.open(file, "rt", encoding="utf-8") as lines:
        records = [json.loads(line) for line in islice(lines, count)]
    return [document(record["id"], clean(record["body"]), title=clean(record["title"])) for record in records]


def clauses_of(documents: list[IndexDocument]) -> list[Clause]:
    """Clauses of frequent, middling and rare terms, and of rows of words that occur."""
    result: list[Clause] = []
    for field, layer in (("body_exact", "exact"), ("body_folded", "folded"), ("body_words", "words")):
        tokens = [pipelines.analyze(layer, each.texts["body"]) for each in documents]
        common = [term for term, _ in Counter(token.text for some in tokens for token in some).most_common()]
        picked = [Term(field, common[place]) for place in (0, 1, 5, len(common) // 3, len(common) - 1)]
        result += [*picked, AllOf(tuple(picked[:3])), AnyOf(tuple(picked), at_least=2)]
        result.append(Without(picked[2], picked[3]))
        if layer != "words":
            rows = [some[20:23] for some in tokens if len(some) > 30]
            result += [Phrase(field, tuple(token.text for token in row), slop=1) for row in rows[:5]]
    return result


@pytest.mark.parametrize("name", ["party_subset", "news_trends2024"])
def test_real_texts(fill, engine_name, corpora, name):
    documents = real_documents(corpora / f"{name}.jsonl.xz", 60)
    engine, reference = fill(documents), Reference(documents)
    for clause in clauses_of(documents):
        expected = reference.matching(query(clause))
        found = {hit.id: hit.score for hit in engine.search(query(clause)).hits}
        assert found == pytest.approx(expected, **ROUNDING[engine_name]), clause
