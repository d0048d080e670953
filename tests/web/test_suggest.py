"""The suggest endpoint, and what pages propose where results are wanting."""

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st


def test_suggestions_come_grouped_with_labels_counts_and_links(client: FlaskClient) -> None:
    answer = client.get("/api/v1/suggest?q=nghi+quyet+3").get_json()
    assert answer["q"] == "nghi quyet 3"
    kinds = [each["kind"] for each in answer["suggestions"]]
    assert kinds == sorted(kinds, key=kinds.index), "each kind stands together"
    code = answer["suggestions"][0]
    assert code["kind"] == "code"
    assert code["label"] == "Văn bản"
    found = client.get(code["link"].replace("/search?", "/api/v1/search?")).get_json()
    assert found["total"] == code["count"]


def test_a_title_leads_to_its_article_and_a_unit_to_its_articles(client: FlaskClient) -> None:
    for typed, kind in (("dai hoi", "title"), ("tinh uy", "unit")):
        found = [
            each
            for each in client.get(f"/api/v1/suggest?q={typed}").get_json()["suggestions"]
            if each["kind"] == kind
        ]
        assert found
        page = client.get(found[0]["link"].removeprefix("http://localhost"))
        assert page.status_code == 200
        if kind == "title":
            assert "count" not in found[0]


def test_a_phrase_has_no_link(client: FlaskClient) -> None:
    found = client.get("/api/v1/suggest?q=nghi").get_json()["suggestions"]
    assert [each for each in found if each["kind"] == "phrase" and "link" not in each]


@pytest.mark.parametrize("query", ["", "?q=", "?q=%20", "?q=%FF%FE", "?q=" + "a" * 5000, "?other=1"])
def test_nothing_to_suggest_is_an_empty_list(client: FlaskClient, query: str) -> None:
    answer = client.get(f"/api/v1/suggest{query}")
    assert answer.status_code == 200
    assert answer.get_json()["suggestions"] == []


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=40))
def test_no_text_gives_an_error(client: FlaskClient, text: str) -> None:
    assert client.get("/api/v1/suggest", query_string={"q": text}).status_code == 200


def test_another_query_is_offered_with_the_filters_in_force(client: FlaskClient) -> None:
    page = client.get("/search?q=nghỉ+quyết&from=2020-01-01").text
    assert "Có phải bạn tìm" in page
    assert "from=2020-01-01" in page.split("Có phải bạn tìm", 1)[1].split("</p>", 1)[0]
    answer = client.get("/api/v1/search?q=nghỉ+quyết").get_json()
    assert answer["suggestion"] == {"q": "nghị quyết", "kind": "accents"}


def test_no_results_say_what_to_let_go_of_and_how_many_that_gives(client: FlaskClient) -> None:
    answer = client.get("/api/v1/search?q=nghị+quyết&from=2049-01-01").get_json()
    assert answer["total"] == 0
    (way,) = answer["loosenings"]
    assert (way["drop"], way["q"], way["filters"]) == ("days", "nghị quyết", {})
    assert way["total"] == client.get("/api/v1/search?q=nghị+quyết").get_json()["total"] > 0
    page = client.get("/search?q=nghị+quyết&from=2049-01-01").text
    assert "Bỏ lọc theo ngày đăng" in page
    assert f"{way['total']} bài có đủ" in page


def test_partial_results_say_it_too(client: FlaskClient) -> None:
    page = client.get("/search?q=nghị+quyết+xyzzyx").text
    assert "Không bài nào có đủ các từ" in page
    assert "Bỏ từ “xyzzyx”" in page


def test_an_article_shows_similar_ones_and_documents_cited_beside_its_own(client: FlaskClient) -> None:
    found = client.get("/api/v1/search?q=05-CT/TW").get_json()["results"][0]
    article = client.get(f"/api/v1/articles/{found['id']}").get_json()
    assert article["similar"]
    assert found["id"] not in [other["id"] for other in article["similar"]]
    assert not {each["code"] for each in article["co_cited"]} & set(article["codes"])
    page = client.get(f"/articles/{found['id']}").text
    assert "Bài tương tự" in page
    assert "Văn bản thường được dẫn cùng" in page
    assert client.get(article["similar"][0]["link"].removeprefix("http://localhost")).status_code == 200
