"""The units registry: its file and its errors, names in every spelling, shared names, mentions in texts."""

import pickle
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchsvc.analysis.normalize import clean
from searchsvc.analysis.tones import place_tones
from searchsvc.errors import RegistryError
from searchsvc.extract.units import Registry, find_units

SHIPPED = Registry.load()

FILE = """
[[unit]]
slug = "tinh-uy"
name = "Tỉnh ủy"
abbreviations = ["TU"]

[[unit]]
slug = "ban-tuyen-giao"
name = "Ban Tuyên giáo Tỉnh ủy"
abbreviations = ["BTG"]
aliases = ["Ban Tuyên giáo"]
parent = "tinh-uy"
until = 2024
successor = "ban-moi"

[[unit]]
slug = "ban-moi"
name = "Ban Tuyên giáo và Dân vận Tỉnh ủy"
abbreviations = ["BTG", "BTGDV"]
aliases = ["Ban Tuyên giáo"]
parent = "tinh-uy"
since = 2025

[[unit]]
slug = "khoi"
name = "Đảng ủy Khối"
parent = "tinh-uy"

[[unit]]
slug = "btg-khoi"
name = "Ban Tuyên giáo Đảng ủy Khối"
abbreviations = ["BTG"]
aliases = ["Ban Tuyên giáo"]
parent = "khoi"
"""


def registry(tmp_path: Path, text: str = FILE) -> Registry:
    path = tmp_path / "units.toml"
    path.write_text(text, encoding="utf-8")
    return Registry.load(path)


def slug(found: object) -> str | None:
    return getattr(found, "slug", None)


# -- the file -----------------------------------------------------------------------------------------------


def test_shipped_registry_is_a_whole_province() -> None:
    assert 70 <= len(SHIPPED.units) <= 110
    for wanted in ("tinh-uy", "dang-uy-khoi", "ban-tuyen-giao-dang-uy-khoi", "ubnd-tinh", "trung-uong"):
        assert SHIPPED.get(wanted) is not None


def test_every_shipped_name_finds_its_unit() -> None:
    for unit in SHIPPED.units:
        assert SHIPPED.find(unit.slug) is unit
        assert SHIPPED.find(unit.name) is unit
        for name in (*unit.aliases, *unit.abbreviations):
            assert unit in SHIPPED.named(name), name


ERRORS = [
    ("[[unit]\nslug = 1", "line 1"),
    ("", "holds no units"),
    ('unit = "x"', "holds no units"),
    ('[[unit]]\nslug = "a"', ":1: a: the name is missing"),
    ('[[unit]]\nname = "A"', ":1: #1: the slug"),
    ('[[unit]]\nslug = "Ban Tuyên giáo"\nname = "A"', "the slug must be lower-case ASCII"),
    ('[[unit]]\nslug = "a"\nname = ""', "name must be a text"),
    ('[[unit]]\nslug = "a"\nname = "---"', "name must be a text"),
    ('[[unit]]\nslug = "a"\nname = "A"\nabbreviations = [".."]', "abbreviations must be a list"),
    ('[[unit]]\nslug = "a"\nname = 7', "name must be a text"),
    ('[[unit]]\nslug = "a"\nname = "A"\nalias = ["B"]', "no field 'alias'"),
    ('[[unit]]\nslug = "a"\nname = "A"\naliases = "B"', "aliases must be a list"),
    ('[[unit]]\nslug = "a"\nname = "A"\naliases = [""]', "aliases must be a list"),
    ('[[unit]]\nslug = "a"\nname = "A"\nsince = "2020"', "since must be a year"),
    ('[[unit]]\nslug = "a"\nname = "A"\nuntil = 20200', "until must be a year"),
    ('[[unit]]\nslug = "a"\nname = "A"\nsince = true', "since must be a year"),
    ('[[unit]]\nslug = "a"\nname = "A"\nsince = 2021\nuntil = 2020', "since is later than until"),
    ('[[unit]]\nslug = "a"\nname = "A"\nparent = "b"', "unknown parent 'b'"),
    ('[[unit]]\nslug = "a"\nname = "A"\nuntil = 2020\nsuccessor = "b"', "unknown successor 'b'"),
    ('[[unit]]\nslug = "a"\nname = "A"\nsuccessor = "a"', "needs the year until"),
    ('[[unit]]\nslug = "a"\nname = "A"\nparent = "a"', "parent is a cycle"),
    (
        '[[unit]]\nslug = "a"\nname = "A"\nparent = "b"\n[[unit]]\nslug = "b"\nname = "B"\nparent = "a"',
        ":1: a: the chain of parent is a cycle",
    ),
    ('[[unit]]\nslug = "a"\nname = "A"\n\n[[unit]]\nslug = "a"\nname = "B"', ":5: a: this slug"),
    ('[[unit]]\nslug = "a"\nname = "Tỉnh ủy"\n[[unit]]\nslug = "b"\nname = "TỈNH UỶ"', ":4: b: 'TỈNH UỶ'"),
    (
        '[[unit]]\nslug = "a"\nname = "A"\naliases = ["Ban"]\n'
        '[[unit]]\nslug = "b"\nname = "B"\naliases = ["ban"]',
        "already a name of a",
    ),
    (
        '[[unit]]\nslug = "a"\nname = "A"\nabbreviations = ["T.Ư"]\n'
        '[[unit]]\nslug = "b"\nname = "B"\nabbreviations = ["TƯ"]',
        "already a name of a",
    ),
]


