"""Decoding: every table letter by letter, detection on text of our own, and refusal of what is no text."""

import unicodedata
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchsvc.analysis.characters import ACCENTED_LETTERS, SHAPE_MARKS
from searchsvc.analysis.legacy import decode, repair
from searchsvc.analysis.legacy_tables import READINGS, table
from searchsvc.analysis.normalize import clean
from searchsvc.errors import UnreadableSource

TEXT = """Hội nghị tổng kết công tác xây dựng Đảng năm qua
Sáng nay, Đảng ủy xã tổ chức hội nghị đánh giá kết quả thực hiện nhiệm vụ, bàn phương hướng năm tới.
Dự hội nghị có các đồng chí trong ban chấp hành và bí thư các chi bộ trực thuộc.
Các đại biểu đều nhất trí: cần giữ vững kỷ cương, mở rộng dân chủ, chăm lo đời sống của đồng bào.
Tỉ lệ: 98
Kết luận hội nghị, đồng chí bí thư yêu cầu mỗi chi bộ chọn hai việc khó để làm dứt điểm trong quý."""
ENCODINGS = ["tcvn3", "vni", "viscii", "vps"]


@cache
def codes(encoding: str) -> dict[str, str]:
    """The byte view of each letter; where a letter has two, that of the chart (the first listed)."""
    found: dict[str, str] = {}
    for view, letter in sorted(
        table(encoding).items(), key=lambda item: (item[0][:1] in "iI", item[0].swapcase())
    ):
        found.setdefault(letter, view)
    return found


def encoded(text: str, encoding: str) -> bytes:
    return "".join(codes(encoding).get(letter, letter) for letter in text).encode("latin-1")


def encoded_1258(text: str) -> bytes:
    parts = []
    for letter in text:
        base, *marks = unicodedata.normalize("NFD", letter)
        shapes = [mark for mark in marks if mark in SHAPE_MARKS]
        tones = [mark for mark in marks if mark not in SHAPE_MARKS]
        parts.append(unicodedata.normalize("NFC", base + "".join(shapes)) + "".join(tones))
    return "".join(parts).encode("cp1258")


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_tables_hold_every_letter_of_the_encoding(encoding: str) -> None:
    # TCVN3 has capitals without tone only.
    toned_capitals = {letter for letter in ACCENTED_LETTERS if letter.isupper() and letter not in "ĂÂÊÔƠƯĐ"}
    expected = set(ACCENTED_LETTERS) - (toned_capitals if encoding == "tcvn3" else set())
    assert set(table(encoding).values()) == expected


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_every_letter_is_read(encoding: str) -> None:
    for letter in table(encoding).values():
        assert READINGS[encoding](f"xx{codes(encoding)[letter]} x") == f"xx{letter} x"


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_bytes_of_each_encoding_are_found_out(encoding: str) -> None:
    decoded = decode(encoded(TEXT, encoding))
    assert decoded.encoding == encoding
    assert decoded.text == TEXT


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_text_read_as_windows_1252_is_repaired(encoding: str) -> None:
    view = encoded(TEXT, encoding)
    seen = "".join(bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in view)
    assert repair(seen) == TEXT


def test_windows_1258() -> None:
    decoded = decode(encoded_1258(TEXT))
    assert (decoded.encoding, decoded.text) == ("windows-1258", TEXT)


@pytest.mark.parametrize("page", ["cp1252", "cp1258"])
def test_utf8_read_twice(page: str) -> None:
    seen = "".join(bytes([byte]).decode(page, "ignore") or chr(byte) for byte in TEXT.encode())
    assert seen != TEXT
    assert repair(seen) == repair(unicodedata.normalize("NFC", seen)) == TEXT
    assert decode(seen.encode()).text == TEXT


def test_latin_1_letters_read_as_windows_1258() -> None:
    seen = "v\u0301 thế c\u0323n, g\u0301 nữa: đă có ư nghĩa với đồng bào các dân tộc trong xă"
    right = "vì thế còn, gì nữa: đã có ư nghĩa với đồng bào các dân tộc trong xã"
    assert repair(seen) == repair(unicodedata.normalize("NFC", seen)) == right


def test_capital_lines_of_tcvn3_become_capital() -> None:
    line = "HéI NGHÞ TæNG KÕT C¤NG T¸C X¢Y DùNG §¶NG"
    assert repair(line) == "HỘI NGHỊ TỔNG KẾT CÔNG TÁC XÂY DỰNG ĐẢNG"


def test_encodings_may_differ_from_line_to_line() -> None:
    lines = TEXT.split("\n")
    mixed = [encoded(lines[1], "tcvn3"), encoded(lines[2], "vni"), lines[3].encode()]
    assert decode(b"\n".join(mixed)).text == "\n".join(lines[1:4])


