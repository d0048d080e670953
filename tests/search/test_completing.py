"""Completions: what they find in a lexicon of known titles, codes and units, and in the sample archive."""

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from searchsvc.analysis.fold import fold
from searchsvc.archive import Headline
from searchsvc.array_file import ArrayFile, UnreadableArrays, write_arrays
from searchsvc.engines.whoosh import WhooshEngine
from searchsvc.extract.units import Registry
from searchsvc.results import FacetCount
from searchsvc.search import prefix_table
from searchsvc.search.compiling import code_keys, compile_lexicon, compiled
from searchsvc.search.completing import MAX_CHARS, MOST, complete
from searchsvc.search.lexicon import (
    FORMAT,
    Lexicon,
    Lexicons,
    compact_code,
    composed,
    plain_text,
    query_key,
    typed_key,
)
from searchsvc.search.phrasing import Phrases
from searchsvc.search.prefix_table import PrefixTable, table_arrays
from searchsvc.search.service import SearchService

TITLES = (
    "Đại hội Đảng bộ xã Hòa Sơn thành công",
    "Đại hội chi đoàn trường tiểu học",
    "Bản Nà Lầu có điện lưới",
    "Bán hàng Việt ở chợ phiên",
    "Tập huấn an toàn: phòng cháy, chữa cháy",
    "Phòng cháy, chữa cháy rừng mùa khô",
    "PHÒNG CHÁY, CHỮA CHÁY Ở CHỢ",
)
CODES = (
    FacetCount("05-CT/TW", 9),
    FacetCount("35-NQ/TW", 4),
    FacetCount("35-CT/TW", 2),
    FacetCount("30/2020/NĐ-CP", 3),
)
UNIT = FacetCount("btg", 5)
UNITS = [(name, "Ban Tuyên giáo Tỉnh ủy", UNIT) for name in ("Ban Tuyên giáo Tỉnh ủy", "BTGTU")]


def headlines(titles: tuple[str, ...] = TITLES) -> list[Headline]:
    """The titles as articles, the later ones newer."""
    return [Headline(f"bai-{n}", title, f"2024-01-{n + 1:02d}") for n, title in enumerate(titles)]


@pytest.fixture(scope="module")
def lexicon(tmp_path_factory: pytest.TempPathFactory) -> Lexicon:
    path = tmp_path_factory.mktemp("lexicon") / "lexicon.bin"
    arrays = compiled(headlines(), CODES, UNITS, Counter({"hội": 4}), Counter({"đại_hội": 7, "nông_thôn": 3}))
    write_arrays(path, arrays, {"format": FORMAT, "generation": "g", "change": 1})
    return Lexicon(ArrayFile(path))


def texts(lexicon: Lexicon, typed: str, kind: str | None = None) -> list[str]:
    return [found.text for found in complete(lexicon, typed, MOST) if kind in (None, found.kind)]


@pytest.mark.parametrize("typed", ["dai h", "đại h", "ĐẠI H", "đa\u0323i h", "Đại  hội", "dại h"])
def test_titles_complete_with_and_without_accents(lexicon: Lexicon, typed: str) -> None:
    assert set(TITLES[:2]) <= set(texts(lexicon, typed, "title"))


def test_any_word_of_a_title_may_begin_the_match_but_not_its_middle(lexicon: Lexicon) -> None:
    assert texts(lexicon, "hoa son", "title") == [TITLES[0]]
    assert texts(lexicon, "oa son", "title") == []
    # Punctuation between words does not count.
    assert texts(lexicon, "chữa cháy rừng", "title") == [TITLES[5]], (
        "punctuation between words does not count"
    )


def test_either_placement_of_the_tone_completes(lexicon: Lexicon) -> None:
    assert texts(lexicon, "xã hòa", "title") == texts(lexicon, "xã hoà", "title") == [TITLES[0]]


def test_accents_that_were_typed_come_first(lexicon: Lexicon) -> None:
    assert texts(lexicon, "bản", "title")[0] == TITLES[2]
    assert texts(lexicon, "bán", "title")[0] == TITLES[3]
    assert set(texts(lexicon, "ban", "title")) >= {TITLES[2], TITLES[3]}


def test_what_begins_with_the_words_comes_before_what_has_them_inside(lexicon: Lexicon) -> None:
    assert texts(lexicon, "phong chay", "title") == [TITLES[6], TITLES[5], TITLES[4]]


@pytest.mark.parametrize("typed", ["5-ct", "05 ct", "05-CT/TW", "ct05", "CT 5", "chỉ thị 05", "chi thi so 5"])
def test_codes_complete_in_any_spelling(lexicon: Lexicon, typed: str) -> None:
    found = complete(lexicon, typed)[0]
    assert (found.kind, found.text, found.count, found.reference) == ("code", "05-CT/TW", 9, "05-CT/TW")


