"""Operators typed badly: what is mended, what is ignored, what a person can switch off."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchsvc.search.operators import step_token, with_plain_quotes
from searchsvc.search.parsing import MAX_OPERANDS, ParsedQuery, parse

OPERATORS = st.text(alphabet="\"'-–+| ORANDVÀab1:()[]tiêu đề05-CT/TW“”‘’\u200f🎉", max_size=300)


def shape(parsed: ParsedQuery) -> str:
    def one(operand: object) -> str:
        form = {"phrase": '"{}"', "code": "<{}>", "word": "{}"}[operand.kind]
        return ("title:" if operand.title_only else "") + form.format(operand.text)

    groups = ["|".join(one(operand) for operand in group) for group in parsed.required]
    return " ".join(groups + ["-" + one(operand) for operand in parsed.excluded])


def notes(parsed: ParsedQuery) -> list[str]:
    return [finding.note for finding in parsed.findings if finding.kind == "operator"]


@pytest.mark.parametrize(
    ("text", "expected", "note"),
    [
        ('"nghị quyết đại hội', "nghị quyết đại hội", "unclosed-quote"),
        ('""nghị quyết""', '"nghị quyết"', "doubled-quote"),
        ("''nghị quyết''", '"nghị quyết"', "phrase"),
        ("'nghị quyết' đại hội", '"nghị quyết" đại hội', "single-quotes"),
        ("‘nghị quyết’ đại hội", '"nghị quyết" đại hội', "single-quotes"),
        ("＂nghị quyết＂", '"nghị quyết"', "phrase"),
        ('"nghị""quyết"', '"nghị" "quyết"', "phrase"),
        ('" nghị quyết "', '"nghị quyết"', "phrase"),
        ("lũ HOẶC hạn", "lũ|hạn", "either"),
        ("lũ hoặc hạn", "lũ hoặc hạn", None),
        ("LŨ HOẶC HẠN", "LŨ HOẶC HẠN", None),
        ("lũ || hạn", "lũ|hạn", "either"),
        ("lũ AND hạn", "lũ hạn", "both"),
        ("lũ VÀ hạn", "lũ hạn", "both"),
        ("QUỐC HỘI VÀ CHÍNH PHỦ", "QUỐC HỘI VÀ CHÍNH PHỦ", None),
        ("lũ OR", "lũ", "nothing-to-join"),
        ("lũ -hạn", "lũ -hạn", "exclude"),
        ("lũ --hạn", "lũ -hạn", "doubled-minus"),
        ("lũ - hạn", "lũ hạn", "lone-minus"),
        ("2021 - 2025", "2021 2025", None),
        ("+lũ hạn", "lũ hạn", "require"),
        ("tieu de : lũ", "title:lũ", "title"),
        ("tieude:lũ", "title:lũ", "title"),
        ("lũ tiêu đề:", "lũ", "nothing-in-title"),
        ("(lũ OR hạn) rừng", "lũ|hạn rừng", "brackets"),
        ("((((lũ))))", "lũ", None),
        ("(05-CT/TW)", "<05-CT/TW>", None),
        ("tiêu đề:05-CT/TW", "title:<05-CT/TW>", "title"),
    ],
)
def test_operators(text: str, expected: str, note: str | None) -> None:
    parsed = parse(text)
    assert shape(parsed) == expected
    assert (note in notes(parsed)) if note else not notes(parsed)


@pytest.mark.parametrize(
    ("text", "off", "expected"),
    [
        ("lũ -hạn", "operator:-hạn", "lũ hạn"),
        ("lũ -hạn -rét", "operator:-hạn", "lũ hạn -rét"),
        ("lũ -hạn -rét", "operator", "lũ hạn rét"),
        ('"lũ quét"', 'operator:"lũ quét"', "lũ quét"),
        ("lũ OR hạn", "operator:or", "lũ OR hạn"),
        ("lũ AND hạn", "operator:and", "lũ AND hạn"),
        ("tiêu đề:lũ", "operator:tiêu đề:lũ", "lũ"),
        ("nq35 lũ", "code:nq35", "nq35 lũ"),
        ("nq35 05-CT/TW", "code:nq35", "nq35 <05-CT/TW>"),
        ("lũ -hạn", "operator:-rét", "lũ -hạn"),
    ],
)
def test_a_step_can_be_switched_off(text: str, off: str, expected: str) -> None:
    assert shape(parse(text, (off,))) == expected


def test_a_name_of_several_types_gives_alternatives() -> None:
    (group,) = parse("quy định 11").required
    assert {operand.code.key for operand in group} == {"11-QĐ", "11-QĐi", "11-QyĐ"}
    assert {(operand.start, operand.end) for operand in group} == {(0, 11)}


def test_tokens_do_not_depend_on_case_tone_placement_or_blanks() -> None:
    assert step_token("unit", "Tỉnh  UỶ") == step_token("unit", "tỉnh ủy")


@given(st.text(max_size=300) | OPERATORS)
def test_mended_quotes_keep_the_length_and_come_in_pairs(text: str) -> None:
    from searchsvc.analysis.normalize import clean

    cleaned = " ".join(clean(text).split())
    mended, _ = with_plain_quotes(cleaned)
    assert len(mended) == len(cleaned)
    assert mended.count('"') % 2 == 0


@given(st.text(max_size=300) | OPERATORS)
def test_spans_point_into_the_text(text: str) -> None:
    parsed = parse(text)
    operands = [*parsed.excluded, *(operand for group in parsed.required for operand in group)]
    assert len(operands) <= MAX_OPERANDS + 4
    for operand in operands:
        assert parsed.text[operand.start : operand.end] == operand.text
    for finding in parsed.findings:
        assert 0 <= finding.start < finding.end <= len(parsed.text)


@given(OPERATORS)
def test_with_all_operators_off_nothing_is_excluded(text: str) -> None:
    assert not parse(text, ("operator",)).excluded


@pytest.mark.parametrize(
    "unit",
    ['"', "'", "-", "- ", "+a ", "a OR ", "| ", "(", "[(", "tiêu đề:", "-a ", '"a" ', "'a ", "05-CT/TW "],
)
def test_work_grows_with_the_length_only(unit: str, counted_calls: Callable[[str], int]) -> None:
    short, long = counted_calls(unit * (2_000 // len(unit))), counted_calls(unit * (16_000 // len(unit)))
    assert long <= 12 * short + 2_000


@pytest.fixture
def counted_calls() -> Callable[[str], int]:
    """Counts the function calls of a parse: a measure of work that no load of the machine disturbs."""
    import sys

    def count(text: str) -> int:
        calls = 0

        def tick(*_: object) -> None:
            nonlocal calls
            calls += 1

        sys.setprofile(tick)
        try:
            parse(text)
        finally:
            sys.setprofile(None)
        return calls

    return count
