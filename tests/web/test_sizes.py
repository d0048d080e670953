"""Pages and scripts stay light: 60 kB a page, 10 kB of scripts, uncompressed."""

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from searchsvc.resources import static_folder

MOST_PAGE_BYTES = 60_000
MOST_SCRIPT_BYTES = 10_000

PAGES = (
    "/",
    "/?lang=en",
    "/search?q=nghị+quyết+đại+hội+đảng+bộ+tỉnh&from=2015&to=2025&lang=vi",
    "/search?q=công+tác&from=1/2019&to=12/2019&unit=tinh-uy&unit=ubnd-tinh&collection=ban-tin&code_like=t&lang=en",
    "/search?q=" + "xây+dựng+nông+thôn+mới+" * 5,
    "/search?q=zzqq",
    "/search?q=bảo+hiểm+zzqq",
    "/search?page=0",
    "/nope",
    "/codes/",
    "/codes/?q=nq&lang=en",
    "/codes/05-CT/TW",
    "/codes/18-NQ/TW?page=1&from=2018",
    "/codes/35-CT",
    "/units/",
    "/units/tinh-uy",
    "/units/ubnd-tinh?lang=en",
    "/widget",
    "/embed?q=nghị",
    "/api/docs",
)  # fmt: skip


@pytest.mark.parametrize("address", PAGES)
def test_a_page_is_light(client: FlaskClient, address: str) -> None:
    assert len(client.get(address).data) <= MOST_PAGE_BYTES


def test_the_article_page_adds_little_to_its_text(client: FlaskClient) -> None:
    for result in client.get("/api/v1/search?q=nghị&per_page=20").get_json()["results"]:
        path = result["link"].removeprefix("http://localhost")
        assert len(client.get(f"{path}?q=nghị+quyết").data) <= MOST_PAGE_BYTES


def test_the_scripts_of_the_pages_are_light() -> None:
    scripts = list(Path(static_folder()).glob("*.js"))
    assert {path.name for path in scripts} >= {"theme.js", "site.js", "suggest.js"}
    own = [path for path in scripts if not path.name.startswith("widget")]  # other sites load that one
    assert sum(path.stat().st_size for path in own) <= MOST_SCRIPT_BYTES


def test_pages_ask_for_nothing_from_elsewhere(client: FlaskClient) -> None:
    for address in PAGES:
        page = client.get(address).text
        assert "//cdn" not in page
        for start in ('src="', 'rel="stylesheet" href="'):
            for part in page.split(start)[1:]:
                assert part.startswith("/"), (address, part[:80])
                assert not part.startswith("//"), (address, part[:80])
