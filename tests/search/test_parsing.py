"""What people type, taken apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchsvc.search.parsing import MAX_OPERANDS, ParsedQuery, parse


def shape(parsed: ParsedQuery) -> str:
    """Write a parsed query as one line: alternatives joined by '|', phrases quoted, codes in <>."""

    def one(operand: object) -> str:
        form = {"phrase": '"{}"', "code": "<{}>", "word": "{}"}[operand.kind]
        return ("title:" if operand.title_only else "") + form.format(operand.text)

    groups = ["|".join(one(operand) for operand in group) for group in parsed.required]
    return " ".join(groups + ["-" + one(operand) for operand in parsed.excluded])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        ("nghị quyết", "nghị quyết"),
        ("  nghị\n quyết ", "nghị quyết"),
        ('"nghị quyết" đại hội', '"nghị quyết" đại hội'),
        ("“nghị quyết” đại hội", '"nghị quyết" đại hội'),
        ('"nghị quyết đại hội', "nghị quyết đại hội"),
        ('đại hội "', "đại hội"),
        ('""', ""),
        ("dịch -covid", "dịch -covid"),
        ("dịch –covid", "dịch -covid"),
        ('dịch -"đeo khẩu trang"', 'dịch -"đeo khẩu trang"'),
        ("dịch - covid", "dịch covid"),
        ("2020 - 2025", "2020 2025"),
        ("covid-19", "covid-19"),
        ("a OR b c", "a|b c"),
        ("a | b", "a|b"),
        ("a OR OR b", "a|b"),
        ("OR a", "a"),
        ("a OR", "a"),
        ("a or b", "a or b"),
        ("tiêu đề:đại hội", "title:đại hội"),
        ("tieu de: đại", "title:đại"),
        ('TIÊU ĐỀ:"đại hội"', 'title:"đại hội"'),
        ("-tiêu đề:đại", "-title:đại"),
        ("05-CT/TW", "<05-CT/TW>"),
        ("học 05-CT/TW -35-NQ/TW", "học <05-CT/TW> -<35-NQ/TW>"),
        ("05-CT/TW OR 35-NQ/TW", "<05-CT/TW>|<35-NQ/TW>"),
        ("... ??? !!!", ""),
        ("🎉 lễ", "lễ"),
        ("-", ""),
        ("-- --", ""),
    ],
)
def test_operands(text: str, expected: str) -> None:
    assert shape(parse(text)) == expected


@given(st.text(max_size=300) | st.text(alphabet='"-| ORabđ:tiêu đề05-CT/TW“”', max_size=200))
def test_any_text_is_taken_apart(text: str) -> None:
    parsed = parse(text)
    for operand in [*parsed.excluded, *(operand for group in parsed.required for operand in group)]:
        assert parsed.text[operand.start : operand.end] == operand.text


def test_a_very_long_query_is_bounded() -> None:
    parsed = parse(" ".join(f"từ{number}" for number in range(5000)))
    assert len(parsed.required) == MAX_OPERANDS


def test_a_decomposed_query_is_the_same_query() -> None:
    import unicodedata

    text = 'tiêu đề:"nghị quyết" -bản'
    assert parse(unicodedata.normalize("NFD", text)) == parse(text)
