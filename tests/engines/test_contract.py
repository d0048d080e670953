"""The contract of an engine: what a search answers. The other test_contract_*.py go with it."""

from math import log

import pytest

from searchsvc.clauses import (
    AllOf,
    AnyOf,
    Best,
    Everything,
    Nothing,
    Phrase,
    Prefer,
    Recent,
    Term,
    Without,
    Word,
)
from searchsvc.engines.base import Engine
from searchsvc.errors import NotFound
from searchsvc.fields import CODES_FIELD, LEADING_CODES_FIELD, RARITY
from searchsvc.queries import FacetName, Sort
from tests.builders import day, document, key, phrase, query, term, words

BODIES = {
    "a": "hội nghị tổng kết công tác tuyên giáo",
    "b": "hội nghị chuyên đề học tập nghị quyết đại hội đảng",
    "c": "tổng kết năm công tác đảng, hội nghị trực tuyến và hội nghị trực tiếp",
    "d": "lễ hội mùa xuân",
}


@pytest.fixture
def four(still) -> Engine:
    return still("four", four_documents())


def four_documents():
    return [document(id, body, title=f"Bài {id}") for id, body in BODIES.items()]


def ids(engine: Engine, *args, **values) -> list[str]:
    return [hit.id for hit in engine.search(query(*args, **values)).hits]


def found(engine: Engine, *args, **values) -> str:
    return "".join(sorted(ids(engine, *args, **values)))


class TestClauses:
    def test_term(self, four):
        assert found(four, term("tuyên")) == "a"
        assert found(four, term("vắng")) == ""

    def test_a_term_belongs_to_its_field(self, four):
        assert found(four, term("bài", "title_exact")) == "abcd"
        assert found(four, term("bài")) == ""

    def test_folded_layer(self, four):
        assert found(four, term("dang", "body_folded")) == "bc"
        assert found(four, term("dang")) == ""

    def test_everything_and_nothing(self, four):
        assert found(four, Everything()) == "abcd"
        assert found(four, Nothing()) == ""

    def test_phrase_needs_the_words_in_order_and_together(self, four):
        assert found(four, phrase("tổng kết công tác")) == "a"
        assert found(four, phrase("kết tổng")) == ""
        assert found(four, phrase("hội trực")) == ""

    def test_phrase_with_slop(self, four):
        assert found(four, phrase("tổng kết công", slop=1)) == "ac"
        assert found(four, phrase("hội trực", slop=1)) == "c"

    def test_phrase_does_not_reach_from_one_article_into_the_next(self, fill):
        engine = fill([document("a", "một hai"), document("b", "ba bốn")])
        assert found(engine, phrase("hai ba", slop=50)) == ""

    def test_phrase_of_a_repeated_word(self, fill):
        engine = fill([document("a", "ngày ngày học tập"), document("b", "ngày nào")])
        assert found(engine, phrase("ngày ngày")) == "a"

    def test_phrase_corner_cases(self, four):
        assert found(four, Phrase("body_exact", ())) == ""
        assert found(four, phrase("xuân")) == "d"
        assert found(four, phrase("xuân vắng")) == ""

    def test_all_of(self, four):
        assert found(four, AllOf((term("hội"), term("nghị"), term("công")))) == "ac"

    def test_any_of(self, four):
        either = (term("tuyên"), term("xuân"), term("lễ"))
        assert found(four, AnyOf(either)) == "ad"
        assert found(four, AnyOf(either, at_least=2)) == "d"
        assert found(four, AnyOf(either, at_least=3)) == ""
        assert found(four, AnyOf(())) == ""

    def test_best_takes_the_best_and_a_part_of_the_rest(self, fill):
        engine = fill([document("a", "lễ hội"), document("b", "x")])
        lone = engine.search(query(term("lễ"))).hits[0].score
        best = engine.search(query(Best((term("lễ"), term("hội"))))).hits[0].score
        tied = engine.search(query(Best((term("lễ"), term("hội")), tie=0.5))).hits[0].score
        assert best == pytest.approx(lone)
        assert tied == pytest.approx(1.5 * lone, abs=1e-5)

    def test_prefer_orders_but_does_not_exclude(self, four):
        clause = Prefer(term("hội"), term("xuân", boost=9))
        assert ids(four, clause)[0] == "d"
        assert found(four, clause) == "abcd"

    def test_without(self, four):
        assert found(four, Without(term("hội"), term("nghị"))) == "d"
        assert found(four, Without(Everything(), term("hội"))) == ""

    def test_code_keys_are_whole_tokens(self, fill):
        engine = fill([document("a", codes=["05-CT/TW"]), document("b", codes=["05-CT/TU"])])
        assert found(engine, Term(CODES_FIELD, "05-ct/tw")) == "a"
        assert found(engine, Term(CODES_FIELD, "05")) == ""

    @pytest.mark.parametrize("text", ["", " ", "\x00", "\ud800", "a" * 100_000, "🎉", "(*)", "'\""])
    def test_strange_terms_match_nothing(self, four, text):
        assert found(four, Term("body_exact", text)) == ""
        assert found(four, Phrase("body_exact", (text, "hội"))) == ""


