"""A text that stands for one document, in any spelling, and the one name it is given."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchsvc.extract.code_names import MAX_CHARS, DocumentName, document_names


@pytest.mark.parametrize(
    ("text", "kind", "name"),
    [
        ("05-CT/TW", "code", "05-CT/TW"),
        ("5/CT-TW", "code", "05-CT/TW"),
        (" 05 ct tw ", "code", "05-CT/TW"),
        ("30/2020/nđ-cp", "code", "30/2020/NĐ-CP"),
        ("nghị định 30/2020", "code", "30/2020/NĐ-CP"),
        ("Chỉ thị 05 của Bộ Chính trị", "code", "05-CT/TW"),
        ("05-ct", "fragment", "05-CT"),
        ("NQ35", "fragment", "35-NQ"),
        ("nq-tw4-xii", "fragment", "NQ-TW4-XII"),
        ("Nghị quyết Trung ương 4 khóa XII", "fragment", "NQ-TW4-XII"),
        ("NQ-DH-XIII", "fragment", "NQ-ĐH-XIII"),
        ("số 35", "number", "35"),
        ("5", "number", "05"),
        ("30/2020/", "number", "30/2020"),
    ],
)
def test_every_spelling_has_one_name(text: str, kind: str, name: str) -> None:
    assert document_names(text)[0] == DocumentName(kind, name)


def test_a_name_of_several_types_may_mean_each() -> None:
    assert [name.text for name in document_names("quy định 11")] == ["11-QĐ", "11-QĐi", "11-QyĐ"]


@pytest.mark.parametrize(
    "text", ["", "..", "../..", "zzz", "\x00", "05-CT/TW và 35-NQ/TW", "%2e", "123456789"]
)
def test_what_is_no_document_has_no_name(text: str) -> None:
    assert document_names(text) == ()


def test_control_characters_are_no_part_of_a_name() -> None:
    assert document_names("05-CT\x00/TW\n") == document_names("05-CT/TW")


@given(st.text(max_size=MAX_CHARS * 2))
def test_any_text_is_read_and_names_stay_as_they_are(text: str) -> None:
    for name in document_names(text):
        assert document_names(name.text)[0].text == name.text


def test_a_long_text_is_not_read() -> None:
    assert document_names("05-CT/TW" + " " * MAX_CHARS) == ()
