"""Spans, context, links and properties of `find_codes`; the table of forms is in test_codes_table.py."""

import json
import lzma
import random
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchsvc.analysis.fold import fold
from searchsvc.analysis.normalize import clean
from searchsvc.articles import CodeMention
from searchsvc.extract.code_tables import ISSUERS, TYPE_NAMES, TYPES
from searchsvc.extract.codes import canonical, find_codes, link_partials, search_keys


def only(text: str) -> CodeMention:
    """Return the one mention of `text`."""
    (mention,) = find_codes(text)
    return mention


# Context (§5.5)

DATES = [
    ("Chỉ thị số 05-CT/TW ngày 15/5/2016 của Bộ Chính trị", date(2016, 5, 15)),
    ("Hướng dẫn số 05-HD/VPTW, ngày 27/5/2026", date(2026, 5, 27)),
    ("Nghị quyết 35-NQ/TW (ngày 22/10/2018)", date(2018, 10, 22)),
    ("Nghị quyết 35-NQ/TW, ngày 22-10-2018", date(2018, 10, 22)),
    ("Nghị quyết 35-NQ/TW ngày 22.10.2018", date(2018, 10, 22)),
    ("Chỉ thị 40-CT/TW ngày 22 tháng 11 năm 2014", date(2014, 11, 22)),
    ("Chỉ thị 40-CT/TW, ngày\n22 tháng 11 năm 2014", date(2014, 11, 22)),
    ("Chỉ thị 40-CT/TW ngày22 tháng 11 năm 2014", date(2014, 11, 22)),
    ("CHỈ THỊ 40-CT/TW NGÀY 22 THÁNG 11 NĂM 2014", date(2014, 11, 22)),
    ("Quy định 11-QĐ/TU ban hành ngày 12/9/2013", date(2013, 9, 12)),
    ("Nghị quyết 35-NQ/TW của Bộ Chính trị, ngày 22/10/2018", date(2018, 10, 22)),
    ("Nghị quyết 35-NQ/TW của Bộ Chính trị khóa XII ngày 22/10/2018", date(2018, 10, 22)),
    ("Thông báo 12-TB/HU ngày 5/3/21", date(2021, 3, 5)),
    ("Nghị định số 13/2023/NĐ-CP Bảo vệ dữ liệu cá nhân ngày 17/04/2023 của Chính phủ", date(2023, 4, 17)),
    ("Nghị định số 74/CP quy định chi tiết Luật Thuế ngày 25/10/1993 của Chính phủ", date(1993, 10, 25)),
    ("Chỉ thị 05-CT/TW của Bộ Chính trị", None),
    ("Chỉ thị 05-CT/TW ngày 31/4/2016", None),
    ("Chỉ thị 05-CT/TW được học tập ngày 3/2/2017", None),
    ("Nghị định 13/2023/NĐ-CP có hiệu lực từ ngày 01/07/2023", None),
]


@pytest.mark.parametrize(("text", "issued"), DATES)
def test_issue_date(text: str, issued: date | None) -> None:
    assert find_codes(text)[0].issued == issued


def test_the_date_after_a_nested_title_belongs_to_the_outer_document() -> None:
    outer, inner = find_codes(
        "Thông tư số 12/2020/TT-BYT sửa đổi Thông tư số 02/2018/TT-BYT ngày 22/01/2018 của Bộ Y tế"
        " về cơ sở bán lẻ thuốc ngày 22/06/2020 của Bộ Y tế"
    )
    assert (outer.issued, inner.issued) == (date(2020, 6, 22), date(2018, 1, 22))


def test_a_date_of_another_year_beside_a_cited_code_belongs_to_the_citing_one() -> None:
    outer, inner = find_codes(
        "Thông tư số 12/2020/TT-BNV sửa đổi Thông tư số 18/2018/TT-BNV ngày 09/11/2020 của Bộ Nội vụ"
    )
    assert (outer.issued, inner.issued) == (date(2020, 11, 9), None)


