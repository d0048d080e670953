"""An empty archive of its own for every test."""

import pytest

from searchsvc.archive import Archive


@pytest.fixture
def url(tmp_path):
    return f"sqlite:///{tmp_path / 'index' / 'archive.db'}"


@pytest.fixture
def archive(url):
    with Archive.open(url, create=True) as opened:
        yield opened
