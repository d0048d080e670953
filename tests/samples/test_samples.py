"""The sample archive keeps what tests and demonstrations build on: its size, its variety and its damage."""

import re
import unicodedata
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from searchsvc.articles import Annotations, Draft
from searchsvc.resources import samples_folder

RELEVANCE = Path(__file__).resolve().parents[1] / "relevance"
KINDS = {
    "written", "unaccented", "half-accented", "tone", "capitals", "code", "fragment", "abbreviation",
    "date", "keyboard", "operator", "unit", "pair", "spelling",
}  # fmt: skip


@dataclass(frozen=True)
class Sample:
    path: Path
    draft: Draft
    annotations: Annotations

    @property
    def text(self) -> str:
        return "\n".join((self.draft.title, self.draft.summary, self.draft.body, *self.draft.captions))


@pytest.fixture(scope="module")
def samples() -> list[Sample]:
    from searchsvc.extract.annotate import annotate
    from searchsvc.extract.units import Registry
    from searchsvc.ingest.formats import read_file

    registry = Registry.load(None)
    found = []
    for path in files():
        for reading in read_file(path):
            assert isinstance(reading, Draft), f"{path.name}: {reading}"
            found.append(Sample(path, reading, annotate(reading, registry)))
    return found


def files() -> list[Path]:
    return sorted(path for path in samples_folder().glob("*/*") if path.is_file())


def raw() -> dict[Path, str]:
    return {path: path.read_text(encoding="utf-8") for path in files()}


def rows(name: str) -> list[list[str]]:
    lines = (RELEVANCE / name).read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines]


def test_there_are_enough_articles_in_each_format(samples: list[Sample]) -> None:
    formats = Counter(sample.path.suffix for sample in samples)
    assert len(samples) >= 96
    assert formats[".txt"] >= 40
    assert formats[".html"] >= 24
    assert formats[".jsonl"] >= 30
    assert formats[".csv"] >= 3


def test_no_two_articles_share_a_title_or_a_paragraph(samples: list[Sample]) -> None:
    titles = Counter(sample.draft.title for sample in samples)
    assert not [title for title, count in titles.items() if count > 1]
    paragraphs = Counter(part for sample in samples for part in sample.draft.body.split("\n\n"))
    assert not [text for text, count in paragraphs.items() if count > 1]


def test_articles_have_the_length_of_real_ones(samples: list[Sample]) -> None:
    for sample in samples:
        words = len(f"{sample.draft.summary} {sample.draft.body}".split())
        assert 150 <= words <= 500, f"{sample.draft.title}: {words} words"


def test_every_year_has_its_articles(samples: list[Sample]) -> None:
    years = Counter(sample.annotations.published.year for sample in samples if sample.annotations.published)
    assert sum(years.values()) == len(samples)
    assert set(years) == set(range(2015, 2026))
    assert min(years.values()) >= 5


def test_timestamps_stand_in_many_forms(samples: list[Sample]) -> None:
    forms = {re.sub(r"\w+", lambda word: "9" if word[0].isdigit() else "a", sample.draft.published or "")
             for sample in samples}  # fmt: skip
    assert len(forms) >= 8


def test_weekdays_agree_with_the_dates(samples: list[Sample]) -> None:
    names = ("hai", "ba", "tư", "năm", "sáu", "bảy", "nhật")
    for sample in samples:
        weekday = re.match(r"(?:thứ|chủ) (\w+)", (sample.draft.published or "").lower())
        if weekday and sample.annotations.published:
            assert weekday[1] == names[sample.annotations.published.weekday()], sample.draft.title


def test_many_units_publish_and_some_articles_are_signed_by_persons(samples: list[Sample]) -> None:
    units = Counter(sample.annotations.unit for sample in samples)
    assert len([unit for unit in units if unit]) >= 20
    assert units["ban-tuyen-giao-dang-uy-khoi"] >= 3
    assert 3 <= units[None] <= 20
    assert {sample.draft.author for sample in samples} >= {"Hoài Thu", "Mai Anh", "Quang Huy", "Thanh Mai"}


def test_units_of_fields_are_known(samples: list[Sample]) -> None:
    assert not [sample.draft.unit for sample in samples if sample.draft.unit and not sample.annotations.unit]


def test_codes_are_many_and_cited_repeatedly(samples: list[Sample]) -> None:
    cited = Counter(code for sample in samples for code in sample.annotations.distinct_codes())
    assert 55 <= len(cited) <= 90
    assert len([code for code, count in cited.items() if count >= 2]) >= 40
    assert cited["05-CT/TW"] >= 5


def test_one_number_names_documents_of_different_terms(samples: list[Sample]) -> None:
    issued: dict[str, set[date]] = defaultdict(set)
    for sample in samples:
        for mention in sample.annotations.codes:
            if mention.code and mention.issued:
                issued[mention.code].add(mention.issued)
    for code, first, second in (
        ("08-NQ/TW", date(2011, 12, 1), date(2017, 1, 16)),
        ("18-NQ/TW", date(2017, 10, 25), date(2022, 6, 16)),
        ("23-CT/TW", date(2018, 2, 9), date(2023, 5, 25)),
        ("35-CT/TW", date(2019, 5, 30), date(2024, 6, 14)),
        ("36-CT/TW", date(2014, 5, 30), date(2019, 8, 16)),
    ):
        assert issued[code] == {first, second}, code


