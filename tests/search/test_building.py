"""What a query becomes: which words must match, in which spellings, and what only adds to the score."""

import pytest

from searchsvc.analysis.pipelines import exact_term
from searchsvc.clauses import (
    AllOf,
    AnyOf,
    Best,
    Clause,
    Everything,
    Nothing,
    Phrase,
    Prefer,
    Recent,
    Term,
    Without,
    Word,
)
from searchsvc.fields import LEADING_CODES_FIELD
from searchsvc.search.building import Built, WordMark, build
from searchsvc.search.parsing import Operand, ParsedQuery, Reading, parse
from searchsvc.search.ranking import WEIGHTS, Weights


def built(text: str, weights: Weights = WEIGHTS) -> Built:
    return build(parse(text), lambda field, term: 1, weights)


def leaves(clause: Clause) -> list[Clause]:
    match clause:
        case AllOf(children) | AnyOf(children) | Best(children):
            return [leaf for child in children for leaf in leaves(child)]
        case Prefer(first, second) | Without(first, second):
            return leaves(first) + leaves(second)
        case _:
            return [clause]


def words(clause: Clause, layer: str) -> dict[str, Word]:
    """The words of one layer by their first form."""
    return {
        leaf.forms[0][0]: leaf
        for leaf in leaves(clause)
        if isinstance(leaf, Word) and leaf.fields[0][0].endswith(f"_{layer}")
    }


def test_nothing_asked_and_nothing_to_ask() -> None:
    assert built("") == Built(Everything())
    assert built("!!!").clause == Nothing()


def test_a_word_is_looked_for_in_every_part_as_one() -> None:
    word = words(built("đảng").clause, "exact")[exact_term("đảng")]
    assert [name for name, _ in word.fields] == [
        "title_exact", "summary_exact", "body_exact", "captions_exact",
    ]  # fmt: skip
    assert dict(word.fields)["title_exact"] > dict(word.fields)["body_exact"]


class TestAccents:
    def test_typed_ones_are_respected_and_forgiven(self) -> None:
        clause = built("đảng").clause
        assert words(clause, "exact").keys() == {exact_term("đảng")}
        assert words(clause, "folded").keys() == {"dang"}

    def test_none_typed_none_asked(self) -> None:
        clause = built("nghi quyet").clause
        assert not words(clause, "exact")
        assert all(word.boost == 1.0 for word in words(clause, "folded").values())

    def test_word_by_word(self) -> None:
        clause = built("phòng chong ma túy").clause
        assert words(clause, "exact").keys() == {exact_term("phòng"), exact_term("túy")}
        folded = words(clause, "folded")
        assert folded["chong"].boost > folded["phong"].boost

    def test_places_of_tones_are_no_accents_of_their_own(self) -> None:
        assert built("cấp ủy").clause == built("cấp uỷ").clause == built("CẤP ỦY").clause


@pytest.mark.parametrize(("one", "other"), [("kỹ luật", "kĩ luật"), ("qui định", "quy định"), ("ky", "ki")])
def test_spellings_with_i_and_y_look_for_each_other_at_a_lower_weight(one: str, other: str) -> None:
    def forms(text: str) -> set[str]:
        return {
            form for leaf in leaves(built(text).clause) if isinstance(leaf, Word) for form, _ in leaf.forms
        }

    assert forms(one) == forms(other)
    first = next(iter(words(built(one).clause, "folded").values()))
    assert [weight for _, weight in first.forms] == [1.0, WEIGHTS.iy]
    assert len(built(one).words) > len(one.split())  # the other spelling is marked too


def test_neighbours_add_to_the_score_and_are_not_required() -> None:
    clause = built("nghị quyết đại hội").clause
    assert isinstance(clause, Prefer)
    assert words(clause.optional, "pairs").keys() == {"nghi_quyet", "quyet_dai", "dai_hoi"}
    assert not words(clause.required, "pairs")


def test_neighbours_do_not_reach_over_a_phrase_or_out_of_the_title() -> None:
    assert words(built('nghị quyết "đại hội" đảng bộ').clause, "pairs").keys() == {"nghi_quyet", "dang_bo"}
    assert words(built("nghị tiêu đề:quyết đại hội").clause, "pairs").keys() == {"dai_hoi"}


def test_only_compounds_that_the_archive_knows() -> None:
    known = {("body_words", "nghi_quyet")}
    clause = build(parse("nghi quyet dai hoi"), lambda field, term: int((field, term) in known)).clause
    assert words(clause, "words").keys() == {"nghi_quyet"}


def test_what_is_no_syllable_counts_more() -> None:
    folded = words(built("Nixon năm 1973").clause, "folded")
    assert folded["nixon"].boost == folded["1973"].boost == WEIGHTS.uncommon
    assert folded["nam"].boost < 1


