"""The list of all documents: filters, counts, order, text."""

from datetime import date

import pytest

from searchsvc.search.document_list import (
    UNSTATED,
    DocumentList,
    DocumentSort,
    ListedDocument,
    ListQuery,
)


def listed(
    name: str, type: str, issuer: str, articles: int, *years: int, last: date | None = None
) -> ListedDocument:
    number = name.split("-", maxsplit=1)[0].split("/", maxsplit=1)[0]
    code = None if issuer == UNSTATED else name
    return ListedDocument(name, code, type, number, issuer, years, articles, last=last)


DOCUMENTS = DocumentList(
    [
        listed("05-CT/TW", "CT", "TW", 7, 2016, last=date(2024, 1, 1)),
        listed("35-NQ/TW", "NQ", "TW", 5, 2018, last=date(2025, 1, 1)),
        listed("35-CT/TW", "CT", "TW", 5, 2019, 2024, last=date(2023, 1, 1)),
        listed("30/2020/NĐ-CP", "NĐ", "CP", 2, 2020),
        listed("115-CT/TU", "CT", "TU", 1, 2020),
        listed("05-CT", "CT", UNSTATED, 1),
    ]
)


def names(**asked: object) -> list[str]:
    return [document.name for document in DOCUMENTS.select(ListQuery(**asked)).entries]


def test_the_most_cited_come_first_then_by_name() -> None:
    assert names()[:3] == ["05-CT/TW", "35-CT/TW", "35-NQ/TW"]


def test_the_most_recently_cited_come_first_and_the_undated_last() -> None:
    assert names(sort=DocumentSort.RECENT)[:3] == ["35-NQ/TW", "05-CT/TW", "35-CT/TW"]
    assert set(names(sort=DocumentSort.RECENT)[3:]) == {"30/2020/NĐ-CP", "115-CT/TU", "05-CT"}


def test_filters_narrow_and_each_facet_counts_what_a_choice_gives() -> None:
    page = DOCUMENTS.select(ListQuery(type="CT", issuer="TW"))
    assert [document.name for document in page.entries] == ["05-CT/TW", "35-CT/TW"]
    for facet, field in ((page.types, "type"), (page.issuers, "issuer"), (page.years, "year")):
        for each in facet:
            value = int(each.value) if field == "year" else each.value
            asked = {"type": "CT", "issuer": "TW", field: value}
            assert DOCUMENTS.select(ListQuery(**asked)).total == each.count
    assert [each.value for each in page.years] == ["2024", "2019", "2016"]
    assert {each.value for each in page.issuers} == {"TW", "TU", UNSTATED}


def test_a_document_is_found_by_each_of_its_years() -> None:
    assert names(year=2019) == names(year=2024) == ["35-CT/TW"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("05-CT/TW", ["05-CT/TW"]),
        ("5 ct", ["05-CT/TW", "05-CT"]),
        ("chỉ thị 05", ["05-CT/TW", "05-CT"]),
        ("chi thi cua tinh uy", []),
        ("chi thi tinh uy", ["115-CT/TU"]),
        ("nghị định chính phủ 2020", ["30/2020/NĐ-CP"]),
        ("bộ chính trị nq", ["35-NQ/TW"]),
        ("15", []),
        ("%' OR 1=1", []),
    ],
)
def test_the_text_is_a_code_or_words_of_it(text: str, expected: list[str]) -> None:
    assert names(text=text) == expected


def test_pages_join_and_end() -> None:
    pages = [names(page=page, per_page=4) for page in (1, 2, 3)]
    assert [name for page in pages for name in page] == names()
    assert pages[2] == []


def test_a_number_lists_its_documents() -> None:
    assert [document.name for document in DOCUMENTS.numbered("35")] == ["35-CT/TW", "35-NQ/TW"]
    assert [document.name for document in DOCUMENTS.numbered("30/2020")] == ["30/2020/NĐ-CP"]
    assert DOCUMENTS.numbered("30/2019") == ()
    assert DOCUMENTS.numbered("x") == ()