@pytest.mark.parametrize(
    ("text", "term", "phrase"),
    [
        ("Nghị quyết 35-NQ/TW của Bộ Chính trị (khóa XII) về", "XII", "Bộ Chính trị"),
        (
            "Nghị quyết 26-NQ/TW của Ban Chấp hành Trung ương Đảng (khoá X)",
            "X",
            "Ban Chấp hành Trung ương Đảng",
        ),
        ("Nghị quyết 08-NQ/TW (khóa XI) của Bộ Chính trị", "XI", "Bộ Chính trị"),
        (
            "Quyết định 5/QĐ-BVHTTDL của Bộ Văn hóa, Thể thao và Du lịch về",
            None,
            "Bộ Văn hóa, Thể thao và Du lịch",
        ),
        ("Thông tư 22/2021/TT-BGDĐT của Bộ Giáo dục và Đào tạo, các", None, "Bộ Giáo dục và Đào tạo"),
        ("Kế hoạch 16-KH/TU ngày 3/2/2021 của Tỉnh ủy thực hiện", None, "Tỉnh ủy"),
        ("Chỉ thị 05-CT/TW của Bộ Chính trị và Nghị quyết", None, "Bộ Chính trị"),
        ("Quyết định 12/QĐ-UBND của Chủ\ntịch UBND tỉnh về", None, "Chủ tịch UBND tỉnh"),
        ("Chỉ thị 05-CT/TW ở chi bộ", None, None),
    ],
)
def test_term_and_issuer_phrase(text: str, term: str | None, phrase: str | None) -> None:
    mention = find_codes(text)[0]
    assert (mention.term, mention.issuer_phrase) == (term, phrase)


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("Chỉ thị 18-CT/TW của Ban Bí thư về an toàn giao thông; tiếp tục", "an toàn giao thông"),
        ("Quyết định 5-QĐ/TU về việc thành lập Ban Chỉ đạo. Sau đó", "thành lập Ban Chỉ đạo"),
        ("Chỉ thị 05-CT/TW về “Đẩy mạnh học tập và làm theo Bác” ở xã", "Đẩy mạnh học tập và làm theo Bác"),
        (
            "Nghị quyết 26-NQ/TW (khóa X) về nông nghiệp, nông dân, nông thôn",
            "nông nghiệp, nông dân, nông thôn",
        ),
        ("Nghị quyết 26-NQ/TW đã đi vào cuộc sống", None),
    ],
)
def test_subject(text: str, subject: str | None) -> None:
    assert find_codes(text)[0].subject == subject


def test_a_long_subject_is_cut_between_words() -> None:
    subject = only("Chỉ thị 18-CT/TW về " + "công tác tuyên truyền " * 40).subject
    assert subject
    assert len(subject) <= 220
    assert subject.endswith(("công", "tác", "tuyên", "truyền"))


def test_noun_and_type_are_kept_apart_when_they_disagree() -> None:
    mention = only("Chương trình hành động số 20-NQ/TU của Tỉnh ủy")
    assert (mention.noun, mention.type, mention.code) == ("chương trình", "NQ", "20-NQ/TU")


def test_a_law_takes_its_type_from_the_noun() -> None:
    mention = only("Luật số 24/2018/QH14")
    assert (mention.type, mention.issuer, mention.year, mention.key) == ("L", "QH14", 2018, "24/2018/QH14")


# Links (§5.5)


def test_partial_mentions_link_over_parts() -> None:
    title = find_codes("Xã Tân Trào học tập Chỉ thị 05", "title")
    body = find_codes("Sơ kết thực hiện Chỉ thị số 05-CT/TW ngày 15/5/2016", "body")
    linked = link_partials([*title, *body])
    assert [(mention.part, mention.code) for mention in linked] == [
        ("title", "05-CT/TW"),
        ("body", "05-CT/TW"),
    ]


def test_an_organ_that_contradicts_prevents_the_link() -> None:
    text = "Quy định 11-QĐ/TU của Tỉnh ủy. Quy định 11 của Bộ Chính trị cũng vậy."
    assert [mention.code for mention in find_codes(text)] == ["11-QĐ/TU", "11-QĐ/TW"]


