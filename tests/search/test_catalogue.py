"""Dossiers, the list of documents and units over the sample archive: what the search says, they say too."""

from dataclasses import replace
from datetime import date

import pytest

from searchsvc.errors import InvalidQuery, NotFound
from searchsvc.queries import DateRange, Filters, SearchQuery
from searchsvc.search.catalogue import Catalogue
from searchsvc.search.document_list import ListQuery
from searchsvc.search.filtering import period
from searchsvc.search.service import SearchService


@pytest.fixture(scope="module")
def catalogue(service: SearchService) -> Catalogue:
    return Catalogue(service)


def test_a_dossier_says_what_the_document_is(catalogue: Catalogue) -> None:
    dossier = catalogue.dossier("05-CT/TW")
    assert (dossier.name, dossier.kind, dossier.number) == ("05-CT/TW", "code", "05")
    assert (dossier.type, dossier.type_name) == ("CT", "chỉ thị")
    assert (dossier.issuer, dossier.issuer_name) == ("TW", "Bộ Chính trị")
    assert dossier.subject
    assert dossier.subject.startswith(
        "đẩy mạnh học tập và làm theo tư tưởng, đạo đức, phong cách Hồ Chí Minh"
    )
    (document,) = dossier.documents
    assert (document.issued, document.term, document.days) == (date(2016, 5, 15), "XII", None)


def test_a_dossier_counts_as_the_search_does(catalogue: Catalogue, service: SearchService) -> None:
    overview = catalogue.dossier("05-CT/TW", per_page=100).overview
    found = service.search(SearchQuery(filters=Filters(codes=("05-CT/TW",)), per_page=100))
    assert overview.total == found.total == len(overview.hits) > 3
    assert [hit.article.id for hit in overview.hits] == [hit.article.id for hit in found.hits]
    days = [hit.article.annotations.published for hit in overview.hits if hit.article.annotations.published]
    assert sum(month.count for month in overview.months) == len(days)
    assert sum(year.count for year in overview.years) == len(days)
    assert overview.months[0].value == f"{days[0]:%Y-%m}"
    assert overview.first is not None
    assert overview.last is not None
    assert overview.first.annotations.published == days[-1]
    assert overview.last.annotations.published == days[0]


def test_each_citing_article_shows_the_mention_in_its_sentence(catalogue: Catalogue) -> None:
    for hit in catalogue.dossier("05-CT/TW").overview.hits:
        shown = [*hit.title, *(segment for snippet in hit.snippets for segment in snippet)]
        assert any(segment.hit for segment in shown), hit.article.id


def test_documents_cited_together_leave_out_the_document_itself(
    catalogue: Catalogue, service: SearchService
) -> None:
    dossier = catalogue.dossier("05-CT/TW")
    assert dossier.co_cited
    for other in dossier.co_cited:
        assert other.value != "05-CT/TW"
        both = Filters(codes=("05-CT/TW", other.value))
        assert service.count(SearchQuery(filters=both)) == other.count


def test_only_the_list_of_articles_keeps_to_the_days(catalogue: Catalogue) -> None:
    whole = catalogue.dossier("05-CT/TW").overview
    year = whole.years[0]
    within = catalogue.dossier("05-CT/TW", days=period(year.value)).overview
    assert within.listed == len(within.hits) == year.count < whole.total
    assert replace(within, hits=whole.hits, listed=whole.listed) == whole


def test_one_number_of_two_terms_is_two_documents(catalogue: Catalogue) -> None:
    dossier = catalogue.dossier("35-CT/TW")
    older, newer = dossier.documents
    assert (older.issued, older.term) == (date(2019, 5, 30), "XII")
    assert (newer.issued, newer.term) == (date(2024, 6, 14), "XIII")
    assert older.days == DateRange(date(2019, 5, 30), date(2024, 6, 13))
    assert older.subject != newer.subject
    assert dossier.subject is None


@pytest.mark.parametrize("text", ["5/CT-TW", "05 ct tw", "chỉ thị 05 của Bộ Chính trị", "05-CT\x00/TW"])
def test_any_spelling_means_the_same_document(catalogue: Catalogue, text: str) -> None:
    assert catalogue.document_name(text) == "05-CT/TW"


def test_every_listed_document_has_a_dossier_under_its_own_name(catalogue: Catalogue) -> None:
    page = catalogue.document_page(ListQuery(per_page=1000))
    assert page.total == len(page.entries) > 50
    for document in page.entries:
        dossier = catalogue.dossier(document.name)
        assert dossier.name == document.name
        assert dossier.overview.total >= document.articles
        if document.code:
            assert dossier.overview.total == document.articles