class TestScores:
    def test_more_of_the_word_scores_more(self, fill):
        engine = fill([document("a", "họp một hai ba"), document("b", "họp họp hai ba"), document("c", "x")])
        assert ids(engine, term("họp")) == ["b", "a"]

    def test_shorter_scores_more(self, fill):
        engine = fill([document("a", "họp một hai ba bốn năm"), document("b", "họp một"), document("c", "x")])
        assert ids(engine, term("họp")) == ["b", "a"]

    def test_rarer_words_score_more(self, fill):
        engine = fill([document("a", "họp tốt"), document("b", "họp xấu"), document("c", "họp tốt")])
        assert ids(engine, AnyOf((term("xấu"), term("tốt")))) == ["b", "a", "c"]

    def test_boost_multiplies(self, four):
        plain = engine_score(four, term("xuân"))
        assert engine_score(four, term("xuân", boost=2)) == pytest.approx(2 * plain, abs=1e-5)

    def test_a_word_counts_its_places_together_by_their_weights(self, fill):
        engine = fill([document("a", title="lễ hội", body="x y"), document("b", title="x y", body="lễ hội")])
        for title, body, first in ((2.0, 1.0, "a"), (1.0, 2.0, "b")):
            fields = (("title_exact", title), ("body_exact", body))
            assert ids(engine, Word(fields, ((key("lễ"), 1.0),)))[0] == first

    def test_a_word_has_one_idf_for_all_its_forms(self, fill):
        engine = fill([document("a", "kỹ luật"), document("b", "kĩ luật"), document("c", "x y")])
        word = Word((("body_exact", 1.0),), ((key("kỹ"), 1.0), (key("kĩ"), 0.5)))
        first, second = engine.search(query(word)).hits
        assert (first.id, second.id) == ("a", "b")
        idf = log(1 + (3 - 2 + 0.5) / (2 + 0.5)) ** RARITY
        assert first.score == pytest.approx(idf, abs=1e-5)  # once, in a text of average length
        assert second.score == pytest.approx(idf * 0.5 * 2.2 / (0.5 + 1.2), abs=1e-5)

    def test_a_word_saturates_over_all_parts(self, fill):
        engine = fill([document("a", title="lễ x", body="lễ x"), document("b", title="x x", body="x x")])
        both = Word((("title_exact", 1.0), ("body_exact", 1.0)), ((key("lễ"), 1.0),))
        apart = AnyOf((term("lễ"), term("lễ", "title_exact")))
        assert engine_score(engine, both) < engine_score(engine, apart)

    def test_recent_halves_with_age_and_leaves_out_the_undated(self, fill):
        today = day("2022-01-31", hour=23)
        engine = fill(
            document(id, published=published)
            for id, published in (
                ("a", today), ("b", day("2022-01-01")), ("c", None), ("d", day("2023-01-01")),
            )
        )  # fmt: skip
        hits = engine.search(query(Recent(today.date(), 30.0, boost=2.0))).hits
        assert {hit.id: hit.score for hit in hits} == {"a": 2.0, "b": 1.0, "d": 2.0}

    def test_a_code_scores_more_where_it_is_mentioned_more(self, fill):
        engine = fill(
            [
                document("a", code_keys=("05-ct/tw",)),
                document("b", code_keys=("05-ct/tw",) * 3),
                document("c"),
            ]
        )
        assert ids(engine, Term(CODES_FIELD, "05-ct/tw")) == ["b", "a"]

    def test_leading_codes_are_a_field_of_their_own(self, fill):
        engine = fill([document("a", codes=["05-CT/TW"]), document("b", leading_code_keys=("05-ct/tw",))])
        assert found(engine, Term(LEADING_CODES_FIELD, "05-ct/tw")) == "b"

    def test_neighbours_are_terms(self, four):
        assert found(four, Term("body_pairs", "tong_ket")) == "ac"
        assert found(four, Term("body_pairs", "ket_tong")) == ""
        assert found(four, Phrase("body_pairs", ("tong_ket", "hoi_nghi"))) == "ac"

    def test_scores_of_one_document_are_those_of_a_search(self, four):
        clauses = (term("hội"), term("vắng"), Everything(), AllOf((term("hội"), term("nghị", boost=3))))
        for id in "abcd":
            scores = four.scores_of(id, clauses)
            for clause, score in zip(clauses, scores, strict=True):
                searched = {hit.id: hit.score for hit in four.search(query(clause)).hits}
                assert (score is None) == (id not in searched)
                assert score is None or score == pytest.approx(searched[id], abs=1e-6)
        with pytest.raises(NotFound):
            four.scores_of("vắng", clauses)

    def test_scores_after_an_update_are_those_of_a_rebuild(self, fill, engine):
        documents = [document(id, text) for id, text in BODIES.items()]
        clause = AnyOf((term("hội"), phrase("tổng kết"), term("dang", "body_folded")))
        rebuilt = fill(documents).search(query(clause)).hits
        fill([document("a", "một bài khác hẳn về hội"), document("x", "hội"), *documents[1:3]])
        with engine.update(fingerprint="rules-1", change=2) as writer:
            writer.put([documents[0], documents[3]])
            writer.remove(["x"])
        assert engine.search(query(clause)).hits == rebuilt


