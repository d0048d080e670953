"""Golden pages: what the reader of text pages takes from each, and that the portal's furniture is gone."""

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchsvc.articles import Draft
from searchsvc.errors import UnreadableSource
from searchsvc.ingest.furniture import is_furniture, without_furniture, without_views
from searchsvc.ingest.paragraphs import is_capitals, is_caption
from searchsvc.ingest.sources import Refusal
from searchsvc.ingest.text_page import draft_from_text, stamp_of
from tests.ingest.builders import openings, page, read_bytes, refusal

# page: (title, published, captions, author, openings of the summary and of the body's paragraphs)
GOLDEN = {
    "capitals.txt": (
        "SƠ KẾT HAI NĂM THỰC HIỆN NGHỊ QUYẾT VỀ PHÁT TRIỂN CÂY CHÈ Ở XÃ NẬM LỘC GIAI ĐOẠN 2020 - 2022",
        "Thứ Năm, ngày 12/5/2022 - 16:20",
        ("Đại biểu tham quan mô hình chè hữu cơ tại thôn Nà Pục",),
        "BTG",
        "Sáng 12/5,",
        ["Báo cáo", "Hội nghị", "Kết luận"],
    ),
    "ordinary_case.txt": (
        "Xã Nậm Lộc sơ kết hai năm phát triển cây chè theo hướng hữu cơ",
        "Thứ ba, 20:02, 17/05/2022",
        (),
        "Linh Lan",
        "Sáng 12/5,",
        ["Báo cáo", "Kết luận"],
    ),
    "wrapped.txt": (
        "CHI BỘ NÀ PỤC ĐỔI MỚI SINH HOẠT",
        "14 giờ 30 phút ngày 28/11/2022",
        (),
        "Nông Văn Thỏa",
        "Chi bộ",
        ["Kỳ tháng", "1. Việc", "2. Việc"],
    ),
    "related_inside.txt": (
        "NGÀY HỘI ĐẠI ĐOÀN KẾT Ở KHU DÂN CƯ BẢN HẺO",
        "18/11/2023 - 08:00",
        (),
        "Theo Hồng Thắm, Phòng Tổng hợp",
        "Sáng 12/5,",
        ["Báo cáo", "Kết luận"],
    ),
    "no_timestamp.txt": (
        "THÔNG BÁO VỀ VIỆC TRỰC LỄ",
        None,
        (),
        "BAN TỔ CHỨC",
        "Báo cáo",
        ["Kết luận"],
    ),
    "captions.txt": (
        "HỘI THI TUYÊN TRUYỀN VIÊN GIỎI NĂM 2023",
        "Cập nhật lúc: 18:00 |22/05/2023",
        (
            "Các thí sinh bước vào phần thi hùng biện",
            "Ban Tổ chức trao giải Nhất cho thí sinh Ma Thị Hương. Ảnh: Đức Anh",
        ),
        "P.Sinh",
        "Sáng 12/5,",
        [
            "Báo cáo",
            "I. KẾT",
            "Hội nghị",
            "Phương hướng",
            "Kết luận",
            "Các đơn",
            "Chi bộ",
            "Chi bộ",
            "Báo cáo",
        ],
    ),
    "stamp_first.txt": (
        "ĐẢNG BỘ XÃ NẬM LỘC KẾT NẠP ĐẢNG VIÊN MỚI",
        "29/08/2024 - 08:00",
        (),
        None,
        "Sáng 12/5,",
        ["Báo cáo"],
    ),
    "one_paragraph.txt": ("TIN VẮN", "Thứ Hai, 18 tháng 12, 2017", (), None, "", ["Sáng 12/5,"]),
    "nfd.txt": (
        "ĐẠI HỘI CHI BỘ TRẠM Y TẾ",
        "Thứ Tư, 08/04/2015, 08:11 [GMT+7]",
        (),
        "ĐKH",
        "Sáng 12/5,",
        ["Báo cáo"],
    ),
    "utf16.txt": ("HỘI NGHỊ TỔNG KẾT PHONG TRÀO", "7-4-2015", (), None, "Sáng 12/5,", ["Báo cáo"]),
}


@pytest.mark.parametrize("name", GOLDEN)
def test_golden_page(name: str) -> None:
    draft = page(name)
    title, published, captions, author, summary, body = GOLDEN[name]
    assert (draft.title, draft.published, draft.captions, draft.author) == (
        title,
        published,
        captions,
        author,
    )
    assert " ".join(draft.summary.split()[:2]) == summary
    assert openings(draft) == body


@pytest.mark.parametrize("name", GOLDEN)
def test_page_is_clean_and_knows_its_place(name: str) -> None:
    draft = page(name)
    whole = "\n".join((draft.title, draft.summary, draft.body, *draft.captions, draft.author or ""))
    assert unicodedata.is_normalized("NFC", whole)
    assert "\u00a0" not in whole
    assert draft.source_key == f"file:{Path(name).absolute()}"
    assert draft.source == str(Path(name).absolute())
    for furniture in (
        "Đã xem",
        "Lượt xem",
        "TIN ĐÃ ĐĂNG",
        "Tổng số:",
        "Xem tin theo",
        "Về trang",
        "Trang sau",
    ):
        assert furniture not in whole


def test_code_broken_over_lines_is_whole_again() -> None:
    assert "12- HD/BTCTW" in page("wrapped.txt").summary


