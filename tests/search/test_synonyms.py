"""The synonyms file and what abbreviations mean."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchsvc.extract.units import Registry
from searchsvc.search.synonym_file import MAX_READINGS, read_entries
from searchsvc.search.synonyms import DEFAULT_FILE, Synonyms, SynonymsError, short_key


@pytest.fixture(scope="module")
def synonyms() -> Synonyms:
    return Synonyms.load(None, Registry.load(None))


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("BTV", ("Ban Thường vụ",)),
        ("btv", ("Ban Thường vụ",)),
        ("UBND", ("Ủy ban nhân dân",)),
        ("ubnd", ("Ủy ban nhân dân",)),
        ("HĐND", ("Hội đồng nhân dân",)),
        ("hdnd", ("Hội đồng nhân dân",)),
        ("TW", ("Trung ương",)),
        ("T.Ư", ("Trung ương",)),
        ("TƯ", ("Trung ương",)),
        ("tư", ()),
        ("TU", ("Tỉnh ủy", "Thành ủy")),
        ("tu", ()),
        ("BTC", ("Ban Tổ chức", "Bộ Tài chính")),
        ("KT-XH", ("kinh tế - xã hội",)),
        ("LĐLĐ", ("Liên đoàn Lao động",)),
        ("TTXVN", ("Thông tấn xã Việt Nam",)),
        ("cán", ()),
        ("covid", ()),
        ("x" * 500, ()),
    ],
)
def test_meanings(synonyms: Synonyms, word: str, expected: tuple[str, ...]) -> None:
    assert synonyms.meanings(word, capitals=True) == expected


def test_in_a_query_of_capitals_a_syllable_is_a_word(synonyms: Synonyms) -> None:
    assert synonyms.meanings("TU", capitals=False) == ()
    assert synonyms.meanings("UBND", capitals=False) == ("Ủy ban nhân dân",)


@pytest.mark.parametrize(
    ("text", "found", "other"),
    [
        ("xây dựng nông thôn mới", "nông thôn mới", "NTM"),
        ("UỶ BAN NHÂN DÂN xã", "UỶ BAN NHÂN DÂN", "UBND"),
        ("bao hiem xa hoi", "bao hiem xa hoi", "BHXH"),
        ("phòng, chống tham nhũng", "phòng, chống tham nhũng", "PCTN"),
        ("phòng chống tham nhũng", "phòng chống tham nhũng", "PCTN"),
        ("tiêm vaccine", "vaccine", "vắc-xin"),
    ],
)
def test_names_with_other_names(synonyms: Synonyms, text: str, found: str, other: str) -> None:
    (match,) = synonyms.find(text)
    assert text[match.start : match.end] == found
    assert other in match.others


def test_one_way_leads_one_way(synonyms: Synonyms) -> None:
    assert synonyms.find("người có công")
    assert not synonyms.find("thương binh, liệt sĩ")


def test_the_file_that_ships_is_in_order() -> None:
    entries = read_entries(DEFAULT_FILE)
    assert len(entries) > 120
    abbreviations = [entry for entry in entries if entry.kind == "abbreviation"]
    shorts = [short for entry in abbreviations for short in {short_key(word) for word in entry.words}]
    assert len(set(shorts)) == len(shorts), sorted(short for short in shorts if shorts.count(short) > 1)
    assert all(not entry.both or len(entry.others) == 1 for entry in abbreviations)


def test_staff_add_their_own(tmp_path: Path) -> None:
    file = tmp_path / "synonyms.toml"
    file.write_text(
        '[[abbreviation]]\nshort = "XYZ"\nnames = "xã yên zét"\nboth = true\n', encoding="utf-8-sig"
    )
    own = Synonyms.load(file)
    assert own.meanings("xyz", capitals=True) == ("xã yên zét",)
    assert own.find("ở xã Yên Zét")[0].others == ("XYZ",)
    assert own.meanings("BTV", capitals=True) == ()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[[abbreviation]\n", "TOML"),
        ("[[word]]\n", "word"),
        ("\n\n[[abbreviation]]\nshort = 5\nnames = ['a']\n", ":3"),
        ("[[abbreviation]]\nshort = 'a'\n", "names"),
        ("[[abbreviation]]\nshort = 'a'\nnames = ['a','b','c','d','e']\n", "names"),
        ("[[abbreviation]]\nshort = 'a'\nnames = ['a']\nbot = true\n", "bot"),
        ("[[abbreviation]]\nshort = 'a'\nnames = ['a']\nboth = 1\n", "both"),
        ("[[synonym]]\nwords = ['một']\n", "words"),
        ("[[synonym]]\nwords = ['một', '']\n", "words"),
        ("synonym = 3\n", "synonym"),
        ("synonym = [3]\n", "synonym"),
        ("a = " + "[" * 5000, "TOML"),
    ],
)
def test_errors_name_the_place(tmp_path: Path, text: str, told: str) -> None:
    file = tmp_path / "synonyms.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(SynonymsError) as raised:
        Synonyms.load(file)
    assert told in raised.value.message.vi
    assert str(file) in raised.value.message.en
    assert "\n" not in raised.value.message.vi


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "latin.toml").write_bytes(b"# \xe9\n")
    for name in ("missing.toml", "latin.toml", "."):
        with pytest.raises(SynonymsError):
            Synonyms.load(tmp_path / name)


@given(st.text(max_size=60))
def test_any_text_has_few_meanings(synonyms: Synonyms, text: str) -> None:
    assert len(synonyms.meanings(text, capitals=True)) <= MAX_READINGS
    for found in synonyms.find(text):
        assert 0 <= found.start < found.end <= len(text)