def test_the_most_cited_code_comes_first_and_years_may_be_left_out(lexicon: Lexicon) -> None:
    assert texts(lexicon, "35", "code") == ["35-NQ/TW", "35-CT/TW"]
    assert texts(lexicon, "nđ 30", "code") == texts(lexicon, "30/2020", "code") == ["30/2020/NĐ-CP"]


def test_a_word_that_begins_a_type_is_no_code(lexicon: Lexicon) -> None:
    assert texts(lexicon, "chi", "code") == []
    assert texts(lexicon, "chỉ thị", "code") == ["05-CT/TW", "35-CT/TW"]


@pytest.mark.parametrize("typed", ["tuyen giao", "btgt", "Ban tuyên"])
def test_units_complete_by_name_and_abbreviation_once(lexicon: Lexicon, typed: str) -> None:
    units = [found for found in complete(lexicon, typed) if found.kind == "unit"]
    assert [(unit.text, unit.count, unit.reference) for unit in units] == [
        ("Ban Tuyên giáo Tỉnh ủy", 5, "btg")
    ]


def test_phrases_come_from_titles_and_from_compounds(lexicon: Lexicon) -> None:
    assert "nông thôn" in texts(lexicon, "nong", "phrase")
    phrases = [found for found in complete(lexicon, "dai") if found.kind == "phrase"]
    assert ("Đại hội", 7) in [(phrase.text, phrase.count) for phrase in phrases]
    assert "đại hội" not in map(str.lower, texts(lexicon, "đại hội", "phrase")), "it is there already"


@given(st.text(max_size=60), st.integers(-3, 200))
@example("B\x1fO", 1)  # a control character is nothing, not a space
def test_no_text_raises_and_all_that_is_proposed_has_what_was_typed(
    lexicon: Lexicon, typed: str, limit: int
) -> None:
    found = complete(lexicon, typed, limit)
    assert len(found) <= max(0, min(limit, MOST))
    for completion in found:
        if completion.kind == "title":
            key = fold(typed_key(plain_text(completion.text)))
            assert fold(query_key(typed)).strip() in key


@pytest.mark.parametrize("typed", ["", " ", "-", "?!", "\u200b", "x" * (MAX_CHARS + 1), "\ud800", "🎉"])
def test_nothing_to_complete(lexicon: Lexicon, typed: str) -> None:
    assert complete(lexicon, typed) == []


WORD = st.text("abđệ 0", min_size=1, max_size=6).map(str.strip).filter(bool)
KEY = st.lists(WORD, min_size=1, max_size=5).map(lambda words: " ".join(" ".join(words).split()))


@given(st.lists(KEY, max_size=20), KEY, st.sampled_from([(1, 64), (2, 64), (3, 4), (128, 64)]))
def test_a_table_finds_exactly_the_texts_in_which_some_word_begins_so(
    keys: list[str], prefix: str, sampled: tuple[int, int]
) -> None:
    """However many entries stand between those that are kept in memory, and however much of them."""
    from tempfile import TemporaryDirectory

    with (
        TemporaryDirectory() as folder,
        patch.object(prefix_table, "_SAMPLED", sampled[0]),
        patch.object(prefix_table, "_SAMPLED_BYTES", sampled[1]),
    ):
        path = Path(folder) / "arrays"
        write_arrays(path, table_arrays("t", keys), {})
        table = PrefixTable(ArrayFile(path), "t")
        found = {owner for owner, _ in table.texts(*table.range_of(prefix.encode()))}
        assert found == {n for n, key in enumerate(keys) if f" {prefix}" in f" {key}"}
        assert (table.find(prefix.encode()) is None) == (not found)
        assert [table.text(n) for n in range(len(keys))] == keys


def test_long_common_beginnings_are_sorted_too() -> None:
    keys = [f"{'một câu rất dài giống nhau ' * 3}{n:03d}" for n in (5, 1, 4, 2, 3)]
    arrays = table_arrays("t", keys, every_word=False)
    assert arrays["t.owners"].tolist() == [1, 3, 4, 2, 0]


def test_phrases_are_frequent_say_something_and_are_not_cut_out_of_longer_ones() -> None:
    clauses = [
        "nghị quyết đại hội đảng",
        "học nghị quyết đại hội",
        "nghị quyết của tỉnh",
        "nghị quyết của xã",
    ]
    found = dict(Phrases(clauses, [clause.title() for clause in clauses], least=2).phrases())
    assert found["Nghị Quyết"] == 4
    assert found["Nghị Quyết Đại Hội"] == 2
    assert not {"Quyết Đại", "Đại Hội", "Nghị Quyết Đại"} & set(found), "always within the longer one"
    assert "Nghị Quyết Của" not in found, "ends with a function word"


def test_a_phrase_never_reaches_over_two_titles() -> None:
    titles = ["xuân hạ", "thu đông"] * 2
    assert Phrases(titles, titles, least=2).phrases() == [("xuân hạ", 2), ("thu đông", 2)]


