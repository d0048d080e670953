"""Codes in queries, and the keys by which index and query meet (reference §5.6)."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchsvc.extract.codes import (
    DocumentCode,
    find_query_codes,
    parse_query_code,
    query_keys,
    search_keys,
)

WHOLE = [
    ("05-CT/TW", "05-CT/TW"),
    ("05 ct tw", "05-CT/TW"),
    ("5/CT-TW", "05-CT/TW"),
    ("5 CT/TW", "05-CT/TW"),
    ("05-CT/TƯ", "05-CT/TW"),
    ("05–ct/tw", "05-CT/TW"),
    ("35/nq-tw", "35-NQ/TW"),
    ("35 nq tw", "35-NQ/TW"),
    ("nq35/tw", "35-NQ/TW"),
    ("NQ 35-TW", "35-NQ/TW"),
    ("nghị quyết 35 tw", "35-NQ/TW"),
    ("Nghị quyết số 35-NQ/TW", "35-NQ/TW"),
    ("chỉ thị 05 của Bộ Chính trị", "05-CT/TW"),
    ("chi thi 05 cua bo chinh tri", "05-CT/TW"),
    ("quy định 11 của Tỉnh ủy", "11-QĐ/TU"),
    ("11-qd/tu", "11-QĐ/TU"),
    ("30/2020/nđ-cp", "30/2020/NĐ-CP"),
    ("30/2020/nd-cp", "30/2020/NĐ-CP"),
    ("30 2020 nd cp", "30/2020/NĐ-CP"),
    ("nghị định 168/2024", "168/2024/NĐ-CP"),
    ("nghi dinh 168 nam 2024", "168/2024/NĐ-CP"),
    ("24/2018/qh14", "24/2018/QH14"),
    ("22/2021/tt-bgddt", "22/2021/TT-BGDĐT"),
    ("512/UBND-VX", "512/UBND-VX"),
    ("168/nđ-cp", "168/NĐ-CP"),
    ("“05-CT/TW”", "05-CT/TW"),
    ("05-CT/TW.", "05-CT/TW"),
    ("số 05-CT/TW", "05-CT/TW"),
    ("KH 47 BCĐ", "47-KH/BCĐ"),
    ("nđ168/2024", "168/2024/NĐ-CP"),
    ("hd 36 vptw", "36-HD/VPTW"),
    ("kế hoạch 77-KH/ĐUK của Đảng ủy Khối", "77-KH/ĐUK"),
]
BY_KEY = [
    ("nghị quyết 35", ["35-NQ"]),
    ("nghi quyet so 35", ["35-NQ"]),
    ("NGHỊ QUYẾT SỐ 35", ["35-NQ"]),
    ("nq35", ["35-NQ"]),
    ("NQ35", ["35-NQ"]),
    ("nq 35", ["35-NQ"]),
    ("35 nq", ["35-NQ"]),
    ("35-nq", ["35-NQ"]),
    ("kết luận 1", ["01-KL"]),
    ("quy định 11", ["11-QĐ", "11-QĐi", "11-QyĐ"]),
    ("luật 24/2018", ["24/2018/L"]),
    ("thông tư 22/2021", ["22/2021/TT"]),
]
NO_CODE = [
    "", "nghị quyết", "nghị quyết đại hội", "đại hội XIII", "2020-2025", "19/5/2021", "24/7", "covid 19",
    "tháng 11/2021", "05", "05-CT/TW năm 2021", "học tập 05-CT/TW", "bảo vệ nền tảng tư tưởng", "a" * 5000,
]  # fmt: skip
INSIDE = [
    ("học tập chỉ thị 05-CT/TW năm 2021", [(8, 24, "05-CT/TW")]),
    ("hoc tap chi thi 05-ct/tw nam 2021", [(8, 24, "05-CT/TW")]),
    ("tuyên truyền nghị quyết 35 và kết luận 01", [(13, 26, "35-NQ"), (30, 41, "01-KL")]),
    ("sơ kết nq35 ở huyện", [(7, 11, "35-NQ")]),
    ("chuyển đổi số 57 nq tw", [(14, 22, "57-NQ/TW")]),
    ("nghị quyết 35 từ năm 2018", [(0, 13, "35-NQ")]),
    ("nq35 từ ngày ban hành, ct05", [(0, 4, "35-NQ"), (23, 27, "05-CT")]),
    ("theo kế hoạch 77-KH/ĐUK của Đảng ủy Khối", [(5, 40, "77-KH/ĐUK")]),
    ("kinh tế 5 năm", []),
    ("kế hoạch 2021", []),
    ("báo cáo 35 tuần", []),
    ("kế hoạch 5 năm 2021-2025", []),
    ("kỷ niệm 19/5/1890", []),
    ("12 xã nông thôn mới", []),
]


@pytest.mark.parametrize(("query", "code"), WHOLE)
def test_a_whole_query_is_one_code(query: str, code: str) -> None:
    assert [found.code for found in parse_query_code(query)] == [code]


@pytest.mark.parametrize(("query", "keys"), BY_KEY)
def test_a_query_of_number_and_type(query: str, keys: list[str]) -> None:
    found = parse_query_code(query)
    assert [code.key for code in found] == keys
    assert all(code.code is None for code in found)


@pytest.mark.parametrize("query", NO_CODE)
def test_a_query_that_is_no_code(query: str) -> None:
    assert parse_query_code(query) == []


@pytest.mark.parametrize(("query", "expected"), INSIDE)
def test_codes_inside_a_query(query: str, expected: list[tuple[int, int, str]]) -> None:
    assert [(start, end, code.code or code.key) for start, end, code in find_query_codes(query)] == expected


@pytest.mark.parametrize(
    ("code", "keys"),
    [
        ("35-NQ/TW", {"35-nq/tw", "35-nq"}),
        ("11-QĐ/TU", {"11-qđ/tu", "11-qđ", "11-qd/tu", "11-qd"}),
        ("24/2018/QH14", {"24/2018/qh14", "24/2018/qh"}),
        ("512/UBND-VX", {"512/ubnd-vx"}),
        (
            "30/2020/NĐ-CP",
            {"30/2020/nđ-cp", "30/2020/nđ", "30-nđ", "30/nđ-cp"}
            | {"30/2020/nd-cp", "30/2020/nd", "30-nd", "30/nd-cp"},
        ),
    ],
)
def test_search_keys(code: str, keys: set[str]) -> None:
    assert set(search_keys(code)) == keys


@pytest.mark.parametrize(
    ("query", "code", "meets"),
    [
        ("05 ct tw", "05-CT/TW", True),
        ("nq35", "35-NQ/TW", True),
        ("nghị quyết 35", "35-NQ/TU", True),
        ("35-NQ/TW", "35-NQ/TU", False),
        ("20-NQ/TƯ", "20-NQ/TU", False),
        ("nghị định 30", "30/2020/NĐ-CP", True),
        ("30/nđ-cp", "30/2020/NĐ-CP", True),
        ("30 2020 nd cp", "30/2020/NĐ-CP", True),
        ("30/2021/nđ-cp", "30/2020/NĐ-CP", False),
        ("luật 24/2018", "24/2018/QH14", True),
        ("luat 24/2018", "24/2019/QH14", False),
        ("131-cv/du", "131-CV/ĐU", True),
        ("quy định 37", "37-QĐi/TW", True),
        ("512/ubnd-vx", "512/UBND-VX", True),
    ],
)
def test_query_keys_meet_search_keys(query: str, code: str, meets: bool) -> None:
    wanted = {key for found in parse_query_code(query) for key in query_keys(found)}
    assert bool(wanted & set(search_keys(code))) is meets


def test_a_code_is_a_value() -> None:
    assert DocumentCode("05", "CT", "TW", party=True) == parse_query_code("05-CT/TW")[0]


@settings(deadline=None)
@given(st.text(alphabet="0123456789abcdnqtwđĐNQTW/-–. \nốsàCPU", max_size=60))
def test_any_query_is_read(query: str) -> None:
    parse_query_code(query)
    for start, end, code in find_query_codes(query):
        assert 0 <= start < end <= len(query)
        assert query_keys(code)