@pytest.mark.parametrize(("text", "expected"), ERRORS)
def test_errors_name_file_entry_and_fault(tmp_path: Path, text: str, expected: str) -> None:
    with pytest.raises(RegistryError) as caught:
        registry(tmp_path, text)
    message = caught.value.message
    assert expected in message.en
    assert str(tmp_path / "units.toml") in message.en
    assert str(tmp_path / "units.toml") in message.vi
    assert "\n" not in message.en


def test_unreadable_files(tmp_path: Path) -> None:
    with pytest.raises(RegistryError, match="cannot read"):
        Registry.load(tmp_path / "absent.toml")
    with pytest.raises(RegistryError, match="cannot read"):
        Registry.load(tmp_path)
    (tmp_path / "latin.toml").write_bytes(b'[[unit]]\nname = "\xff"')
    with pytest.raises(RegistryError, match="UTF-8"):
        Registry.load(tmp_path / "latin.toml")


def test_shared_names_are_allowed_in_succession_and_under_other_parents(tmp_path: Path) -> None:
    assert len(registry(tmp_path).units) == 5


def test_fingerprint_follows_the_units_not_the_comments(tmp_path: Path) -> None:
    before = registry(tmp_path).fingerprint
    assert registry(tmp_path, "# a comment\n" + FILE).fingerprint == before
    assert registry(tmp_path, FILE.replace("2024", "2023")).fingerprint != before


def test_registry_travels_to_worker_processes(tmp_path: Path) -> None:
    original = registry(tmp_path)
    copy = pickle.loads(pickle.dumps(original))
    assert copy.fingerprint == original.fingerprint
    assert slug(copy.find("TU")) == "tinh-uy"


# -- the tree -----------------------------------------------------------------------------------------------


def test_path_children_and_descendants(tmp_path: Path) -> None:
    units = registry(tmp_path)
    assert units.path("btg-khoi") == ("btg-khoi", "khoi", "tinh-uy")
    assert units.path("nowhere") == ()
    assert [unit.slug for unit in units.children("tinh-uy")] == ["ban-tuyen-giao", "ban-moi", "khoi"]
    assert units.descendants("khoi") == {"khoi", "btg-khoi"}
    assert units.descendants("tinh-uy") == {unit.slug for unit in units.units}
    assert units.descendants("nowhere") == frozenset()


# -- names --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Tỉnh ủy", "tinh-uy"),
        ("TỈNH UỶ", "tinh-uy"),
        ("tỉnh  uỷ ", "tinh-uy"),
        ("tinh uy", "tinh-uy"),
        ("tinh-uy", "tinh-uy"),
        ("Tỉnh u\u0309y", "tinh-uy"),
        ("TU", "tinh-uy"),
        ("tu", "tinh-uy"),
        ("TƯ", "trung-uong"),
        ("T.Ư", "trung-uong"),
        ("t. ư.", "trung-uong"),
        ("Sở Lao động Thương binh và Xã hội", "so-lao-dong-thuong-binh-va-xa-hoi"),
        ("Sở Lao động – Thương binh và Xã hội", "so-lao-dong-thuong-binh-va-xa-hoi"),
        ("ldld", "lien-doan-lao-dong-tinh"),
        ("Ban Tuyên giáo Đảng uỷ Khối", "ban-tuyen-giao-dang-uy-khoi"),
        ("BTG", None),
        ("Ban Tuyên giáo", None),
        ("Nguyễn Văn An", None),
        ("", None),
        ("." * 10_000, None),
    ],
)
def test_find_in_any_spelling(name: str, expected: str | None) -> None:
    assert slug(SHIPPED.find(name)) == expected


def test_shared_abbreviation_is_decided_by_the_committee(tmp_path: Path) -> None:
    units = registry(tmp_path)
    assert units.find("BTG") is None
    assert slug(units.find("BTG", within="khoi")) == "btg-khoi"
    assert slug(units.find("BTG", within="btg-khoi")) == "btg-khoi"
    assert slug(units.find("BTG", within="tinh-uy", on=date(2020, 1, 1))) == "ban-tuyen-giao"
    assert slug(SHIPPED.find("BTG", within="dang-uy-khoi")) == "ban-tuyen-giao-dang-uy-khoi"
    assert slug(SHIPPED.find("Văn phòng", within="dang-uy-khoi")) == "van-phong-dang-uy-khoi"


