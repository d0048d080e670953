"""What cases are made of: words of the field, what breaks parsers, markup that would run, and mixtures.

The primary entrypoints are `queries`, `values`, `articles` (records) and `raw`.
"""

import json
import unicodedata
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

WORDS = (
    "hội nghị",
    "nghị quyết",
    "Tỉnh ủy",
    "ủy ban",
    "đại hội",
    "nong thon moi",
    "chuyển đổi số",
    "phòng chống",
    "05-CT/TW",
    "35-NQ/TW",
    "số 05",
    "1234/QĐ-UBND",
    "01/2013/QH13",
    "CT 05",
    "12-KH/TU,",
    "khóa XII",
    "BTV",
    "BHYT",
    "nghij quyeets",
    "ddaij hooij",
    "tháng 11/2021",
    "ngày 7/1/2022",
    "năm 2020",
    "quý I",
    "từ 1/1/2020 đến nay",
    "Ban Tuyên giáo",
    "Đảng ủy Khối",
    "lũ",
    "đất",
    "và",
    "của",
)
OPERATORS = (
    '"',
    '""',
    "-",
    "--",
    "+",
    "OR",
    "HOẶC",
    "|",
    "AND",
    "NOT",
    "(",
    ")",
    "*",
    "~",
    "^",
    ":",
    "title:",
    '-"',
    "“",
    "”",
    "#",
    "&&",
    "\\",
    "/",
    "//",
    ".",
    "…",
    "!",
    "?",
    "[",
    "]",
    "{",
    "}",
    "'",
)
STRANGE = (
    "\0",
    "\r\n",
    "\t",
    "\x0b",
    "\x7f",
    "\x85",
    "\u2028",
    "\ufeff",
    "\ufffe",
    "\uffff",
    "\ud800",
    "\udfff",
    "\u202e",
    "\u200d",
    "\u0300" * 40,
    "a\u0323\u0302\u0301",
    "\U0001f600",
    "\U0010ffff",
    "İ",
    "ß",
    "ﬃ",
    "Ⅻ",
    "٣",
    "０５",
    "½",
    "Ω",
    "𝐧𝐠𝐡𝐢̣",
    "ｎｇｈị",
    "đ" * 30,
    "%00",
    "%",
    "%zz",
    "%ff",
    "&amp;",
    "&#0;",
    "&#x110000;",
    "{{7*7}}",
    "${7*7}",
    "%s%n",
    "'; DROP TABLE articles; --",
    "\\x00",
    "../../etc/passwd",
    "C:\\con",
    "9" * 30,
    "-1",
    "1e999",
    "NaN",
    "true",
    "null",
    "[]",
    "{}",
)
MARKUP = tuple(map(json.loads, Path(__file__).with_name("markup.jsonl").read_text("utf-8").splitlines()))
"""Markup that would call `hacked`, load from evil.example or confuse a page's own scripts, wherever a text is
put into a page, an attribute, an address, a script, a feed or JSON without being escaped for it."""

_FORMS = ("NFC", "NFD", "NFKC", "NFKD")
_words = st.sampled_from(WORDS)
_odd = st.sampled_from(STRANGE + OPERATORS + MARKUP)
_short = st.text(max_size=10)
_pieces = st.one_of(_words, _words, _odd, _short)


def _repeated(piece: str, length: int, end: str) -> str:
    return (piece * (length // max(len(piece), 1) + 1))[:length] + end


_mixed = st.builds(
    lambda pieces, by: by.join(pieces), st.lists(_pieces, max_size=10), st.sampled_from(" \n-/\"'")
)
_formed = st.builds(unicodedata.normalize, st.sampled_from(_FORMS), _mixed)
_long = st.builds(_repeated, _pieces, st.sampled_from((50, 300, 999, 1000, 1001, 3000)), _odd)


def queries() -> st.SearchStrategy[str]:
    """Return texts as people, machines and attackers type them, up to 3,000 characters."""
    return st.one_of(_mixed, _mixed, _formed, _short, _long)


def values(*usual: str) -> st.SearchStrategy[str]:
    """Return values of a parameter: mostly one of `usual`, else anything."""
    return st.one_of(st.sampled_from(usual), st.sampled_from(usual), _odd, _short) if usual else queries()


def raw(size: int = 60) -> st.SearchStrategy[bytes]:
    """Return bytes of any kind."""
    return st.one_of(
        st.binary(max_size=size), queries().map(lambda text: text.encode("utf-8", "surrogatepass"))
    )


def bodies() -> st.SearchStrategy[str]:
    """Return texts of articles: some paragraphs of words, codes, dates and what breaks parsers."""
    return st.lists(_mixed, max_size=8).map("\n\n".join) | _long


def articles() -> st.SearchStrategy[dict[str, Any]]:
    """Return records as sources hold them; each value may be of a wrong type."""
    anything = st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(), st.lists(_short, max_size=3), st.just({"a": 1})
    )

    def field(text: st.SearchStrategy[str]) -> st.SearchStrategy[Any]:
        return st.integers(0, 19).flatmap(lambda dice: anything if dice == 7 else text)

    days = st.sampled_from(
        (
            "2024-05-02T08:00:00+07:00",
            "2/5/2024",
            "Thứ Sáu, 07/01/2022, 09:44 [GMT+7]",
            "31/02/2020",
            "0000-00-00",
            "9999-12-31T23:59:59+14:00",
            "0001-01-01",
            "1e9",
            "",
        )
    )
    return st.fixed_dictionaries(
        {"title": field(_mixed), "body": field(bodies())},
        optional={
            "id": field(_short | st.sampled_from(("a/b", "..", ".", "a" * 500, "%2e", "?", "#"))),
            "url": field(_odd | st.just("https://example.vn/bai?a=1&b=<2>")),
            "summary": field(_mixed),
            "captions": st.lists(_mixed, max_size=3) | anything,
            "published": field(days | _short),
            "time": field(_short),
            "unit": field(_mixed | st.just("Ban Tuyên giáo Tỉnh ủy")),
            "author": field(_mixed),
            "collection": field(_mixed | st.just("ban-tin")),
        },
    )