def test_a_fragment_offers_the_documents_it_may_mean(catalogue: Catalogue) -> None:
    dossier = catalogue.dossier("nq 35")
    assert (dossier.name, dossier.kind, dossier.type_name) == ("35-NQ", "fragment", "nghị quyết")
    assert [document.name for document in dossier.offered] == ["35-NQ/TW"]
    assert dossier.offers == 1
    assert dossier.overview.total == catalogue.dossier("35-NQ/TW").overview.total


def test_a_fragment_lists_the_articles_that_do_not_say_whose_it_is(catalogue: Catalogue) -> None:
    dossier = catalogue.dossier("05-CT", per_page=100)
    assert dossier.overview.listed == dossier.unclear == len(dossier.overview.hits) > 0
    for hit in dossier.overview.hits:
        keys = {mention.key for mention in hit.article.annotations.codes if mention.code is None}
        assert "05-CT" in keys
        assert "05-CT/TW" not in hit.article.annotations.distinct_codes()


def test_a_resolution_named_by_congress_is_a_document_too(catalogue: Catalogue) -> None:
    dossier = catalogue.dossier("Nghị quyết Đại hội XIII")
    assert (dossier.name, dossier.offers, dossier.number) == ("NQ-ĐH-XIII", 0, "")
    assert dossier.unclear == dossier.overview.total == len(dossier.overview.hits) > 0


def test_a_number_alone_offers_all_its_documents(catalogue: Catalogue) -> None:
    dossier = catalogue.dossier("số 35")
    assert (dossier.name, dossier.kind) == ("35", "number")
    assert {document.name for document in dossier.offered} >= {"35-CT/TW", "35-NQ/TW"}
    assert dossier.overview.total == 0


@pytest.mark.parametrize("text", ["", "99-CT/TW", "..", "35-NQ/TU", "x" * 5000, "\ud800", "98765"])
def test_an_unknown_document_is_not_found(catalogue: Catalogue, text: str) -> None:
    with pytest.raises(NotFound):
        catalogue.dossier(text)


def test_an_unknown_code_offers_those_of_its_number_its_type_first(catalogue: Catalogue) -> None:
    names = [document.name for document in catalogue.closest_documents("35-CT/TU")]
    assert names[:2] == ["35-CT/TW", "35-NQ/TW"]
    assert catalogue.closest_documents("không phải số hiệu") == ()


def test_pages_beyond_the_cap_are_refused(catalogue: Catalogue) -> None:
    with pytest.raises(InvalidQuery):
        catalogue.dossier("05-CT/TW", page=10_000)
    with pytest.raises(InvalidQuery):
        catalogue.unit("tinh-uy", page=0)


def test_units_form_a_tree_whose_counts_are_those_of_the_search(
    catalogue: Catalogue, service: SearchService
) -> None:
    nodes = {node.unit.slug: node for node in catalogue.units()}
    party = nodes["tinh-uy"]
    assert party.articles == service.count(SearchQuery(filters=Filters(units=("tinh-uy",)))) > 0
    assert sum(child.articles for child in party.children) <= party.articles
    assert {child.unit.parent for child in party.children} == {"tinh-uy"}


def test_a_unit_knows_what_was_before_and_after_it(catalogue: Catalogue, service: SearchService) -> None:
    before = catalogue.unit("ban-tuyen-giao-tinh-uy")
    assert before.successor is not None
    assert before.successor.slug == "ban-tuyen-giao-va-dan-van-tinh-uy"
    assert [unit.slug for unit in before.ancestors] == ["tinh-uy"]
    after = catalogue.unit("ban-tuyen-giao-va-dan-van-tinh-uy")
    assert before.unit in after.predecessors
    assert before.overview.total == service.count(SearchQuery(filters=Filters(units=(before.unit.slug,))))
    assert before.codes[0].count >= before.codes[-1].count > 0


def test_a_unit_is_found_by_its_name_and_an_unknown_one_names_the_closest(catalogue: Catalogue) -> None:
    assert catalogue.unit_named("Ban Tuyên giáo Tỉnh ủy").slug == "ban-tuyen-giao-tinh-uy"
    with pytest.raises(NotFound, match="ban-tuyen-giao-tinh-uy"):
        catalogue.unit_named("ban-tuyen-giao-tinh-uyy")
    with pytest.raises(NotFound):
        catalogue.unit_named("x" * 10_000)
