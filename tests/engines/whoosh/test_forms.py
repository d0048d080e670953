"""Tokens as rows of numbers: the same as the analyzers find, whatever was seen before."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from searchsvc.analysis.compounds import word_joins
from searchsvc.analysis.normalize import clean
from searchsvc.analysis.pipelines import analyze, exact_term, folded_term
from searchsvc.engines.whoosh import forms, stretches
from searchsvc.engines.whoosh.compounding import Compounds, spell
from searchsvc.engines.whoosh.forms import Forms, Text, Tokens

WORDS = ("Nghị", "quyết", "Đại", "hội", "NGHỊ", "H'Mông", "1.000,", "(số", "05-CT/TW", "_", "…", "\n\n", "\n")
texts = st.lists(
    st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join).map(clean), min_size=1, max_size=4
)


def tokens_of(remembered: Forms, *given: str, joins: bytes | None = None) -> Tokens:
    return remembered.tokens([Text(3 * number, text, joins) for number, text in enumerate(given)])


def spelt(remembered: Forms, tokens: Tokens) -> list[tuple[int, int, str, str]]:
    return [
        (document, position, remembered.exact[form].decode(), remembered.folded[form].decode())
        for document, position, form in zip(
            tokens.documents.tolist(), tokens.positions.tolist(), tokens.forms.tolist(), strict=True
        )
    ]


@given(texts)
def test_tokens_are_those_of_the_analyzers(given: list[str]) -> None:
    remembered = Forms()
    expected = [
        (3 * number, one.position, one.text, other.text)
        for number, text in enumerate(given)
        for one, other in zip(analyze("exact", text), analyze("folded", text), strict=True)
    ]
    for _ in range(2):  # the second time all words are known
        assert spelt(remembered, tokens_of(remembered, *given)) == expected


@given(texts)
def test_compounds_are_those_of_the_analyzers(given: list[str]) -> None:
    remembered, compounds = Forms(), Compounds()
    expected = [
        (3 * number, token.position, token.text)
        for number, text in enumerate(given)
        for token in analyze("words", text)
    ]
    for _ in range(2):
        tokens = tokens_of(remembered, *given)
        firsts, numbers = compounds.found_in(tokens)
        spelt = spell(*compounds.rows(np.arange(len(compounds))), remembered.exact, remembered.folded)
        found = [
            (int(tokens.documents[first]), int(tokens.positions[first]), spelt.terms[int(term)].decode())
            for first, number in zip(firsts.tolist(), numbers.tolist(), strict=True)
            for term in dict.fromkeys((spelt.exact[number], spelt.folded[number]))
        ]
        assert found == expected


syllables = st.sampled_from(["1", "10", "1a", "a", "ab", "b", "đ", "Đ", "á"])


@given(st.lists(st.lists(syllables, min_size=2, max_size=5), min_size=1, max_size=8))
def test_terms_of_compounds_sort_as_their_bytes(rows: list[list[str]]) -> None:
    remembered = Forms()
    forms = np.array(remembered.numbers([syllable for row in rows for syllable in row]), np.int64)
    spelt = spell(forms, np.array([*map(len, rows)], np.int64), remembered.exact, remembered.folded)
    exact = ["_".join(map(exact_term, row)).encode() for row in rows]
    folded = ["_".join(map(folded_term, row)).encode() for row in rows]
    assert list(spelt.terms) == sorted({*exact, *folded})
    assert [spelt.terms[number] for number in spelt.exact.tolist()] == exact
    assert [spelt.terms[number] for number in spelt.folded.tolist()] == folded


def test_no_compounds_have_no_terms() -> None:
    nothing = np.empty(0, np.int64)
    assert list(spell(nothing, nothing, [], []).terms) == []


def test_kept_joins_are_used_and_those_of_another_length_are_not() -> None:
    text = "Nghị quyết Đại hội"
    other = bytes([0b0010])
    assert word_joins(text) != other
    assert tokens_of(Forms(), text, joins=other).joined.tolist() == [False, True, False, False]
    expected = tokens_of(Forms(), text).joined.tolist()
    assert tokens_of(Forms(), text, joins=b"").joined.tolist() == expected
    assert tokens_of(Forms(), text, joins=bytes(9)).joined.tolist() == expected


def test_nothing_is_joined_over_the_end_of_a_text() -> None:
    remembered = Forms()
    tokens = remembered.tokens([Text(0, "Nghị quyết", bytes([0b11])), Text(1, "Đại hội", bytes([0b01]))])
    compounds = Compounds()
    compounds.found_in(tokens)
    assert compounds.rows(np.arange(len(compounds)))[1].tolist() == [2, 2]


def test_long_stretches_and_a_full_memory_change_nothing(monkeypatch) -> None:
    monkeypatch.setattr(forms, "MOST_STRETCHES", 3)
    monkeypatch.setattr(stretches, "LONGEST_REMEMBERED", 4)
    remembered = Forms()
    text = "một hai-ba-bốn một hai-ba-bốn"
    words = [exact for *_, exact, _ in spelt(remembered, tokens_of(remembered, text))]
    assert words == [token.text for token in analyze("exact", text)]
    tokens = tokens_of(remembered, text)  # what was remembered is forgotten, but not the numbers of forms
    assert [exact for *_, exact, _ in spelt(remembered, tokens)] == words
    assert len(remembered) == len(set(words))
