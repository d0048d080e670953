"""An empty archive of its own for every test, on each database; `sqlite_url` for what is SQLite's alone."""

from collections.abc import Callable
from itertools import count

import pytest

from searchsvc.archive import Archive


@pytest.fixture
def sqlite_url(tmp_path):
    return f"sqlite:///{tmp_path / 'index' / 'archive.db'}"


@pytest.fixture(params=["sqlite", "postgresql"])
def new_url(request, tmp_path) -> Callable[[], str]:
    """Gives the address of a further archive that nobody has made yet."""
    if request.param == "postgresql":
        return request.getfixturevalue("postgres").new_url
    numbers = count()
    return lambda: f"sqlite:///{tmp_path / 'index' / f'archive{next(numbers)}.db'}"


@pytest.fixture
def url(new_url):
    return new_url()


@pytest.fixture
def archive(url):
    with Archive.open(url, create=True) as opened:
        yield opened