def test_the_nearest_full_mention_before_wins() -> None:
    text = "Kế hoạch 12-KH/HU; Kế hoạch 12-KH/TU. Theo Kế hoạch số 12, các xã tổ chức."
    assert [mention.code for mention in find_codes(text)] == ["12-KH/HU", "12-KH/TU", "12-KH/TU"]


def test_a_year_that_contradicts_prevents_the_link() -> None:
    text = "Nghị định 100/2019/NĐ-CP được sửa; Nghị định 100/2024 nói về nhà ở xã hội."
    assert [mention.code for mention in find_codes(text)] == ["100/2019/NĐ-CP", "100/2024/NĐ-CP"]


def test_without_a_full_mention_the_code_stays_unknown() -> None:
    mention = only("Kế hoạch số 47 được triển khai")
    assert (mention.kind, mention.code, mention.key) == ("partial", None, "47-KH")


# Exhaustive


@pytest.mark.parametrize("kind", sorted(TYPES))
def test_every_type_in_every_spelling(kind: str) -> None:
    party = TYPES[kind].series != "state"
    issuer = "TU" if party else "UBND"
    wanted = "ĐA" if kind == "DA" else kind
    expected = f"15-{wanted}/TU" if party else f"15/{wanted}-UBND"
    spellings = {kind, kind.upper(), kind.lower()}
    if kind not in {"HĐ", "QĐi", "CĐ", "ĐA"}:  # their unaccented form is that of another type, or of none
        spellings |= {fold(kind), fold(kind).upper()}
    for spelling in spellings:
        for written in (f"15-{spelling}/{issuer}", f"15/{spelling}-{issuer}", f"15–{spelling}/{issuer}"):
            text = f"theo Văn bản số {written} đã ban hành"
            assert [(m.raw, m.code) for m in find_codes(text)] == [(written, expected)], written


@pytest.mark.parametrize("name", sorted({name for kind in TYPES.values() for name in kind.names}))
def test_every_name_of_a_type_is_seen_before_a_code(name: str) -> None:
    for written in (name, name.upper(), name.capitalize(), fold(name)):
        mention = find_codes(f"theo {written} số 15-NQ/TU")[0]
        assert mention.noun is not None
        assert fold(mention.noun) == fold(name)


@pytest.mark.parametrize("issuer", sorted(ISSUERS))
def test_every_issuer(issuer: str) -> None:
    series = ISSUERS[issuer].series
    written = f"15/QĐ-{issuer}" if series == "state" else f"15-QĐ/{issuer}"
    assert only(f"Quyết định số {written}").code == written
    if series == "party":
        assert only(f"Quyết định số 15/QĐ-{issuer}").code == written


def test_homonyms_of_names_are_known() -> None:
    assert TYPE_NAMES["quy dinh"] == ("QĐ", "QĐi", "QyĐ")


# Properties

_numbers = st.integers(1, 9999).map(lambda number: f"{number:02d}")
_codes = st.one_of(
    st.builds(
        lambda n, t, i: f"{n}-{t}/{i}",
        _numbers,
        st.sampled_from([code for code, kind in TYPES.items() if kind.series != "state" and code != "DA"]),
        st.sampled_from([code for code, issuer in ISSUERS.items() if issuer.series == "party"]),
    ),
    st.builds(
        lambda n, y, t, i: f"{n}/{y}/{t}-{i}",
        _numbers,
        st.integers(1945, 2045),
        st.sampled_from([code for code, kind in TYPES.items() if kind.series != "party"]),
        st.sampled_from(
            [code for code, issuer in ISSUERS.items() if issuer.series == "state" and "&" not in code]
        ),
    ),
    st.builds(lambda n, y, t: f"{n}/{y}/QH{t}", _numbers, st.integers(1992, 2045), st.integers(9, 20)),
)
_pieces = st.sampled_from(
    ["05", "-", "/", "CT", "TW", "NQ", "QĐ", "2020", " ", "\n", "số", "Chỉ thị", "của", "ngày", "1/1/2020",
     ",", "và", "(", "khóa XII", ")", "NĐ-CP", "nghị quyết Trung ương", "4", "UBND", ".", "–", "về", "luật"]
)  # fmt: skip


