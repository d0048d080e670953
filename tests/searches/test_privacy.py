"""Which queries may be kept: what looks personal never, spellings of one query as one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchsvc.searches.privacy import LONGEST, kept_text


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Nghị  Quyết ", "nghị quyết"),
        ("Nghi\u0323 quye\u0302\u0301t", "nghị quyết"),
        ("NGHỊ QUYẾT 35-NQ/TW", "nghị quyết 35-nq/tw"),
        ("05-CT/TW ngày 15/5/2016", "05-ct/tw ngày 15/5/2016"),
        ("15.05.2016", "15.05.2016"),
        ("bầu cử 2021 - 2026", "bầu cử 2021 - 2026"),
    ],
)
def test_one_spelling(typed: str, kept: str) -> None:
    assert kept_text(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "   ",
        "nguyenvana@example.com",
        "gặp 0912345678",
        "0912 345 678",
        "0912.345.678",
        "(0236) 3 822 123 45",
        "+84 91 234 56 78",
        "cccd 048099001234",
        "cmnd 201 234 567",
        "https://facebook.com/ai-do",
        "www.example.com",
        "x" * (LONGEST + 1),
        "chữ\u0000lạ",
        "٠٩١٢٣٤٥٦٧٨",
    ],
)
def test_not_kept(typed: str) -> None:
    assert kept_text(typed) is None


@given(st.text(max_size=400))
def test_any_text_is_kept_once_normal(text: str) -> None:
    kept = kept_text(text)
    if kept is not None:
        assert len(kept) <= LONGEST
        assert "@" not in kept
        assert kept_text(kept) == kept