def engine_score(engine: Engine, clause: Term) -> float:
    return engine.search(query(clause)).hits[0].score


class TestOrder:
    @pytest.fixture
    def dated(self, still) -> Engine:
        return still(
            "dated",
            [
                document("b", "hội", published=day("2021-05-01")),
                document("a", "hội", published=day("2021-05-01")),
                document("z", "hội hội", published=day("2019-01-01")),
                document("m", "hội"),
                document("c", "hội hội hội", published=day("2023-01-01")),
            ],
        )

    def test_newest_and_oldest_with_ties_by_id_and_undated_last(self, dated):
        assert ids(dated, term("hội"), sort=Sort.NEWEST) == ["c", "a", "b", "z", "m"]
        assert ids(dated, term("hội"), sort=Sort.OLDEST) == ["z", "a", "b", "c", "m"]

    def test_relevance_with_ties_by_id(self, dated):
        assert ids(dated, term("hội")) == ["c", "z", "a", "b", "m"]

    def test_what_does_not_score_comes_newest_first(self, dated):
        assert ids(dated) == ["c", "a", "b", "z", "m"]
        assert ids(dated, Without(Everything(), term("vắng"))) == ["c", "a", "b", "z", "m"]

    def test_ids_order_by_code_points(self, fill):
        engine = fill([document(id, "hội") for id in ("b", "a10", "a2", "Z", "đ")])
        assert ids(engine, term("hội")) == ["Z", "a10", "a2", "b", "đ"]


class TestPages:
    def test_pages_together_are_the_whole(self, fill):
        engine = fill([document(f"bai-{number:03}", "hội " * (number % 7 + 1)) for number in range(60)])
        whole = ids(engine, term("hội"))
        pages = [engine.search(query(term("hội"), offset=start, limit=7)) for start in range(0, 63, 7)]
        assert [hit.id for page in pages for hit in page.hits] == whole
        assert {page.total for page in pages} == {60}

    def test_no_hits_asked(self, four):
        result = four.search(query(term("hội"), limit=0))
        assert (result.total, result.hits) == (4, ())
        assert result.facets[FacetName.COLLECTION][0].count == 4

    @pytest.mark.parametrize(("offset", "limit"), [(4, 10), (10**9, 10), (0, -1)])
    def test_outside(self, four, offset, limit):
        result = four.search(query(term("hội"), offset=offset, limit=limit))
        assert (result.total, result.hits) == (4, ())

    def test_a_huge_limit_is_harmless(self, four):
        assert len(ids(four, term("hội"), limit=10**12)) == 4

    def test_hits_name_the_indexed_version(self, fill):
        engine = fill([document("a", "hội", version=7)])
        assert engine.search(query()).hits[0].version == 7


