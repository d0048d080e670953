"""Marks and snippets at the right offsets of the text as archived."""

import json
import lzma
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchsvc.analysis.normalize import clean
from searchsvc.analysis.tokens import tokenize
from searchsvc.articles import Annotations, Article
from searchsvc.extract.codes import find_codes
from searchsvc.results import Segment
from searchsvc.search import marking
from searchsvc.search.building import build
from searchsvc.search.marking import MAX_SNIPPETS, Marker
from searchsvc.search.parsing import parse
from searchsvc.search.passages import SNIPPET_CHARS
from tests.search.reference_marking import shown


def article(body: str, title: str = "Tin", summary: str = "") -> Article:
    return Article(
        id="a",
        version=1,
        change=1,
        content_hash="",
        collection="c",
        title=title,
        summary=summary,
        body=body,
        captions=(),
        url=None,
        author=None,
        unit_text=None,
        published_text=None,
        source="",
        imported_at=datetime(2022, 1, 7, tzinfo=UTC),
        annotations=Annotations(),
    )


def marker(query: str) -> Marker:
    built = build(parse(query), lambda field, term: 0)
    return Marker(built.words, built.code_keys, built.codes)


def marked(query: str, text: str) -> list[str]:
    return [segment.text for segment in marker(query).for_article(article(text)).whole("body") if segment.hit]


def plain(segments: tuple[Segment, ...]) -> str:
    return "".join(segment.text for segment in segments)


def test_a_word_without_accents_marks_every_form() -> None:
    assert marked("ban", "Bán, bạn, BẢN và ban; banh") == ["Bán", "bạn", "BẢN", "ban"]


def test_a_word_with_accents_marks_its_own_form() -> None:
    assert marked("bán", "Bán, bạn, bản") == ["Bán"]


def test_a_word_with_accents_marks_others_where_its_own_is_absent() -> None:
    assert marked("bán", "bạn, bản") == ["bạn", "bản"]


def test_both_tone_placements_are_one_word() -> None:
    assert marked("uỷ", "Ủy ban, cấp uỷ, ủi") == ["Ủy", "uỷ"]


def test_excluded_words_are_not_marked() -> None:
    assert marked("đại -hội", "đại hội") == ["đại"]


def test_a_snippet_shows_the_best_passage() -> None:
    filler = "Câu này không nói gì về chuyện đó cả. " * 40
    body = f"{filler}Nghị quyết một mình. {filler}Toàn văn Nghị quyết Đại hội được thông qua. {filler}"
    snippets = marker("nghị quyết đại hội").for_article(article(body)).snippets()
    assert 1 <= len(snippets) <= MAX_SNIPPETS
    assert any("Nghị quyết Đại hội được thông qua" in plain(snippet) for snippet in snippets)


def test_a_snippet_marks_all_that_it_shows() -> None:
    # The passage is chosen for its second half, and opens with a sentence that has a word of the query too.
    body = (
        "Mở đầu dài. " * 30
        + "Quyết toán đã xong, "
        + "rồi một đoạn giữa không nói gì " * 2
        + "đến nghị quyết đại hội."
    )
    (snippet, *_) = marker("nghị quyết đại hội").for_article(article(body)).snippets()
    shown = plain(snippet)
    assert ("Quyết" in shown) == any(segment.text == "Quyết" and segment.hit for segment in snippet)
    for text in ("nghị", "quyết", "đại", "hội"):
        assert Segment(text, hit=True) in snippet


def test_without_a_match_the_opening_stands_alone() -> None:
    (snippet,) = marker("khác").for_article(article("Mở đầu bài. Rồi tiếp.", summary="Tóm tắt.")).snippets()
    assert plain(snippet) == "Tóm tắt."
    assert marker("khác").for_article(article("")).snippets() == ()


WORDS = st.sampled_from(
    ["nghị", "quyết", "Nghị", "ĐẠI", "hội", "x", ".", "\n\n", "bán", "bạn", "uỷ", "ủy", "😀", "1.000"]
)


@given(
    st.lists(WORDS, max_size=400).map(" ".join), st.sampled_from(["nghị quyết", "ban", "bán uy", "1.000 hoi"])
)
def test_segments_joined_are_the_text(body: str, query: str) -> None:
    text = clean(body)
    marks = marker(query).for_article(article(text))
    assert plain(marks.whole("body")) == text
    snippets = marks.snippets()
    for snippet in snippets:
        assert plain(snippet) in text
        assert len(plain(snippet)) <= 2 * SNIPPET_CHARS


def compare(articles: list[Article], query: str) -> None:
    built = build(parse(query), lambda field, term: 0)
    found = Marker(built.words, built.code_keys, built.codes).for_articles(articles)
    assert [marks.article for marks in found] == articles
    for marks in found:
        whole, snippets = shown(marks.article, built.words, built.code_keys, built.codes)
        assert {part: marks.whole(part) for part in whole} == whole
        assert marks.snippets() == snippets


LETTERS = st.sampled_from(
    [*"aăâđbtn .,_\n1'’", "\u0301", "ỷ", "Ủ", "ǅ", "ß", "İ", "Ω", "я", "中", "Ａ", "😀", "…"]
)
QUERIES = st.one_of(
    st.lists(WORDS, max_size=6).map(" ".join),
    st.text(LETTERS, max_size=12),
    st.sampled_from(
        ["nghị quyết đại hội", "ban bán bàn", "1.000 1 000", "05-CT/TW quyết", "H'Mông mông", "中 я"]
    ),
)
TEXTS = st.one_of(
    st.lists(
        st.one_of(WORDS, st.sampled_from(["05-CT/TW.", "H'mông", "1.000.1", "mông, "])), max_size=150
    ).map(" ".join),
    st.text(LETTERS, max_size=60),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=60),
).map(clean)


@st.composite
def articles(draw: st.DrawFn) -> Article:
    made = article(draw(TEXTS), title=draw(TEXTS), summary=draw(TEXTS))
    made = replace(made, captions=tuple(draw(st.lists(TEXTS, max_size=2))))
    mentions = tuple(mention for part, text in made.texts() for mention in find_codes(text, part))
    return replace(made, annotations=Annotations(codes=mentions))


@given(st.lists(articles(), max_size=3), QUERIES)
def test_marks_and_snippets_are_those_of_the_definition(found: list[Article], query: str) -> None:
    compare(found, query)


@given(articles(), QUERIES, st.data())
def test_words_of_the_text_itself_are_found_as_defined(
    found: Article, query: str, data: st.DataObject
) -> None:
    words = [text[start:end] for _, text in found.texts() for _, _, start, end in tokenize(text)]
    if words:
        compare([found], " ".join([query, *data.draw(st.lists(st.sampled_from(words), max_size=4))]))


def test_many_articles_are_looked_through_in_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(marking, "_MAX_CHARS", 300)
    compare(
        [article("nghị quyết " * size, summary="đại hội") for size in (1, 200, 3, 0, 12, 15)],
        "nghị quyet hội",
    )


@pytest.mark.corpora
def test_real_articles_are_marked_as_defined(corpora: Path) -> None:
    with lzma.open(corpora / "party_subset.jsonl.xz", "rt", encoding="utf-8") as lines:
        bodies = [clean(json.loads(line)["body"]) for line in islice(lines, 60)]
    found = [article(body, title=body[:80], summary=body[80:300]) for body in bodies]
    for query in ("nghị quyết đại hội đảng", "thực hiện của cac to chuc", "ban bán bản", "số 05-CT/TW ngày"):
        compare(found, query)
