"""The JSON API and the health checks."""

import json
import shutil
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from searchsvc.settings import load_settings
from searchsvc.web.app import create_app
from tests.conftest import run_command


def test_a_search_answers_as_the_interface_says(client: FlaskClient) -> None:
    answer = client.get("/api/v1/search?q=chi+thi+05-CT/TW&from=1/1/2015")
    assert answer.status_code == 200
    assert answer.content_type == "application/json"
    body = answer.get_json()
    assert body["query"]["q"] == "chi thi 05-CT/TW"
    assert body["query"]["interpreted"]["codes"] == ["05-CT/TW"]
    assert body["query"]["interpreted"]["filters"] == {"from": "2015-01-01"}
    assert body["total"] >= len(body["results"]) > 0
    assert (body["page"], body["per_page"]) == (1, 10)
    assert set(body["facets"]) == {"unit", "code", "year", "collection"}
    assert body["suggestion"] is None
    first = body["results"][0]
    assert set(first) >= {
        "id", "title", "title_highlights", "snippets", "url", "link",
        "published", "unit", "collection", "codes", "score",
    }  # fmt: skip
    assert "".join(segment["text"] for segment in first["title_highlights"]) == first["title"]
    assert first["link"].startswith("http://localhost/articles/")
    assert client.get(first["link"].removeprefix("http://localhost")).status_code == 200
    scores = [result["score"] for result in body["results"]]
    assert scores == sorted(scores, reverse=True)


def test_text_is_written_as_it_is_not_as_escapes(client: FlaskClient) -> None:
    assert "nghị" in client.get("/api/v1/search?q=nghị+quyết").get_data(as_text=True).lower()


def test_per_page_is_bounded(client: FlaskClient) -> None:
    assert len(client.get("/api/v1/search?per_page=3").get_json()["results"]) == 3
    assert client.get("/api/v1/search?per_page=101").status_code == 400


def test_an_article_answers_with_its_mentions(client: FlaskClient) -> None:
    found = client.get("/api/v1/search?q=05-CT/TW").get_json()["results"][0]
    article = client.get(f"/api/v1/articles/{found['id']}").get_json()
    assert article["codes"] == found["codes"]
    for mention in article["mentions"]:
        part = article[mention["part"]]
        text = "\n".join(part) if isinstance(part, list) else part
        assert text[mention["start"] : mention["end"]] == mention["text"]


@pytest.mark.parametrize(
    ("address", "status", "parameter"),
    [
        ("/api/v1/search?page=0", 400, "page"),
        ("/api/v1/search?from=31/2/2020", 400, "from"),
        ("/api/v1/search?unit=nobody", 400, "unit"),
        ("/api/v1/articles/nope", 404, None),
        ("/api/v1/nope", 404, None),
    ],
)
def test_errors_are_problem_json(
    client: FlaskClient, address: str, status: int, parameter: str | None
) -> None:
    answer = client.get(address, headers={"Accept-Language": "en"})
    assert answer.status_code == status
    assert answer.content_type.startswith("application/problem+json")
    body = json.loads(answer.text)
    assert body["status"] == status
    assert body["detail"]
    assert body.get("parameter") == parameter


PARAMETERS = st.dictionaries(
    st.sampled_from(["q", "from", "to", "code", "unit", "collection", "sort", "page", "per_page", "other"]),
    st.text(max_size=40) | st.sampled_from(["05-CT/TW", "2020", "1/1/2020", "newest", "-1", "1e9", "٣"]),
)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(PARAMETERS)
def test_no_parameters_give_a_server_error(client: FlaskClient, parameters: dict[str, str]) -> None:
    for path in ("/api/v1/search", "/search"):
        assert client.get(path, query_string=parameters).status_code in (200, 400)


def test_alive_and_ready(client: FlaskClient) -> None:
    assert client.get("/healthz").get_json() == {"status": "ok"}
    ready = client.get("/readyz").get_json()
    assert ready["status"] == "ok"
    assert ready["documents"] == ready["articles"] > 0
    assert ready["behind"] == 0


def test_without_an_archive_pages_say_so_and_readyz_names_the_command(tmp_path: Path) -> None:
    client = create_app(load_settings(data=tmp_path / "none")).test_client()
    assert client.get("/healthz").status_code == 200
    ready = client.get("/readyz")
    assert ready.status_code == 503
    assert "searchsvc" in ready.get_json()["detail"]
    page = client.get("/search?q=a")
    assert page.status_code == 503
    assert page.headers["Retry-After"]
    assert "thử lại" in page.text
    assert client.get("/api/v1/search").status_code == 503
    assert not (tmp_path / "none").exists()


def test_an_index_deleted_while_serving_is_told_and_a_new_one_is_taken_up(
    sample_data: Path, tmp_path: Path
) -> None:
    data = tmp_path / "index"
    shutil.copytree(sample_data, data)
    app = create_app(load_settings(data=data))
    client = app.test_client()
    assert client.get("/search?q=nghị").status_code == 200
    shutil.move(data / "whoosh", tmp_path / "away")
    assert client.get("/search?q=quyết").status_code == 503
    assert "reindex" in client.get("/readyz").get_json()["detail"]
    shutil.move(tmp_path / "away", data / "whoosh")
    assert client.get("/search?q=quyết").status_code == 200
    shutil.rmtree(data / "whoosh" / "generations")  # the pointer to it stays
    assert client.get("/search?q=quyết").status_code == 200  # from the files that are open
    assert "reindex" in client.get("/readyz").get_json()["detail"]
    app.extensions["searchsvc"].close()


def test_the_steps_of_the_interpretation_can_be_followed(client: FlaskClient) -> None:
    interpreted = client.get("/api/v1/search", query_string={"q": "BTC 05-CT/TW"}).get_json()["query"][
        "interpreted"
    ]
    assert set(interpreted) == {"terms", "codes", "filters", "steps"}
    first, second, *_ = interpreted["steps"]
    assert (first["kind"], first["state"], first["asis"]) == ("abbreviation", "applied", "abbreviation:btc")
    assert first["means"] == ["Ban Tổ chức", "Bộ Tài chính"]
    assert (first["start"], first["end"], first["text"]) == (0, 3, "BTC")
    assert second["offers"][0]["filters"] == {"code": ["05-CT/TW"]}
    undone = client.get(
        "/api/v1/search", query_string={"q": "BTC 05-CT/TW", "asis": first["asis"]}
    ).get_json()
    assert undone["query"]["interpreted"]["steps"][0]["state"] == "off"


def test_a_collection_imported_while_serving_can_be_chosen(tmp_path: Path) -> None:
    data, file = tmp_path / "index", tmp_path / "a.jsonl"
    app = create_app(load_settings(data=data))
    client = app.test_client()
    for number, collection in enumerate(("mot", "hai")):
        line = {"id": str(number), "title": "Tin tức", "body": "Nội dung.", "collection": collection}
        file.write_text(json.dumps(line), encoding="utf-8")
        assert run_command("import", str(file), data=data).exit_code == 0
        assert run_command("reindex", data=data).exit_code == 0
        answer = client.get(f"/api/v1/search?collection={collection}").get_json()
        assert answer["total"] == 1
    assert client.get("/api/v1/search?collection=ba").status_code == 400
    app.extensions["searchsvc"].close()
