"""Did you mean: what is offered over the sample archive, and above all what is not."""

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from searchsvc.analysis.fold import fold
from searchsvc.queries import DateRange, Filters, SearchQuery
from searchsvc.results import Suggestion
from searchsvc.search.correcting import MAX_ASKED, MAX_WORDS, correction
from searchsvc.search.misspelling import MOST, candidates
from searchsvc.search.parsing import parse
from searchsvc.search.service import SearchService

JUDGED = Path(__file__).parents[1] / "relevance" / "queries.tsv"


def offered(service: SearchService, text: str) -> Suggestion | None:
    return service.search(SearchQuery(text)).suggestion


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("nghỉ quyết", "nghị quyết"),
        ("nghi quyêt", "nghị quyết"),
        ("nghỉ quyêt đại hôi", "nghị quyết đại hội"),
        ("NGHỈ QUYẾT", "NGHỊ QUYẾT"),
        ("trung uơng", "trung ương"),
        ("chuyễn đổi số", "chuyển đổi số"),
        ("nồng độ cổn", "nồng độ cồn"),
    ],
)
def test_wrong_accents(service: SearchService, typed: str, meant: str) -> None:
    assert offered(service, typed) == Suggestion(meant, "accents")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("sắp sếp đơn vị", "sắp xếp đơn vị"),
        ("tinh giảng biên chế", "tinh giản biên chế"),
        ("nghị quyếtt đại hội", "nghị quyết đại hội"),
        ("xâu dựng nông thôn mới", "xây dựng nông thôn mới"),
        ('"sắp sếp" đơn vị', '"sắp xếp" đơn vị'),
    ],
)
def test_wrong_letters(service: SearchService, typed: str, meant: str) -> None:
    assert offered(service, typed) == Suggestion(meant, "spelling")


def test_what_is_offered_finds_more_or_ranks_what_is_meant_first(service: SearchService) -> None:
    for typed in ("sắp sếp đơn vị", "tinh giảng biên chế", "nghỉ quyết", "chuyễn đổi số"):
        page = service.search(SearchQuery(typed))
        assert page.suggestion is not None
        better = service.search(SearchQuery(page.suggestion.text))
        assert not better.partial
        assert page.partial or better.total > page.total or page.suggestion.kind == "accents"
        assert better.suggestion is None, "one correction is enough"


def test_the_filters_in_force_decide(service: SearchService) -> None:
    nothing = Filters(DateRange(first=None, last=None), collections=("khong-co",))
    assert service.search(SearchQuery("nghỉ quyết", nothing)).suggestion is None


def test_only_the_first_page_offers(service: SearchService) -> None:
    assert service.search(SearchQuery("nghỉ quyết", page=2)).suggestion is None


def judged(*kinds: str) -> list[str]:
    rows = [line.split("\t") for line in JUDGED.read_text(encoding="utf-8").splitlines()]
    return [text for _, text, kind in rows if kind in kinds]


def test_nothing_is_offered_for_queries_that_are_right(service: SearchService) -> None:
    right = judged("written", "unaccented", "half-accented", "capitals", "code", "unit", "pair", "fragment")
    wrongly = {text: found.text for text in right if (found := offered(service, text))}
    assert wrongly == {}


def test_titles_of_the_archive_are_right_as_they_stand(service: SearchService) -> None:
    wrongly = {}
    for headline in service.archive.headlines():
        text = " ".join(headline.title.split()[:8]).replace('"', "")
        found = offered(service, text)
        if found:
            wrongly[text] = found.text
    assert wrongly == {}


def _ask_nothing(*asked: object) -> int:
    raise AssertionError(f"the engine was asked {asked}")


@pytest.mark.parametrize(
    "text", ["", "nghị quyết đại hội", "nghi quyet", "05-CT/TW", "-nghỉ", "2020", "nghị"]
)
def test_where_no_word_is_in_doubt_the_engine_is_not_asked(service: SearchService, text: str) -> None:
    lexicon = service.lexicons and service.lexicons.current()
    assert lexicon is not None
    assert correction(parse(text), 0, lexicon, _ask_nothing, _ask_nothing) is None


def test_work_is_bounded_however_long_and_wrong_the_query(service: SearchService) -> None:
    lexicon = service.lexicons and service.lexicons.current()
    assert lexicon is not None
    asked: list[object] = []

    def count(*question: object) -> int:
        asked.append(question)
        return 1

    for words in (MAX_WORDS, MAX_WORDS + 1, 400):
        asked.clear()
        correction(parse("nghỉy quyêtt " * (words // 2)), 0, lexicon, count, count)
        assert len(asked) <= MAX_ASKED + 10 * MAX_WORDS + 1


PIECES = ["nghỉ", "quyêt", "đạii", '"', "-", "hôi", "a.b", "ư"]
TEXTS = st.text(max_size=40) | st.lists(st.sampled_from(PIECES), max_size=9).map(" ".join)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.text(max_size=40)
    | st.lists(st.sampled_from(["nghỉ", "quyêt", "đạii", '"', "-", "hôi", "a.b", "ư"]), max_size=9).map(
        " ".join
    )
)
def test_no_text_raises_and_an_offer_differs_from_what_was_typed(service: SearchService, text: str) -> None:
    found = offered(service, text)
    assert found is None or found.text != text


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("nghỉ", "nghị"),
        ("sếp", "xếp"),
        ("chuyễn", "chuyển"),
        ("giảng", "giản"),
        ("quyt", "quyết"),
        ("lơn", "lợn"),
    ],
)
def test_candidates_hold_what_was_meant(service: SearchService, typed: str, meant: str) -> None:
    lexicon = service.lexicons and service.lexicons.current()
    assert lexicon is not None
    assert meant in [each.text for each in candidates(lexicon, typed)]


def test_likelier_slips_cost_less(service: SearchService) -> None:
    lexicon = service.lexicons and service.lexicons.current()
    assert lexicon is not None
    cost = {each.text: each.cost for each in candidates(lexicon, "chuyễn")}
    assert cost["chuyển"] < cost["chuyên"], "hỏi and ngã are taken for one another"


@given(st.text(max_size=20))
def test_candidates_are_few_other_words_of_the_archive(service: SearchService, text: str) -> None:
    lexicon = service.lexicons and service.lexicons.current()
    assert lexicon is not None
    found = candidates(lexicon, text.lower())
    assert len(found) <= MOST
    assert all(first.cost <= second.cost for first, second in pairwise(found))
    assert all(lexicon.count(each.text) == each.count > 0 for each in found)
    assert text.lower() not in [each.text for each in found]


@pytest.mark.parametrize("text", judged("keyboard"))
def test_raw_keystrokes_are_understood_or_decoded(service: SearchService, text: str) -> None:
    page = service.search(SearchQuery(text))
    if page.partial or not page.total:
        assert page.suggestion is not None
        assert page.suggestion.kind == "keyboard"
        assert fold(page.suggestion.text) != page.suggestion.text