class TestFilters:
    @pytest.fixture
    def mixed(self, still) -> Engine:
        return still(
            "filtered",
            [
                document("a", "hội", unit="tinh-uy", codes=["05-CT/TW"], published=day("2021-12-31", 23)),
                document("b", "hội", unit="phong-ly-luan", codes=["05-CT/TW", "01-KL/TW"]),
                document("c", "hội", unit="huyen-uy", collection="tap-chi", published=day("2022-01-01", 0)),
                document("d", "hội", unit="ban-tuyen-giao", codes=["01-KL/TW"], published=day("2022-06-01")),
            ],
        )

    def test_days_are_those_of_vietnam_and_both_included(self, mixed):
        assert found(mixed, first="2021-12-31", last="2021-12-31") == "a"
        assert found(mixed, first="2022-01-01") == "cd"
        assert found(mixed, last="2022-01-01") == "ac"
        assert found(mixed, first="0001-01-01", last="9999-12-31") == "acd"
        assert found(mixed, first="2022-01-02", last="2022-01-01") == ""

    def test_a_unit_includes_its_children(self, mixed):
        assert found(mixed, units=["tinh-uy"]) == "abd"
        assert found(mixed, units=["ban-tuyen-giao"]) == "bd"
        assert found(mixed, units=["phong-ly-luan", "huyen-uy"]) == "bc"

    def test_several_codes_are_all_needed(self, mixed):
        assert found(mixed, codes=["05-CT/TW"]) == "ab"
        assert found(mixed, codes=["05-CT/TW", "01-KL/TW"]) == "b"

    def test_collections(self, mixed):
        assert found(mixed, collections=["tap-chi"]) == "c"
        assert found(mixed, collections=["tap-chi", "ban-tin"]) == "abcd"

    def test_filters_combine(self, mixed):
        assert found(mixed, units=["tinh-uy"], codes=["01-KL/TW"], first="2022-01-01") == "d"

    def test_unknown_values_match_nothing(self, mixed):
        assert found(mixed, units=["khong-co"]) == ""
        assert found(mixed, codes=["99-NQ/TW"]) == ""
        assert found(mixed, collections=["khong-co"]) == ""
        assert found(mixed, units=["khong-co", "huyen-uy"]) == "c"

    def test_filters_do_not_change_scores(self, mixed):
        plain = {hit.id: hit.score for hit in mixed.search(query(term("hội"))).hits}
        filtered = mixed.search(query(term("hội"), units=["huyen-uy"])).hits
        assert {hit.id: hit.score for hit in filtered} == {"c": plain["c"]}