@settings(deadline=None)
@given(
    _codes,
    st.sampled_from(["", "Theo ", "Thực hiện Quyết định số ", "số:"]),
    st.sampled_from(["", ".", ", ngày", "\n"]),
)
def test_a_canonical_code_is_found_in_text_with_its_span(code: str, before: str, after: str) -> None:
    mention = find_codes(before + code + after)[0]
    assert (mention.start, mention.raw, mention.code) == (len(before), code, code)
    assert canonical(code) == code


@settings(deadline=None)
@given(st.lists(_pieces, max_size=40).map("".join))
def test_mentions_slice_to_raw_in_order_without_overlap(text: str) -> None:
    last = 0
    for mention in find_codes(text):
        assert mention.start >= last
        assert mention.end > mention.start
        assert text[mention.start : mention.end] == mention.raw
        last = mention.end
        if mention.kind == "full":
            assert mention.code is not None
            assert canonical(mention.code) == mention.code
            assert all(key and " " not in key and key == key.lower() for key in search_keys(mention.code))


@settings(deadline=None)
@given(st.text(max_size=200))
def test_any_text_is_read(text: str) -> None:
    for mention in find_codes(clean(text)):
        assert mention.raw
    canonical(text)


@pytest.mark.parametrize(
    "piece", ["1/1/1/1-", "05-CT/TW", "1-A-", "số 1, ", "nghị quyết ", "QĐ ", "(", "9" * 50 + " "]
)
def test_long_hostile_text_is_read(piece: str) -> None:
    mentions = find_codes(piece * (60_000 // len(piece)))
    assert all(mention.code != "" for mention in mentions)


def test_random_cuts_of_a_code_never_raise() -> None:
    source = "Nghị quyết số 35-NQ/TW ngày 22/10/2018 của Bộ Chính trị (khóa XII) về bảo vệ nền tảng"
    chance = random.Random(35)
    for _ in range(500):
        start, end = sorted(chance.sample(range(len(source)), 2))
        find_codes(source[start:end])


# The seed page and the annotated notes


@pytest.mark.corpora
def test_the_seed_page(corpora: Path) -> None:
    text = clean((corpora / "seed" / "bulletin-page.txt").read_text(encoding="utf-8"))
    full = [mention for mention in find_codes(text) if mention.kind == "full"]
    assert len(full) == 16
    issued = {mention.code: mention.issued for mention in full}
    assert issued == {
        "01-KL/TW": date(2021, 5, 18),
        "05-CT/TW": date(2016, 5, 15),
        "35-NQ/TW": date(2018, 10, 22),
        "08-CT/TW": date(2011, 10, 21),
        "08-NQ/TW": date(2011, 12, 1),
        "26-NQ/TW": None,
        "518-QĐ/BTGTW": date(2011, 11, 10),
        "11-QĐ/TU": date(2013, 9, 12),
        "10-CT/TW": date(2011, 12, 5),
        "08-KL/TW": date(2011, 8, 2),
        "03-QĐ/TU": date(2011, 7, 14),
        "18-CT/TW": None,
        "25-NQ/TW": None,
    }
    terms = {mention.code: mention.term for mention in full if mention.term}
    assert terms == {"35-NQ/TW": "XII", "26-NQ/TW": "X", "08-KL/TW": "XI", "25-NQ/TW": "IX"}


@pytest.mark.corpora
def test_annotated_source_notes(corpora: Path) -> None:
    """Every seventh note: its first code, and the issue date after its title (need: 0.98 and 0.97)."""
    with lzma.open(
        corpora / "extraction" / "phapdien_source_notes.jsonl.xz", "rt", encoding="utf-8"
    ) as lines:
        notes = [json.loads(line) for place, line in enumerate(lines) if place % 7 == 0]
    codes = dates = 0
    for note in notes:
        first = next((mention for mention in find_codes(clean(note["text"])) if mention.kind == "full"), None)
        codes += first is not None and "".join(first.raw.split()).startswith(note["code"])
        dates += first is not None and str(first.issued) == note["date"]
    assert codes >= 0.98 * len(notes)
    assert dates >= 0.97 * len(notes)
