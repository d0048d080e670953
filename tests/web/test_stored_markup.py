"""Articles that are nothing but markup: every page, feed and answer shows it as text."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.fuzzing import stored, texts
from benchmarks.fuzzing.site import Request, Site
from tests.conftest import run_command


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    site = Site(markup_data(tmp_path_factory.mktemp("markup")), **stored.SETTINGS)
    yield site
    site.app.extensions["searchsvc"].close()


def markup_data(folder: Path) -> Path:
    """Import and index the articles in `folder`; return the data folder."""
    source = folder / "markup.jsonl"
    source.write_text("\n".join(map(json.dumps, stored.records())), "utf-8")
    for arguments in (("import", str(source)), ("reindex",)):
        result = run_command(*arguments, data=folder / "index")
        assert result.exit_code == 0, result.output
    return folder / "index"


def test_every_payload_is_stored_in_every_field_as_it_is(site: Site) -> None:
    articles = site.app.extensions["searchsvc"].search.archive.counts().articles
    assert articles == len(texts.MARKUP) > 60
    for field in ("title", "summary", "body", "captions", "unit", "author", "collection", "url"):
        found = [str(record[field]) for record in stored.records()]
        assert len(set(found)) >= len(texts.MARKUP) - 1, field


def test_everything_that_shows_them_is_well_made_and_runs_nothing(site: Site) -> None:
    statuses: dict[str, int] = {}
    for address in stored.addresses(site.app):
        path, _, query = address.encode().partition(b"?")
        for headers in ((), (("Accept-Language", b"en"),)):
            status = site.attempt(Request(path, query, headers=headers))
            statuses[status] = statuses.get(status, 0) + 1
    assert statuses["200"] > 0.9 * sum(statuses.values())