class TestFacets:
    def facet(self, engine: Engine, name: FacetName, *args, **values) -> list[tuple[str, int]]:
        return [(each.value, each.count) for each in engine.search(query(*args, **values)).facets[name]]

    @pytest.fixture
    def mixed(self, still) -> Engine:
        return still(
            "counted",
            [
                document(
                    "a", unit="tinh-uy", codes=["05-CT/TW", "01-KL/TW"], published=day("2021-12-31", 23)
                ),
                document("b", unit="phong-ly-luan", codes=["05-CT/TW"], published=day("2022-01-01", 0)),
                document("c", unit="huyen-uy", codes=["09-NQ/TU"], collection="tap-chi"),
                document("d", collection="tap-chi", published=day("2022-03-01")),
            ],
        )

    def test_units_count_their_children_and_ties_go_by_name(self, mixed):
        expected = [("tinh-uy", 2), ("ban-tuyen-giao", 1), ("huyen-uy", 1), ("phong-ly-luan", 1)]
        assert self.facet(mixed, FacetName.UNIT) == expected

    def test_years_are_those_of_vietnam_newest_first_without_the_undated(self, mixed):
        assert self.facet(mixed, FacetName.YEAR) == [("2022", 2), ("2021", 1)]

    def test_months_are_those_of_vietnam_newest_first_without_the_undated(self, mixed):
        assert self.facet(mixed, FacetName.MONTH) == [("2022-03", 1), ("2022-01", 1), ("2021-12", 1)]
        within = {"first": "2022-01-01", "last": "2022-01-31", "facet_limit": 1}
        assert len(self.facet(mixed, FacetName.MONTH, **within)) == 3

    def test_codes_and_collections(self, mixed):
        assert self.facet(mixed, FacetName.CODE) == [("05-CT/TW", 2), ("01-KL/TW", 1), ("09-NQ/TU", 1)]
        assert self.facet(mixed, FacetName.COLLECTION) == [("ban-tin", 2), ("tap-chi", 2)]

    def test_a_facet_leaves_out_its_own_filter_but_the_codes_do_not(self, mixed):
        chosen = {"units": ["huyen-uy"], "codes": ["09-NQ/TU"], "collections": ["tap-chi"]}
        assert self.facet(mixed, FacetName.UNIT, **chosen) == [("huyen-uy", 1)]
        only_unit = {"units": ["huyen-uy"]}
        assert len(self.facet(mixed, FacetName.UNIT, **only_unit)) == 4
        assert self.facet(mixed, FacetName.COLLECTION, **only_unit) == [("tap-chi", 1)]
        with_code = self.facet(mixed, FacetName.CODE, codes=["01-KL/TW"])
        assert with_code == [("01-KL/TW", 1), ("05-CT/TW", 1)]
        assert self.facet(mixed, FacetName.YEAR, first="2021-01-01", last="2021-12-31") == [
            ("2022", 2),
            ("2021", 1),
        ]

    def test_limit_keeps_the_most_frequent_but_all_years(self, mixed):
        assert self.facet(mixed, FacetName.UNIT, facet_limit=2) == [("tinh-uy", 2), ("ban-tuyen-giao", 1)]
        assert self.facet(mixed, FacetName.UNIT, facet_limit=0) == []
        assert len(self.facet(mixed, FacetName.YEAR, facet_limit=1)) == 2

    def test_only_the_facets_asked_for(self, mixed):
        result = mixed.search(query(facets=(FacetName.CODE,)))
        assert set(result.facets) == {FacetName.CODE}

    def test_nothing_matches(self, mixed):
        assert self.facet(mixed, FacetName.UNIT, Nothing()) == []


class TestVocabulary:
    def test_terms_in_order_with_their_document_frequency(self, four):
        expected = {"tiếp": 1, "trực": 1, "tuyên": 1, "tuyến": 1, "tác": 2, "tập": 1, "tổng": 2}
        assert list(four.vocabulary("body_exact", "t")) == sorted(
            (key(word), count) for word, count in expected.items()
        )

    def test_without_prefix(self, four):
        terms = [term for term, _ in four.vocabulary("title_exact")]
        assert terms == ["a", "b", key("bài"), "c", "d"]
        assert list(four.vocabulary("summary_exact")) == []

    def test_document_frequency(self, four):
        assert four.document_frequency("body_exact", key("hội")) == 4
        assert four.document_frequency("body_exact", "vắng") == 0

    def test_deleted_documents_do_not_count(self, fill):
        engine = fill(four_documents())
        with engine.update(fingerprint="rules-1", change=2) as writer:
            writer.put([document("d", "lễ")])
        assert engine.document_frequency("body_exact", key("hội")) == 3
        assert dict(engine.vocabulary("body_exact", "x")) == {}
        assert dict(engine.vocabulary("body_exact", "l")) == {key("lễ"): 1}


def test_an_empty_index_answers(fill):
    engine = fill([])
    result = engine.search(query(words("hội nghị"), units=["tinh-uy"], first="2020-01-01"))
    assert (result.total, result.hits) == (0, ())
    assert all(not counts for counts in result.facets.values())


def test_extreme_instants(fill):
    engine = fill(
        [
            document("a", published=day("0001-01-01")),
            document("b", published=day("9999-12-31", 23)),
            document("c", published=day("1969-12-31")),
        ]
    )
    years = [each.value for each in engine.search(query()).facets[FacetName.YEAR]]
    assert years == ["9999", "1969", "1"]
    months = [each.value for each in engine.search(query()).facets[FacetName.MONTH]]
    assert months == ["9999-12", "1969-12", "0001-01"]
    assert ids(engine, sort=Sort.OLDEST) == ["a", "c", "b"]
