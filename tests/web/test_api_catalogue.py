"""Documents, units, collections and the codes of a text, as the API answers them."""

import json

import pytest
from flask.testing import FlaskClient

from searchsvc.search.looking_up import MAX_DIFFERENT
from searchsvc.web.parameters import MAX_TEXT_CHARS

LOOKUP = "/api/v1/codes/lookup"


def looked_up(client: FlaskClient, text: str) -> dict:
    answer = client.post(LOOKUP, json={"text": text})
    assert answer.status_code == 200
    return answer.get_json()


def test_every_code_of_a_text_is_found_in_its_place(client: FlaskClient) -> None:
    text = "Thực hiện Chỉ thị số 05-CT/TW, Kết luận 01-KL/TW và Nghị định 999/2031/NĐ-CP"
    found = looked_up(client, text)
    assert [each["code"] for each in found["codes"]] == ["05-CT/TW", "01-KL/TW", "999/2031/NĐ-CP"]
    for each in found["codes"]:
        assert found["text"][each["start"] : each["end"]] == each["text"]
    first, _, unknown = found["codes"]
    assert (first["name"], first["ambiguous"], len(first["documents"])) == ("05-CT/TW", False, 1)
    assert first["documents"][0]["articles"] > 3
    assert (
        client.get(f"/api/v1{first['documents'][0]['link'].removeprefix('http://localhost')}").status_code
        == 200
    )
    assert (unknown["name"], unknown["documents"]) == (None, [])


def test_a_code_of_several_documents_has_them_as_choices(client: FlaskClient) -> None:
    (found,) = looked_up(client, "theo Chỉ thị 35-CT/TW")["codes"]
    assert found["ambiguous"]
    assert [each["issued"] for each in found["documents"]] == ["2019-05-30", "2024-06-14"]
    assert found["documents"][0]["to"] == "2024-06-13"


def test_a_date_in_the_text_chooses(client: FlaskClient) -> None:
    (found,) = looked_up(client, "Chỉ thị số 35-CT/TW ngày 30/5/2019 của Bộ Chính trị")["codes"]
    assert not found["ambiguous"]
    assert [each["issued"] for each in found["documents"]] == ["2019-05-30"]


def test_a_number_without_issuer_has_the_documents_that_it_may_mean(client: FlaskClient) -> None:
    (found,) = looked_up(client, "Nghị quyết số 35 về bảo vệ nền tảng tư tưởng")["codes"]
    assert (found["kind"], found["code"]) == ("partial", None)
    assert "35-NQ/TW" in [each["code"] for each in found["documents"]]


def test_a_text_comes_as_plain_text_or_in_the_address_too(client: FlaskClient) -> None:
    text = "Chỉ thị 05-CT/TW"
    plain = client.post(LOOKUP, data=text.encode(), content_type="text/plain; charset=utf-8").get_json()
    assert plain == looked_up(client, text) == client.get(LOOKUP, query_string={"text": text}).get_json()


def test_decomposed_text_is_composed_and_places_are_in_that(client: FlaskClient) -> None:
    found = looked_up(client, "Nghi\u0323 quye\u0302\u0301t\u00a035-NQ/TW")
    assert found["text"] == "Nghị quyết 35-NQ/TW"
    assert found["codes"][0]["start"] == 11


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"{}", "application/json", 400),
        (b"[]", "application/json", 400),
        (b"{", "application/json", 400),
        (b'{"text": 5}', "application/json", 400),
        (json.dumps({"text": "a" * (MAX_TEXT_CHARS + 1)}).encode(), "application/json", 400),
        (b"a" * (MAX_TEXT_CHARS + 1), "text/plain", 400),
        (b"a" * 200_000, "text/plain", 413),
        (b"a" * 200_000, "application/json", 413),
        (b"text=a", "application/x-www-form-urlencoded", 415),
        (b"", "", 415),
        ("ồ".encode() * MAX_TEXT_CHARS, "text/plain", 200),
        (json.dumps({"text": "ồ" * MAX_TEXT_CHARS}).encode(), "application/json", 200),
    ],
)
def test_bodies_are_bounded_and_told(client: FlaskClient, body: bytes, kind: str, status: int) -> None:
    answer = client.post(LOOKUP, data=body, content_type=kind, headers={"Accept-Language": "en"})
    assert answer.status_code == status
    if status != 200:
        assert answer.content_type.startswith("application/problem+json")
        problem = json.loads(answer.text)
        assert problem["status"] == status
        assert problem["detail"]
        assert problem.get("parameter") == ("text" if status == 400 else None)


