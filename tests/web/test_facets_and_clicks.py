"""Facet counts of the API equal what choosing the value gives, under combined filters, over the samples."""

from itertools import product
from typing import Any

import pytest
from flask.testing import FlaskClient

QUERIES = ("", "nghị quyết", "chuyen doi so", '"học tập"', "05-CT/TW", "lũ OR bão -covid")
UNITS: tuple[tuple[str, ...], ...] = ((), ("tinh-uy",), ("ban-tuyen-giao-tinh-uy", "so-y-te"))
CODES: tuple[tuple[str, ...], ...] = ((), ("05-CT/TW",))
DAYS: tuple[dict[str, str], ...] = ({}, {"from": "1/7/2018", "to": "2021-12-31"})


def asked(client: FlaskClient, parameters: dict[str, Any]) -> dict[str, Any]:
    response = client.get("/api/v1/search", query_string={**parameters, "per_page": 1})
    assert response.status_code == 200, response.text
    found: dict[str, Any] = response.json
    return found


def clicked(parameters: dict[str, Any], facet: str, value: str) -> dict[str, Any]:
    if facet == "year":
        return {**parameters, "from": f"{value}-01-01", "to": f"{value}-12-31"}
    if facet == "code":
        return {**parameters, "code": [*parameters["code"], value]}
    return {**parameters, facet: [value]}


@pytest.mark.parametrize("text", QUERIES)
def test_each_count_is_the_total_after_the_click(client: FlaskClient, text: str) -> None:
    checked = 0
    for unit, code, days in product(UNITS, CODES, DAYS):
        parameters = {"q": text, "unit": list(unit), "code": list(code), **days}
        first = asked(client, parameters)
        if first["partial"]:
            continue  # the clause in force may be another one after a click
        for facet, counts in first["facets"].items():
            for count in counts[:6]:
                after = asked(client, clicked(parameters, facet, count["value"]))
                assert after["total"] == count["count"], (parameters, facet, count)
                assert not after["partial"]
                checked += 1
    assert checked > 20
