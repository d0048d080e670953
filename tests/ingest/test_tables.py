"""JSON Lines and CSV: good lines and rows, and each kind of bad one."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchsvc.analysis.legacy import Decoded, decode
from searchsvc.articles import Draft
from searchsvc.errors import UnreadableSource
from searchsvc.ingest import csv_table, json_lines, sources
from searchsvc.ingest.csv_table import separator_of
from searchsvc.ingest.records import draft_from_record, field_of
from searchsvc.ingest.sources import KEPT_BYTES, Limits, Refusal, SourceFile
from tests.ingest.builders import PAGES, read_bytes, refusal


def drafts(found: list[Draft | Refusal]) -> list[Draft]:
    return [item for item in found if isinstance(item, Draft)]


def refusals(found: list[Draft | Refusal]) -> list[Refusal]:
    return [item for item in found if isinstance(item, Refusal)]


def test_json_lines_page() -> None:
    found = read_bytes((PAGES / "articles.jsonl").read_bytes(), "articles.jsonl")
    first, second, third, last = drafts(found)
    assert (first.id, first.unit, first.captions) == ("nl-1", "BTG", ("Giờ thực hành",))
    assert first.body == "Lớp học có 40 người.\n\nHọc ba ngày."
    assert first.source.endswith("articles.jsonl:1")
    assert first.source_key is None
    assert (second.url, second.published) == ("https://namloc.example.vn/2", "12/5/2022 08:30")
    assert third.title == "Không có tiêu đề nhưng có câu mở đầu."
    assert third.body.startswith(third.title)
    assert last.title == "Khóa sau cùng"
    assert [(item.position, item.reason.en) for item in refusals(found)] == [
        (5, "Line 5: Broken JSON at column 32"),
        (6, "Line 6: Field 'title' must be a string, not int"),
        (7, "Line 7: Not a JSON object but list"),
        (8, "Line 8: Neither a title nor a body"),
        (9, "Line 9: Field 'body' must be a string, not float"),
    ]
    assert refusals(found)[1].original == '{"title": 12, "body": "Tiêu đề là số"}'.encode()


def test_csv_page() -> None:
    found = read_bytes((PAGES / "articles.csv").read_bytes(), "articles.csv")
    first, second = drafts(found)
    assert (first.title, first.body) == ("Tin thứ nhất", "Nội dung có dấu ; và\nxuống dòng.")
    assert (first.published, first.unit) == ("07/01/2022", "BTG")
    assert second.unit is None
    (wrong,) = refusals(found)
    assert wrong.position == 3
    assert wrong.reason.en == "Row 3: Wrong number of columns (2/5)"


def test_byte_order_mark_and_utf16() -> None:
    line = '{"title": "Tin vắn", "body": "Một"}\n'
    for data in (line.encode("utf-8-sig"), line.encode("utf-16")):
        (draft,) = read_bytes(data, "x.jsonl", "jsonl")
        assert isinstance(draft, Draft)
        assert draft.title == "Tin vắn"
    (draft,) = read_bytes("title,body\nTin vắn,Một\n".encode("utf-16"), "x.csv", "csv")
    assert isinstance(draft, Draft)
    assert draft.title == "Tin vắn"


def test_line_over_the_limit_is_refused_and_the_next_read() -> None:
    data = b'{"title": "' + b"x" * 3_000_000 + b'"}\n{"title": "b"}'
    found = read_bytes(data, form="jsonl", limits=Limits(max_item_bytes=1_000_000))
    assert isinstance(found[0], Refusal)
    assert found[0].reason.en.startswith("Line 1: Larger")
    assert data.startswith(found[0].original)
    assert len(found[0].original) == KEPT_BYTES
    assert isinstance(found[1], Draft)
    assert found[1].source.endswith(":2")


@pytest.mark.parametrize(
    "line",
    [
        b'{"title":' + b"[" * 200_000,
        b'{"title":' + b"9" * 10_000 + b"}",
        b"{",
        b"nul",
        b'"x"',
        b"\xff\xfe\x00",
    ],
)
def test_bad_line_is_refused_with_its_bytes(line: bytes) -> None:
    found = read_bytes(b'{"title": "a"}\n' + line + b'\n{"title": "b"}', form="jsonl")
    assert [type(item) for item in found] == [Draft, Refusal, Draft]
    assert isinstance(found[1], Refusal)
    assert found[1].original == line
    assert found[1].position == 2


def test_json_document_over_many_lines_is_refused_once() -> None:
    data = json.dumps([{"title": "a"}, {"title": "b"}], indent=1).encode()
    assert "one object a line" in refusal(data, form="jsonl").reason.en


def test_lone_surrogate_and_controls_do_not_reach_the_draft() -> None:
    (draft,) = read_bytes(b'{"title": "a\\ud800b\\u0000c", "body": "x\\u0007y"}', form="jsonl")
    assert isinstance(draft, Draft)
    assert draft.title.encode()
    assert "\0" not in draft.title
    assert draft.body == "xy"


def test_parts_cover_the_file_with_right_line_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_lines, "PART_BYTES", 1000)
    data = b"".join(b'{"title": "%d", "body": "%s"}\n' % (n, b"x" * (n % 700)) for n in range(1, 3000))
    source = SourceFile(PAGES / "none", data=data)
    cut = list(json_lines.parts(source))
    assert len(cut) > 2
    assert [part.start for part in cut[1:]] == [part.end for part in cut[:-1]]
    found = [item for part in cut for item in json_lines.read(part, Limits())]
    assert [int(item.title) for item in drafts(found)] == list(range(1, 3000))
    assert all(draft.source.endswith(f":{draft.title}") for draft in drafts(found))


@pytest.mark.parametrize(
    ("header", "separator"),
    [
        ("title,body", ","),
        ("Tiêu đề;Nội dung", ";"),
        ("Ngày đăng\tTIÊU ĐỀ\tĐơn vị", "\t"),
        ("a,b,c", None),
        ("", None),
    ],
)
def test_separator(header: str, separator: str | None) -> None:
    assert separator_of(header) == separator


def test_headers_in_two_languages() -> None:
    named = ["title", "Tiêu đề", "NỘI DUNG", "ngày đăng", "Đơn vị", "tác giả", "Đường dẫn", "tóm tắt", "x"]
    fields = ["title", "title", "body", "published", "unit", "author", "url", "summary", None]
    assert [field_of(name) for name in named] == fields


def test_csv_without_header_is_refused() -> None:
    assert "name the columns" in refusal(b"a,b\nc,d\n", form="csv").reason.en


def test_csv_cell_over_the_limit_is_refused() -> None:
    data = b'title,body\nA,B\n"' + b"x\n" * 50_000
    found = read_bytes(data, form="csv", limits=Limits(max_item_bytes=10_000))
    assert isinstance(found[0], Draft)
    assert isinstance(found[1], Refusal)
    assert "Larger" in found[1].reason.en
    assert len(found) < 150
    assert isinstance(found[-1], Refusal)
    assert "the rest is not read" in found[-1].reason.en


@pytest.mark.parametrize("row", [b"," * 50_000, b"x" * 50_000, b"\xb6," * 30_000])
def test_csv_row_over_the_limit_is_refused_whatever_its_cells(row: bytes) -> None:
    data = b"title,body\nA,B\n" + row + b"\n" + b"C,D\n" * 3
    found = read_bytes(data, form="csv", limits=Limits(max_item_bytes=10_000))
    assert [draft.title for draft in drafts(found)] == ["A", "C", "C", "C"]
    assert ["Larger" in item.reason.en for item in refusals(found)] == [True]


@pytest.mark.parametrize("cell", [b'"\n",', b'"x","y\n"'])
def test_csv_row_over_the_limit_is_refused_over_however_many_lines(cell: bytes) -> None:
    found = read_bytes(b"title,body\nA,B\n" + cell * 20_000, form="csv", limits=Limits(max_item_bytes=10_000))
    assert drafts(found)[0].title == "A"
    assert "Larger" in refusals(found)[0].reason.en


@pytest.mark.parametrize("data", [b"title,body\n", b"title,body", b'"title","body\n"', b"title,body\n\n\xb6"])
def test_csv_that_ends_with_its_header_has_no_rows(data: bytes) -> None:
    assert all("columns" in item.reason.en for item in refusals(read_bytes(data, form="csv")))


def test_csv_header_without_an_end_is_refused() -> None:
    found = read_bytes(b"title," * 100_000, form="csv", limits=Limits(max_item_bytes=10_000))
    assert [type(item) for item in found] == [Refusal]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_csv_in_a_legacy_encoding_is_decoded_in_blocks(monkeypatch: pytest.MonkeyPatch, end: str) -> None:
    sizes: list[int] = []

    def decoded(data: bytes) -> Decoded:
        sizes.append(len(data))
        return decode(data)

    monkeypatch.setattr(csv_table, "decode", decoded)
    monkeypatch.setattr(csv_table, "_DECODED_BYTES", 1000)
    monkeypatch.setattr(sources, "_BLOCK", 500)
    rows = [f"NghÞ quyÕt sè {number},Héi nghÞ tØnh ñy" for number in range(300)]
    data = end.join(["title,body", *rows, ""]).encode("latin-1")
    found = read_bytes(data, form="csv")
    assert [draft.title for draft in drafts(found)] == [f"Nghị quyết số {number}" for number in range(300)]
    assert drafts(found)[-1].source.endswith(":301")
    assert len(sizes) > 5
    assert max(sizes) <= 1500


def test_csv_in_a_legacy_code_page() -> None:
    data = "title,body\nTin vắn,Ông Bình\n".encode("cp1258", "replace")
    (draft,) = read_bytes(data, form="csv")
    assert isinstance(draft, Draft)


def test_record_without_title_takes_the_first_sentence() -> None:
    body = "Câu đầu tiên. " + "Câu sau rất dài và còn dài nữa, " * 30
    assert draft_from_record({"body": body}, "s").title == "Câu đầu tiên."
    with pytest.raises(UnreadableSource):
        draft_from_record({"captions": "x"}, "s")


def test_numbers_are_ids_only() -> None:
    assert draft_from_record({"id": 7, "title": "a"}, "s").id == "7"
    for record in ({"id": True, "title": "a"}, {"id": 1.5, "title": "a"}, {"title": "a", "captions": [1]}):
        with pytest.raises(UnreadableSource, match="must be"):
            draft_from_record(record, "s")


@settings(deadline=None)
@given(st.lists(st.binary(max_size=60), max_size=8), st.sampled_from(["jsonl", "csv", "auto"]))
def test_any_bytes_give_readings(lines: list[bytes], form: str) -> None:
    for found in read_bytes(
        b"\n".join([b'{"title": "a"}' if form == "jsonl" else b"title,body", *lines]), form=form
    ):
        assert isinstance(found, Draft | Refusal)


@settings(deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(["id", "title", "body", "captions", "date", "time"]),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
            lambda inner: st.lists(inner, max_size=3),
            max_leaves=4,
        ),
    )
)
def test_any_record_gives_a_draft_or_a_reason(record: dict[str, object]) -> None:
    data = json.dumps(record).encode()
    assert len(read_bytes(data, form="jsonl")) == 1