@pytest.mark.parametrize("junk", [b"", b"\xff", b"\x80", b"\xe1\xbb", b"\xc3"])
@pytest.mark.parametrize("place", ["half a letter at the end", "within"])
def test_a_damaged_byte_of_utf8_costs_its_letter_alone(junk: bytes, place: str) -> None:
    text = "HỘI NGHỊ\n\nTỉnh ủy quán triệt nghị quyết về “xây dựng” nông thôn mới.\nSố ca bệnh sau lũ"
    data = text.encode()
    damaged = data[:-1] + junk if place.startswith("half") else data[:50] + junk + data[51:]
    decoded = decode(damaged)
    assert decoded == (damaged.decode("utf-8", "replace"), "utf-8")


def test_short_lines_follow_their_neighbours() -> None:
    long = TEXT.split("\n")[1]
    text = f"Độ\n{long}\nsố\nTSCĐ"
    assert decode(encoded(text, "tcvn3")).text == text
    assert repair("sè") == "sè"


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (TEXT.encode(), "utf-8"),
        (b"\xef\xbb\xbf" + TEXT.encode(), "utf-8"),
        (b"\xff\xfe" + TEXT.encode("utf-16-le"), "utf-16-le"),
        (b"\xfe\xff" + TEXT.encode("utf-16-be"), "utf-16-be"),
        (TEXT.encode("utf-16-le"), "utf-16-le"),
        (TEXT.encode("utf-16-be"), "utf-16-be"),
        (TEXT.encode("utf-32"), "utf-32-le"),
    ],
)
def test_unicode_with_and_without_mark(data: bytes, encoding: str) -> None:
    assert decode(data) == (TEXT, encoding)


def test_empty_and_ascii() -> None:
    assert decode(b"") == ("", "utf-8")
    assert decode(b"abc\r\n") == ("abc\r\n", "utf-8")


@pytest.mark.parametrize(
    "text", [TEXT, unicodedata.normalize("NFD", TEXT), TEXT.upper(), TEXT.replace("\n", "\r\n")]
)
def test_right_text_is_never_changed(text: str) -> None:
    assert repair(text) == text
    assert decode(text.encode()).text == text


@pytest.mark.parametrize(
    "text",
    [
        "Der Präsident der Republik hält morgen früh eine Rede über die Zukunft der Städte.",
        "L'été dernier, les élèves français ont présenté leur œuvre à Besançon – déjà très fière.",
        "El año pasado la señora Núñez viajó a España para ver a su niño pequeño.",
        "• Năm 1953 – 1954 | 6.204.400 | — | § 5 © ® km² | « Đổi mới »",
        "– | 5.025,30 | 3,3 | 3.230.300 | — |",
    ],
)
def test_other_languages_and_tables_stay(text: str) -> None:
    assert repair(text) == text
    assert decode(text.encode()).text == text


def test_other_legacy_text_is_read_as_windows_1252() -> None:
    text = "Der Präsident hält morgen früh eine Rede über die Zukunft der Städte – für alle."
    assert decode(text.encode("cp1252")) == (text, "windows-1252")


@pytest.mark.parametrize(
    "data",
    [
        b"%PDF-1.7 x",
        b"PK\x03\x04abc",
        b"\x89PNG\r\n",
        b"abc\x00\x01\x02def",
        bytes(range(256)) * 9,
        b"\x01\x08\x0e" * 99,
    ],
)
def test_what_is_no_text_is_refused_with_advice(data: bytes) -> None:
    with pytest.raises(UnreadableSource) as caught:
        decode(data)
    assert "UTF-8" in caught.value.message.vi
    assert "\n" not in caught.value.message.vi + caught.value.message.en


@given(st.binary(max_size=400))
def test_any_bytes_give_text_or_a_refusal(data: bytes) -> None:
    try:
        decoded = decode(data)
    except UnreadableSource:
        return
    clean(decoded.text)
    assert decoded.encoding


@given(st.text())
def test_repair_takes_any_text(text: str) -> None:
    assert repair(text).count("\n") == text.count("\n")


@pytest.mark.corpora
@pytest.mark.parametrize("name", ["party_subset", "news_unc", "wiki_vi"])
def test_real_texts_are_not_changed(corpora, name: str) -> None:
    import itertools
    import json
    import lzma

    with lzma.open(corpora / f"{name}.jsonl.xz", "rt", encoding="utf-8") as lines:
        for line in itertools.islice(lines, 100):
            body = json.loads(line)["body"]
            assert repair(body) == body


@pytest.mark.corpora
def test_real_legacy_documents_equal_their_transcripts(corpora) -> None:
    import json
    import lzma

    def words(text: str) -> list[str]:
        return text.lower().split()

    with lzma.open(corpora / "legacy" / "pairs.jsonl.xz", "rt", encoding="utf-8") as lines:
        pairs = [json.loads(line) for line in lines]
    exact = [pair["id"] for pair in pairs if words(repair(pair["raw"])) == words(pair["unicode"])]
    # The others differ from their transcripts in single words.
    assert len(pairs) - len(exact) <= 3
