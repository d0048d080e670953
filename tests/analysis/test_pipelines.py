"""The analyzers: which spellings meet in which layer, and that every way to call them gives the same."""

import pickle
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchsvc.analysis.characters import ACCENTED_LETTERS
from searchsvc.analysis.normalize import clean
from searchsvc.analysis.pipelines import (
    ANALYZERS,
    analyze,
    exact_term,
    exact_terms,
    fingerprint,
    folded_of_exact,
    folded_term,
    folded_terms,
    whoosh_analyzer,
)
from searchsvc.analysis.tokens import Token
from searchsvc.analysis.tones import tone_key
from searchsvc.fields import LAYERS, Layer

TEXT = (
    "Nghị quyết Đại hội Đảng bộ tỉnh.\n\nỦy ban nhân dân tỉnh thi hành Chỉ thị số 05-CT/TW, chi 1.000 đồng."
)
SYLLABLES = [
    "nghị",
    "QUYẾT",
    "đại",
    "hội",
    "ủy",
    "uỷ",
    "ban",
    "công",
    "nghiệp",
    "hóa",
    "1.000",
    "05-CT/TW",
    "\n\n",
    ".",
    "_",
    "x",
]
texts = st.one_of(
    st.text(alphabet=st.characters(exclude_categories=["Cs"])),
    st.lists(st.sampled_from(SYLLABLES)).map(" ".join),
).map(clean)


def terms(layer: Layer, text: str) -> list[str]:
    return [token.text for token in analyze(layer, text)]


def compound(*syllables: str) -> str:
    return "_".join(tone_key(syllable) for syllable in syllables)


def test_exact_joins_case_and_tone_placement_and_keeps_tones_apart() -> None:
    assert terms("exact", "HÒA Hoà hoà") == [tone_key("hoà")] * 3
    assert len(set(terms("exact", "hoa hoà hoá hoả hoã hoạ"))) == 6


def test_folded_joins_all_diacritics() -> None:
    assert terms("folded", "NGHỊ quyết Nghi Quyet đường ĐUONG") == ["nghi", "quyet"] * 2 + ["duong"] * 2


@pytest.mark.parametrize("layer", ["exact", "folded"])
@pytest.mark.parametrize(
    ("one", "other"), [("1.000", "1000"), ("1,000", "1000"), ("H'Mông", "HMông"), ("H’Mông", "H'mông")]
)
def test_spellings_of_numbers_and_names_meet(layer: Layer, one: str, other: str) -> None:
    assert terms(layer, one) == terms(layer, other)
    assert len(terms(layer, one)) == 1


def test_words_are_compounds_only_in_both_forms() -> None:
    found = terms("words", "Nghị quyết của tỉnh ủy")
    assert found == [compound("nghị", "quyết"), "nghi_quyet", compound("tỉnh", "uỷ"), "tinh_uy"]


def test_a_compound_without_diacritics_comes_once() -> None:
    assert terms("words", "thi đua") == [compound("thi", "đua"), "thi_dua"]
    assert terms("words", "tham gia") == ["tham_gia"]


def test_compounds_stand_at_their_first_syllable() -> None:
    syllables = {token.start: token for token in analyze("exact", TEXT)}
    ends = {token.end for token in syllables.values()}
    compounds = analyze("words", TEXT)
    assert len(compounds) > 8
    for token in compounds:
        assert token.position == syllables[token.start].position
        assert token.end in ends


def test_tone_placement_does_not_change_the_words() -> None:
    assert terms("words", "thủy lợi, ủy viên, hòa bình") == terms("words", "thuỷ lợi, uỷ viên, hoà bình")


def test_long_text_gives_the_words_of_its_paragraphs() -> None:
    paragraphs = [f"Nghị quyết Đại hội lần thứ {number} của tỉnh ủy." for number in range(2_000)]
    expected = [term for paragraph in paragraphs for term in terms("words", paragraph)]
    assert terms("words", "\n".join(paragraphs)) == expected


def test_a_long_line_is_all_segmented() -> None:
    line = "nghị quyết, và " * 5_000
    assert terms("words", line).count("nghi_quyet") == 5_000
    assert analyze("words", "a" * 50_000) == []


def test_very_long_tokens_are_cut_alike() -> None:
    assert terms("exact", "a" * 5_000) == terms("exact", "a" * 100)
    assert len(terms("folded", "ă" * 5_000)[0]) < 100


