"""Similar articles and co-cited codes over a small index whose answers are plain, and over the samples."""

from collections.abc import Iterator

import pytest

from searchsvc.articles import Annotations, Article, CodeMention
from searchsvc.clauses import AnyOf, Term
from searchsvc.engines.whoosh import WhooshEngine
from searchsvc.extract.codes import search_keys
from searchsvc.fields import CODES_FIELD
from searchsvc.search.service import SearchService
from searchsvc.search.similar import MOST_CODES, MOST_SHOWN, MOST_TERMS, Neighbours, alike
from tests.builders import article, document

TEXTS = {
    "lon": ("Dịch tả lợn châu Phi", "Chăn nuôi lợn gặp khó khăn; tiêu hủy lợn bệnh, hỗ trợ người chăn nuôi."),
    "lon-2": ("Chăn nuôi lợn sau dịch", "Người chăn nuôi tái đàn; tiêu hủy lợn bệnh đã xong."),
    "so": ("Chuyển đổi số ở xã", "Tổ công nghệ số cộng đồng hướng dẫn người dân dùng dịch vụ công."),
    "so-2": ("Tổ công nghệ số cộng đồng", "Chuyển đổi số đến từng thôn; dịch vụ công trực tuyến."),
    "luat": ("Phổ biến pháp luật", "Hòa giải viên ở cơ sở."),
}
CODES = {
    "lon": ("10-CT/TU",),
    "so": ("10-CT/TU", "20-NQ/TW"),
    "so-2": ("20-NQ/TW", "30-KL/TW"),
    "luat": ("30-KL/TW",),
}


def cited(code: str) -> CodeMention:
    return CodeMention("body", 0, 0, code, "full", code, code, "CT", "10")


def sample(id: str) -> Article:
    title, body = TEXTS[id]
    codes = tuple(map(cited, CODES.get(id, ())))
    return article(id, title, body, annotations=Annotations(codes=codes))


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WhooshEngine]:
    engine = WhooshEngine(tmp_path_factory.mktemp("similar"))
    with engine.rebuild(fingerprint="x", change=1) as writer:
        writer.put(
            document(
                id,
                body,
                title=title,
                codes=CODES.get(id, ()),
                code_keys=tuple(key for code in CODES.get(id, ()) for key in search_keys(code)),
            )
            for id, (title, body) in TEXTS.items()
        )
    yield engine
    engine.close()


def unknown(compound: str) -> int:
    return 0


@pytest.mark.parametrize(
    ("id", "other"), [("lon", "lon-2"), ("lon-2", "lon"), ("so", "so-2"), ("so-2", "so")]
)
def test_articles_on_the_same_thing_find_each_other_first(engine: WhooshEngine, id: str, other: str) -> None:
    found = Neighbours(engine).of(sample(id), "g", unknown).similar
    assert found[0].id == other
    assert id not in [hit.id for hit in found]


def test_codes_cited_together_come_with_their_counts_without_the_articles_own(engine: WhooshEngine) -> None:
    found = Neighbours(engine).of(sample("lon"), "g", unknown).co_cited
    assert [(count.value, count.count) for count in found] == [("20-NQ/TW", 1)]
    found = Neighbours(engine).of(sample("so"), "g", unknown).co_cited
    assert [(count.value, count.count) for count in found] == [("30-KL/TW", 1)]


def test_an_article_without_anything_has_no_neighbours(engine: WhooshEngine) -> None:
    found = Neighbours(engine).of(article("x", "A", "b c."), "g", unknown)
    assert (found.similar, found.co_cited) == ((), ())


def test_an_article_that_is_not_indexed_yet_still_has_similar_ones(engine: WhooshEngine) -> None:
    title, body = TEXTS["lon"]
    assert Neighbours(engine).of(article("moi", title, body), "g", unknown).similar[0].id == "lon"


def test_answers_are_kept_until_the_index_changes(engine: WhooshEngine) -> None:
    neighbours = Neighbours(engine)
    first = neighbours.of(sample("lon"), "g", unknown)
    assert neighbours.of(sample("lon"), "g", unknown) is first
    assert neighbours.of(sample("lon"), "h", unknown) is not first


def test_rare_compounds_and_those_of_the_title_weigh_more() -> None:
    clause = alike(
        sample("so"), {"công_nghê\u0323": 1000}.get and (lambda term: 1000 if "công" in term else 1)
    )
    assert isinstance(clause, AnyOf)
    weights = {term.text: term.boost for term in clause.children if isinstance(term, Term)}
    assert max(weights.values()) >= 1.0
    assert all(0 < weight <= 1.5 for weight in weights.values())
    common = [weight for text, weight in weights.items() if text.startswith("công")]
    assert common
    assert max(common) < 1.0


def test_a_huge_article_gives_a_bounded_clause() -> None:
    codes = tuple(cited(f"{n:02d}-CT/TW") for n in range(1, 500))
    body = "Nghị quyết đại hội đảng bộ tỉnh về phát triển kinh tế xã hội. " * 50_000
    clause = alike(article("to", "Đại hội", body, annotations=Annotations(codes=codes)), unknown)
    assert isinstance(clause, AnyOf)
    assert len(clause.children) <= 2 * MOST_TERMS + MOST_CODES
    assert sum(isinstance(term, Term) and term.field == CODES_FIELD for term in clause.children) == MOST_CODES


def test_every_sample_has_bounded_neighbours_from_the_archive(service: SearchService) -> None:
    with_neighbours = 0
    for headline in service.archive.headlines():
        found = service.neighbours(service.archive.get(headline.id))
        assert len(found.similar) <= MOST_SHOWN
        assert headline.id not in [other.id for other in found.similar]
        with_neighbours += bool(found.similar)
    assert with_neighbours > 50
