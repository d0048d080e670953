"""The page that this project started from, through the whole way: file → archive → index → answer."""

import json
from pathlib import Path

import pytest

from searchsvc.search.service import SearchService
from searchsvc.settings import load_settings
from tests.conftest import run_command

pytestmark = pytest.mark.corpora

# code: (citations, issue date where the text gives one)
CITED = {
    "01-KL/TW": (2, "2021-05-18"),
    "05-CT/TW": (3, "2016-05-15"),
    "35-NQ/TW": (1, "2018-10-22"),
    "08-CT/TW": (1, "2011-10-21"),
    "08-NQ/TW": (1, "2011-12-01"),
    "26-NQ/TW": (1, None),
    "518-QĐ/BTGTW": (1, "2011-11-10"),
    "11-QĐ/TU": (1, "2013-09-12"),
    "10-CT/TW": (1, "2011-12-05"),
    "08-KL/TW": (1, "2011-08-02"),
    "03-QĐ/TU": (1, "2011-07-14"),
    "18-CT/TW": (1, None),
    "25-NQ/TW": (1, None),
}
FURNITURE = ("CÁC TIN ĐÃ ĐĂNG", "Tổng số", "Xem tin theo ngày", "Đã xem", "286", "Thứ Sáu", "Trang: 1")


@pytest.fixture(scope="module")
def data(corpora: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("seed") / "index"
    assert run_command("import", str(corpora / "seed" / "bulletin-page.txt"), data=data).exit_code == 0
    assert run_command("reindex", data=data).exit_code == 0
    return data


@pytest.fixture(scope="module")
def service(data: Path) -> SearchService:
    from searchsvc.search.opening import opened_service

    with opened_service(load_settings(data=data)) as opened:
        yield opened


def found(data: Path, query: str, *options: str) -> list[dict[str, object]]:
    result = run_command("search", query, "--json", *options, data=data)
    assert result.exit_code == 0, result.stderr
    results: list[dict[str, object]] = json.loads(result.stdout)["results"]
    return results


def test_title_date_and_unit(data: Path) -> None:
    (page,) = found(data, "công tác tuyên giáo")
    assert page["title"] == (
        "KẾT QUẢ CÔNG TÁC TUYÊN GIÁO CỦA ĐẢNG BỘ KHỐI CÁC CƠ QUAN VÀ DOANH NGHIỆP TỈNH NĂM 2021"
    )
    assert page["published"] == "2022-01-07T09:44:00+07:00"
    assert "Ban Tuyên giáo" in page["unit"]["name"]
    assert page["codes"] == list(dict.fromkeys(page["codes"]))
    assert set(page["codes"]) == set(CITED)


def test_all_citations_with_their_dates(service: SearchService) -> None:
    article = next(service.archive.changes(0))[0]
    full = [mention for mention in article.annotations.codes if mention.kind == "full"]
    assert len(full) == 16
    for code, (citations, issued) in CITED.items():
        mentions = [mention for mention in full if mention.code == code]
        assert len(mentions) == citations
        for mention in mentions:
            assert (mention.issued.isoformat() if mention.issued else None) == issued
            assert article.text_of(mention.part)[mention.start : mention.end] == mention.raw


def test_no_furniture_in_the_text(service: SearchService) -> None:
    article = next(service.archive.changes(0))[0]
    for furniture in FURNITURE:
        assert furniture not in article.body + article.summary
    assert article.author == "BTG"
    assert len(article.captions) == 2
    assert article.body.startswith("Thực hiện Chương trình công tác năm 2021")
    assert article.body.endswith("do Thường trực Đảng uỷ giao.")


def test_both_tone_placements_find_the_page_and_are_marked(data: Path) -> None:
    for query in ("cấp ủy", "cấp uỷ", "CẤP ỦY", "cap uy"):
        (page,) = found(data, query)
        marked = {
            segment["text"].lower() for snippet in page["snippets"] for segment in snippet if segment["hit"]
        }
        assert marked & {"ủy", "uỷ"}


@pytest.mark.parametrize("spelling", ["05-CT/TW", "05 ct tw", "5/CT-TW", "chỉ thị 05 của Bộ Chính trị"])
def test_its_codes_are_found_in_any_spelling(data: Path, spelling: str) -> None:
    assert len(found(data, spelling)) == 1


def test_filters_find_it(data: Path) -> None:
    assert (
        len(
            found(
                data, "", "--from", "7/1/2022", "--to", "7/1/2022", "--unit", "tinh-uy", "--code", "35-NQ/TW"
            )
        )
        == 1
    )
    assert found(data, "", "--from", "8/1/2022") == []
