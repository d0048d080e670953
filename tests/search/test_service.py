"""The search service over the sample archive: what people ask, and what they must get."""

import unicodedata
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from searchsvc.errors import InvalidQuery, NotFound
from searchsvc.queries import DateRange, FacetName, Filters, SearchQuery, Sort
from searchsvc.search.service import SearchService
from searchsvc.web.params import narrowed


def ids(service: SearchService, text: str, **filters: object) -> list[str]:
    page = service.search(SearchQuery(text, Filters(**filters), per_page=100))
    return [hit.article.id for hit in page.hits]


def codes_of(service: SearchService, text: str) -> set[str]:
    return set(service.search(SearchQuery(text)).interpreted.codes)


def test_spellings_of_one_query_find_the_same_articles(service: SearchService) -> None:
    as_written = set(ids(service, "nghị quyết đại hội"))
    assert len(as_written) > 5
    plain = set(ids(service, "nghi quyet dai hoi"))
    assert plain == set(ids(service, "NGHỊ QUYẾT ĐẠI HỘI"))
    assert plain == set(ids(service, unicodedata.normalize("NFD", "nghị quyết đại hội")))
    assert plain == as_written


@pytest.mark.parametrize("spelling", ["05-CT/TW", "05 ct tw", "5/CT-TW", "05-ct/tw", "5-CT/TƯ"])
def test_a_code_in_any_spelling_finds_the_same(service: SearchService, spelling: str) -> None:
    assert codes_of(service, spelling) == {"05-CT/TW"}
    expected = ids(service, "05-CT/TW")
    assert expected
    assert ids(service, spelling) == expected


def test_tone_placements_find_each_other(service: SearchService) -> None:
    assert ids(service, "cấp ủy") == ids(service, "cấp uỷ") != []


def test_a_phrase_is_narrower_than_its_words(service: SearchService) -> None:
    phrase, words = set(ids(service, '"chuyển đổi số"')), set(ids(service, "chuyển đổi số"))
    assert phrase
    assert phrase <= words


def test_exclusion_and_alternatives(service: SearchService) -> None:
    everything = set(ids(service, "nghị quyết"))
    with_party = set(ids(service, "nghị quyết chi bộ"))
    assert set(ids(service, 'nghị quyết -"chi bộ"')) <= everything
    assert with_party <= everything
    either = set(ids(service, "lũ OR hạn"))
    assert either == set(ids(service, "lũ")) | set(ids(service, "hạn"))


def test_facet_counts_are_what_a_click_gives(service: SearchService) -> None:
    for query in (SearchQuery("nghị quyết"), SearchQuery("", Filters(codes=("05-CT/TW",)))):
        page = service.search(query)
        clicked = 0
        for facet in FacetName:
            for count in page.facets[facet][:6]:
                assert service.search(narrowed(query, facet, count.value)).total == count.count
                clicked += 1
        assert clicked > 8


def test_filters_combine(service: SearchService) -> None:
    base = service.search(SearchQuery("", Filters(codes=("05-CT/TW",))))
    unit = base.facets[FacetName.UNIT][0].value
    year = int(base.facets[FacetName.YEAR][0].value)
    days = DateRange(date(year, 1, 1), date(year, 12, 31))
    page = service.search(SearchQuery("", Filters(days, (unit,), ("05-CT/TW",)), per_page=100))
    for hit in page.hits:
        notes = hit.article.annotations
        assert "05-CT/TW" in notes.distinct_codes()
        assert notes.published is not None
        assert notes.published.year == year
        assert notes.unit is not None
        assert unit in service.registry.path(notes.unit)
    assert page.total == len(page.hits)


def test_sorting_by_date_is_total(service: SearchService) -> None:
    query = SearchQuery("công tác", sort=Sort.NEWEST, per_page=100)
    dates = [hit.article.annotations.published for hit in service.search(query).hits]
    dated = [when for when in dates if when]
    assert dated == sorted(dated, reverse=True)
    assert dates[len(dated) :] == [None] * (len(dates) - len(dated))


def test_pages_join_without_gap_or_overlap(service: SearchService) -> None:
    whole = ids(service, "công tác")
    pages = [
        hit.article.id
        for number in range(1, len(whole) // 7 + 2)
        for hit in service.search(SearchQuery("công tác", page=number, per_page=7)).hits
    ]
    assert pages == whole


def test_when_no_article_has_all_words_the_closest_are_told_apart(service: SearchService) -> None:
    page = service.search(SearchQuery("nghị quyết đại hội xyzzyx"))
    assert page.partial
    assert page.total


def test_a_question_says_whether_an_article_has_all_its_words(service: SearchService) -> None:
    question = "Ai được bầu vào Ban Thường vụ và đại hội khi nào xyzzyx?"
    page = service.search(SearchQuery(question))
    assert page.partial
    assert page.total > 1
    whole = service.search(SearchQuery("Đại hội khi nào?"))
    assert not whole.partial
    assert whole.total >= service.search(SearchQuery("đại hội khi nào")).total


def test_nothing_at_all_is_no_partial_answer(service: SearchService) -> None:
    page = service.search(SearchQuery("xyzzyx qwrtpx"))
    assert (page.total, page.partial) == (0, False)


def test_a_question_keeps_to_its_quotation_as_long_as_there_is_one(service: SearchService) -> None:
    found = service.search(SearchQuery('Xyzzyx của "đại hội" là gì?', per_page=100))
    assert found.partial
    assert {hit.article.id for hit in found.hits} <= set(ids(service, '"đại hội"'))
    assert service.search(SearchQuery('Đại hội "xyzzyx qwrtpx" khi nào?')).total


def test_one_of_many_keywords_may_be_missing_but_then_stands_below(service: SearchService) -> None:
    text = "xây dựng nông thôn mới"
    every, found = ids(service, '"xây" "dựng" "nông" "thôn" "mới"'), ids(service, text)
    assert set(every) < set(found)
    assert not service.search(SearchQuery(text)).partial
    assert service.search(SearchQuery(text + " xyzzyx")).partial


def test_spellings_with_i_and_y_find_the_same(service: SearchService) -> None:
    assert set(ids(service, "kỹ luật")) == set(ids(service, "kĩ luật")) != set()
    assert set(ids(service, "qui định")) == set(ids(service, "quy định")) != set()


def test_a_page_too_deep_and_a_text_too_long_are_refused(service: SearchService) -> None:
    with pytest.raises(InvalidQuery) as caught:
        service.search(SearchQuery("a", page=100_000))
    assert caught.value.parameter == "page"
    with pytest.raises(InvalidQuery) as caught:
        service.search(SearchQuery("a" * (service.limits.max_query_chars + 1)))
    assert caught.value.parameter == "q"


def test_an_article_comes_marked_and_an_unknown_one_is_not_found(service: SearchService) -> None:
    first = ids(service, "nghị quyết")[0]
    article, marked = service.article(first, "nghi quyet")
    assert any(segment.hit for part in marked.values() for segment in part)
    for part, segments in marked.items():
        assert "".join(segment.text for segment in segments) == article.text_of(part)
    with pytest.raises(NotFound):
        service.article("không/có")


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(
    st.text(max_size=60)
    | st.lists(
        st.sampled_from(["OR", "-", '"', "|", "tiêu đề:", "nghị", "05-CT/TW", "\u202e", "🎉", "("]),
        max_size=12,
    ).map(" ".join)
)
def test_no_text_raises(service: SearchService, text: str) -> None:
    page = service.search(SearchQuery(text))
    assert page.total >= len(page.hits)
    assert service.search(replace(page.query, sort=Sort.OLDEST)).total == page.total