@given(texts)
def test_layers_share_the_positions_of_syllables(text: str) -> None:
    exact, folded = analyze("exact", text), analyze("folded", text)
    assert [token[1:] for token in exact] == [token[1:] for token in folded]
    assert {token.position for token in analyze("words", text)} <= {token.position for token in exact}
    assert all(token.text for token in exact + folded)


@given(texts)
def test_terms_of_one_token_are_the_terms_of_the_text(text: str) -> None:
    for token in analyze("exact", text):
        assert exact_term(text[token.start : token.end]) == token.text
    for token in analyze("folded", text):
        assert folded_term(text[token.start : token.end]) == token.text


@given(st.text(alphabet=st.sampled_from((*ACCENTED_LETTERS, *"abnght 1-\n"))), st.sampled_from(LAYERS))
def test_nfc_and_nfd_are_analyzed_alike(text: str, layer: Layer) -> None:
    assert analyze(layer, clean(unicodedata.normalize("NFD", text))) == analyze(layer, clean(text))


@pytest.mark.parametrize("layer", LAYERS)
@pytest.mark.parametrize("mode", ["index", "query"])
def test_whoosh_gives_the_same_tokens(layer: Layer, mode: str) -> None:
    found = [
        Token(token.text, token.pos, token.startchar, token.endchar)
        for token in whoosh_analyzer(layer)(TEXT, positions=True, chars=True, mode=mode)
    ]
    assert found == analyze(layer, TEXT)


@pytest.mark.parametrize("layer", LAYERS)
def test_whoosh_analyzers_shift_pickle_and_compare(layer: Layer) -> None:
    analyzer = whoosh_analyzer(layer)
    first = next(iter(analyzer(TEXT, positions=True, chars=True, start_pos=7, start_char=100)))
    assert (first.pos, first.startchar) == (7, 100)
    assert pickle.loads(pickle.dumps(analyzer)) == analyzer == whoosh_analyzer(layer)
    assert all(analyzer != whoosh_analyzer(other) for other in LAYERS if other != layer)
    assert [token.text for token in analyzer(TEXT)] == terms(layer, TEXT)
    assert [token.text for token in analyzer("Hà Nội", tokenize=False)] == list(
        ANALYZERS[layer].terms("Hà Nội")
    )


def test_whoosh_indexes_and_finds_with_them() -> None:
    from whoosh import fields, query
    from whoosh.filedb.filestore import RamStorage

    schema = fields.Schema(
        **{layer: fields.TEXT(analyzer=whoosh_analyzer(layer), phrase=True) for layer in LAYERS}
    )
    index = RamStorage().create_index(schema)
    with index.writer() as writer:
        writer.add_document(**dict.fromkeys(LAYERS, TEXT))
    with index.searcher() as searcher:
        assert len(searcher.search(query.Phrase("exact", terms("exact", "uỷ ban NHÂN dân")))) == 1
        assert len(searcher.search(query.Phrase("folded", terms("folded", "tinh uy ban")))) == 0
        assert len(searcher.search(query.Term("words", "nghi_quyet"))) == 1


def test_fingerprint_is_stable_and_short() -> None:
    assert fingerprint() == fingerprint()
    assert len(fingerprint()) == 12


def test_each_accented_letter_is_folded_from_its_exact_term() -> None:
    for letter in ACCENTED_LETTERS:
        assert folded_of_exact(exact_term(f"b{letter}ng")) == folded_term(f"b{letter}ng")


odd_words = st.text(st.characters(exclude_characters="\n"), max_size=70)


@given(st.lists(st.one_of(odd_words, st.sampled_from(["Hòa", "ΟΔΟΣ", "ß", "İ", "1.000", "H'Mông", "ʼ", ""]))))
def test_terms_of_many_syllables_are_those_of_each(syllables: list[str]) -> None:
    assert exact_terms(syllables) == list(map(exact_term, syllables))
    assert folded_terms(syllables) == list(map(folded_term, syllables))


@given(st.one_of(odd_words, st.text("aAăẮđĐêỆơqK\u212aİͅΣσς\u0300\u0301\u0309_-.'", max_size=70)))
def test_the_folded_term_of_an_exact_one_is_that_of_its_syllables(word: str) -> None:
    assert folded_of_exact(exact_term(word)) in (None, folded_term(word))