@pytest.mark.parametrize(
    ("text", "compact"),
    [
        ("05-CT/TW", "5cttw"),
        ("5 ct tw", "5cttw"),
        ("Nghị quyết 35", "nghiquyet35"),
        ("30/2020/NĐ-CP", "302020ndcp"),
    ],
)
def test_codes_have_one_compact_spelling(text: str, compact: str) -> None:
    assert compact_code(text) == compact


def test_a_text_that_is_no_code_has_one_key() -> None:
    assert list(code_keys("Thông tư liên tịch")) == ["thongtulientich"]


@pytest.mark.parametrize("word", ["nghị", "quyết", "hoà", "uỷ", "ban", "đường", "covid"])
def test_terms_of_the_exact_layer_come_back_as_words(word: str) -> None:
    from searchsvc.analysis.pipelines import exact_term

    assert composed(exact_term(word)) == word


def test_a_lexicon_is_made_once_for_a_state_of_the_index_and_taken_up_when_it_changes(
    service: SearchService, tmp_path: Path
) -> None:
    path = tmp_path / "lexicon.bin"
    lexicons = Lexicons(path)
    assert lexicons.current() is None
    registry = Registry.load()
    assert compile_lexicon(path, service.archive, service.engine, registry)
    assert not compile_lexicon(path, service.archive, service.engine, registry)
    first = lexicons.current()
    assert first is not None
    assert lexicons.current() is first
    write_arrays(path, compiled(headlines(), [], []), {"format": FORMAT, "generation": "x", "change": 0})
    second = lexicons.current()
    assert second is not None
    assert second.generation == "x"
    assert complete(first, "nghị quyết"), "who has the old one goes on with it"
    assert compile_lexicon(path, service.archive, service.engine, registry)


@pytest.mark.parametrize("content", [b"", b"nothing of ours", b"svcarr02" + b"\xff" * 100])
def test_a_damaged_file_proposes_nothing_and_is_made_again(
    service: SearchService, tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "lexicon.bin"
    path.write_bytes(content)
    with pytest.raises(UnreadableArrays):
        ArrayFile(path)
    assert Lexicons(path).current() is None
    assert compile_lexicon(path, service.archive, service.engine, Registry.load())


def test_each_damaged_byte_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "lexicon.bin"
    write_arrays(path, {"a": np.arange(40, dtype=np.int32), "b": np.zeros(0, np.uint8)}, {"format": FORMAT})
    whole = path.read_bytes()
    assert ArrayFile(path, check=True)["a"].tolist() == list(range(40))
    for place in range(len(whole)):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0x04]) + whole[place + 1 :])
        with pytest.raises(UnreadableArrays):
            ArrayFile(path, check=True)


def test_what_a_killed_writer_left_goes_with_the_next_run(service: SearchService, tmp_path: Path) -> None:
    path = tmp_path / "lexicon.bin"
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    left, running = (tmp_path / f"lexicon.bin.{number}.new" for number in (ended.pid, os.getppid()))
    left.touch()
    running.touch()
    assert compile_lexicon(path, service.archive, service.engine, Registry.load())
    assert sorted(tmp_path.iterdir()) == [path, running]


def test_a_file_cut_short_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "lexicon.bin"
    write_arrays(
        path, compiled(headlines(), CODES, UNITS), {"format": FORMAT, "generation": "g", "change": 1}
    )
    path.write_bytes(path.read_bytes()[:-500])
    assert Lexicons(path).current() is None


def test_an_empty_archive_has_an_empty_lexicon(tmp_path: Path) -> None:
    path = tmp_path / "lexicon.bin"
    write_arrays(path, compiled([], [], []), {"format": FORMAT, "generation": "g", "change": 0})
    lexicon = Lexicons(path).current()
    assert lexicon is not None
    assert complete(lexicon, "nghị quyết 35") == []
    assert lexicon.count("nghị") == 0


def test_the_compiler_needs_an_index(service: SearchService, tmp_path: Path) -> None:
    from searchsvc.errors import IndexMissing

    with pytest.raises(IndexMissing):
        compile_lexicon(
            tmp_path / "lexicon.bin", service.archive, WhooshEngine(tmp_path / "none"), Registry.load()
        )


def test_the_sample_archive_completes_its_own_titles(service: SearchService) -> None:
    for headline in service.archive.headlines():
        typed = fold(headline.title)[: MAX_CHARS // 2].rstrip("-–:.,?! ")
        references = [found.reference for found in service.suggest(typed, MOST)]
        assert headline.id in references, headline.title


def test_headlines_come_whole_in_whatever_batches(service: SearchService) -> None:
    found = list(service.archive.headlines())
    assert found == list(service.archive.headlines(batch=7))
    assert len(found) == service.archive.counts().articles
    for headline in found[::20]:
        article = service.archive.get(headline.id)
        assert headline.title == article.title
        assert (headline.published is None) == (article.annotations.published is None)