def test_a_unit_that_ended_gives_way_to_its_successor(tmp_path: Path) -> None:
    units = registry(tmp_path)
    assert slug(units.find("BTG", within="tinh-uy", on=date(2024, 12, 31))) == "ban-tuyen-giao"
    assert slug(units.find("BTG", within="tinh-uy", on=date(2025, 1, 1))) == "ban-moi"
    assert slug(units.find("BTG", within="tinh-uy")) == "ban-moi"
    # A name that is not shared still means the unit that had it.
    assert slug(units.find("Ban Tuyên giáo Tỉnh ủy", on=date(2026, 1, 1))) == "ban-tuyen-giao"


def test_in_a_year_of_both_the_earlier_unit_stays(tmp_path: Path) -> None:
    units = registry(tmp_path, FILE.replace("until = 2024", "until = 2025"))
    assert slug(units.find("BTG", within="tinh-uy", on=date(2025, 3, 1))) == "ban-tuyen-giao"
    assert slug(units.find("BTG", within="tinh-uy", on=date(2026, 3, 1))) == "ban-moi"


def test_closest_forgives_spelling() -> None:
    assert "tinh-uy" in [unit.slug for unit in SHIPPED.closest("Tỉnh uy")]
    assert SHIPPED.closest("Ban Tuyên dáo Đảng ủy Khoi")[0].slug == "ban-tuyen-giao-dang-uy-khoi"
    assert SHIPPED.closest("qwxz") == []
    assert len(SHIPPED.closest("Ban Tổ chức Tỉnh")) <= 3


# -- mentions -----------------------------------------------------------------------------------------------


def mentions(text: str) -> list[tuple[str, str]]:
    return [(mention.raw, mention.slug) for mention in find_units(text, SHIPPED)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Ban Tuyên giáo Đảng ủy Khối phối hợp với Ban Tuyên giáo Tỉnh ủy.",
            [
                ("Ban Tuyên giáo Đảng ủy Khối", "ban-tuyen-giao-dang-uy-khoi"),
                ("Ban Tuyên giáo Tỉnh ủy", "ban-tuyen-giao-tinh-uy"),
            ],
        ),
        ("ĐẢNG UỶ KHỐI CÁC CƠ QUAN VÀ DOANH NGHIỆP TỈNH", [
            ("ĐẢNG UỶ KHỐI CÁC CƠ QUAN VÀ DOANH NGHIỆP TỈNH", "dang-uy-khoi")
        ]),
        ("Tỉnh\nủy, HĐND, UBND tỉnh", [
            ("Tỉnh\nủy", "tinh-uy"), ("HĐND", "hdnd-tinh"), ("UBND tỉnh", "ubnd-tinh")
        ]),
        ("Sở Văn hóa, Thể thao và Du lịch", [
            ("Sở Văn hóa, Thể thao và Du lịch", "so-van-hoa-the-thao-va-du-lich")
        ]),
        ("của T.Ư và LĐLĐ tỉnh", [("T.Ư", "trung-uong"), ("LĐLĐ tỉnh", "lien-doan-lao-dong-tinh")]),
        # Inside codes there are no units, and a shared name alone is undecided.
        ("Quyết định 11-QĐ/TU, 30/2020/NĐ-CP, 512/UBND-VX", []),
        ("Ban Tuyên giáo, BTG, ban tổ chức hội thi", []),
        ("Ban Tuyên giáo. Đảng ủy Khối", [("Đảng ủy Khối", "dang-uy-khoi")]),
        ("Tỉnh\n\nủy", []),
        ("", []),
    ],
)  # fmt: skip
def test_units_in_texts(text: str, expected: list[tuple[str, str]]) -> None:
    assert mentions(text) == expected


NAMES = [name for unit in SHIPPED.units for name in (unit.name, *unit.aliases) if SHIPPED.find(name)]


@given(
    name=st.sampled_from(NAMES),
    style=st.sampled_from(["new", "old"]),
    case=st.sampled_from([str, str.upper, str.lower]),
    before=st.sampled_from(["", "Theo ", "(", "Ngày 7/1, "]),
)
def test_every_name_is_found_in_every_spelling(name: str, style: str, case: object, before: str) -> None:
    printed = case(place_tones(name, style))  # type: ignore[operator, arg-type]
    text = f"{before}{printed}; hết."
    expected = SHIPPED.find(name)
    assert expected is not None
    found = find_units(text, SHIPPED)
    assert [(mention.raw, mention.slug) for mention in found] == [(printed, expected.slug)]
    assert found[0].start == len(before)


@given(text=st.text(max_size=80))
def test_nothing_raises_and_spans_are_sound(text: str) -> None:
    cleaned, end = clean(text), 0
    for mention in find_units(cleaned, SHIPPED):
        assert end <= mention.start < mention.end <= len(cleaned)
        assert cleaned[mention.start : mention.end] == mention.raw
        end = mention.end
    SHIPPED.find(text)
    SHIPPED.closest(text)