class TestHowMuchMustMatch:
    def test_all_keywords_or_else_a_share(self) -> None:
        found = built("nghị quyết đại hội")
        assert isinstance(found.clause, Prefer)
        assert isinstance(found.clause.required, AllOf)
        assert isinstance(found.looser[0], Prefer)
        assert found.looser[0].required == AnyOf(found.clause.required.children, at_least=2)
        assert found.whole is None

    def test_of_many_keywords_one_may_be_missing(self) -> None:
        found = built("xây dựng nông thôn mới")
        assert isinstance(found.clause, Prefer)
        assert isinstance(found.whole, Prefer)
        assert isinstance(found.whole.required, AllOf)
        assert found.clause.required == AnyOf(found.whole.required.children, at_least=4)
        assert isinstance(found.looser[0], Prefer)
        assert found.looser[0].required == AnyOf(found.whole.required.children, at_least=3)

    @pytest.mark.parametrize(
        "text", ["Tesla chết năm nào?", "một hai ba bốn năm sáu bảy tám chín mười mười một mười hai"]
    )
    def test_a_share_of_a_question(self, text: str) -> None:
        found = built(text)
        assert isinstance(found.clause, Prefer)
        assert isinstance(found.clause.required, AnyOf)
        assert 1 <= found.clause.required.at_least <= len(found.clause.required.children) / 2
        assert found.looser == (found.clause,)
        assert isinstance(found.whole, Prefer)
        assert isinstance(found.whole.required, AllOf)

    @pytest.mark.parametrize(
        "text", ['"Tesla chết" năm nào', "tiêu đề:Tesla năm nào?", "một hai ba bốn OR tư năm"]
    )
    def test_who_uses_operators_means_every_word(self, text: str) -> None:
        assert built(text).whole is None

    def test_a_question_must_have_what_it_quotes(self) -> None:
        found = built('Định nghĩa của "người lao động" là gì?')
        assert isinstance(found.clause, Prefer)
        assert isinstance(found.clause.required, AllOf)
        quoted, some = found.clause.required.children
        assert isinstance(some, AnyOf)
        assert (len(some.children), some.at_least) == (5, 2)
        assert isinstance(found.looser[1], Prefer)
        assert isinstance(found.looser[1].required, AnyOf)
        assert quoted in found.looser[1].required.children

    def test_one_word_has_nothing_looser(self) -> None:
        assert built("nghị").looser == ()


def test_exclusions_hold_for_the_looser_clause_too() -> None:
    found = built("nghị quyết -covid")
    assert isinstance(found.clause, Without)
    assert isinstance(found.looser[0], Without)
    assert found.looser[0].unwanted == found.clause.unwanted
    assert WordMark("covid", None) not in found.words


def test_title_only() -> None:
    assert {
        name for word in words(built("tiêu đề:chợ").clause, "exact").values() for name, _ in word.fields
    } == {"title_exact"}


def test_a_phrase_weighs_its_parts() -> None:
    boosts = {
        leaf.field: leaf.boost for leaf in leaves(built('"đại hội"').clause) if isinstance(leaf, Phrase)
    }
    assert boosts["title_folded"] > boosts["body_folded"] > boosts["captions_folded"]


def test_a_code_counts_more_where_the_title_or_summary_names_it() -> None:
    found = built("05-CT/TW")
    assert isinstance(found.clause, Prefer)
    assert Term(LEADING_CODES_FIELD, "05-ct/tw", WEIGHTS.leading_code) in leaves(found.clause.optional)
    assert found.codes == ("05-CT/TW",)


def test_readings_are_looked_for_beside_the_text_and_the_better_one_counts() -> None:
    abbreviation = Operand("word", "BTV", 0, 3, readings=(Reading("ban thường vụ", "abbreviation", 0.8),))
    clause = build(ParsedQuery("BTV", ((abbreviation,),)), lambda field, term: 0).clause
    assert isinstance(clause, Best)
    assert len([leaf for leaf in leaves(clause) if isinstance(leaf, Phrase)]) == 4


def test_neighbours_are_those_that_the_keyboard_meant() -> None:
    typed = [("nghij", "nghị"), ("quyeets", "quyết")]
    operands = tuple(
        (Operand("word", raw, place * 6, place * 6 + 5, readings=(Reading(meant, "keyboard"),)),)
        for place, (raw, meant) in enumerate(typed)
    )
    clause = build(ParsedQuery("nghij quyeets", operands), lambda field, term: 0).clause
    assert words(clause, "pairs").keys() == {"nghi_quyet"}


def test_freshness_is_added_only_where_it_is_switched_on() -> None:
    assert not [leaf for leaf in leaves(built("nghị quyết").clause) if isinstance(leaf, Recent)]
    found = built("nghị quyết", Weights(fresh=0.3)).clause
    assert [leaf.boost for leaf in leaves(found) if isinstance(leaf, Recent)] == [0.3]
    only_excluded = built("-nghị", Weights(fresh=0.3)).clause
    assert not [leaf for leaf in leaves(only_excluded) if isinstance(leaf, Recent)]