@pytest.mark.corpora
def test_seed_page(corpora: Path) -> None:
    source = corpora / "seed" / "bulletin-page.txt"
    (draft,) = read_bytes(source.read_bytes(), str(source))
    assert isinstance(draft, Draft)
    assert draft.title.startswith("KẾT QUẢ CÔNG TÁC TUYÊN GIÁO")
    assert draft.title.endswith("TỈNH NĂM 2021")
    assert draft.published == "Thứ Sáu, ngày 7/1/2022 - 09:44"
    assert draft.summary.startswith("Năm 2021, Ban Tuyên giáo")
    assert draft.body.startswith("Thực hiện Chương trình công tác năm 2021")
    assert draft.body.endswith("do Thường trực Đảng uỷ giao.")
    assert [caption[:24] for caption in draft.captions] == [
        "Hội nghị cán bộ chủ chốt",
        "Hội nghị báo cáo viên tr",
    ]
    assert draft.author == "BTG"


@pytest.mark.parametrize(
    ("line", "printed"),
    [
        ("Thứ Sáu, ngày 7/1/2022 - 09:44 Đã xem: 286", "Thứ Sáu, ngày 7/1/2022 - 09:44"),
        ("29/08/2024 - 08:00 | Lượt xem: 1.024", "29/08/2024 - 08:00"),
        ("Cập nhật: 07/04/2021 15:38:00 (512 lượt xem)", "Cập nhật: 07/04/2021 15:38:00"),
        ("KẾ HOẠCH NGÀY 7/1/2022 CỦA BAN THƯỜNG VỤ", None),
        ("Hội nghị diễn ra sáng 7/1/2022 tại huyện", None),
        ("9/2020", None),
    ],
)
def test_stamp_of(line: str, printed: str | None) -> None:
    assert stamp_of(line) == printed


def test_furniture_lines() -> None:
    for line in (
        "Đã xem: 286",
        "1 2 3 4 ... Trang sau",
        "In bài viết",
        "Trang chủ > Tin tức",
        "» CÁC TIN KHÁC:",
    ):
        assert is_furniture(line), line
    for line in (
        "Tổng số đảng viên của chi bộ là 21 đồng chí.",
        "2020 - 2025 là nhiệm kỳ mới",
        "Tin vui",
        "",
    ):
        assert not is_furniture(line), line


def test_section_named_like_furniture_is_kept_while_text_follows() -> None:
    long = "Bạn đọc Lò Văn A ở thôn Nà Pục hỏi về thủ tục chuyển sinh hoạt đảng khi thay đổi nơi cư trú " * 2
    assert without_furniture(["Ý kiến bạn đọc", long.strip() + "."]) == [False, True]
    assert without_furniture(["Ý kiến bạn đọc", "Họ tên"]) == [False, False]


def test_views_are_taken_from_short_lines_only() -> None:
    assert without_views("x " * 200 + "Đã xem: 5").endswith("Đã xem: 5")


def test_heading_is_no_caption() -> None:
    full = (
        "Trong năm qua, cấp ủy các cấp đã tập trung lãnh đạo, chỉ đạo toàn diện các lĩnh vực công tác, " * 2
        + "v.v."
    )
    for heading in (
        "MỘT SỐ KẾT QUẢ NỔI BẬT",
        "1. Công tác tư tưởng",
        "Nhiệm vụ trọng tâm",
        "Điều 5. Phạm vi",
    ):
        assert not is_caption([full, heading, full], 1), heading
    assert is_caption([full, "Quang cảnh hội nghị tổng kết", full], 1)
    assert not is_caption(["Gồm các đơn vị:", "Đoàn Thanh niên xã Nậm Lộc", full], 1)


def test_capitals() -> None:
    assert is_capitals("KẾT QUẢ NĂM 2021")
    assert not is_capitals("Kết quả năm 2021")
    assert not is_capitals("2021")


@pytest.mark.parametrize("data", [b"", b"   \n\n", "\u00a0\n".encode(), b"1 2 3\n4/5"])
def test_no_text_is_refused(data: bytes) -> None:
    assert refusal(data, form="text").reason.en


def test_binary_is_refused() -> None:
    assert "binary" in refusal(b"abc\x00\x01\x02\xff" * 50).reason.en.lower()


@settings(deadline=None)
@given(st.text(max_size=400))
def test_any_text_gives_a_draft_or_a_reason(text: str) -> None:
    try:
        draft = draft_from_text(text, "p")
    except UnreadableSource:
        assert not any(map(str.isalpha, text))
        return
    assert draft.title or draft.body
    assert "\n" not in draft.title


@settings(deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_give_one_reading(data: bytes) -> None:
    (found,) = read_bytes(data, form="text")
    assert isinstance(found, Draft | Refusal)


@settings(deadline=None)
@given(st.lists(st.text(st.characters(categories=("Lu", "Ll", "Zs", "Nd", "Po")), max_size=60), max_size=12))
def test_words_of_full_paragraphs_are_never_lost(lines: list[str]) -> None:
    paragraph = (
        "Đảng ủy xã đã chỉ đạo các chi bộ tổ chức học tập, quán triệt nghị quyết đến từng đảng viên, "
        "gắn với kế hoạch năm 2022 của xã."
    )
    draft = draft_from_text("\n\n".join(["TIÊU ĐỀ", "7/1/2022 - 09:44", paragraph, *lines, paragraph]), "p")
    assert paragraph in draft.summary + draft.body