def test_a_text_with_too_many_codes_says_so(client: FlaskClient) -> None:
    found = looked_up(
        client, ", ".join(f"Nghị quyết {number}-NQ/TW" for number in range(1, MAX_DIFFERENT + 30))
    )
    assert not found["complete"]
    assert len(found["codes"]) == MAX_DIFFERENT + 29


def test_documents_are_listed_filtered_and_counted(client: FlaskClient) -> None:
    whole = client.get("/api/v1/codes").get_json()
    assert whole["total"] > 50
    assert [each["articles"] for each in whole["results"]] == sorted(
        (each["articles"] for each in whole["results"]), reverse=True
    )
    some = client.get("/api/v1/codes?type=CT&issuer=TW&year=2019").get_json()
    assert {(each["type"], each["issuer"]) for each in some["results"]} == {("CT", "TW")}
    assert all(2019 in each["years"] for each in some["results"])
    counted = next(each for each in whole["facets"]["type"] if each["value"] == "CT")
    assert counted["count"] == client.get("/api/v1/codes?type=CT").get_json()["total"]
    assert client.get("/api/v1/codes?q=chi+thi+35").get_json()["results"][0]["name"] == "35-CT/TW"
    assert client.get("/api/v1/codes?page=999").get_json()["results"] == []


def test_pages_of_documents_join(client: FlaskClient) -> None:
    names, address = [], "/api/v1/codes?type=CT&per_page=4"
    while address:
        page = client.get(address).get_json()
        names += [each["name"] for each in page["results"]]
        address = page["links"]["next"]
    assert len(names) == len(set(names)) == page["total"] > 8


@pytest.mark.parametrize("spelling", ["05-CT/TW", "05-CT%2FTW", "5 ct tw", "chỉ thị 05-CT/TW"])
def test_a_dossier_is_found_under_any_spelling(client: FlaskClient, spelling: str) -> None:
    found = client.get(f"/api/v1/codes/{spelling}?per_page=2").get_json()
    assert (found["name"], found["kind"], found["issuer_name"]) == ("05-CT/TW", "code", "Bộ Chính trị")
    assert found["documents"][0]["issued"] == "2016-05-15"
    assert (
        found["articles"] == found["total"] == client.get("/api/v1/search?code=05-CT/TW").get_json()["total"]
    )
    assert len(found["results"]) == 2
    assert all("05-CT/TW" in each["codes"] for each in found["results"])
    assert sum(each["count"] for each in found["years"]) <= found["articles"]
    assert client.get(found["links"]["next"]).get_json()["page"] == 2


def test_an_unknown_document_is_404(client: FlaskClient) -> None:
    answer = client.get("/api/v1/codes/999-NQ/XYZ")
    assert answer.status_code == 404
    assert "999-NQ/XYZ" in json.loads(answer.text)["detail"]


def test_units_are_a_tree_with_counts(client: FlaskClient) -> None:
    found = client.get("/api/v1/units").get_json()["units"]
    by_slug = {}

    def walk(nodes: list) -> None:
        for node in nodes:
            by_slug[node["slug"]] = node
            walk(node["children"])

    walk(found)
    assert by_slug["tinh-uy"]["articles"] == client.get("/api/v1/search?unit=tinh-uy").get_json()["total"] > 0
    assert by_slug["tinh-uy"]["children"]


def test_collections_are_counted(client: FlaskClient) -> None:
    found = client.get("/api/v1/collections").get_json()["collections"]
    for each in found:
        assert each["articles"] == client.get(f"/api/v1/search?collection={each['slug']}").get_json()["total"]
    assert len(found) == 2


def test_an_article_says_its_versions(client: FlaskClient) -> None:
    found = client.get("/api/v1/search?q=05-CT/TW&per_page=1").get_json()["results"][0]
    article = client.get(f"/api/v1/articles/{found['id']}").get_json()
    assert [version["number"] for version in article["versions"]] == [1]
    assert client.get(f"/api/v1/articles/{found['id']}?version=1").get_json()["body"] == article["body"]
    assert client.get(f"/api/v1/articles/{found['id']}?version=2").status_code == 404


def test_suggestions_may_be_fewer(client: FlaskClient) -> None:
    assert len(client.get("/api/v1/suggest?q=nghi&limit=2").get_json()["suggestions"]) == 2