@pytest.mark.parametrize(
    "damaged",
    ["35 - NQ/TW", "46–NQ/TW", "102-QD/TW", "30/2020/ND-CP", "05/CT-TW", "37/NQ-TW", "03/NQ-TU", "5-CT/TW",
     "05-CT/TƯ", "18-NQ/\nTW", "217, 218-QĐ/TW", "98, 99-QĐ/TW", "số12-CT/TU"],
)  # fmt: skip
def test_codes_are_damaged_where_real_ones_are_and_found_all_the_same(
    samples: list[Sample], damaged: str
) -> None:
    from searchsvc.extract.codes import canonical

    holders = [path for path, text in raw().items() if damaged in text]
    assert holders
    wanted = canonical(damaged.rsplit(",", maxsplit=1)[-1].removeprefix("số"))
    found = {code for sample in samples if sample.path in holders
             for code in sample.annotations.distinct_codes()}  # fmt: skip
    assert wanted in found


@pytest.mark.parametrize(
    "pair",
    [("Tỉnh ủy", "Tỉnh uỷ"), ("Ủy ban", "Uỷ ban"), ("hàng hóa", "hàng hoá"), ("sức khỏe", "sức khoẻ"),
     ("thủy lợi", "thuỷ lợi"), ("hòa giải", "hoà giải"), ("ma túy", "ma tuý"), ("kỷ luật", "kỉ luật"),
     ("khóa XII", "khoá XII")],
)  # fmt: skip
def test_both_spellings_stand_in_the_texts(samples: list[Sample], pair: tuple[str, str]) -> None:
    for spelling in pair:
        assert any(spelling in sample.text for sample in samples), spelling


@pytest.mark.parametrize("word", ["hng tháng", "Ngày22 tháng", "banhành", "Tố chức", "Ðại hội", "Ðảng"])
def test_typing_errors_of_real_pages_stand_in_the_sources(word: str) -> None:
    assert any(word in text for text in raw().values())


def test_decomposed_passages_and_no_break_padding_stand_in_the_sources() -> None:
    sources = raw()
    assert len([text for text in sources.values() if not unicodedata.is_normalized("NFC", text)]) >= 5
    assert len([text for text in sources.values() if "\u00a0" * 30 in text or "&nbsp;" * 30 in text]) >= 40


def test_no_furniture_is_read_as_text(samples: list[Sample]) -> None:
    furniture = re.compile(
        "CÁC TIN|Tổng số: [0-9]|Xem tin theo ngày|Đã xem|Lượt xem|Tin liên quan|Tin cùng chuyên mục|"
        "Các tin đã đưa|Đọc nhiều|Bản quyền thuộc|Cơ quan chủ quản|Đang truy cập|Từ khóa|In trang|"
        "tiếp công dân của lãnh đạo"
    )
    for sample in samples:
        assert not furniture.search(f"{sample.draft.summary}\n{sample.draft.body}"), sample.path.name
        assert "bantin.example" not in sample.text


def test_words_that_differ_in_accents_alone_stand_in_the_texts(samples: list[Sample]) -> None:
    words = {word for sample in samples for word in re.findall(r"\w+", sample.text.lower())}
    assert {"ban", "bán", "bàn", "bạn", "bản"} <= words
    assert {"hoa", "hòa", "hoà", "hóa", "hoả"} <= words
    assert {"cơ", "cờ", "cỏ", "cọ", "có"} <= words
    assert {"mã", "mạ", "ma", "mộ", "mỏ", "mổ", "mở"} <= words


def test_no_page_fetches_anything() -> None:
    pages = [text for path, text in raw().items() if path.suffix == ".html"]
    assert not [page for page in pages if re.search(r"<script[^>]+src|<link[^>]+stylesheet|<iframe", page)]


def test_keys_name_the_articles_by_their_titles(samples: list[Sample]) -> None:
    named = {row[1]: row[0] for row in rows("articles.tsv")}
    assert set(named) == {sample.draft.title for sample in samples}
    assert len(set(named.values())) == len(named)
    for sample in samples:
        own = sample.draft.id or sample.path.stem
        assert named[sample.draft.title] == own


def test_queries_are_of_all_kinds_and_every_one_is_judged() -> None:
    queries = rows("queries.tsv")
    assert len(queries) >= 130
    assert all(len(row) == 3 for row in queries)
    assert len({row[0] for row in queries}) == len(queries) == len({row[1] for row in queries})
    assert {row[2] for row in queries} == KINDS
    judged = Counter(row[0] for row in rows("qrels.tsv"))
    assert set(judged) == {row[0] for row in queries}
    assert max(judged.values()) <= 12


def test_judgements_are_graded_and_name_existing_articles() -> None:
    keys = {row[0] for row in rows("articles.tsv")}
    judgements = rows("qrels.tsv")
    assert {row[2] for row in judgements} <= keys
    assert {row[3] for row in judgements} == {"1", "2", "3"}
    assert {row[1] for row in judgements} == {"0"}
    assert len({(row[0], row[2]) for row in judgements}) == len(judgements)
    assert {row[0] for row in judgements if row[3] == "3"} == {row[0] for row in judgements}
